"""What the record has and the cards do not show yet: found after a crash, and after other processes."""

from __future__ import annotations

import pytest

from bot.services import answers, communities, due, initiatives, painting, people, posting
from bot.services.ports import App, NotSent
from tests.builders import BOTH_ENGINES, World, beginning, everywhere, export, open_poll, resident
from tests.recorder import Recorder, asked_of


async def all_shown(world: World, platform: Recorder) -> None:
    """Paint everything that is on the record so far."""
    await painting.notice(world.app, everywhere)
    await painting.repaint(world.app, platform)
    platform.painted.clear()


async def noticed(app: App) -> set[tuple[int, int]]:
    """What a process would paint that remembers nothing."""
    app.stale.clear()
    app.seen.clear()
    await painting.notice(app, everywhere)
    return set(app.stale)


@BOTH_ENGINES
async def test_an_answer_before_a_crash_is_painted_after_it(
    quiet: World, platform: Recorder, second: App
) -> None:
    asked, other = await asked_of(quiet, platform), await asked_of(quiet, platform)
    await all_shown(quiet, platform)
    assert await noticed(second) == set()

    await answers.answer(quiet.app, await resident(quiet, 1), asked.id, ["0"])
    here = quiet.community.id
    assert await noticed(second) == {(here, asked.id), (here, 0)}
    await painting.repaint(second, platform)
    assert platform.shown == {asked.id: 1}
    assert (here, other.id) not in platform.painted
    assert await noticed(second) == set()
    assert await noticed(quiet.app) == set()


@pytest.mark.parametrize("trouble", ["unknown", "limited", "forbidden"])
async def test_what_could_not_be_painted_is_not_forgotten(
    quiet: World, platform: Recorder, second: App, trouble: str
) -> None:
    asked, person = await asked_of(quiet, platform), await resident(quiet, 1)
    await all_shown(quiet, platform)
    await answers.answer(quiet.app, person, asked.id, ["0"])
    await painting.notice(quiet.app, everywhere)
    platform.paint_fails.extend([NotSent(trouble)] * 2)
    await painting.repaint(quiet.app, platform)
    assert (quiet.community.id, asked.id) in await noticed(second)


async def test_nothing_is_noticed_twice(quiet: World, platform: Recorder) -> None:
    asked, person = await asked_of(quiet, platform), await resident(quiet, 1)
    await answers.answer(quiet.app, person, asked.id, ["0"])
    await painting.notice(quiet.app, everywhere)
    quiet.app.stale = {(quiet.community.id, 99)}  # of which nothing is known: the rows stay unshown
    await painting.notice(quiet.app, everywhere)
    assert quiet.app.stale == {(quiet.community.id, 99)}


async def test_to_paint_leaves_no_row_on_the_record(quiet: World, platform: Recorder) -> None:
    await asked_of(quiet, platform)
    before = await export(quiet)
    await all_shown(quiet, platform)
    assert await noticed(quiet.app) == set()
    assert await export(quiet) == before


async def test_a_card_that_was_just_asked_for_is_not_painted_as_well(quiet: World) -> None:
    await painting.notice(quiet.app, everywhere)
    asked = await open_poll(quiet)
    assert (quiet.community.id, asked.id) not in await noticed(quiet.app)


async def test_an_overdue_promise_shows_on_the_cards_of_its_initiative(
    quiet: World, platform: Recorder, second: App
) -> None:
    late = await asked_of(quiet, platform, days=90)
    other = await initiatives.start(quiet.app, quiet.organiser, beginning(quiet.app, "Lights", due_ms=2**42))
    aside = await asked_of(quiet, platform, initiative=other.id, days=90)
    await all_shown(quiet, platform)
    quiet.clock.move(days=60)
    await due.run_due(second, second.clock.now_ms())  # in a process that does not serve the community
    marks = await noticed(quiet.app)
    assert (quiet.community.id, late.id) in marks
    assert (quiet.community.id, aside.id) not in marks


async def test_after_somebody_was_erased_every_open_card_may_be_wrong(
    quiet: World, platform: Recorder, second: App
) -> None:
    asked, person = await asked_of(quiet, platform), await resident(quiet, 1)
    await answers.answer(quiet.app, person, asked.id, ["0"])
    await all_shown(quiet, platform)
    await people.erase(quiet.app, person)
    assert (quiet.community.id, asked.id) in await noticed(second)


async def test_a_start_among_many_open_questions_paints_none(
    quiet: World, platform: Recorder, second: App
) -> None:
    asked = [await open_poll(quiet) for _ in range(30)]
    await posting.deliver(quiet.app, platform)
    await all_shown(quiet, platform)
    await answers.answer(quiet.app, await resident(quiet, 1), asked[7].id, ["0"])
    assert await noticed(second) == {(quiet.community.id, asked[7].id), (quiet.community.id, 0)}


@BOTH_ENGINES
@pytest.mark.parametrize("noticed_first", [True, False])
async def test_cards_show_what_they_missed_when_the_bot_comes_back(
    quiet: World, platform: Recorder, noticed_first: bool
) -> None:
    asked, person = await asked_of(quiet, platform), await resident(quiet, 1)
    await all_shown(quiet, platform)
    await answers.answer(quiet.app, person, asked.id, ["0"])
    if noticed_first:
        await painting.notice(quiet.app, everywhere)
    await communities.removed(quiet.app, "discord", "server-1")
    await all_shown(quiet, platform)
    assert platform.painted == []
    await communities.returned(quiet.app, "discord", "server-1")
    await painting.notice(quiet.app, everywhere)
    await painting.repaint(quiet.app, platform)
    assert platform.shown == {asked.id: 1}


@BOTH_ENGINES
async def test_what_another_process_serves_is_left_to_it_unless_nobody_paints(
    quiet: World, platform: Recorder
) -> None:
    asked = await asked_of(quiet, platform)
    await all_shown(quiet, platform)
    quiet.app.stale.clear()
    await answers.answer(quiet.app, await resident(quiet, 1), asked.id, ["0"])
    for later_s, marks in ((0, set()), (59, set()), (1, {asked.id, 0})):
        quiet.clock.move(seconds=later_s)
        await painting.notice(quiet.app, lambda where: where != quiet.community.platform_id)
        assert quiet.app.stale == {(quiet.community.id, which) for which in marks}
