"""Initiatives: started by organisers, moved in the open, promised and kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.domain.initiatives import Life
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import DAY_MS
from bot.domain.stages import Stage
from bot.services import drafts, initiatives, my_data, painting, people, promises, rounds
from bot.services.initiatives import Standing
from tests.builders import (
    BOTH_ENGINES,
    COUNCILLOR,
    OFFICER,
    SAY,
    World,
    beginning,
    draft_poll,
    everywhere,
    export,
    open_poll,
    outbox_of,
    resident,
    row_of,
    set_up,
    stranger,
)

REASON = "The residents' meeting asked us to."


async def standing(world: World, which: int = 0) -> Standing:
    which = which or world.initiative.id
    listed = await initiatives.listing(world.app, world.community.id)
    return next(one for one in listed if one.initiative.id == which)


async def refusal_of(act: Awaitable[object]) -> str:
    with pytest.raises(Refusal) as refusal:
        await act
    return refusal.value.code


async def last_said(world: World, act: str) -> Any:
    """What the record discloses of the last such act."""
    line = [line for line in await export(world) if f'"{act}"' in line][-1]
    return row_of(line)["words"]["said"]


async def test_who_starts_an_initiative_leads_it(world: World) -> None:
    new = beginning(world.app, "  Quiet \n streets ", deputy="user-7")
    made = await initiatives.start(world.app, world.organiser, new)
    lead = await people.find(world.app, world.organiser)
    deputy = await people.find(world.app, stranger(world, 7))
    assert lead is not None
    assert deputy is not None
    assert (made.title, made.stage, made.life) == ("Quiet streets", Stage.DEFINE, Life.OPEN)
    assert (made.lead, made.deputy) == (lead.id, deputy.id)
    promise = (await standing(world, made.id)).promise
    assert promise is not None
    assert (promise.fixed, promise.decides) == ("The budget of 40,000 pounds.", "The transport committee")
    assert (await last_said(world, "initiative-started"))["title"] == "Quiet streets"
    assert [post.target for post in await outbox_of(world, "initiative")] == [SAY, SAY]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": ""}, "title-empty"),
        ({"title": "\u200b"}, "title-empty"),
        ({"title": "x" * 81}, "title-too-long"),
        ({"title": "safer WALK to Mill Road School"}, "title-taken"),
        ({"fixed": " "}, "fixed-missing"),
        ({"decides": ""}, "decides-missing"),
        ({"decides": "x" * 1001}, "words-too-long"),
        ({"due_ms": 0}, "promise-past"),
    ],
)
async def test_a_beginning_that_lacks_something_is_refused(
    world: World, changes: dict[str, Any], code: str
) -> None:
    new = beginning(world.app, **{"title": "Quiet streets"} | changes)
    assert await refusal_of(initiatives.start(world.app, world.organiser, new)) == code
    assert len(await initiatives.listing(world.app, world.community.id)) == 2  # ours, and the standing one


@BOTH_ENGINES
async def test_a_title_is_free_again_after_the_initiative_has_closed(world: World) -> None:
    await keep(world)
    await initiatives.close(world.app, world.organiser, world.initiative.id, REASON)
    await initiatives.start(world.app, world.organiser, beginning(world.app))


async def keep(world: World) -> None:
    which = world.initiative.id
    await promises.keep(world.app, world.organiser, which, "You said.", "We did.", "We won't.")


Act = Callable[[World, Person], Awaitable[object]]
ORGANISERS_ACTS: dict[str, Act] = {
    "start": lambda w, who: initiatives.start(w.app, who, beginning(w.app, "Quiet streets")),
    "move": lambda w, who: initiatives.move_stage(w.app, who, w.initiative.id, Stage.OPTIONS, REASON),
    "hand over": lambda w, who: initiatives.hand_over(w.app, who, w.initiative.id, "user-7", ""),
    "close": lambda w, who: initiatives.close(w.app, who, w.initiative.id, REASON),
    "keep": lambda w, who: promises.keep(w.app, who, w.initiative.id, "a", "b", "c"),
    "draft": lambda w, who: drafts.begin(w.app, who, w.initiative.id, "pick"),
}


@pytest.mark.parametrize("act", ORGANISERS_ACTS)
async def test_only_organisers_of_the_community_may(world: World, act: str) -> None:
    other = await set_up(world.app, "server-2")
    intruders = [
        stranger(world, 1),
        stranger(world, 2, OFFICER, COUNCILLOR),
        Person(world.community.id, world.organiser.platform_id),  # has lost the role
        Person(world.community.id, "owner", can_set_up=True),
    ]
    before = await export(world), await export(other)
    for intruder in intruders:
        assert await refusal_of(ORGANISERS_ACTS[act](world, intruder)) == "organisers-only"
    assert (await export(world), await export(other)) == before


async def test_a_lost_role_is_told_apart(world: World) -> None:
    gone = Person(world.community.id, "user-1", frozenset({"role-x"}), live_role_ids=frozenset({"role-x"}))
    assert await refusal_of(ORGANISERS_ACTS["start"](world, gone)) == "organiser-role-gone"


async def test_acts_on_another_communitys_initiative_find_nothing(world: World) -> None:
    other = await set_up(world.app, "server-2")
    third = await initiatives.start(other.app, other.organiser, beginning(other.app, "Quiet streets"))
    for act in (
        initiatives.move_stage(world.app, world.organiser, third.id, Stage.OPTIONS, REASON),
        initiatives.close(world.app, world.organiser, third.id, REASON),
        promises.keep(world.app, world.organiser, third.id, "a", "b", "c"),
        initiatives.hand_over(world.app, world.organiser, third.id, "user-7", ""),
        drafts.begin(world.app, world.organiser, third.id, "pick"),
    ):
        assert await refusal_of(act) == "initiative-unknown"


@BOTH_ENGINES
async def test_the_next_stage_needs_a_word_and_any_other_a_reason(world: World) -> None:
    async def move(to: Stage, reason: str) -> None:
        await initiatives.move_stage(world.app, world.organiser, world.initiative.id, to, reason)

    assert await refusal_of(move(Stage.OPTIONS, " ")) == "stage-reason-missing"
    assert await refusal_of(move(Stage.DEFINE, "Why not?")) == "stage-same"
    assert await refusal_of(move(Stage.DECIDE, "Hurry.")) == "stage-skips"
    await move(Stage.OPTIONS, "Done.")
    assert await refusal_of(move(Stage.DEFINE, "Again.")) == "stage-skips"
    await move(Stage.EVALUATE, REASON)
    assert (await standing(world)).initiative.stage is Stage.EVALUATE
    assert await last_said(world, "stage-moved") == {"from": "options", "to": "evaluate", "reason": REASON}
    assert [post.facts["to"] for post in await outbox_of(world, "stage")] == ["options", "evaluate"]


async def test_the_standing_initiative_has_no_stages_and_never_closes(world: World) -> None:
    app, organiser = world.app, world.organiser
    assert await refusal_of(initiatives.move_stage(app, organiser, 1, Stage.OPTIONS, REASON)) == (
        "standing-has-no-stages"
    )
    assert await refusal_of(initiatives.close(app, organiser, 1, REASON)) == "standing-never-closes"
    assert await refusal_of(promises.keep(app, organiser, 1, "a", "b", "c")) == "promise-none"


@BOTH_ENGINES
async def test_lead_and_deputy_can_be_handed_over(world: World) -> None:
    app, organiser, which = world.app, world.organiser, world.initiative.id
    given = await initiatives.hand_over(app, organiser, which, "user-1", "user-2")
    one, other = await people.find(app, stranger(world, 1)), await people.find(app, stranger(world, 2))
    assert one is not None
    assert other is not None
    assert (given.initiative.lead, given.initiative.deputy) == (one.id, other.id)
    assert (
        await refusal_of(initiatives.hand_over(app, organiser, which, "user-3", "user-3")) == "lead-is-deputy"
    )
    assert await refusal_of(initiatives.hand_over(app, organiser, which, "user-2", "")) == "lead-is-deputy"
    assert await refusal_of(initiatives.hand_over(app, organiser, which, "", "user-1")) == "lead-is-deputy"
    swapped = await initiatives.hand_over(app, organiser, which, "user-2", "user-1")
    assert (swapped.initiative.lead, swapped.initiative.deputy) == (other.id, one.id)
    assert await last_said(world, "handed-over") == {"changed": ["deputy", "lead"]}
    rows = len(await export(world))
    assert (await initiatives.hand_over(app, organiser, which, "", "")).initiative == swapped.initiative
    assert len(await export(world)) == rows


@BOTH_ENGINES
async def test_an_initiative_closes_when_nobody_waits_any_more(world: World) -> None:
    async def close(reason: str = REASON) -> None:
        await initiatives.close(world.app, world.organiser, world.initiative.id, reason)

    asked = await open_poll(world)
    assert await refusal_of(close("")) == "close-reason-missing"
    assert await refusal_of(close()) == "initiative-has-rounds"
    await rounds.cancel(world.app, world.organiser, asked.id, REASON)
    assert await refusal_of(close()) == "initiative-has-promise"
    await keep(world)
    left = await draft_poll(world)
    await close()
    assert (await standing(world)).initiative.life is Life.CLOSED
    assert await refusal_of(close()) == "initiative-closed"
    assert await refusal_of(drafts.publish(world.app, world.organiser, left.id)) == "initiative-closed"
    assert await refusal_of(drafts.begin(world.app, world.organiser, world.initiative.id, "pick")) == (
        "initiative-closed"
    )
    assert len(await outbox_of(world, "initiative-closed")) == 1


async def test_a_promise_is_kept_once_and_in_words(world: World) -> None:
    def kept(said: str, did: str, wont: str) -> Awaitable[None]:
        return promises.keep(world.app, world.organiser, world.initiative.id, said, did, wont)

    for place, code in enumerate(["said-missing", "did-missing", "wont-missing"]):
        words = ["You said.", "We did.", "We won't."]
        words[place] = " "
        assert await refusal_of(kept(*words)) == code
    asked = await open_poll(world)
    await painting.notice(world.app, everywhere)
    world.app.stale.clear()
    world.clock.move(days=3)
    assert await refusal_of(kept("You said.", "We did.", "We won't.")) == "promise-has-rounds"
    await rounds.close_early(world.app, world.organiser, asked.id, REASON)
    await painting.notice(world.app, everywhere)
    world.app.stale.clear()
    await kept("You said.", "We did.", "We won't.")
    await painting.notice(world.app, everywhere)
    promise = (await standing(world)).promise
    assert promise is not None
    assert promise.kept_ms == world.now
    assert not promise.is_overdue(world.now + 100 * DAY_MS)
    assert (world.community.id, 0) in world.app.stale
    assert await last_said(world, "promise-kept") == {
        "said": "You said.",
        "did": "We did.",
        "wont": "We won't.",
    }
    assert await refusal_of(kept("a", "b", "c")) == "promise-kept"
    assert len(await outbox_of(world, "promise-kept")) == 1


@BOTH_ENGINES
async def test_an_initiative_is_found_by_its_title_or_number(world: World) -> None:
    for title in ("Safer walk to Mill Road School", " SAFER walk to mill road school ", "#2"):
        found = await initiatives.find(world.app, world.community.id, title)
        assert found.id == world.initiative.id
    for title in ("", "#9", "Safer"):
        assert (
            await refusal_of(initiatives.find(world.app, world.community.id, title)) == "initiative-unknown"
        )


@BOTH_ENGINES
async def test_a_resident_becomes_known_by_leading(world: World) -> None:
    person = await resident(world, 3)
    await initiatives.hand_over(world.app, world.organiser, world.initiative.id, person.platform_id, "")
    assert (await my_data.held(world.app, person))["leads"] == [world.initiative.title]
