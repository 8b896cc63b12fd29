"""Moving: all of it or nothing, and only while nobody answers."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.services import answers
from bot.services.ports import App
from bot.store import copies
from bot.store.database import DatabaseUnusable
from bot.upkeep import carrying
from bot.upkeep.drill import Problem
from tests.builders import SQLITE_ONLY, HandClock, World, export, open_app, open_poll, resident, sqlite_url
from tests.lived_in import everything, lived_in
from tests.postgres import Server


@SQLITE_ONLY
async def test_there_and_back_again_with_the_same_head_and_results(
    lived: World, database_url: str, postgres: Server, tmp_path: Path
) -> None:
    before, lines = await everything(lived.app.database), await export(lived)
    there, back = postgres.url(postgres.database()), sqlite_url(tmp_path / "back")
    held = [await carrying.move(database_url, there), await carrying.move(there, back)]
    assert held[0] == held[1]
    assert [head for _, _, head in held[0].heads] == [row[2].hex() for row in before["head"]]
    for url in (there, back):
        app = await open_app(url, lived.clock)
        assert await everything(app.database) == before
        assert await export(World(app, lived.community, lived.organiser, lived.initiative)) == lines
        await app.database.close()
    assert await everything(lived.app.database) == before


async def test_a_database_that_is_answered_in_meanwhile_is_not_moved(
    lived: World, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, person = await open_poll(lived, days=30), await resident(lived, "late")
    contents_of = copies.contents_of

    async def answered(tx: object) -> copies.Contents:
        await answers.answer(lived.app, person, asked.id, ["1"])
        return await contents_of(tx)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(copies, "contents_of", answered)  # between the reading and the commit
        with pytest.raises(Problem, match=r"went on while it was moved, .* stop the bot"):
            await carrying.move(database_url, sqlite_url(tmp_path / "new"))
    held = await carrying.move(database_url, sqlite_url(tmp_path / "new"))
    assert held.answers == len((await everything(lived.app.database))["answer"])


@pytest.mark.parametrize("other", ["{}", "{}?timeout=5", "../{name}/folkmoot.db", "link.db"])
async def test_a_database_is_not_moved_into_itself(
    lived: World, database_url: str, tmp_path: Path, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link.db").symlink_to(tmp_path / "folkmoot.db")
    path = other.format(tmp_path / "folkmoot.db", name=tmp_path.name)
    with pytest.raises(Problem, match="the same database"):
        await carrying.move(database_url, f"sqlite+aiosqlite:///{path}")


async def test_what_cannot_be_reached_is_said_in_one_line_without_the_password(
    app: App, database_url: str, postgres: Server, tmp_path: Path
) -> None:
    gone = f"postgresql+asyncpg://me:my-secret@/here?host={postgres.folder / 'nowhere'}"
    refused = "postgresql+asyncpg://me:my-secret@127.0.0.1:1/here"
    new = sqlite_url(tmp_path / "new")
    pairs = [(database_url, gone), (gone, new), (database_url, refused), (refused, new), (new, gone)]
    for source, target in [*pairs, ("mysql://me:my-secret@x/y", new), (database_url, "my-secret")]:
        with pytest.raises((Problem, DatabaseUnusable)) as error:
            await carrying.move(source, target)
        assert "\n" not in str(error.value)
        assert "my-secret" not in str(error.value)
    assert not await asyncio.to_thread((tmp_path / "new").exists)


async def test_a_target_with_something_in_it_is_left_alone(
    lived: World, database_url: str, clock: HandClock, tmp_path: Path
) -> None:
    other = await open_app(tmp_path / "other", clock)
    await lived_in(other)
    before = await everything(other.database)
    with pytest.raises(DatabaseUnusable, match="is not empty"):
        await carrying.move(database_url, sqlite_url(tmp_path / "other"))
    assert await everything(other.database) == before
    await other.database.close()
