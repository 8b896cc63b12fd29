"""``folkmoot print`` and ``import``, as whoever keeps the server meets them; killed at every statement."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import wiring
from bot.__main__ import main
from bot.domain.papers import MOST_ROWS
from bot.domain.sheets import MOST_BYTES
from bot.services import batches, papers
from tests.builders import World, open_app, open_poll, set_up, sqlite_url
from tests.killing import KILLED, Killer, killer
from tests.lived_in import Rows, everything
from tests.postgres import Server

ROOT = Path(__file__).parents[1]
RECEIPT = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a database of the test's own, which the program uses."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    monkeypatch.setenv("FOLKMOOT_CONFIG", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    there = sqlite_url(tmp_path)
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgres")
        there = server.url(server.database())
    monkeypatch.setenv("FOLKMOOT_DATABASE", there)
    return there


@pytest.fixture(scope="module")
def killing() -> Iterator[Killer]:
    with killer() as ready:
        yield ready


ON_SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


async def _poll(url: str, communities: int = 1) -> int:
    """A community with an open poll, or several with one of the same number each."""
    app = await open_app(url, wiring.MachineClock())
    for number in range(communities):
        world: World = await set_up(app, f"server-{number}")
        which = (await open_poll(world)).id
    await app.database.close()
    return which


async def _rows(url: str) -> Rows:
    app = await open_app(url, wiring.MachineClock())
    rows = await everything(app.database)
    await app.database.close()
    return rows


async def _answers(url: str) -> int:
    return len((await _rows(url))["paper"])


def _file(folder: Path, which: int, count: int) -> Path:
    """What comes back of printed forms."""
    page, file = folder / "forms.html", folder / "answers.csv"
    assert main(["print", str(which), "--copies", str(count), "--to", str(page)]) == 0
    receipts = RECEIPT.findall(page.read_text(encoding="utf-8"))
    assert len(set(receipts)) == count
    rows = [f"{receipt},paper,{number % 3 + 1}" for number, receipt in enumerate(sorted(set(receipts)))]
    file.write_text("\n".join(["receipt,came,answer", *rows]), encoding="utf-8")
    return file


@ON_SQLITE
def test_forms_are_printed_and_what_comes_back_is_taken_once(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    which = asyncio.run(_poll(url))
    file = _file(tmp_path, which, 20)
    assert "holds 20 forms" in capsys.readouterr().out
    assert main(["import", str(which), str(file)]) == 0
    assert "20 answers wait" in capsys.readouterr().out
    assert main(["import", str(which), str(file)]) == 0
    assert "Nothing was added" in capsys.readouterr().out
    assert asyncio.run(_answers(url)) == 20


@ON_SQLITE
def test_each_bad_line_is_named_and_nothing_is_taken(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    which = asyncio.run(_poll(url))
    file = _file(tmp_path, which, 3)
    good = file.read_text(encoding="utf-8").split("\n")
    file.write_text("\n".join([good[0], good[1], good[2] + "9", "nothing,paper,1"]), encoding="utf-8")
    assert main(["import", str(which), str(file)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in lines[:-1]] == ["line 4"]
    file.write_text("\n".join([*good[:2], good[2] + "9", good[3] + "7"]), encoding="utf-8")
    assert main(["import", str(which), str(file)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in lines[:-1]] == ["line 3", "line 4"]
    assert "is no option of this question" in lines[0]
    assert lines[-1].startswith("Nothing was taken")
    assert asyncio.run(_answers(url)) == 0


@ON_SQLITE
def test_what_cannot_be_taken_says_so_in_one_line(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    which, big = asyncio.run(_poll(url, 2)), tmp_path / "big.csv"
    big.write_bytes(b"receipt,answer\n" + b"x" * MOST_BYTES)
    for arguments, says in (
        (["import", which, big], "several communities have a question 1: say --community, one of 1, 2"),
        (["import", which, big, "--community", 2], "The file is bigger than 10 MB."),
        (["import", which, tmp_path / "none.csv", "--community", 2], "No such file"),
        (["import", 99, big], "no question 99 is open"),
        (["print", which, "--community", 1, "--copies", 0], "Please choose from 1 to 500 forms."),
    ):
        assert main([str(one) for one in arguments]) == 1
        [line] = capsys.readouterr().err.splitlines()
        assert says in line


def test_an_import_killed_anywhere_has_taken_all_or_nothing(
    url: str, tmp_path: Path, killing: Killer
) -> None:
    which = asyncio.run(_poll(url))
    file = _file(tmp_path, which, 3)
    before, seen = asyncio.run(_rows(url)), set()
    for statement in range(1, 200):
        code = killing.run(statement, url, "import", which, file)
        now = asyncio.run(_rows(url))
        seen.add(len(now["paper"]))
        assert now == before or len(now["paper"]) == 3, f"killed at statement {statement}"
        if code != KILLED:
            break
    assert (code, seen, statement > 5) == (0, {0, 3}, True)
    assert killing.run(0, url, "import", which, file) == 0
    assert asyncio.run(_answers(url)) == 3


async def _big(url: str) -> tuple[float, float]:
    """How long the loop and the writer were kept at most, by the largest file and its confirmation (s)."""
    app = await open_app(url, wiring.MachineClock())
    world = await set_up(app)
    asked = await open_poll(world)
    codes: list[str] = []
    for _ in range(MOST_ROWS // papers.MOST_COPIES):
        codes += await papers.mint(app, world.organiser, asked.id, papers.MOST_COPIES)
    data = "\n".join(["receipt,answer", *(f"{code},1" for code in codes)]).encode()
    longest = [0.0]

    async def watch() -> None:
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(0.01)
            longest[0] = max(longest[0], loop.time() - before)

    watching = asyncio.create_task(watch())
    loop = asyncio.get_running_loop()
    began = loop.time()
    taken = await papers.take_file(app, world.community.id, asked.id, data)
    assert await batches.confirm(app, world.organiser, taken.batch) == MOST_ROWS
    took = loop.time() - began
    watching.cancel()
    await app.database.close()
    return longest[0], took


@ON_SQLITE
def test_the_largest_file_does_not_keep_others_waiting_for_long(url: str) -> None:
    longest, took = asyncio.run(_big(url))
    assert longest < 2, "the loop stood still"
    assert took < 20
    print(f"{longest:.2f} s the loop, {took:.2f} s in all")
