"""Forgetting somebody: each part of what is held about them, and how it goes.

``FORGET`` is the whole of it, in the order in which it is done. Who erases themselves has every part
forgotten in one transaction, with their words in every copy. Who has been away for long loses the same parts,
but takes part in nothing that is open, and what they said stays, as nobody's (``retention.py``). Which column
holds what, and which part forgets it, is in ``bot/store/holdings.py``.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contributions import ERASED, Contribution, Fate, quotes
from bot.domain.meanings import mark_of_asker
from bot.domain.rounds import Round, State
from bot.domain.stages import Stage
from bot.domain.weighing import WEIGH, votes_of
from bot.services import safeguarding, sealing
from bot.services.amending import amend
from bot.services.lineage import ancestors, descendants, made_of, release, taken_of
from bot.services.ports import App
from bot.store import (
    answers,
    contributions,
    follows,
    interactions,
    offers,
    papers,
    people,
    rounds,
    statements,
    steps,
    supports,
    takers,
    trials,
    words,
)
from bot.store.interactions import Entry
from bot.store.numbers import strangers


@dataclass(frozen=True)
class Leaving:
    """Somebody who is being forgotten; ``erased`` where they asked for it, so that their words go, too."""

    app: App
    tx: AsyncConnection
    community: int
    who: int
    platform_id: str
    now_ms: int
    erased: bool = True


async def forget(
    app: App, tx: AsyncConnection, community: int, who: int, now_ms: int, *, erased: bool = True
) -> None:
    """Forget a person within a transaction, as of a moment (UTC epoch ms).

    An answer to an open round is withdrawn. One to a closed round keeps its place in the published
    numbers, so that no two results ever differ by one person, and is cut off from everyone.
    """
    one = Leaving(app, tx, community, who, await people.platform_id(tx, community, who), now_ms, erased)
    withdrawn = len(await _open_answers(one))
    for part in FORGET:
        await part(one)
    said = {"answers_withdrawn": withdrawn}
    await interactions.append(tx, [Entry(community, now_ms, "erased", Stage.DEFINE, "", said, 1)])


async def _open_answers(one: Leaving) -> list[tuple[answers.Answer, Round]]:
    given = await answers.of_person(one.tx, one.community, one.who)
    asked = await rounds.find_many(one.tx, [(one.community, each.round) for each in given])
    there = [(each, asked[one.community, each.round]) for each in given]
    return [(each, on) for each, on in there if on.state is State.OPEN]


async def answers_given(one: Leaving) -> None:
    """What they answered: taken back where it is open, one nobody's where it is not."""
    still = await _open_answers(one)
    await answers.take_back(one.tx, [each.key for each, _ in still])
    for each, on in still:
        if on.kind == WEIGH:
            gone = {(one.community, on.id, number): -1 for number in votes_of(each.value)}
            await statements.read(one.tx, gone)
    over = [each.key for each in await answers.of_person(one.tx, one.community, one.who)]
    await answers.detach(one.tx, over, strangers(len(over)))


async def sealed_answers(one: Leaving) -> None:
    """What they answered without names, where it is open; of what has closed nobody can find it."""
    await sealing.forget(one.app, one.tx, one.community, one.who)


async def ideas(one: Leaving) -> None:
    """What they brought, and their support: of each ask one nobody's. Words go in every copy if they asked.

    All of one person in one ask becomes the same nobody's: else nobody could tell any more who is counted
    already where ideas are joined.
    """
    brought = await contributions.of_person(one.tx, one.community, one.who)
    supported = set((await supports.of_person(one.tx, one.community, one.who)).values())
    on = {each.round for each in brought} | supported
    asked = await rounds.find_many(one.tx, {(one.community, which) for which in on})
    for which in supported:
        if asked[one.community, which].state is State.OPEN:
            # As answers are: else somebody could come back and count once more.
            await supports.drop_all(one.tx, one.community, which, one.who)
    if one.erased:
        await _erase_words(one, brought, asked)
    for which in sorted(on):
        await hand_over(one.tx, one.community, which, one.who)


async def hand_over(tx: AsyncConnection, community: int, which: int, who: int) -> None:
    """Make what somebody brought to a round, and their support there, one nobody's."""
    [nobody] = strangers(1)
    await contributions.give_away(tx, community, which, who, nobody)
    await supports.forget(tx, community, which, who, nobody)


async def _erase_words(
    one: Leaving, brought: Sequence[Contribution], asked: dict[tuple[int, int], Round]
) -> None:
    """Erase the words of contributions in every copy.

    From an open ask they are taken back. In one that is over they keep their place in its numbers, and what
    nobody has read yet needs no reader any more. What was made out of them is undone, so that what others
    said stands for itself again, unless it is in a decision.
    """
    tx, community = one.tx, one.community
    mine = {each.id for each in brought}
    copies = await copies_of(tx, community, brought)
    changes: dict[int, dict[str, Any]] = {}
    for each in brought:
        is_open = asked[community, each.round].state is State.OPEN
        if (is_open or await _of_others_too(tx, each, mine)) and not await taken_of(tx, community, each.id):
            await release(tx, community, each.id, one.now_ms)
        if is_open:
            changes[each.id] = {"state": Fate.WITHDRAWN}
        elif each.state is Fate.RECEIVED:
            changes[each.id] = {"state": Fate.DECLINED, "why": ERASED}
    await _forget_said(tx, community, copies)
    await forget_words(tx, community, mine | copies, one.now_ms)
    await contributions.change_each(tx, community, changes)


async def _of_others_too(tx: AsyncConnection, each: Contribution, mine: Collection[int]) -> bool:
    """Whether what stands for this was made out of what others said as well."""
    made = {one.id for one in await descendants(tx, each.community, each.id)}
    return not await ancestors(tx, each.community, *made) <= {*made, *mine}


async def copies_of(tx: AsyncConnection, community: int, those: Sequence[Contribution]) -> set[int]:
    """What else has the words of contributions: what was made out of them, and what says them better."""
    found = await made_of(tx, community, *(each.id for each in those))
    spoken = {each.id: text for each in those if (text := each.text)}
    for which, numbers in (await statements.decks_of(tx, community, list(spoken))).items():
        for other in await contributions.of_round(tx, community, which):
            if other.id not in spoken and any(quotes(other.text, spoken[number]) for number in numbers):
                found.add(other.id)
    return found


async def _forget_said(tx: AsyncConnection, community: int, copies: Collection[int]) -> None:
    """Erase what stands on the record of how others brought some contributions."""
    found = await contributions.some(tx, community, copies)
    for who in sorted({each.person for each in found.values() if each.person > 0}):
        acts = await interactions.acts_of(tx, community, who)
        said = [(act.number, json.loads(act.said)) for act in acts]
        about = [row for row, one in said if isinstance(one, dict) and one.get("contribution") in found]
        await interactions.forget_rows(tx, community, about)


async def forget_words(tx: AsyncConnection, community: int, which: Collection[int], now_ms: int) -> None:
    """Erase all that contributions have said, what their authors were asked, and what we posted of it."""
    await amend(tx, community, await contributions.spoken(tx, community, which), now_ms)
    await contributions.forget_words(tx, community, *which)
    await steps.forget(tx, community, which)
    await safeguarding.let_go(tx, community, which)


async def ideas_judged(one: Leaving) -> None:
    """That they, as an organiser, settled ideas."""
    [nobody] = strangers(1)
    await contributions.forget_judge(one.tx, one.community, one.who, nobody)


async def words_asked(one: Leaving) -> None:
    """That they asked what words mean."""
    await forget_words_asked(one.app, one.tx, one.community, one.platform_id)


async def words_asked_for(app: App, tx: AsyncConnection, community: int, platform_id: str) -> list[bytes]:
    """The marks of the words that somebody waits for: with our key, which the database has not."""
    there = await words.askings(tx, community)
    return [word for word, who in there if who == mark_of_asker(app.key, word, platform_id)]


async def forget_words_asked(app: App, tx: AsyncConnection, community: int, platform_id: str) -> bool:
    """Take back that somebody asked what words mean; whether they had."""
    asked = await words_asked_for(app, tx, community, platform_id)
    for word in asked:
        await words.forget_askings(tx, community, word, mark_of_asker(app.key, word, platform_id))
    return bool(asked)


async def ideas_followed(one: Leaving) -> None:
    """Which ideas they follow."""
    await follows.forget(one.tx, one.community, one.who)


async def checkins_taken(one: Leaving) -> None:
    """Which check-ins they want by private message, and when they were reached."""
    await takers.forget(one.tx, one.community, one.who)


async def offers_made(one: Leaving) -> None:
    """Messages of theirs that somebody would like to make an idea of."""
    await offers.forget(one.tx, one.community, one.platform_id, one.now_ms)


async def drafts_tried(one: Leaving) -> None:
    """That they help to try drafts, and what they said of them."""
    await trials.forget(one.tx, one.community, one.who)


async def papers_entered(one: Leaving) -> None:
    """That they, as an organiser, entered or confirmed answers on paper."""
    [nobody] = strangers(1)
    await papers.forget(one.tx, one.community, one.who, nobody, one.now_ms)


async def record_words(one: Leaving) -> None:
    """What stands behind their rows of the record: words and salts. The rows stay, and are nobody's."""
    await interactions.forget_person(one.tx, one.community, one.who)


async def parts_played(one: Leaving) -> None:
    """That they lead a project or stand in for who does, and their account's number among the contacts."""
    await people.forget_parts(one.tx, one.community, one.who)
    if one.platform_id:
        await people.forget_contact(one.tx, one.community, one.platform_id)


async def messages_to_them(one: Leaving) -> None:
    """What waits to be sent to them alone."""
    if one.platform_id:
        await people.forget_posts(one.tx, one.community, one.platform_id)


async def account(one: Leaving) -> None:
    """Who they are: the platform's id, the secret, the language, the notice, the week they were here last."""
    await people.forget(one.tx, one.community, one.who)


FORGET: tuple[Callable[[Leaving], Awaitable[None]], ...] = (
    answers_given,
    sealed_answers,
    ideas,
    ideas_judged,
    words_asked,
    ideas_followed,
    checkins_taken,
    offers_made,
    drafts_tried,
    papers_entered,
    record_words,
    parts_played,
    messages_to_them,
    account,
)
"""Everything that is held about somebody, in the order in which it goes."""
