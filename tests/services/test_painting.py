"""Painting: cards end up in their last state, whatever happens, and there is never a storm."""

from __future__ import annotations

import asyncio

import pytest

from bot.services import answers, communities, painting, posting, rounds
from bot.services.ports import NotSent
from tests.builders import BOTH_ENGINES, World, close_at_its_time, everywhere, resident
from tests.recorder import Recorder, asked_of


async def test_a_card_that_changed_often_is_painted_once_in_its_last_state(
    quiet: World, platform: Recorder
) -> None:
    asked = await asked_of(quiet, platform)
    for number in range(5):
        await answers.answer(quiet.app, await resident(quiet, number), asked.id, ["0"])
    await painting.notice(quiet.app, everywhere)
    await painting.repaint(quiet.app, platform)
    assert platform.painted.count((quiet.community.id, asked.id)) == 1
    assert platform.shown == {asked.id: 5}
    assert quiet.app.stale == set()


@pytest.mark.parametrize("trouble", ["unknown", "limited"])
async def test_a_card_that_could_not_be_painted_still_gets_its_last_state(
    quiet: World, platform: Recorder, trouble: str
) -> None:
    asked, person = await asked_of(quiet, platform), await resident(quiet, 1)
    await answers.answer(quiet.app, person, asked.id, ["0"])
    quiet.app.stale = {(quiet.community.id, asked.id)}
    platform.paint_fails.append(NotSent(trouble))
    await painting.repaint(quiet.app, platform)
    assert platform.shown == {}
    await painting.repaint(quiet.app, platform)
    assert platform.shown == {asked.id: 1}


@BOTH_ENGINES
async def test_an_answer_while_a_card_is_painted_marks_it_again(quiet: World, platform: Recorder) -> None:
    asked, person = await asked_of(quiet, platform), await resident(quiet, 1)
    quiet.app.stale = {(quiet.community.id, asked.id)}
    under_way = asyncio.create_task(painting.repaint(quiet.app, platform))
    await platform.has_painted.wait()
    await answers.answer(quiet.app, person, asked.id, ["0"])
    await under_way
    await painting.notice(quiet.app, everywhere)
    await painting.repaint(quiet.app, platform)
    assert platform.shown == {asked.id: 1}


@BOTH_ENGINES
async def test_a_round_whose_card_was_deleted_goes_on(quiet: World, platform: Recorder) -> None:
    asked, person = await asked_of(quiet, platform), await resident(quiet, 1)
    quiet.app.stale = {(quiet.community.id, asked.id)}
    platform.paint_fails.append(NotSent("gone"))
    await painting.repaint(quiet.app, platform)
    assert (await rounds.look(quiet.app, quiet.community.id, asked.id)).round.message == ""
    await answers.answer(quiet.app, person, asked.id, ["0"])
    await close_at_its_time(quiet, asked)
    await posting.deliver(quiet.app, platform)
    assert "result" in platform.cards()


async def test_have_your_say_comes_again_when_it_was_deleted(quiet: World, platform: Recorder) -> None:
    platform.messages.clear()
    quiet.app.stale = {(quiet.community.id, 0)}
    platform.paint_fails.append(NotSent("gone"))
    for _ in range(2):
        await painting.repaint(quiet.app, platform)
    await posting.deliver(quiet.app, platform)
    assert platform.cards() == ["say"]


async def test_a_forbidden_card_is_left_alone_for_a_while_and_then_painted(
    quiet: World, platform: Recorder
) -> None:
    asked = await asked_of(quiet, platform)
    mark = (quiet.community.id, asked.id)
    quiet.app.stale = {mark}
    platform.paint_fails.append(NotSent("forbidden"))
    for _ in range(3):
        await painting.repaint(quiet.app, platform)
    assert platform.painted == []
    quiet.clock.move(minutes=10)
    await painting.repaint(quiet.app, platform)
    assert platform.painted == [mark]


async def test_nothing_is_painted_where_the_bot_was_removed(quiet: World, platform: Recorder) -> None:
    asked = await asked_of(quiet, platform)
    await communities.removed(quiet.app, "discord", "server-1")
    quiet.app.stale = {(quiet.community.id, asked.id)}
    await painting.repaint(quiet.app, platform)
    assert platform.painted == []


async def test_a_day_of_forbidden_cards_is_a_handful_of_edits(quiet: World, platform: Recorder) -> None:
    asked = await asked_of(quiet, platform)
    mark = (quiet.community.id, asked.id)
    platform.paint_fails.extend(NotSent("forbidden") for _ in range(1000))
    for _ in range(24 * 60):
        quiet.app.stale.add(mark)
        await painting.repaint(quiet.app, platform)
        quiet.clock.move(minutes=1)
    assert 3 < 1000 - len(platform.paint_fails) <= 8
    assert quiet.app.stale == {mark}

    platform.paint_fails.clear()
    await painting.repaint(quiet.app, platform)
    assert platform.painted == []
    quiet.app.rests.forgive(quiet.community.id)  # as when an organiser has something posted again
    quiet.app.rests.worked(asked.channel)
    await painting.repaint(quiet.app, platform)
    assert platform.painted == [mark]


async def test_a_card_that_fails_for_ever_is_left_alone_in_the_end(quiet: World, platform: Recorder) -> None:
    asked = await asked_of(quiet, platform)
    quiet.app.stale = {(quiet.community.id, asked.id)}
    platform.paint_fails.extend(NotSent("unknown") for _ in range(100))
    for _ in range(50):
        await painting.repaint(quiet.app, platform)
    assert 100 - len(platform.paint_fails) == painting.QUICK + 1
    assert quiet.app.stale


async def test_a_card_that_can_not_be_made_holds_up_no_other(
    quiet: World, platform: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    asked = [await asked_of(quiet, platform) for _ in range(2)]
    quiet.app.stale = {(quiet.community.id, one.id) for one in asked}
    platform.paint_fails.append(KeyError("no such wording"))  # type: ignore[arg-type]
    await painting.repaint(quiet.app, platform)
    await painting.repaint(quiet.app, platform)
    assert len(platform.painted) == 1
    assert caplog.text.count("could not be made") == 1


async def test_a_pass_ends_and_the_next_goes_on(
    quiet: World, platform: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await asked_of(quiet, platform)
    quiet.app.stale = {(quiet.community.id, asked.id)}
    monkeypatch.setattr(posting, "PASS_S", 0.0)
    quiet.app.wake.clear()
    await painting.repaint(quiet.app, platform)
    assert (platform.painted, quiet.app.wake.is_set()) == ([], True)
    monkeypatch.undo()
    await painting.repaint(quiet.app, platform)
    assert platform.painted == [(quiet.community.id, asked.id)]
