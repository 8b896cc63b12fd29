"""Asks: what must stand before one is published, and what meetings and the digest make of ideas."""

from __future__ import annotations

import pytest

from bot.domain.asks import ASK
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import DAY_MS
from bot.domain.stages import Stage
from bot.services import (
    ask_summaries,
    communities,
    contributions,
    digests,
    drafts,
    meetings,
    moderating,
)
from tests.builders import BOTH_ENGINES, World, open_ask, residents


@BOTH_ENGINES
async def test_an_ask_is_published_only_where_somebody_hears_worries(world: World) -> None:
    app = world.app
    begun = await drafts.begin(app, world.organiser, world.initiative.id, ASK, ask="offer")
    assert begun.stage is Stage.OPTIONS  # the first one that fits
    with pytest.raises(Refusal, match="stage-unfit"):
        await drafts.change(app, world.organiser, begun.id, stage=Stage.DEFINE)
    for changes in ({"options": ["a", "b"]}, {"kind": "pick"}, {"quorum": 3}):
        with pytest.raises(Refusal, match="button-unknown"):
            await drafts.change(app, world.organiser, begun.id, **changes)
    with pytest.raises(Refusal, match="kind-unknown"):
        await drafts.begin(app, world.organiser, world.initiative.id, ASK, ask="nothing")
    with pytest.raises(Refusal, match="kind-unknown"):
        await drafts.begin(app, world.organiser, world.initiative.id, "pick", ask="problem")
    await drafts.change(
        app, world.organiser, begun.id, question="What?", closes_ms=world.now + 8 * DAY_MS, reason="Early."
    )
    owner = Person(world.community.id, "owner", can_set_up=True)
    await communities.set_up(app, owner, help_lines="")
    with pytest.raises(Refusal, match="safety-missing"):
        await drafts.publish(app, world.organiser, begun.id)


@BOTH_ENGINES
async def test_the_digest_counts_what_was_brought_and_settled(world: World) -> None:
    app, crowd, asked = world.app, await residents(world, 4), await open_ask(world)
    for number, person in enumerate(crowd):
        await contributions.contribute(app, person, asked.id, [f"Idea {number}"])
    await moderating.accept(app, world.organiser, 1)
    await moderating.decline(app, world.organiser, 2, "harm")
    await contributions.withdraw(app, crowd[3], 4)
    await meetings.record(app, world.organiser, asked.id, "Library", 30, ["Bus", "Bench"])
    facts = await digests.preview(app, world.organiser)
    assert facts.ideas == {"received": 5, "from_chat": 0, "accepted": 3, "waiting": 1, "unanswered": 0}
    assert (facts.declined, facts.people, facts.new_people) == ({"harm": 1}, 3, 3)
    summary = await ask_summaries.summarise(app, world.organiser, asked.id)
    assert (summary.people, summary.present, summary.new, summary.unread) == (3, 30, 3, (3,))
