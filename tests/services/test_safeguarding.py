"""A worry that nobody has goes on to the deputy, and what organisers find goes the same way."""

from __future__ import annotations

import asyncio

import pytest

from bot import wiring
from bot.domain.asks import AskField, FieldKind
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.services import (
    answers,
    communities,
    contributions,
    desk,
    moderating,
    people,
    posting,
    reviewing,
    rounds,
    safeguarding,
    worries,
)
from bot.services.ports import App, NotSent
from bot.store import outbox
from bot.store import worries as stored
from bot.store.worries import Worry
from tests.builders import (
    BOTH_ENGINES,
    World,
    export,
    open_ask,
    open_form,
    open_poll,
    resident,
    set_up,
    stranger,
)
from tests.lived_in import everything
from tests.recorder import Recorder, dead

WORDS = "Canarywords: he hits my sister."
CONTACT, DEPUTY, ANOTHER = "contact-1", "deputy-1", "contact-2"


async def name(world: World, **who: str) -> None:
    owner = Person(world.community.id, "owner", can_set_up=True)
    await communities.set_up(world.app, owner, **who)


@pytest.fixture
async def guarded(quiet: World) -> World:
    """A community where somebody hears worries and has a deputy."""
    await name(quiet, safeguarding_deputy=DEPUTY)
    return quiet


async def send(world: World, words: str = WORDS) -> None:
    await worries.send(world.app, stranger(world, 1), words, "", server="Mill Town")


async def beat(world: World, platform: Recorder, **by: float) -> None:
    """Let time pass, and the bot do what it does then."""
    world.clock.move(**by)
    await wiring.tick(world.app, platform)


def got(platform: Recorder) -> list[tuple[str, str]]:
    """Who got worries, and as what."""
    return [(post.target, post.facts["to"]) for post in platform.messages.values() if post.card == "worry"]


async def kept(world: World) -> list[Worry]:
    async with world.app.database.reading() as tx:
        return await stored.of_community(tx, world.community.id)


async def have(world: World, who: str, which: int) -> bool:
    return await safeguarding.have(world.app, Person(world.community.id, who), which)


async def waits(world: World) -> bool:
    return (await desk.desk(world.app, world.organiser)).worry_waits


@BOTH_ENGINES
async def test_what_nobody_has_for_a_day_goes_to_the_deputy_once(guarded: World, platform: Recorder) -> None:
    await send(guarded)
    await beat(guarded, platform)
    await beat(guarded, platform, hours=23, minutes=59)
    assert got(platform) == [(CONTACT, "contact")]
    assert not await waits(guarded)
    for _ in range(3):
        await beat(guarded, platform, minutes=1)
    assert got(platform) == [(CONTACT, "contact"), (DEPUTY, "deputy")]
    assert await waits(guarded)
    [one] = await kept(guarded)
    assert (one.words, one.handed) == (WORDS, True)
    assert await have(guarded, DEPUTY, one.id)
    assert not await waits(guarded)
    assert await kept(guarded) == []


@pytest.mark.parametrize("who", [CONTACT, DEPUTY])
async def test_what_somebody_has_goes_to_nobody_else(guarded: World, platform: Recorder, who: str) -> None:
    await send(guarded)
    await beat(guarded, platform)
    [one] = await kept(guarded)
    found = await asyncio.gather(*(have(guarded, who, one.id) for _ in range(5)))
    assert sorted(found) == [False, False, False, False, True]
    assert guarded.app.checkpoint_owed
    for _ in range(10):
        await beat(guarded, platform, days=1)
    assert got(platform) == [(CONTACT, "contact")]
    assert await dead(guarded) == []


async def test_nobody_else_can_say_that_they_have_it(guarded: World) -> None:
    other = await set_up(guarded.app, "server-2")  # whose contact has the same number of the platform
    await send(guarded)
    [one] = await kept(guarded)
    before = await everything(guarded.app.database)
    for who in ("", "user-1", guarded.organiser.platform_id, ANOTHER):
        with pytest.raises(Refusal, match="worry-not-yours"):
            await have(guarded, who, one.id)
    assert not await have(other, CONTACT, one.id)
    assert await everything(guarded.app.database) == before


@BOTH_ENGINES
async def test_without_a_deputy_it_comes_once_more_to_the_contact(quiet: World, platform: Recorder) -> None:
    await send(quiet)
    await beat(quiet, platform)
    for _ in range(3):
        await beat(quiet, platform, days=1)
    assert got(platform) == [(CONTACT, "contact"), (CONTACT, "again")]
    assert await waits(quiet)
    await name(quiet, safeguarding_deputy=DEPUTY)  # who is chosen because of it
    await beat(quiet, platform)
    assert got(platform)[2:] == [(DEPUTY, "deputy")]


async def test_the_deputy_of_oneself_is_none(quiet: World, platform: Recorder) -> None:
    await name(quiet, safeguarding_deputy=CONTACT)
    await send(quiet)
    await beat(quiet, platform)
    await beat(quiet, platform, days=1)
    assert got(platform) == [(CONTACT, "contact"), (CONTACT, "again")]


async def test_a_contact_who_takes_no_messages_has_a_deputy_at_once(
    guarded: World, platform: Recorder
) -> None:
    platform.failures.append(("before", NotSent("closed")))
    await send(guarded)
    await beat(guarded, platform)
    assert got(platform) == [(DEPUTY, "deputy")]
    assert await dead(guarded) == ["closed:"]  # and the desk says that the contact could not be reached
    [one] = await kept(guarded)
    assert await have(guarded, DEPUTY, one.id)
    assert await dead(guarded) == []  # and no longer asks for it to be posted again


async def test_both_who_take_no_messages_are_on_the_desk_and_nothing_is_lost(
    guarded: World, platform: Recorder
) -> None:
    platform.failures.extend(("before", NotSent("closed")) for _ in range(2))
    await send(guarded)
    await beat(guarded, platform)
    assert (got(platform), await dead(guarded)) == ([], ["closed:", "closed:"])
    await beat(guarded, platform, days=30)
    [one] = await kept(guarded)
    assert one.words == WORDS
    for unsent in (await desk.desk(guarded.app, guarded.organiser)).unsent:
        await posting.post_again(guarded.app, guarded.organiser, unsent.id)
    await beat(guarded, platform)
    assert got(platform) == [(CONTACT, "contact"), (DEPUTY, "deputy")]


@BOTH_ENGINES
async def test_a_contact_who_has_erased_themselves_leaves_it_to_the_deputy(
    guarded: World, platform: Recorder
) -> None:
    await send(guarded)
    await people.erase(guarded.app, Person(guarded.community.id, CONTACT))
    await beat(guarded, platform)
    assert got(platform) == [(DEPUTY, "deputy")]
    await send(guarded, "Another one")  # which goes to whoever is left
    await beat(guarded, platform)
    assert [who for who, _ in got(platform)] == [DEPUTY, DEPUTY]


async def test_where_both_are_gone_it_waits_for_whoever_is_chosen(guarded: World, platform: Recorder) -> None:
    await send(guarded)
    await beat(guarded, platform)
    for who in (CONTACT, DEPUTY):
        await people.erase(guarded.app, Person(guarded.community.id, who))
    await beat(guarded, platform, days=2)
    assert got(platform) == [(CONTACT, "contact")]
    with pytest.raises(Refusal, match="worry-nobody"):
        await send(guarded)
    assert await waits(guarded)
    await name(guarded, safeguarding_contact=ANOTHER)
    await beat(guarded, platform)
    assert got(platform)[1:] == [(ANOTHER, "contact")]
    [one] = await kept(guarded)
    assert await have(guarded, ANOTHER, one.id)


async def test_a_new_contact_gets_what_the_one_before_has_not_read(
    guarded: World, platform: Recorder
) -> None:
    await send(guarded)
    await beat(guarded, platform)
    for who in (ANOTHER, ANOTHER, CONTACT):
        await name(guarded, safeguarding_contact=who)
        await beat(guarded, platform, minutes=1)
    assert [who for who, _ in got(platform)] == [CONTACT, ANOTHER, CONTACT]
    [one] = await kept(guarded)
    with pytest.raises(Refusal, match="worry-not-yours"):
        await have(guarded, ANOTHER, one.id)  # who is it no more


@pytest.mark.parametrize("erased", [True, False])
async def test_a_new_contact_gets_what_could_not_reach_the_one_before(
    quiet: World, platform: Recorder, erased: bool
) -> None:
    await send(quiet)
    if erased:  # before it was sent
        await people.erase(quiet.app, Person(quiet.community.id, CONTACT))
    else:
        platform.failures.append(("before", NotSent("closed")))
    await beat(quiet, platform)
    assert (got(platform), await dead(quiet)) == ([], ["gone:" if erased else "closed:"])
    await name(quiet, safeguarding_contact=ANOTHER)
    await beat(quiet, platform)
    assert (got(platform), await dead(quiet)) == ([(ANOTHER, "contact")], [])
    [one] = await kept(quiet)
    assert await have(quiet, ANOTHER, one.id)


async def test_its_words_are_kept_for_a_week_at_most_once_it_has_reached_anybody(
    guarded: World, platform: Recorder
) -> None:
    await send(guarded)
    await beat(guarded, platform)
    await beat(guarded, platform, days=6, hours=23)
    assert len(await kept(guarded)) == 1
    await beat(guarded, platform, hours=1)
    assert await kept(guarded) == []
    assert not await waits(guarded)
    assert not await have(guarded, CONTACT, 1)
    assert "anarywords" not in repr(await everything(guarded.app.database))


async def test_what_reaches_nobody_goes_with_the_posts(quiet: World, platform: Recorder) -> None:
    platform.failures.append(("before", NotSent("closed")))
    await send(quiet)
    await beat(quiet, platform)
    days = quiet.app.settings.privacy.posts_days
    await beat(quiet, platform, days=days - 1)
    assert len(await kept(quiet)) == 1
    await beat(quiet, platform, days=1)
    assert await kept(quiet) == []


async def test_another_process_goes_on_with_it(guarded: World, platform: Recorder, second: App) -> None:
    await send(guarded)
    await beat(guarded, platform)
    guarded.clock.move(days=1)
    await asyncio.gather(*(safeguarding.go_on(app) for app in (guarded.app, second) for _ in range(3)))
    async with guarded.app.database.reading() as tx:
        posts = await outbox.ready(tx, 2**60, 100)
    assert [(one.target, one.facts["to"]) for one in posts if one.card == "worry"] == [(DEPUTY, "deputy")]


async def test_a_post_that_an_earlier_version_wrote_is_delivered(guarded: World, platform: Recorder) -> None:
    facts = {"server": "Mill Town", "project": "", "words": WORDS, "reach": "", "at_ms": guarded.now}
    await guarded.app.database.writer.run(
        lambda tx: outbox.put(
            tx, guarded.community.id, "worry", "contact-0", guarded.now, facts, place="person"
        )
    )
    await beat(guarded, platform)
    [post] = [post for post in platform.messages.values() if post.card == "worry"]
    assert (post.target, post.facts) == (CONTACT, facts)
    assert "anarywords" not in repr((await everything(guarded.app.database))["outbox"])


# --- what organisers find


async def pass_on(world: World, what: str, which: int, part: int, who: Person | None = None) -> None:
    await worries.pass_on(world.app, who or world.organiser, what, which, part, server="Mill Town")


@BOTH_ENGINES
async def test_the_words_of_an_idea_go_as_they_were_read_and_nothing_is_decided(guarded: World) -> None:
    author = await resident(guarded, "canary-author")
    asked = await open_ask(guarded)
    made = await contributions.contribute(guarded.app, author, asked.id, [WORDS])
    await contributions.add(guarded.app, author, made.id, "what", ["It is nothing."])
    before = await everything(guarded.app.database)
    lines = await export(guarded)
    await pass_on(guarded, safeguarding.IDEA, made.id, 1)
    [one] = await kept(guarded)
    assert (one.words, one.about, one.project) == (WORDS, f"idea:{made.id}.1", guarded.initiative.title)
    after = await everything(guarded.app.database)
    assert {table for table in after if after[table] != before[table]} == {"worry", "outbox"}
    assert "canary-author" not in repr(one)
    assert await export(guarded) == lines
    await moderating.decline(
        guarded.app, guarded.organiser, made.id, "unclear"
    )  # it is still there to be settled


async def test_an_author_who_erases_themselves_takes_our_copy_along_once_it_has_reached_somebody(
    guarded: World, platform: Recorder
) -> None:
    author, asked = await resident(guarded, 3), await open_ask(guarded)
    made = await contributions.contribute(guarded.app, author, asked.id, [WORDS])
    await pass_on(guarded, safeguarding.IDEA, made.id, 1)
    await send(guarded, "Another one")
    await people.erase(guarded.app, author)
    held = ["Another one", WORDS]
    assert sorted(one.words for one in await kept(guarded)) == held  # or nobody would hear of it
    author = await resident(guarded, 3)
    made = await contributions.contribute(guarded.app, author, asked.id, [WORDS])
    await beat(guarded, platform)
    await pass_on(guarded, safeguarding.IDEA, made.id, 1)
    await beat(guarded, platform)
    await people.erase(guarded.app, author)
    assert sorted(one.words for one in await kept(guarded)) == held
    assert len(got(platform)) == 3


async def test_a_second_press_sends_it_once_and_once_more_when_somebody_had_it(guarded: World) -> None:
    asked = await open_ask(guarded)
    made = await contributions.contribute(guarded.app, await resident(guarded, 3), asked.id, [WORDS])
    second = stranger(guarded, 9, "role-org")
    found = await asyncio.gather(
        *(pass_on(guarded, safeguarding.IDEA, made.id, 1, who) for who in (guarded.organiser, second)),
        return_exceptions=True,
    )
    assert [str(one) for one in found if one is not None] == ["danger-known"]
    [one] = await kept(guarded)
    await have(guarded, CONTACT, one.id)
    await pass_on(guarded, safeguarding.IDEA, made.id, 1)
    assert len(await kept(guarded)) == 1


@BOTH_ENGINES
async def test_a_text_of_a_form_goes_on_and_is_still_there_to_be_read(guarded: World) -> None:
    why = AskField("why", FieldKind.LONG, "Why?")
    asked = await open_form(guarded, [why], sealed=False)
    for number in range(6):
        who = await resident(guarded, number)
        await answers.answer(guarded.app, who, asked.id, ["why", WORDS])
    await rounds.close_early(guarded.app, guarded.organiser, asked.id, "All is said")
    found = (await reviewing.next_waiting(guarded.app, guarded.organiser, asked.id))[1]
    assert found is not None
    await pass_on(guarded, safeguarding.TEXT, asked.id, found.id)
    assert [one.words for one in await kept(guarded)] == [WORDS]
    assert (await reviewing.next_waiting(guarded.app, guarded.organiser, asked.id))[1] == found
    await reviewing.settle(guarded.app, guarded.organiser, asked.id, found.id, "personal")
    with pytest.raises(Refusal, match="danger-known"):
        await pass_on(guarded, safeguarding.TEXT, asked.id, found.id)
    [one] = await kept(guarded)
    await have(guarded, CONTACT, one.id)
    with pytest.raises(Refusal, match="danger-gone"):
        await pass_on(guarded, safeguarding.TEXT, asked.id, found.id)


async def test_what_is_not_there_and_who_is_no_organiser(guarded: World) -> None:
    asked, poll = await open_ask(guarded), await open_poll(guarded)
    author = await resident(guarded, 3)
    made = await contributions.contribute(guarded.app, author, asked.id, [WORDS])
    before = await everything(guarded.app.database)
    for what, which, part, code in (
        (safeguarding.IDEA, made.id, 2, "danger-gone"),
        (safeguarding.IDEA, made.id, 0, "danger-gone"),
        (safeguarding.IDEA, 77, 1, "danger-gone"),
        (safeguarding.TEXT, poll.id, 1, "danger-gone"),
        (safeguarding.OFFER, 1, 0, "danger-gone"),
        ("person", 1, 1, "button-unknown"),
    ):
        with pytest.raises(Refusal, match=code):
            await pass_on(guarded, what, which, part)
    for who in (author, stranger(guarded, 8), Person(guarded.community.id, CONTACT)):
        with pytest.raises(Refusal, match="organisers-only"):
            await pass_on(guarded, safeguarding.IDEA, made.id, 1, who)
    assert await everything(guarded.app.database) == before
    await name(guarded, safeguarding_contact="", safeguarding_deputy="")
    with pytest.raises(Refusal, match="worry-nobody"):
        await pass_on(guarded, safeguarding.IDEA, made.id, 1)
