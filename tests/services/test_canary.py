"""Erased is erased, in every copy: a word that somebody said, followed wherever words travel."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.domain.asks import AskField, FieldKind
from bot.domain.contributions import quotes
from bot.domain.forms import FORM
from bot.domain.papers import Came
from bot.domain.people import Person, Standing
from bot.domain.rounds import DAY_MS, Round
from bot.domain.trials import version_of
from bot.domain.weighing import WEIGH
from bot.services import (
    amending,
    answers,
    ask_summaries,
    batches,
    contributions,
    digests,
    drafts,
    due,
    following,
    meetings,
    merging,
    moderating,
    offers,
    papers,
    people,
    posting,
    rounds,
    sealed_answers,
    supporting,
    trials,
    weighing,
    weighing_files,
)
from bot.store import contributions as stored
from tests.builders import (
    BOTH_ENGINES,
    ORGANISER,
    SQLITE_ONLY,
    World,
    are_here,
    draft_poll,
    export,
    forget_what_is_owed,
    open_ask,
    outbox_of,
    places_of,
    resident,
    residents,
    stranger,
)
from tests.lived_in import everything
from tests.recorder import Recorder

WORD = "canary5b1e77"
TEXT = f"{WORD} lamps on the bridge are dark"
REASON = "We know enough."
FIELDS = (
    AskField("was", FieldKind.ONE, "Was it so?", options=("no", "yes")),
    AskField("why", FieldKind.LONG, "Why?"),
)


class Told:
    """Everything that one person said, and what became of it."""

    def __init__(self, world: World, person: Person, others: list[Person]) -> None:
        self.world, self.app, self.organiser = world, world.app, world.organiser
        self.person, self.others = person, others
        self.asks: list[Round] = []
        self.weighed: Round | None = None

    async def ideas(self) -> None:
        """Ideas that are joined, split, undone, taken, asked about and looked at again; in two asks."""
        for _ in range(2):
            asked = await open_ask(self.world)
            self.asks.append(asked)
            mine = [
                (await contributions.contribute(self.app, self.person, asked.id, [f"{TEXT} {one}"])).id
                for one in ("a", "b", "c", "d", "e", "f")
            ]
            theirs = [
                (await contributions.contribute(self.app, one, asked.id, [f"Trees {place}"])).id
                for place, one in enumerate(self.others)
            ]
            await contributions.add(self.app, self.person, mine[0], "who", [f"{WORD} and us"])
            await moderating.decline(self.app, self.organiser, mine[1], "unclear")
            await contributions.again(self.app, self.person, mine[1])
            second = stranger(self.world, "second", ORGANISER)
            await moderating.ask_author(self.app, second, mine[1], f"What is {WORD}?")
            joined = await merging.merge(self.app, self.organiser, [mine[0], theirs[0]], f"{TEXT} and trees")
            await merging.merge(self.app, self.organiser, [joined.id, theirs[1]], f"{TEXT}, trees twice")
            await merging.split(self.app, self.organiser, mine[2], [f"{WORD} lamps", f"{WORD} bridge"])
            apart = await merging.merge(self.app, self.organiser, [mine[3], theirs[2]], f"{TEXT} or trees")
            await merging.undo(self.app, self.organiser, apart.id)
            bound = await merging.merge(self.app, self.organiser, [mine[4], theirs[3]], f"{TEXT}: decided")
            await following.follow(self.app, self.others[4], bound.id)
            await supporting.support(self.app, self.others[4], bound.id, yes=True)
            await moderating.outcome(self.app, self.organiser, bound.id, "decided", "We do it.")
            await moderating.accept(self.app, self.organiser, mine[5])

    async def elsewhere(self) -> None:
        """Messages, drafts and forms: what is asked for consent, what became of it, what is not open yet."""
        app, organiser, asked = self.app, self.organiser, self.asks[0]
        for number in range(2):
            link = f"{WORD} link {number}"
            offer = await offers.begin(app, organiser, self.person.platform_id, "channel", link)
            await offers.ask(app, organiser, offer.id, asked.id, [f"{TEXT} {number}"])
            if number:
                await offers.accept(app, self.person, offer.id)
        draft = await draft_poll(self.world)
        for one in (self.person, self.others[0]):
            await trials.agree(app, one)
        await trials.ask(app, organiser, draft.id)
        await trials.say(app, self.person, draft.id, version_of(draft), TEXT, WORD)
        for sealed in (True, False):
            begun = await drafts.begin(
                app, organiser, self.world.initiative.id, FORM, form=FIELDS, sealed=sealed
            )
            closes = self.world.now + 30 * DAY_MS
            await drafts.change(app, organiser, begun.id, question="How is it?", closes_ms=closes)
            asked = await drafts.publish(app, organiser, begun.id)
            answer = sealed_answers.answer if sealed else answers.answer
            await answer(app, self.person, asked.id, ["was", "1", "why", TEXT])

    async def better(self) -> None:
        """A weighing of the first ask, in which somebody else says a statement better."""
        app, organiser = self.app, self.organiser
        begun = await drafts.begin(app, organiser, self.world.initiative.id, WEIGH, source=self.asks[0].id)
        changes = {"question": "Where do you stand?", "closes_ms": self.world.now + 30 * DAY_MS}
        await drafts.change(app, organiser, begun.id, **changes)
        self.weighed = await drafts.publish(app, organiser, begun.id)
        await contributions.contribute(app, self.others[0], self.weighed.id, [f"All {TEXT}, and the park"])
        await contributions.contribute(app, self.others[1], self.weighed.id, ["The park is dark"])

    async def nobodys(self) -> None:
        """What belongs to nobody from its beginning: notes of a meeting, and an answer on paper."""
        app, asked = self.app, self.asks[0]
        await meetings.record(app, self.organiser, asked.id, "The hall", 12, [f"{WORD} said"])
        words = {"what": f"{WORD} on paper"}
        entered = await papers.enter(app, self.organiser, asked.id, "", Came.PAPER, Standing.RESIDENT, words)
        await batches.confirm(app, stranger(self.world, "second", ORGANISER), entered.batch)

    async def files(self) -> str:
        """Everything that anybody can still take out."""
        app, organiser = self.app, self.organiser
        found = [json.dumps((await digests.preview(app, organiser)).as_json()), *await export(self.world)]
        for asked in self.asks:
            found += [str(one) for one in (await ask_summaries.files(app, organiser, asked.id)).values()]
        if self.weighed is not None:
            await rounds.close_early(app, organiser, self.weighed.id, REASON)
            outcome = await weighing.outcome(app, self.world.community.id, self.weighed.id)
            found.append(str(await weighing_files.table(app, outcome)))
        return "\n".join(found)


async def told(world: World) -> Told:
    person, others = await resident(world, "amina"), await residents(world, 5)
    all_of_it = Told(world, person, others)
    await all_of_it.ideas()
    await all_of_it.elsewhere()
    await all_of_it.better()
    return all_of_it


@SQLITE_ONLY
@pytest.mark.parametrize("over", [False, True])
async def test_after_erasure_a_word_is_nowhere(world: World, tmp_path: Path, over: bool) -> None:
    app, all_of_it = world.app, await told(world)
    await posting.deliver(app, Recorder(app))
    if over:
        for asked in all_of_it.asks:
            await rounds.close_early(app, world.organiser, asked.id, REASON)
    held = await everything(app.database)
    there = {name for name, rows in held.items() if WORD in str(rows)}
    shown = {"answer", "contribution", "disclosure", "offer", "step", "trial", "version"}
    assert there == shown, "or it shows nothing"
    await people.erase(app, all_of_it.person)
    assert [name for name, rows in (await everything(app.database)).items() if WORD in str(rows)] == []
    assert places_of(tmp_path, WORD.encode()) == []
    assert WORD not in await all_of_it.files()
    shown_again = {post.facts["post"] for post in await outbox_of(world, "amended")}
    quoting = {row[1] for row in held["outbox"] if row[3] == "reshaped"}
    assert shown_again == quoting, "what was joined or split is posted in the channel, too"


@BOTH_ENGINES
async def test_a_post_is_shown_anew_once_however_many_pieces_its_words_go_in(world: World) -> None:
    app, platform = world.app, Recorder(world.app)
    await told(world)
    await posting.deliver(app, platform)
    every = range(1, 100)

    async def gone() -> list[int]:
        await app.write(lambda tx: amending.amend(tx, world.community.id, every, world.now))
        world.clock.move(minutes=1)
        return [post.facts["post"] for post in await outbox_of(world, "amended")]

    once = await gone()
    assert once
    assert await gone() == once
    before = [post.card for post in platform.messages.values()].count("say")
    await posting.deliver(app, platform)
    shown = [post.card for post in platform.messages.values()]
    assert (shown.count("amended"), shown.count("say")) == (len(once), before), "nothing new is in a channel"
    assert await gone() == once, "what was shown already quotes what goes now"


@SQLITE_ONLY
@pytest.mark.parametrize("over", [False, True])
async def test_what_others_said_stands_for_itself_again(world: World, over: bool) -> None:
    app, all_of_it = world.app, Told(world, await resident(world, "amina"), await residents(world, 5))
    await all_of_it.ideas()
    if over:
        for asked in all_of_it.asks:
            await rounds.close_early(app, world.organiser, asked.id, REASON)
    before = [(await rounds.look(app, world.community.id, one.id)).answers for one in all_of_it.asks]
    await people.erase(app, all_of_it.person)
    async with app.database.reading() as tx:
        found = await stored.of_round(tx, world.community.id, all_of_it.asks[0].id)
    trees = {one.text: one.state.value for one in found if one.text.startswith("Trees")}
    # The fourth is in a decision, which is not undone: its own words are still there to be read.
    assert trees == {
        "Trees 0": "accepted", "Trees 1": "accepted", "Trees 2": "accepted", "Trees 3": "merged",
        "Trees 4": "received",
    }  # fmt: skip
    if over:
        after = [(await rounds.look(app, world.community.id, one.id)).answers for one in all_of_it.asks]
        assert after == before, "a number moved that was published"
    decided = next(one for one in found if one.state == "decided")
    assert (await supporting.look(app, all_of_it.others[0], decided.id)).parents


@SQLITE_ONLY
async def test_after_retention_a_word_is_nowhere(world: World, tmp_path: Path) -> None:
    app, all_of_it = world.app, await told(world)
    await all_of_it.nobodys()
    await posting.deliver(app, Recorder(app))
    world.clock.move(days=40)
    await due.run_due(app, world.now)
    for _ in range(8):
        world.clock.move(days=50)
        await are_here(world, all_of_it.person, *all_of_it.others)  # everybody is still here
        await due.run_due(app, world.now)
    await forget_what_is_owed(app)
    assert await people.find(app, all_of_it.person) is not None
    assert [name for name, rows in (await everything(app.database)).items() if WORD in str(rows)] == []
    assert await app.database.writer.checkpoint()
    assert places_of(tmp_path, WORD.encode()) == []
    all_of_it.weighed = None  # it has closed
    assert WORD not in await all_of_it.files()


@pytest.mark.parametrize(
    ("later", "earlier", "is_one"),
    [
        (f"All {TEXT}, and the park", TEXT, True),
        ("More LAMPS on the bridge, please", TEXT, True),
        ("The park is dark", TEXT, False),
        ("More lamps in the park", "More lamps", True),
        ("Fewer lamps", "More lamps", False),
        ("Anything", "", False),
        ("", TEXT, False),
    ],
)
def test_what_quotes_what(later: str, earlier: str, is_one: bool) -> None:
    assert quotes(later, earlier) is is_one
