"""The privacy notice is true: each kind's sentences, each with what makes it so, done and looked at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.domain.contributions import Fate
from bot.domain.people import Ages
from bot.domain.refusals import Refusal
from bot.domain.rounds import Asked
from bot.services import (
    drafts,
    following,
    moderating,
    my_data,
    people,
    reviewing,
    rounds,
    safeguarding,
    sealing,
    supporting,
    taking,
    trials,
    worries,
)
from bot.store import comments, sealed
from bot.store import worries as passed
from bot.store.seals import mark_of, unpacked
from cogs.ui.notices import short_notice
from cogs.ui.privacy_words import ALWAYS, LONG, SHORT, Kind, kind_of
from tests.builders import World, export, wording
from tests.contracts.notice_scenes import WORDS, Scene, scene

Check = Callable[[Scene], Awaitable[None]]


async def linked_for_the_months(there: Scene) -> None:
    months = there.world.app.settings.privacy.answers_months
    await there.close()
    await there.months_after_the_close(months, -3)
    assert await there.is_linked()
    await there.months_after_the_close(0, 6)
    await there.months_after_the_close(0, 2)
    assert await people.find(there.world.app, there.person), "they were here, and are known"
    assert not await there.is_linked()


async def erased_at_once(there: Scene) -> None:
    await people.erase(there.world.app, there.person)
    with pytest.raises(Refusal, match="nothing-held"):
        await my_data.held(there.world.app, there.person)
    assert there.person.platform_id not in await there.all_that_others_see()


async def nobody_sees_who(there: Scene) -> None:
    known = await people.find(there.world.app, there.person)
    assert known is not None
    for at in ("open", "closed"):
        seen = await there.all_that_others_see()
        assert there.person.platform_id not in seen, at
        assert str(known.id) not in seen, at
        if there.on.id and there.kind is not Kind.TRIAL:
            await there.close()


async def operator_could_look(there: Scene) -> None:
    assert await there.is_in_the_database_beside_them()


async def nobody_sees_who_but_the_operator(there: Scene) -> None:
    await operator_could_look(there)
    await nobody_sees_who(there)


async def change_and_take_back_until_the_close(there: Scene) -> None:
    await there.change()
    assert await there.is_linked()
    await there.take_back()
    assert not await there.is_linked()
    await there.do(there.person)
    await there.close()
    with pytest.raises(Refusal):
        await there.take_back()


async def numbers_after_the_close(there: Scene) -> None:
    before = await rounds.look(there.world.app, there.world.community.id, there.on.id)
    assert (before.answers, before.counts, before.result) == (6, None, None)
    await there.close()
    after = (await rounds.look(there.world.app, there.world.community.id, there.on.id)).result
    assert after is not None
    assert after.answers == 6
    least = there.world.app.settings.privacy.least_group
    assert all(size >= least for size in after.standings.values()), "only those of larger groups"


async def numbers_at_once(there: Scene) -> None:
    look = await rounds.look(there.world.app, there.world.community.id, there.on.id)
    assert look.counts == (6, 0, 0)
    await there.close()
    after = (await rounds.look(there.world.app, there.world.community.id, there.on.id)).result
    assert after is not None
    least = there.world.app.settings.privacy.least_group
    assert all(size >= least for size in after.standings.values()), "only those of larger groups"


async def read_before_others(there: Scene) -> None:
    world, other = there.world, there.others[-1]
    page = await supporting.published(world.app, other, there.on.id)
    assert [one.contribution.id for one in page.held] == [there.number], "only what was accepted"
    waits = await moderating.next_waiting(world.app, world.organiser)
    assert waits is not None
    assert waits.contribution.state is Fate.RECEIVED
    await nobody_sees_who(there)


async def read_after_others(there: Scene) -> None:
    world, other = there.world, there.others[-1]
    assert there.number in [
        one.contribution.id for one in (await supporting.published(world.app, other, there.on.id)).held
    ]
    await moderating.decline(world.app, world.organiser, there.number, "unclear")
    assert there.number not in [
        one.contribution.id for one in (await supporting.published(world.app, other, there.on.id)).held
    ]


async def words_part_from_the_account(there: Scene) -> None:
    app, community = there.world.app, there.world.community.id
    assert WORDS in repr(await my_data.held(app, there.person))
    await there.close()
    if there.kind is Kind.FORM_WORDS:
        assert WORDS not in repr(await my_data.held(app, there.person))
    await words_are_read_first(there)
    async with app.database.reading() as tx:
        assert await comments.count(tx, community, there.on.id) == 6


async def words_are_read_first(there: Scene) -> None:
    app, organiser, which = there.world.app, there.world.organiser, there.on.id
    await there.close()
    assert WORDS not in await there.all_that_others_see()
    assert await reviewing.released(app, there.world.community.id, which) is None
    while (found := (await reviewing.next_waiting(app, organiser, which))[1]) is not None:
        assert found.words == WORDS
        await reviewing.settle(app, organiser, which, found.id)
    await reviewing.release(app, organiser, which)
    shown = await reviewing.released(app, there.world.community.id, which)
    assert WORDS in repr(shown)


async def danger_is_passed_on_without_a_name(there: Scene) -> None:
    app, community, organiser = there.world.app, there.world.community.id, there.world.organiser
    what, which, part = safeguarding.IDEA, there.number, 1
    if there.on.form:
        await there.close()
        found = (await reviewing.next_waiting(app, organiser, there.on.id))[1]
        assert found is not None
        what, which, part = safeguarding.TEXT, there.on.id, found.id
    before = await export(there.world)
    await worries.pass_on(app, organiser, what, which, part, server="Mill Town")
    async with app.database.reading() as tx:
        [one] = await passed.of_community(tx, community)
        contact = "SELECT target FROM outbox WHERE card = 'worry' AND place = 'person'"
        assert (await tx.execute(text(contact))).scalar_one() == "contact-1"
    known = await people.find(app, there.person)
    assert known is not None
    assert one.words == WORDS
    assert there.person.platform_id not in repr(one)
    assert str(known.id) not in repr(one)
    assert await export(there.world) == before


async def sealed_until_the_close(there: Scene) -> None:
    app, community, which = there.world.app, there.world.community.id, there.on.id
    look = await rounds.look(app, community, which)
    assert (look.answers, look.counts, look.result) == (0, None, None)
    await nobody_sees_who_before_the_close(there)
    known, keys = await people.find(app, there.person), await sealing.keys_of(app, community, which)
    assert known is not None
    assert keys is not None
    mark = mark_of(keys, known.id)
    async with app.database.reading() as tx:
        found = (await sealed.find_many(tx, [(community, which, mark)]))[community, which, mark]
    assert WORDS.encode() not in found.box
    assert unpacked(keys, mark, found.box), "whoever runs the computer has the key"


async def nobody_sees_who_before_the_close(there: Scene) -> None:
    known = await people.find(there.world.app, there.person)
    assert known is not None
    seen = await there.all_that_others_see()
    assert there.person.platform_id not in seen
    assert str(known.id) not in seen


async def nobodys_after_the_close(there: Scene) -> None:
    app, community, which = there.world.app, there.world.community.id, there.on.id
    known = await people.find(app, there.person)
    assert known is not None
    await there.close()
    assert await sealing.keys_of(app, community, which) is None
    assert not await there.is_linked()
    with pytest.raises(Refusal):
        await there.take_back()
    before = (await rounds.look(app, community, which)).result
    await people.erase(app, there.person)
    assert (await rounds.look(app, community, which)).result == before


async def numbers_of_enough_people_only(there: Scene) -> None:
    await nobodys_after_the_close(there)
    result = (await rounds.look(there.world.app, there.world.community.id, there.on.id)).result
    assert result is not None
    assert (result.answers, result.outcome) == (6, "")
    few = await scene(there.world, there.kind)
    for one in few.others[1:4]:
        await few_takes_back(few, one)
    await few.close()
    result = (await rounds.look(few.world.app, few.world.community.id, few.on.id)).result
    assert result is not None
    assert result.outcome == "few"
    assert not any(result.counts)


async def few_takes_back(few: Scene, one: object) -> None:
    await people.erase(few.world.app, one)  # type: ignore[arg-type]


async def that_they_read_it_is_kept_and_no_more(there: Scene) -> None:
    held = await my_data.held(there.world.app, there.person)
    assert held["privacy_notice"]["version"]
    assert (held["answers"], held["record"]) == ([], [])


async def the_record_says_nothing_before_the_close(there: Scene) -> None:
    async with there.world.app.database.reading() as tx:
        about = text("SELECT act FROM interaction WHERE round = :round AND act <> 'round-opened'")
        acts = {row.act for row in await tx.execute(about, {"round": there.on.id})}
    assert acts == set()
    await there.close()
    assert "round-closed" in await there.all_that_others_see()
    assert (await my_data.held(there.world.app, there.person))["record"] == []


async def on_the_record_without_names(there: Scene) -> None:
    assert (await my_data.held(there.world.app, there.person))["record"], "somebody did this"
    await nobody_sees_who_before_the_close(there)
    assert WORDS not in "\n".join(line for line in (await there.all_that_others_see()).splitlines()[:-1]
                                  if line.startswith("["))  # fmt: skip


async def kept_until_erased_or_away(there: Scene) -> None:
    months = there.world.app.settings.privacy.answers_months
    await taking.stop(there.world.app, there.person, there.number)
    assert await taking.mine(there.world.app, there.person) == []
    assert await there.is_linked()
    await there.months_after_the_close(months, 8, here=False)
    assert not await there.is_linked()


async def asked_by_private_message(there: Scene) -> None:
    await operator_could_look(there)
    await nobody_sees_who_before_the_close(there)
    assert [one.question for one in await taking.mine(there.world.app, there.person)] == ["The walk"]


async def words_of_testers_are_read_and_deleted(there: Scene) -> None:
    app, organiser = there.world.app, there.world.organiser
    tried = await trials.tried(app, organiser, there.on.id)
    assert [one.understood for one in tried.heard] == [WORDS]
    assert there.person.platform_id not in repr(tried)
    await drafts.publish(app, organiser, there.on.id)
    assert WORDS not in repr(await my_data.held(app, there.person))


async def followed_and_then_gone(there: Scene) -> None:
    assert await following.followed(there.world.app, there.person) == [there.number]
    await following.stop(there.world.app, there.person)
    assert not await there.is_linked()


async def how_many_think_so(there: Scene) -> None:
    seen = await supporting.look(there.world.app, there.others[0], there.number)
    assert seen.held.contribution.supporters == 6
    await nobody_sees_who_but_the_operator(there)


async def supported_until_taken_back(there: Scene) -> None:
    await there.take_back()
    assert not await there.is_linked()


async def the_account_goes_after_months_away(there: Scene) -> None:
    app, months = there.world.app, there.world.app.settings.privacy.answers_months
    held = await my_data.held(app, there.person)
    assert (held["platform_id"], held["ages"]) == (there.person.platform_id, "adults")
    assert held["privacy_notice"]["version"]
    await there.months_after_the_close(months, 9, here=False)
    with pytest.raises(Refusal, match="nothing-held"):
        await my_data.held(app, there.person)


CHECKS: dict[str, tuple[Check, ...]] = {
    "notice-names": (nobody_sees_who_but_the_operator,),
    "notice-kept": (linked_for_the_months, erased_at_once),
    "notice-hands": (numbers_at_once,),
    "notice-words": (read_before_others,),
    "notice-words-after": (read_after_others,),
    "notice-words-names": (nobody_sees_who_but_the_operator,),
    "notice-words-kept": (linked_for_the_months, erased_at_once),
    "danger-told": (danger_is_passed_on_without_a_name,),
    "danger-short": (danger_is_passed_on_without_a_name,),
    "privacy-danger": (danger_is_passed_on_without_a_name,),
    "notice-form-words": (words_part_from_the_account,),
    "notice-sealed-account": (that_they_read_it_is_kept_and_no_more,),
    "notice-taking-kept": (kept_until_erased_or_away, erased_at_once),
    "notice-follow": (operator_could_look, nobody_sees_who_before_the_close),
    "notice-follow-kept": (followed_and_then_gone,),
    "notice-support": (how_many_think_so,),
    "notice-support-kept": (linked_for_the_months, supported_until_taken_back, erased_at_once),
    "sealed-who": (sealed_until_the_close,),
    "sealed-who-words": (sealed_until_the_close,),
    "sealed-words": (words_are_read_first,),
    "sealed-after": (nobodys_after_the_close,),
    "taking-notice": (asked_by_private_message,),
    "trial-notice-kept": (words_of_testers_are_read_and_deleted, erased_at_once),
    "privacy-everybody": (numbers_after_the_close,),
    "privacy-everybody-hands": (numbers_at_once,),
    "privacy-organisers": (nobody_sees_who,),
    "privacy-words": (read_before_others,),
    "privacy-words-after": (read_after_others,),
    "privacy-words-names": (nobody_sees_who,),
    "privacy-form-words": (words_part_from_the_account,),
    "privacy-sealed-before": (sealed_until_the_close,),
    "privacy-sealed-after": (numbers_of_enough_people_only,),
    "privacy-sealed-words": (words_are_read_first,),
    "privacy-taking": (nobody_sees_who_before_the_close,),
    "privacy-operator": (operator_could_look,),
    "privacy-operator-words": (operator_could_look,),
    "privacy-operator-taking": (operator_could_look,),
    "privacy-you": (change_and_take_back_until_the_close,),
    "privacy-words-you": (change_and_take_back_until_the_close,),
    "privacy-sealed-you": (change_and_take_back_until_the_close,),
    "privacy-support-you": (supported_until_taken_back,),
    "privacy-long": (linked_for_the_months,),
    "privacy-words-long": (linked_for_the_months,),
    "privacy-sealed-long": (nobodys_after_the_close,),
    "privacy-record": (on_the_record_without_names,),
    "privacy-sealed-record": (the_record_says_nothing_before_the_close,),
    "privacy-account": (the_account_goes_after_months_away, erased_at_once),
    "privacy-erase": (erased_at_once,),
}
"""What makes each sentence true: the bot does it in a scene of that kind, and it is looked at."""
OUTSIDE = {"privacy-discord": "it is about Discord"}
"""Sentences that nothing of ours makes true."""

SAID = {kind: tuple(dict.fromkeys([*SHORT[kind], *LONG[kind], *ALWAYS])) for kind in Kind}
PAIRS = list(
    dict.fromkeys(
        (kind, check)
        for kind, sentences in SAID.items()
        for sentence in sentences
        for check in CHECKS.get(sentence, ())
    )
)


def test_each_sentence_has_what_makes_it_so() -> None:
    said = {sentence for sentences in SAID.values() for sentence in sentences}
    assert said == CHECKS.keys() | OUTSIDE.keys()
    assert all(sentence in wording().sentences("en") for sentence in said)


@pytest.mark.parametrize(("kind", "check"), PAIRS, ids=lambda one: getattr(one, "__name__", str(one)))
async def test_what_the_notice_says_is_so(world: World, kind: Kind, check: Check) -> None:
    await check(await scene(world, kind))


@pytest.mark.parametrize("kind", [Kind.SEALED, Kind.SEALED_WORDS, Kind.TRIAL])
async def test_what_the_notice_said_before_of_every_kind_is_not_so_of_these(world: World, kind: Kind) -> None:
    there = await scene(world, kind)
    with pytest.raises(AssertionError):
        await linked_for_the_months(there)


VERBS = {Kind.FOLLOW: "follow", Kind.SUPPORT: "support", Kind.TAKING: "checkin-in", Kind.TRIAL: "trial-agree"}


@pytest.mark.parametrize("kind", Kind)
async def test_whoever_presses_meets_the_notice_of_that_kind(world: World, kind: Kind) -> None:
    there = await scene(world, kind)
    asked = Asked(replace(there.on, id=0) if kind is Kind.TRIAL else there.on, "Lamps", Ages.BOTH)
    assert kind_of(asked, VERBS.get(kind, "vote")) is kind
    lines = short_notice(wording(), "en", asked, kind, "Mill Town", 7, teens=False)
    assert all(wording().label("en", line, 500, months=7) in " ".join(lines) for line in SHORT[kind])
    assert len(" ".join(lines).split()) <= 100, "a notice is read on a phone, before a press"


def test_the_numbers_in_it_are_those_of_the_settings() -> None:
    facts = {"months": 7, "least": 9, "contact": "Olive"}
    for sentence in CHECKS:
        said = wording().label("en", sentence, 1000, **facts, code="x")
        assert "12 months" not in said
        assert "under five" not in said
