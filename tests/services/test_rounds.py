"""Rounds: drafted in private, published whole, closed or cancelled in the open."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.people import Person, Standing
from bot.domain.refusals import Refusal
from bot.domain.rounds import DAY_MS, State
from bot.domain.stages import Stage
from bot.services import answers, communities, desk, drafts, initiatives, records, rounds
from bot.store import rounds as stored
from tests.builders import (
    BOTH_ENGINES,
    COUNCILLOR,
    HARD,
    MODERATORS,
    OFFICER,
    SAY,
    HandClock,
    World,
    close_at_its_time,
    draft_poll,
    export,
    open_app,
    open_poll,
    outbox_of,
    resident,
    residents,
    row_of,
    set_up,
    stranger,
)

REASON = "The school asked for it, because of the road works."


async def refusal_of(act: Awaitable[object]) -> str:
    with pytest.raises(Refusal) as refusal:
        await act
    return refusal.value.code


async def look(world: World, which: int) -> rounds.Look:
    return await rounds.look(world.app, world.community.id, which)


async def last_said(world: World, act: str) -> Any:
    line = [line for line in await export(world) if f'"{act}"' in line][-1]
    return row_of(line)["words"]["said"]


async def test_a_draft_starts_at_the_initiatives_stage(world: World) -> None:
    app, organiser = world.app, world.organiser
    await initiatives.move_stage(app, organiser, world.initiative.id, Stage.OPTIONS, "Done.")
    begun = await drafts.begin(app, organiser, world.initiative.id, "approve")
    assert (begun.state, begun.stage, begun.channel, begun.kind) == (
        State.DRAFT,
        Stage.OPTIONS,
        SAY,
        "approve",
    )
    assert (await look(world, begun.id)).round == begun


async def test_a_draft_of_an_unknown_kind_or_initiative_is_refused(world: World) -> None:
    app, organiser = world.app, world.organiser
    assert await refusal_of(drafts.begin(app, organiser, world.initiative.id, "lottery")) == "kind-unknown"
    assert await refusal_of(drafts.begin(app, organiser, 99, "pick")) == "initiative-unknown"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"question": ""}, "question-empty"),
        ({"question": "\u200b \n"}, "question-empty"),
        ({"question": "x" * 301}, "question-too-long"),
        ({"options": []}, "options-too-few"),
        ({"options": ["One"]}, "options-too-few"),
        ({"options": ["One", " "]}, "option-empty"),
        ({"options": ["One", "x" * 151]}, "option-too-long"),
        ({"options": ["One", "Two", "  oNe "]}, "option-doubled"),
        ({"options": [str(n) for n in range(21)]}, "options-too-many"),
        ({"closes_ms": 1}, "closing-past"),
        ({"kind": "lottery"}, "kind-unknown"),
        ({"quorum": -1}, "quorum-unreadable"),
    ],
)
async def test_a_change_that_breaks_a_rule_is_refused(
    world: World, changes: dict[str, Any], code: str
) -> None:
    made = await draft_poll(world)
    assert await refusal_of(drafts.change(world.app, world.organiser, made.id, **changes)) == code
    assert (await look(world, made.id)).round == made


@BOTH_ENGINES
async def test_a_change_is_kept_as_people_will_read_it(world: World) -> None:
    changes = {
        "question": " Where?\u202e ", "options": ["  By the\n school ", "By  the park"], "quorum": 9,
        "show_of_hands": True, "audience": frozenset({Standing.OFFICER, Standing.PARTNER}), "kind": "approve",
        "stage": Stage.DECIDE, "reason": REASON,
    }  # fmt: skip
    made = await draft_poll(world)
    changed = await drafts.change(world.app, world.organiser, made.id, **changes)
    assert (changed.question, changed.options) == ("Where?", ("By the school", "By the park"))
    assert (await look(world, made.id)).round == changed


async def lacking(world: World, **columns: Any) -> int:
    """A draft with columns as no service would leave them."""
    made = await draft_poll(world)
    number = world.community.id
    await world.app.database.writer.run(lambda tx: stored.change(tx, number, made.id, **columns))
    return made.id


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"question": ""}, "question-empty"),
        ({"options": ()}, "options-too-few"),
        ({"closes_ms": 0}, "closing-missing"),
        ({"closes_ms": 1}, "closing-past"),
        ({"channel": ""}, "say-channel-missing"),
    ],
)
async def test_a_draft_that_lacks_something_is_not_published(
    world: World, columns: dict[str, Any], code: str
) -> None:
    which = await lacking(world, **columns)
    assert await refusal_of(drafts.publish(world.app, world.organiser, which)) == code
    assert (await look(world, which)).round.state is State.DRAFT
    assert await outbox_of(world, "round") == []


@pytest.mark.parametrize(("stage", "days"), [(Stage.DEFINE, 7), (Stage.DECIDE, 14)])
async def test_a_short_round_needs_a_public_reason(world: World, stage: Stage, days: int) -> None:
    app, organiser = world.app, world.organiser
    if stage is Stage.DECIDE:
        await initiatives.move_stage(app, organiser, world.initiative.id, stage, REASON)
    enough = await draft_poll(world, days=days)
    short = await draft_poll(world, days=days - 1 / 86_400)
    await drafts.publish(app, organiser, enough.id)
    with pytest.raises(Refusal) as refusal:
        await drafts.publish(app, organiser, short.id)
    assert (refusal.value.code, refusal.value.facts) == ("reason-short", {"days": days})
    await drafts.change(app, organiser, short.id, reason=REASON)
    assert (await drafts.publish(app, organiser, short.id)).reason == REASON
    assert (await last_said(world, "round-opened"))["reason"] == REASON


async def test_a_round_ahead_of_its_stage_needs_a_public_reason(world: World) -> None:
    app, organiser = world.app, world.organiser
    ahead = await draft_poll(world, days=20, stage=Stage.OPTIONS)
    with pytest.raises(Refusal) as refusal:
        await drafts.publish(app, organiser, ahead.id)
    assert refusal.value.code == "reason-stage"
    assert refusal.value.facts == {"stage": "options", "reached": "define"}
    await initiatives.move_stage(app, organiser, world.initiative.id, Stage.OPTIONS, "Done.")
    await drafts.publish(app, organiser, ahead.id)
    behind = await draft_poll(world, stage=Stage.DEFINE)
    await drafts.publish(app, organiser, behind.id)


async def test_a_round_that_is_hard_to_read_needs_a_public_reason(world: World) -> None:
    app, organiser = world.app, world.organiser
    hard = await draft_poll(world, question=HARD)
    with pytest.raises(Refusal) as refusal:
        await drafts.publish(app, organiser, hard.id)
    assert (refusal.value.code, refusal.value.facts["limit"]) == ("reason-plain", 14)
    assert (await look(world, hard.id)).round.state is State.DRAFT
    await drafts.change(app, organiser, hard.id, reason=REASON)
    assert (await drafts.publish(app, organiser, hard.id)).reason == REASON
    assert (await last_said(world, "round-opened"))["reason"] == REASON


async def test_the_settings_say_from_which_reading_age_on(world: World, clock: HandClock) -> None:
    chosen = replace(world.app.settings, rounds=replace(world.app.settings.rounds, reading_age_limit=0))
    unasked = await open_app(world.app.settings.database, clock, chosen)
    try:
        made = await draft_poll(world, question=HARD)
        await drafts.publish(unasked, world.organiser, made.id)
    finally:
        await unasked.database.close()


async def test_only_english_communities_are_asked_about_their_reading_age(world: World) -> None:
    owner = Person(world.community.id, "owner", can_set_up=True)
    await communities.set_up(world.app, owner, language="cy")
    await open_poll(world, question=HARD)


async def test_what_is_published_is_frozen(world: World) -> None:
    app, organiser = world.app, world.organiser
    asked = await open_poll(world)
    assert asked.opened_ms == world.now
    assert await refusal_of(drafts.change(app, organiser, asked.id, question="Why?")) == "draft-not-open"
    assert await refusal_of(drafts.publish(app, organiser, asked.id)) == "draft-published"
    assert await refusal_of(drafts.discard(app, organiser, asked.id)) == "draft-not-open"
    assert (await look(world, asked.id)).round == asked
    assert [post.facts["round"] for post in await outbox_of(world, "round")] == [asked.id]
    said = await last_said(world, "round-opened")
    assert (said["question"], said["closes_ms"]) == (asked.question, asked.closes_ms)
    assert said["options"] == list(asked.options)


async def test_a_discarded_draft_is_gone(world: World) -> None:
    app, organiser = world.app, world.organiser
    made = await draft_poll(world)
    await drafts.discard(app, organiser, made.id)
    for act in (
        drafts.publish(app, organiser, made.id),
        drafts.change(app, organiser, made.id, quorum=1),
        drafts.discard(app, organiser, made.id),
    ):
        assert await refusal_of(act) == "draft-not-open"
    assert await refusal_of(drafts.publish(app, organiser, 99)) == "draft-not-open"


ACTS: dict[str, Callable[[World, Person, int], Awaitable[object]]] = {
    "draft": lambda w, who, _: drafts.begin(w.app, who, w.initiative.id, "pick"),
    "change": lambda w, who, which: drafts.change(w.app, who, which, question="Why?"),
    "publish": lambda w, who, which: drafts.publish(w.app, who, which),
    "discard": lambda w, who, which: drafts.discard(w.app, who, which),
    "close early": lambda w, who, which: rounds.close_early(w.app, who, which, REASON),
    "cancel": lambda w, who, which: rounds.cancel(w.app, who, which, REASON),
    "results": lambda w, who, which: records.results(w.app, who, which),
    "desk": lambda w, who, _: desk.desk(w.app, who),
}


@pytest.mark.parametrize("act", ACTS)
async def test_only_organisers_of_the_community_may(world: World, act: str) -> None:
    made = await (open_poll(world) if act in ("close early", "cancel", "results") else draft_poll(world))
    people = [stranger(world, 1), stranger(world, 2, OFFICER, COUNCILLOR)]
    for person in [*people, Person(world.community.id, world.organiser.platform_id)]:
        assert await refusal_of(ACTS[act](world, person, made.id)) == "organisers-only"
    assert (await look(world, made.id)).round == made


async def test_another_communitys_organiser_reaches_nothing(world: World) -> None:
    other = await set_up(world.app, "server-2")
    made, asked = await draft_poll(world), await open_poll(world)
    for act in ("change", "publish", "discard"):
        assert await refusal_of(ACTS[act](other, other.organiser, made.id)) == "draft-not-open"
    for act in ("close early", "cancel", "results"):
        assert await refusal_of(ACTS[act](other, other.organiser, asked.id)) == "round-unknown"
    assert await refusal_of(look(other, asked.id)) == "round-unknown"


async def test_closing_early_needs_a_public_reason_and_gives_the_result(world: World) -> None:
    app, organiser = world.app, world.organiser
    asked = await open_poll(world)
    for person in await residents(world, 3):
        await answers.answer(app, person, asked.id, ["2"])
    world.clock.move(days=2)
    assert await refusal_of(rounds.close_early(app, organiser, asked.id, " ")) == "end-reason-missing"
    assert await refusal_of(rounds.close_early(app, organiser, asked.id, "x" * 1001)) == "words-too-long"
    await rounds.close_early(app, organiser, asked.id, REASON)
    seen = await look(world, asked.id)
    assert (seen.round.state, seen.round.end_reason) == (State.CLOSED, REASON)
    assert seen.round.closed_ms == world.now
    assert seen.result is not None
    assert seen.result.counts == (0, 0, 3)
    assert await last_said(world, "round-closed-early") == {"reason": REASON}
    assert len(await outbox_of(world, "result")) == 1
    assert await outbox_of(world, "late") == []


@BOTH_ENGINES
async def test_nobody_sees_how_a_cancelled_round_stood(world: World) -> None:
    app, organiser = world.app, world.organiser
    asked = await open_poll(world, show_of_hands=True)
    for person in await residents(world, 3):
        await answers.answer(app, person, asked.id, ["2"])
    assert await refusal_of(rounds.cancel(app, organiser, asked.id, "")) == "end-reason-missing"
    await rounds.cancel(app, organiser, asked.id, REASON)
    seen = await look(world, asked.id)
    assert (seen.round.state, seen.round.end_reason) == (State.CANCELLED, REASON)
    assert (seen.counts, seen.result) == (None, None)
    assert await refusal_of(records.results(app, organiser, asked.id)) == "results-never"
    assert await outbox_of(world, "result") == []
    assert [post.facts["round"] for post in await outbox_of(world, "cancelled")] == [asked.id]


@BOTH_ENGINES
async def test_what_is_over_cannot_end_again(world: World) -> None:
    app, organiser = world.app, world.organiser
    closed, cancelled, made = await open_poll(world), await open_poll(world), await draft_poll(world)
    await rounds.close_early(app, organiser, closed.id, REASON)
    await rounds.cancel(app, organiser, cancelled.id, REASON)
    for which in (closed.id, cancelled.id, made.id):
        assert await refusal_of(rounds.close_early(app, organiser, which, REASON)) == "round-over"
        assert await refusal_of(rounds.cancel(app, organiser, which, REASON)) == "round-over"
    assert await refusal_of(rounds.cancel(app, organiser, 99, REASON)) == "round-unknown"


async def test_counts_are_shown_before_the_close_only_in_a_show_of_hands(world: World) -> None:
    hands, plain = await open_poll(world, show_of_hands=True), await open_poll(world)
    for person in await residents(world, 2):
        await answers.answer(world.app, person, hands.id, ["1"])
        await answers.answer(world.app, person, plain.id, ["1"])
    assert (await look(world, hands.id)).counts == (0, 2, 0)
    seen = await look(world, plain.id)
    assert (seen.counts, seen.result, seen.answers) == (None, None, 2)
    assert await refusal_of(records.results(world.app, world.organiser, plain.id)) == "results-later"


@BOTH_ENGINES
async def test_a_result_is_kept_as_it_was_with_quorum_and_groups(world: World) -> None:
    asked = await open_poll(world, quorum=10)
    for number in range(9):
        person = await resident(world, number, *([OFFICER] if number < 2 else []))
        await answers.answer(world.app, person, asked.id, [str(number % 2)])
    await close_at_its_time(world, asked)
    tally = (await look(world, asked.id)).result
    assert tally is not None
    assert (tally.counts, tally.answers, tally.quorum_met) == ((5, 4, 0), 9, False)
    assert tally.leaders == (0,)
    assert tally.standings == {}  # 7 residents of 9 would give away the 2 officers


@BOTH_ENGINES
async def test_results_as_files_hold_no_authors_and_no_formulas(world: World) -> None:
    asked = await open_poll(world, question="What should go?", options=["=1+1", "@here, it's free"])
    person = await resident(world, "canary-77")
    await answers.answer(world.app, person, asked.id, ["0"])
    await close_at_its_time(world, asked)
    files = await records.results(world.app, world.organiser, asked.id)
    assert set(files) == {f"result-{asked.id}.csv", f"result-{asked.id}.json"}
    table = files[f"result-{asked.id}.csv"].decode("utf-8-sig")
    about = f"What should go?,{asked.opened_ms},{asked.closes_ms},{asked.closes_ms}"
    assert table.split("\r\n") == [
        "option,people,people_chat,people_offline,question,opened_ms,closes_ms,closed_ms",
        f"'=1+1,1,,,{about}", f"\"'@here, it's free\",0,,,{about}", "",
    ]  # fmt: skip
    facts = json.loads(files[f"result-{asked.id}.json"])
    assert (facts["counts"], facts["closed_ms"]) == ([1, 0], asked.closes_ms)
    assert b"canary" not in b"".join(files.values())


@BOTH_ENGINES
async def test_the_desk_shows_what_needs_an_organiser(world: World) -> None:
    made, asked = await draft_poll(world), await open_poll(world)
    world.clock.move(days=61)
    shown = await desk.desk(world.app, world.organiser)
    assert [one.id for one in shown.drafts] == [made.id]
    assert [one.id for one in shown.open] == [asked.id]
    assert [(on.id, overdue) for on, _, overdue in shown.owed] == [(world.initiative.id, True)]
    assert shown.lacking == ()
    assert shown.next_digest_ms is not None


async def test_an_overdue_promise_shows_beside_its_rounds(world: World) -> None:
    asked = await open_poll(world, days=100)
    assert not (await look(world, asked.id)).overdue
    world.clock.move(days=60)
    assert (await look(world, asked.id)).overdue


@BOTH_ENGINES
async def test_a_round_can_live_in_a_channel_of_its_own(world: World) -> None:
    asked = await open_poll(world, channel="thread-7")
    assert [post.target for post in await outbox_of(world, "round")] == ["thread-7"]
    await close_at_its_time(world, asked)
    assert [post.target for post in await outbox_of(world, "result")] == ["thread-7"]
    assert MODERATORS not in {post.target for post in await outbox_of(world, "result")}


@BOTH_ENGINES
async def test_rounds_are_listed_by_state_the_next_to_close_first(world: World) -> None:
    later, sooner = await open_poll(world, days=20), await open_poll(world, days=10)
    await draft_poll(world)
    listed = await rounds.listing(world.app, world.community.id, State.OPEN)
    assert [one.id for one in listed] == [sooner.id, later.id]
    assert sooner.closes_ms - world.now == 10 * DAY_MS


async def test_a_community_without_a_channel_can_draft_but_not_publish(world: World) -> None:
    owner = Person(world.community.id, "owner", can_set_up=True)
    await communities.set_up(world.app, owner, say_channel="")
    made = await draft_poll(world)
    assert await refusal_of(drafts.publish(world.app, world.organiser, made.id)) == "say-channel-missing"
