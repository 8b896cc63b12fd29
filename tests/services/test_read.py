"""Votes, supports and follows stay with the words they were given to, and nothing is settled unread."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.domain.checkins import CheckIn
from bot.domain.contributions import Contribution, Fate
from bot.domain.people import Ages, Person, Standing
from bot.domain.refusals import Refusal
from bot.domain.rounds import DAY_MS, Round, State
from bot.domain.stages import Stage
from bot.domain.versions import Unread
from bot.domain.weighing import WEIGH
from bot.services import (
    checkins,
    communities,
    contributions,
    drafts,
    following,
    initiatives,
    meanings,
    merging,
    moderating,
    papers,
    rounds,
    supporting,
    trials,
    weighing,
)
from bot.store import contributions as stored
from tests.builders import (
    BOTH_ENGINES,
    ORGANISER,
    World,
    beginning,
    draft_poll,
    open_ask,
    residents,
    stranger,
)
from tests.services.test_weighing import open_weighing

OPEN_IT, CLOSE_IT = "Open the crossing.", "Close the crossing for good."


async def refused(doing: Awaitable[object]) -> str:
    """The code of the refusal of what is refused; '' where it is done."""
    try:
        await doing
    except Refusal as refusal:
        return refusal.code
    return ""


async def found(world: World, number: int) -> Contribution:
    async with world.app.database.reading() as tx:
        one = await stored.find(tx, world.community.id, number)
    assert one is not None
    return one


async def accepted(world: World, asked: Round, author: Person, words: str = OPEN_IT) -> int:
    made = await contributions.contribute(world.app, author, asked.id, [words])
    await moderating.accept(world.app, world.organiser, made.id)
    return made.id


@BOTH_ENGINES
async def test_what_somebody_else_has_answered_to_does_not_change(world: World) -> None:
    app, (author, other) = world.app, await residents(world, 2)
    asked = await open_ask(world)
    numbers = [await accepted(world, asked, author, f"{OPEN_IT} {place}") for place in range(6)]
    weighed = await open_weighing(world, source=asked.id)
    _, followed, supported, voted, own_follow, taken_back = numbers
    await following.follow(app, other, followed)
    await supporting.support(app, other, supported, yes=True)
    await weighing.vote(app, other, weighed.id, voted, "agree")
    await following.follow(app, author, own_follow)
    for yes in (True, False):
        await supporting.support(app, other, taken_back, yes=yes)
    codes = [
        await refused(contributions.add(app, author, one, "what", [f"{CLOSE_IT} {one}"])) for one in numbers
    ]
    stay = "contribution-answered"
    assert codes == ["", stay, stay, stay, "", ""]
    for one in (followed, supported, voted):
        assert (await contributions.own(app, author, one)).bound
        assert OPEN_IT in str((await found(world, one)).said)
        assert await refused(contributions.add(app, author, one, "who", ["Me."])) == stay
        same = (await found(world, one)).said
        assert same is not None
        assert await refused(contributions.add(app, author, one, "what", same["what"])) == ""


@BOTH_ENGINES
async def test_what_stands_on_printed_forms_does_not_change(world: World) -> None:
    app, (author,) = world.app, await residents(world, 1)
    asked = await open_ask(world)
    number = await accepted(world, asked, author)
    weighed = await open_weighing(world, source=asked.id)
    assert not (await contributions.own(app, author, number)).bound
    await papers.mint(app, world.organiser, weighed.id, 3)
    assert await refused(contributions.add(app, author, number, "what", [CLOSE_IT])) == (
        "contribution-answered"
    )


@BOTH_ENGINES
async def test_bound_words_are_told_as_a_new_idea_with_all_else_that_it_said(world: World) -> None:
    app, (author, other) = world.app, await residents(world, 2)
    asked = await open_ask(world)
    number = await accepted(world, asked, author)
    await contributions.add(app, author, number, "who", ["Children."])
    await moderating.accept(app, world.organiser, number)
    await supporting.support(app, other, number, yes=True)
    made = await contributions.anew(app, author, number, "what", [CLOSE_IT])
    assert made.said == {"what": (CLOSE_IT,), "who": ("Children.",)}
    assert (made.id, made.state, made.person) == (
        number + 1,
        Fate.RECEIVED,
        (await found(world, number)).person,
    )
    assert (await found(world, number)).said == {"what": (OPEN_IT,), "who": ("Children.",)}
    assert ((await found(world, number)).supporters, made.supporters) == (1, 0)
    again = await contributions.anew(app, author, number, "what", [CLOSE_IT])
    assert again.id == made.id, "sent twice"
    assert await refused(contributions.anew(app, other, number, "what", ["No."])) == "contribution-unknown"


@BOTH_ENGINES
async def test_who_answers_while_the_words_change_answers_to_what_they_read(world: World) -> None:
    app, (author, other) = world.app, await residents(world, 2)
    asked = await open_ask(world)
    for way in ("support", "follow", "vote"):
        number = await accepted(world, asked, author, f"{OPEN_IT} {way}")
        weighed = await open_weighing(world, source=asked.id)
        read = (await found(world, number)).words

        async def press(
            way: str = way, number: int = number, read: str = read, which: int = weighed.id
        ) -> object:
            if way == "support":
                return await supporting.support(app, other, number, yes=True, seen=read)
            if way == "follow":
                return await following.follow(app, other, number, read)
            return await weighing.vote(app, other, which, number, "agree", read)

        codes = await asyncio.gather(
            refused(press()), refused(contributions.add(app, author, number, "what", [f"{CLOSE_IT} {way}"]))
        )
        assert sorted(map(bool, codes)) == [False, True], "one of the two was refused"
        if not codes[0]:  # what they read is what it still says
            assert OPEN_IT in str((await found(world, number)).said)
        else:
            await moderating.accept(app, world.organiser, number)
            with pytest.raises(Unread):
                await press()


@BOTH_ENGINES
async def test_of_two_moderators_at_one_card_one_decides_and_the_other_reads_what_happened(
    world: World,
) -> None:
    app, (author,) = world.app, await residents(world, 1)
    other = stranger(world, "other", ORGANISER)
    asked = await open_ask(world)
    made = await contributions.contribute(app, author, asked.id, [OPEN_IT])
    seen = (await found(world, made.id)).review
    codes = await asyncio.gather(
        refused(moderating.accept(app, world.organiser, made.id, seen)),
        refused(moderating.decline(app, other, made.id, "unclear", "received", seen)),
    )
    assert sorted(codes) == ["", "contribution-settled"]
    next_one = await contributions.contribute(app, author, asked.id, [CLOSE_IT])
    seen = (await found(world, next_one.id)).review
    codes = await asyncio.gather(
        refused(moderating.ask_author(app, world.organiser, next_one.id, "Where?", seen)),
        refused(moderating.ask_author(app, other, next_one.id, "When?", seen)),
    )
    assert sorted(codes) == ["", "words-changed"]


@BOTH_ENGINES
async def test_a_moderator_reads_what_was_changed_and_how_many_support_it(world: World) -> None:
    app, (author,) = world.app, await residents(world, 1)
    asked = await open_ask(world)
    number = await accepted(world, asked, author)
    world.clock.move(minutes=1)
    for words in ("One.", CLOSE_IT):
        await contributions.add(app, author, number, "what", [words])
    held = await moderating.next_waiting(app, world.organiser)
    assert held is not None
    assert held.contribution.said == {"what": (CLOSE_IT,)}
    assert held.before == {"what": (OPEN_IT,)}, "what a moderator read last"


@BOTH_ENGINES
async def test_ideas_are_joined_and_taken_apart_as_they_were_read(world: World) -> None:
    app, (one, two) = world.app, await residents(world, 2)
    asked, organiser = await open_ask(world), world.organiser
    first, second = await accepted(world, asked, one), await accepted(world, asked, two, "A bridge.")
    seen = merging.together(await merging.to_merge(app, organiser, [first, second]))
    await contributions.add(app, two, second, "what", [CLOSE_IT])
    with pytest.raises(Unread):
        await merging.merge(app, organiser, [first, second], "A way across.", seen)
    seen = merging.together(await merging.to_merge(app, organiser, [second, first]))
    made = await merging.merge(app, organiser, [first, second], "A way across.", seen)
    family = await merging.to_undo(app, organiser, made.id)
    assert [each.id for each in family] == [first, second, made.id]
    for undone in (
        merging.undo(app, organiser, made.id, "vAAAAAAAAAAAA"),
        merging.object_to(app, one, first, "vAAAAAAAAAAAA"),
        contributions.withdraw(app, one, first, "vAAAAAAAAAAAA"),
    ):
        with pytest.raises(Unread):
            await undone


@BOTH_ENGINES
async def test_a_draft_is_published_tried_and_thrown_away_as_its_organiser_saw_it(world: World) -> None:
    app, other = world.app, stranger(world, "other", ORGANISER)
    draft = await draft_poll(world)

    async def version(which: int) -> str:
        return (await rounds.look(app, world.community.id, which)).version

    changes: list[dict[str, Any]] = [
        {"question": "Where, then?"}, {"options": ["Here", "There"]}, {"closes_ms": draft.closes_ms + 1},
        {"kind": "approve"}, {"stage": Stage.DECIDE}, {"audience": frozenset({Standing.OFFICER})},
        {"quorum": 3}, {"show_of_hands": True}, {"show_of_hands": False, "sealed": True},
        {"reason": "It must be so."}, {"channel": "elsewhere"},
    ]  # fmt: skip
    for one in changes:
        seen = await version(draft.id)
        await drafts.change(app, other, draft.id, **one)
        for press in (
            drafts.publish(app, world.organiser, draft.id, seen),
            drafts.discard(app, world.organiser, draft.id, seen),
            trials.ask(app, world.organiser, draft.id, seen=seen),
        ):
            assert await refused(press) == "words-changed", one
    assert (await drafts.publish(app, world.organiser, draft.id, await version(draft.id))).state is State.OPEN

    for_adults = beginning(app, "For adults", ages=Ages.ADULTS)
    on = await initiatives.start(app, world.organiser, for_adults)
    weighed = await drafts.begin(app, world.organiser, on.id, WEIGH)
    for change in (
        drafts.change(app, other, weighed.id, question="Where do you stand?", closes_ms=draft.closes_ms),
        weighing.add(app, other, weighed.id, [OPEN_IT]),
        weighing.add(app, other, weighed.id, [CLOSE_IT]),
        communities.set_up(app, Person(world.community.id, "owner", can_set_up=True), moderation="after"),
    ):
        seen = await version(weighed.id)
        await change
        assert await refused(drafts.publish(app, world.organiser, weighed.id, seen)) == "words-changed"
    for number in (await rounds.look(app, world.community.id, weighed.id)).written:
        assert number.said is not None, "the draft's card shows what would be published"


@BOTH_ENGINES
async def test_a_check_in_starts_and_officials_speak_on_what_they_saw(world: World) -> None:
    app, other = world.app, stranger(world, "other", ORGANISER)
    there = app.ready_checkins["there"]
    made = await checkins.begin(
        app, world.organiser, world.initiative.id, there.purpose, there.question, there.form,
        "every Monday 9am", 3 * DAY_MS,
    )  # fmt: skip
    seen = made.version
    changes: list[Callable[[], Awaitable[CheckIn]]] = [
        lambda: checkins.change(app, other, made.id, question="Is it there?"),
        lambda: checkins.change(app, other, made.id, words="every Tuesday 9am"),
        lambda: checkins.change(app, other, made.id, direct=True),
        lambda: checkins.state_it(app, other, made.id, 0, "All done."),
        lambda: checkins.state_it(app, other, made.id, 1, "Not yet."),
    ]
    for change in changes:
        after = await change()
        assert after.version != seen
        for press in (
            checkins.start(app, world.organiser, made.id, seen),
            checkins.discard(app, world.organiser, made.id, seen),
            checkins.state_it(app, world.organiser, made.id, 0, "Done.", seen),
        ):
            assert await refused(press) == "words-changed"
        seen = after.version
    assert (await checkins.start(app, world.organiser, made.id, seen)).state == "running"


@BOTH_ENGINES
async def test_a_word_is_explained_anew_and_removed_as_it_was_read(world: World) -> None:
    app, other = world.app, stranger(world, "other", ORGANISER)
    first = await meanings.explain(app, world.organiser, "LTN", "A street for people.", "")
    await meanings.explain(app, other, "LTN", "A street with few cars.", first.version)
    for press in (
        meanings.explain(app, world.organiser, "ltn", "A street.", first.version),
        meanings.remove(app, world.organiser, first.id, first.version),
    ):
        assert await refused(press) == "words-changed"
    assert await refused(meanings.explain(app, other, "LTN", "A street.", "")) == "words-first"
    now = await meanings.look(app, other, first.id)
    assert (await meanings.remove(app, other, first.id, now.version)).meaning == "A street with few cars."
