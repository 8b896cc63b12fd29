"""What the program counts about itself: each number moves with its event, and none says who or what."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import __version__, metrics, wiring
from bot.domain.refusals import Refusal
from bot.practice.town import Town, open_poll, start_project, vote
from bot.services import answers, due, painting, posting
from bot.services.ports import NotSent
from tests.builders import World, close_at_its_time, residents
from tests.builders import open_poll as opened
from tests.journeys.conftest import forge, forge_form, living, one_context, press
from tests.recorder import Recorder

ROOT = Path(__file__).parent.parent
OPTIONS = ["Canary yellow lines", "Canary wharf bridge"]
WORDS = "Mallorycanary"
NAME = "Zebedeecanary"
OUTCOMES = {"recorded", "refused", "ok", "failed", "done", "sent", "retried", "dead"}


def shown() -> dict[str, float]:
    """Every line of Prometheus' text, by what stands before its value."""
    lines = [line for line in metrics.exposed().decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


@dataclass
class Risen:
    """By how much each number has risen."""

    by: dict[str, float]

    def __getitem__(self, name: str) -> float:
        return self.by[f"folkmoot_{name}"]


@contextmanager
def counting() -> Iterator[Risen]:
    """Count what rises inside."""
    before, risen = shown(), Risen({})
    yield risen
    risen.by = {name: value - before[name] for name, value in shown().items()}


async def test_answers_are_counted_by_what_came_of_them(world: World) -> None:
    asked = await opened(world)
    [amina] = await residents(world, 1)
    with counting() as risen:
        await answers.answer(world.app, amina, asked.id, ["0"])
        await answers.withdraw(world.app, amina, asked.id)
        with pytest.raises(Refusal):
            await answers.answer(world.app, amina, asked.id, ["77"])
    assert risen['answers_total{outcome="recorded"}'] == 2
    assert risen['answers_total{outcome="refused"}'] == 1


async def test_the_writers_transactions_are_counted(world: World) -> None:
    async def nothing(_: AsyncConnection) -> None: ...

    with counting() as risen:
        await world.app.database.writer.run(nothing)
    assert risen["write_seconds_count"] == risen["write_jobs_count"] == risen["write_jobs_sum"] == 1
    assert risen["writes_refused_total"] == 0
    async with world.app.database._writing.connect() as connection:
        await connection.execute(text("PRAGMA query_only = ON"))
    with counting() as risen, pytest.raises(Refusal, match="cannot-save"):
        await world.app.database.writer.run(nothing)
    assert risen["writes_refused_total"] == 1
    assert risen["write_seconds_count"] == 0


async def test_what_was_due_is_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = await opened(world)

    async def fails(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched, counting() as risen:
        patched.setitem(due.ACTS, "close", replace(due.ACTS["close"], do=fails))
        await close_at_its_time(world, asked)
    assert risen['slots_total{outcome="failed"}'] == 1
    before = risen['slots_total{outcome="done"}']
    world.clock.move(minutes=2)
    with counting() as risen:
        await due.run_due(world.app, world.now)
    assert risen['slots_total{outcome="done"}'] == risen["slot_late_seconds_count"] >= 1
    assert risen["slot_late_seconds_sum"] >= 120
    assert before >= 0


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [(None, "sent"), (NotSent("not-yet"), "retried"), (NotSent("gone"), "dead")],
)
async def test_posts_are_counted_by_what_came_of_them(
    world: World, failure: NotSent | None, outcome: str
) -> None:
    platform = Recorder(world.app)
    await posting.deliver(world.app, platform)
    await opened(world)
    if failure is not None:
        platform.failures += [("before", failure)] * 5
    with counting() as risen:
        await posting.deliver(world.app, platform)
    assert risen[f'posts_total{{outcome="{outcome}"}}'] > 0
    for other in {"sent", "retried", "dead"} - {outcome}:
        assert risen[f'posts_total{{outcome="{other}"}}'] == 0


async def test_repaints_are_counted(world: World) -> None:
    platform = Recorder(world.app)
    asked = await opened(world)
    await posting.deliver(world.app, platform)
    for failure, outcome in ((None, "done"), (NotSent("not-yet"), "failed")):
        platform.paint_fails.extend([failure] * 2 if failure else [])
        world.app.stale |= {(world.community.id, asked.id), (world.community.id, 0)}
        with counting() as risen:
            await painting.repaint(world.app, platform)
        assert risen[f'repaints_total{{outcome="{outcome}"}}'] == 2


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Town]:
    async with one_context(living(tmp_path)) as ready:
        yield ready


async def busy(there: Town) -> None:
    """Answers, refusals and failures."""
    zebedee = there.newcomer(NAME)
    await start_project(there, f"{WORDS} project")
    await open_poll(there, f"{WORDS}?", OPTIONS, project=f"{WORDS} project")
    card = there.ballot(f"{WORDS}?")
    await vote(zebedee, card, OPTIONS[0])
    await press(zebedee, card, OPTIONS[1])
    await forge(zebedee, there.square, f"cp1:nothing:{zebedee.id}:{WORDS}")
    await forge(zebedee, there.square, f"cp1:vote:1:{WORDS}")
    await forge_form(zebedee, there.square, "cp1:project-start:0:both.", title=WORDS, level=WORDS, due=WORDS)
    there.client.router.handlers["privacy"] = _breaks
    await forge(zebedee, there.square, "cp1:privacy:1")
    for argument in ("0", WORDS):  # an answer and a refusal that come too late
        there.env.inject_error("POST", "/interactions/*/*/callback", status=404, code=10062)
        await forge(zebedee, there.square, f"cp1:vote:1:{argument}")
    await there.organiser.slash(there.square, "digest send")


async def _breaks(*_: object) -> None:
    raise RuntimeError(f"{NAME} said {WORDS}")


async def test_no_metric_says_who_where_or_what(there: Town) -> None:
    with counting() as risen:
        await busy(there)

    assert risen['answers_total{outcome="recorded"}'] >= 2
    assert risen['replies_total{outcome="ok"}'] > 5
    assert risen['replies_total{outcome="refused"}'] >= 2
    assert risen['replies_total{outcome="failed"}'] == 1
    assert risen["replies_lost_total"] == 2
    assert risen["reply_seconds_count"] == sum(
        risen[f'replies_total{{outcome="{outcome}"}}'] for outcome in ("ok", "refused", "failed")
    )
    text = metrics.exposed().decode()
    people = [there.organiser, there.officer, there.mayor, there.witness, *there.members.values()]
    canaries = [WORDS, NAME, *OPTIONS, "Canary", "Olive Reed", "Mill", str(there.guild.id)]
    canaries += [str(one.id) for one in people] + [str(there.say.id)]
    for canary in canaries:
        assert canary.casefold() not in text.casefold(), canary


def test_labels_come_from_a_fixed_list() -> None:
    labels = {found for name in shown() for found in re.findall(r'(\w+)="([^"]*)"', name)}
    assert {name for name, _ in labels} == {"outcome", "le", "version"}
    assert {value for name, value in labels if name == "outcome"} == OUTCOMES
    assert ("version", __version__) in labels


def test_every_metric_is_explained_to_operators() -> None:
    guide = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:folkmoot|process)_\w+)", guide))
    there = {re.sub(r"_(bucket|count|sum)?(\{.*)?$|\{.*$", "", name) for name in shown()}
    ours = {name for name in there if name.startswith("folkmoot_")}
    assert ours <= named, ours - named
    assert named <= there, named - there


def test_the_version_is_the_projects() -> None:
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert wiring.config_folder().name == "config"
