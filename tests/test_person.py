"""``folkmoot person``: for who left or was banned; while the bot runs, on both engines."""

from __future__ import annotations

import asyncio
import json
import shutil
import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import wiring
from bot.__main__ import main
from bot.domain.meanings import outside_key
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.services import answers, communities, meanings, my_data, painting, sealed_answers
from bot.services.ports import App
from tests.builders import everywhere, open_app, open_poll, places_of, resident, residents, set_up, sqlite_url
from tests.postgres import Server

ROOT = Path(__file__).parents[1]
TOKEN, GONE = "a-token", "canary-31f0"
WHO = f"user-{GONE}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a database of the test's own, which the program uses."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    (tmp_path / "token").write_text(TOKEN)
    monkeypatch.setenv("FOLKMOOT_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("DISCORD_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.chdir(tmp_path)
    there = sqlite_url(tmp_path)
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgres")
        there = server.url(server.database())
        monkeypatch.setenv("FOLKMOOT_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("FOLKMOOT_DATABASE", there)
    return there


ON_SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


async def _bot() -> App:
    """A bot that runs: another process's caches, for all that the command knows."""
    app = await wiring.opened(wiring.load_settings(), wiring.MachineClock())
    app.key = outside_key(TOKEN)
    return app


async def _town(app: App) -> None:
    """Two communities of which somebody took part in both, in the second without names as well."""
    for number in (1, 2):
        world = await set_up(app, f"server-{number}")
        one, poll = await resident(world, GONE), await open_poll(world, days=20)
        for other in await residents(world, 3):
            await answers.answer(app, other, poll.id, ["1"])
        await answers.answer(app, one, poll.id, ["0"])
        if number == 2:
            hidden = await open_poll(world, sealed=True, days=20)
            await sealed_answers.answer(app, one, hidden.id, ["0"])
            await meanings.ask(app, one, "bund")
            owner = Person(world.community.id, "owner", can_set_up=True)
            await communities.set_up(app, owner, safeguarding_contact=WHO)


def test_who_left_is_shown_exported_and_erased_while_the_bot_runs(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with asyncio.Runner() as runner:
        bot = runner.run(_bot())
        runner.run(_town(bot))

        assert main(["person", "show", WHO]) == 0
        said = capsys.readouterr().out
        assert "community 1 (server-1): an account, answers 1, record 1\n" in said
        for part in ("safeguarding contact 1", "answers without names 1", "words asked for 1"):
            assert part in said
        assert "By the school" not in said

        assert main(["person", "export", WHO, "--to", "out", "--community", "2"]) == 0
        assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
            "my-data-2.html",
            "my-data-2.json",
        ]
        held = json.loads((tmp_path / "out" / "my-data-2.json").read_text())
        assert held["answers"][0]["answer"] == ["By the school"]
        for file in (tmp_path / "out").iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
        shutil.rmtree(tmp_path / "out")

        capsys.readouterr()
        assert main(["person", "erase", WHO, "--yes"]) == 0
        assert "ok: erased in community 1, community 2" in capsys.readouterr().out
        if url.startswith("sqlite"):
            assert places_of(tmp_path, GONE.encode()) == []
        for number in (1, 2):
            with pytest.raises(Refusal, match="nothing-held"):
                runner.run(my_data.held(bot, Person(number, WHO)))
        # What the running bot has in memory goes as soon as it looks at the record again.
        assert runner.run(communities.by_number(bot, 2)).safeguarding_contact == WHO
        runner.run(painting.notice(bot, everywhere))
        assert runner.run(communities.by_number(bot, 2)).safeguarding_contact == ""
        assert main(["person", "show", WHO]) == 1
        assert capsys.readouterr().err == "nothing is held about this account\n"
        runner.run(bot.database.close())
    assert GONE not in caplog.text


@ON_SQLITE
def test_erasing_asks_first_and_without_a_yes_nothing_goes(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with asyncio.Runner() as runner:
        bot = runner.run(_bot())
        runner.run(_town(bot))
        for typed in ("", "no", "y"):
            monkeypatch.setattr("builtins.input", lambda _, typed=typed: typed)
            assert main(["person", "erase", WHO]) == 1
            assert capsys.readouterr().err == "nothing was erased\n"
        monkeypatch.setattr("builtins.input", _nobody)
        assert main(["person", "erase", WHO]) == 1
        assert runner.run(my_data.held(bot, Person(1, WHO)))["answers"]
        monkeypatch.setattr("builtins.input", lambda _: "yes")
        assert main(["person", "erase", WHO, "--community", "1"]) == 0
        assert main(["person", "show", WHO]) == 0
        assert "community 1" not in capsys.readouterr().out.splitlines()[-1]
        runner.run(bot.database.close())


def _nobody(_: str) -> str:
    raise EOFError


@ON_SQLITE
def test_a_reader_who_holds_up_the_log_is_waited_for_and_told_of(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bot.person.TRIES", 2)
    with asyncio.Runner() as runner:
        bot = runner.run(_bot())
        runner.run(_town(bot))

        async def read() -> None:
            async with bot.database.reading() as tx:
                await tx.execute(text("SELECT * FROM person"))
                assert await asyncio.to_thread(main, ["person", "erase", WHO, "--yes"]) == 0

        runner.run(read())
        assert "it goes tonight" in capsys.readouterr().out
        runner.run(bot.database.close())


@ON_SQLITE
@pytest.mark.parametrize("act", ["show", "export", "erase"])
def test_what_cannot_be_done_is_said_in_one_line_and_changes_nothing(
    url: str, act: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def made() -> Path:
        bot = await _bot()
        await _town(bot)
        await bot.database.close()
        return bot.keys_folder

    keys = asyncio.run(made())
    keys.rename(tmp_path / "away")
    assert main(["person", act, WHO]) == 1
    wrong = capsys.readouterr().err
    assert wrong.count("\n") == 1
    assert "Please try again" in wrong
    (tmp_path / "away").rename(keys)
    monkeypatch.delenv("DISCORD_TOKEN_FILE")
    assert main(["person", act, WHO]) == 1
    assert "DISCORD_TOKEN_FILE is not set" in capsys.readouterr().err

    async def still() -> int:
        app = await open_app(url, wiring.MachineClock())
        try:
            return len((await my_data.held(app, Person(2, WHO)))["answers"])
        finally:
            await app.database.close()

    assert asyncio.run(still()) == 1
