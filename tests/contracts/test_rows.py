"""One row an act, one row a card: what an act is about, and whom a card is for."""

from __future__ import annotations

from typing import cast

import pytest

from bot.domain.asks import AskField, FieldKind
from bot.domain.audience import AUDIENCE, Audience, cards_for
from bot.domain.checkins import Purpose
from bot.domain.rounds import DAY_MS
from bot.services import box, checkins, communities, due, initiatives, offers, posting, schedules
from bot.services.due import About
from bot.services.schedules import Coming, Plan
from bot.store import outbox
from bot.store.outbox import Post
from cogs.schedule import schedule_card
from cogs.ui.posts import FOOTERS, Posts
from cogs.ui.round_cards import RoundWords
from cogs.ui.visit import Visit
from tests.builders import MODERATORS, SAY, World, beginning, draft_poll, open_ask, open_poll, wording
from tests.contracts.test_wording import messages, variables

GONE = "gone:"
ORGANISERS = {"desk", "next", "checkins"}
FORM = (AskField("was", FieldKind.ONE, "Was it so?", options=("yes", "no")),)
NEW = {"say_channel": "new-say", "moderators_channel": "new-moderators", "witness": "new-witness",
       "safeguarding_contact": "new-contact"}  # fmt: skip


async def of_each(world: World) -> set[tuple[str, str]]:
    """Plan one of every act, numbers running alike; each act with the words of what it is about."""
    app, organiser = world.app, world.organiser
    poll = await open_poll(world, "A poll?", days=30)
    draft = await draft_poll(world, "A draft?", days=30)
    park = await initiatives.start(app, organiser, beginning(app, "A park"))
    found = {("promise", "A park"), ("reminder", "A park"), ("close", poll.question)}
    found |= {("lapse", draft.question), ("draft-soon", draft.question)}
    on, pace = world.initiative.id, "every Monday 11am"
    one = await checkins.begin(app, organiser, on, Purpose.PLAIN, "A check-in?", FORM, pace, 3 * DAY_MS)
    await checkins.start(app, organiser, one.id)
    await checkins.run_now(app, organiser, one.id)
    found |= {("checkin", "A check-in?"), ("remind", "A check-in?"), ("close", "A check-in?")}
    ask = await open_ask(world, "An ask?")
    offer = await offers.begin(app, organiser, "user-5", "channel", "link")
    await offers.ask(app, organiser, offer.id, ask.id, ["Some words"])
    found.add(("offer", ask.question))
    await box.start(app, organiser, "The box?", "Say it", "every two weeks on Friday 6pm")
    found.add(("box", "The box?"))
    assert poll.id == one.id, "numbers that can be taken for one another"
    assert park.id < ask.id
    return found | {(act, "") for act in ("proof", "digest", "news", "retention", "worries")}


async def test_the_schedule_names_what_each_act_is_about(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "SHOWN", 99)
    wanted = await of_each(world)
    assert {act for act, _ in wanted} == set(due.ACTS)
    plan = await schedules.show(world.app, world.organiser)
    found = {(one.act, one.words) for one in plan.coming}
    assert wanted <= found
    for act, words in found - wanted:  # the other project, the ask, the close of the box
        assert words in ("Safer walk to Mill Road School", "An ask?", "The box?", "A draft?"), act


@pytest.mark.parametrize("act", due.ACTS)
def test_the_schedules_sentence_has_room_for_what_the_act_is_about(act: str) -> None:
    about = due.ACTS[act].about
    named = {About.INITIATIVE: {"title"}, About.NOTHING: set[str]()}.get(about, {"question"})
    assert variables(messages()[f"schedule-what-{act}"]) == named
    card = schedule_card(
        cast(Visit, RoundWords(wording(), "en")), Plan((Coming(act, "Crossing", 0, False),), ())
    )
    texts = [str(item.content) for item in card.walk_children() if hasattr(item, "content")]
    assert ("Crossing" in texts[0]) is bool(named)


def test_every_card_has_its_audience() -> None:
    assert set(Posts(None, wording())._builders) == set(AUDIENCE)  # type: ignore[arg-type]


def test_what_only_organisers_can_press_is_under_moderators_cards_alone() -> None:
    theirs = {card for card, buttons in FOOTERS.items() if {verb for _, verb in buttons} & ORGANISERS}
    assert theirs == set(cards_for(Audience.MODERATORS))


async def unsent(world: World, card: str, channel: str) -> Post:
    """A post of a card whose channel, or person, is gone."""
    app, audience = world.app, AUDIENCE[card]
    person = audience in (Audience.RESIDENT, Audience.CONTACT, Audience.WITNESS)

    async def work(tx: object) -> Post:
        await outbox.put(tx, 1, card, channel, world.now, once=card, place="person" if person else "channel")  # type: ignore[arg-type]
        post = next(one for one in await outbox.ready(tx, world.now, 999) if one.once == card)  # type: ignore[arg-type]
        await outbox.note(tx, post, state="dead", trouble=GONE)  # type: ignore[arg-type]
        return post

    return await app.database.writer.run(work)


MAY_GO = {
    Audience.EVERYBODY: "new-say",
    Audience.MODERATORS: "new-moderators",
    Audience.PLACE: "gone",
    Audience.CONTACT: "new-contact",
    Audience.WITNESS: "new-witness",
}


async def test_with_every_channel_gone_no_card_goes_where_its_audience_is_not(world: World) -> None:
    app, organiser = world.app, world.organiser
    owner = type(organiser)(world.community.id, "owner", can_set_up=True)
    posts = [await unsent(world, card, "gone") for card in AUDIENCE]
    await communities.set_up(app, owner, **NEW)
    for post in posts:
        if AUDIENCE[post.card] is Audience.RESIDENT:
            continue  # nobody sends those again
        await posting.post_again(app, organiser, post.id)
    async with app.database.reading() as tx:
        sent = {one.once: one for one in await outbox.ready(tx, world.now, 999)}
    for card, audience in AUDIENCE.items():
        if audience is not Audience.RESIDENT:
            assert sent[card].target == MAY_GO[audience], card
        else:
            assert card not in sent


async def test_what_is_said_goes_to_its_audience_the_first_time(lived: World) -> None:
    async with lived.app.database.reading() as tx:
        posts = [one for one in await outbox.ready(tx, 2**60, 9999) if one.community == lived.community.id]
    assert len({post.card for post in posts}) > 8
    for post in posts:
        moderators = AUDIENCE[post.card] is Audience.MODERATORS
        assert (post.target == MODERATORS) is moderators, post.card
        if AUDIENCE[post.card] is Audience.EVERYBODY:
            assert post.target == SAY, post.card
