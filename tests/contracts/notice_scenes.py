"""One scene for each kind of notice: somebody does what it is about, and what then can be seen of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from bot import wiring
from bot.domain.asks import AskField, FieldKind
from bot.domain.checkins import Purpose
from bot.domain.community import Moderation
from bot.domain.forms import read_questions
from bot.domain.people import Ages, Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import DAY_MS, Round
from bot.domain.trials import version_of
from bot.domain.weighing import WEIGH
from bot.services import (
    answers,
    checkins,
    communities,
    contributions,
    drafts,
    following,
    initiatives,
    moderating,
    my_data,
    records,
    rounds,
    sealed_answers,
    supporting,
    taking,
    trials,
    weighing,
)
from cogs.ui.privacy_words import Kind
from tests.builders import (
    World,
    are_here,
    beginning,
    draft_poll,
    export,
    open_ask,
    open_form,
    open_poll,
    resident,
    residents,
)
from tests.recorder import Unreachable

WORDS = "canary words of mine"
SCALE = AskField("safe", FieldKind.SCALE, "How safe?", options=("1", "2", "3", "4", "5"))
WHY = AskField("why", FieldKind.LONG, "Why?", longest=800)
SEALED = (Kind.SEALED, Kind.SEALED_WORDS)
ASKS = (Kind.ASK, Kind.ASK_AFTER)
FORMS = (Kind.FORM, Kind.FORM_WORDS)
PART = dict.fromkeys(Kind, "answers") | {
    Kind.ASK: "ideas",
    Kind.ASK_AFTER: "ideas",
    Kind.SEALED: "answers_without_names",
    Kind.SEALED_WORDS: "answers_without_names",
    Kind.TAKING: "check_ins",
    Kind.TRIAL: "tried",
    Kind.FOLLOW: "follows",
    Kind.SUPPORT: "supports",
}
"""Which part of My data leads from somebody to what they did."""
TABLE = dict.fromkeys(Kind, "answer") | {
    Kind.ASK: "contribution",
    Kind.ASK_AFTER: "contribution",
    Kind.TAKING: "taker",
    Kind.TRIAL: "trial",
    Kind.FOLLOW: "follow",
    Kind.SUPPORT: "support",
}


@dataclass
class Scene:
    """Somebody who has done what a notice of a kind is about, among others who did the same."""

    world: World
    kind: Kind
    on: Round
    person: Person
    others: list[Person]
    number: int = 0
    """Of the idea, the statement or the check-in that it is about."""
    code: str = ""
    raw: list[str] = field(default_factory=list)

    async def do(self, who: Person) -> int:
        """What the notice is about; the number of the idea that it made, or 0."""
        app, on = self.world.app, self.on.id
        if self.kind in ASKS:
            return (await contributions.contribute(app, who, on, [WORDS])).id
        if self.kind is Kind.WEIGH:
            await weighing.vote(app, who, on, self.number, "agree")
        elif self.kind in SEALED:
            code = (await sealed_answers.answer(app, who, on, self.raw)).code
            self.code = code if who == self.person else self.code
        elif self.kind is Kind.TAKING:
            await taking.opt_in(app, who, self.number)
        elif self.kind is Kind.FOLLOW:
            await following.follow(app, who, self.number)
        elif self.kind is Kind.SUPPORT:
            await supporting.support(app, who, self.number, yes=True)
        elif self.kind is not Kind.TRIAL:
            await answers.answer(app, who, on, self.raw)
        return 0

    async def change(self) -> None:
        """Change it."""
        app, on, who = self.world.app, self.on.id, self.person
        if self.kind in ASKS:
            await contributions.add(app, who, self.number, "who", ["Everybody"])
        elif self.kind is Kind.WEIGH:
            await weighing.vote(app, who, on, self.number, "pass")
        elif self.kind in SEALED:
            await sealed_answers.change(app, who, on, self.raw, self.code)
        elif self.kind is not Kind.SUPPORT:
            await answers.answer(app, who, on, ["safe", "2"] if self.kind in FORMS else ["1"])

    async def take_back(self) -> None:
        """Take it back."""
        app, on, who = self.world.app, self.on.id, self.person
        if self.kind in ASKS:
            await contributions.withdraw(app, who, self.number)
        elif self.kind in SEALED:
            await sealed_answers.withdraw(app, who, on, self.code)
        elif self.kind is Kind.SUPPORT:
            await supporting.support(app, who, self.number, yes=False)
        else:
            await answers.withdraw(app, who, on)

    async def is_linked(self) -> bool:
        """Whether the bot knows what is theirs."""
        try:
            held = await my_data.held(self.world.app, self.person)
        except Refusal:
            return False
        part = held.get(PART[self.kind], [])
        return any(one.get("state") != "withdrawn" for one in part) if self.kind in ASKS else bool(part)

    async def is_in_the_database_beside_them(self) -> bool:
        """Whether whoever looks into the database finds account and answer side by side."""
        rows = text(
            f"SELECT count(*) FROM {TABLE[self.kind]} t JOIN identity i ON i.community = t.community "  # noqa: S608
            "AND i.person = t.person WHERE i.platform_id = :who"
        )
        async with self.world.app.database.reading() as tx:
            return bool((await tx.execute(rows, {"who": self.person.platform_id})).scalar_one())

    async def all_that_others_see(self) -> str:
        """Everything that goes out: the record, the cards' facts, results, lists."""
        world, on = self.world, self.on.id
        seen = [*await export(world)]
        if on and self.kind is not Kind.TRIAL:
            look = await rounds.look(world.app, world.community.id, on)
            seen += [repr((look.answers, look.counts, look.result))]
            if look.result is not None and self.kind in (Kind.POLL, Kind.HANDS, Kind.SEALED):
                found = await records.results(world.app, world.organiser, on)
                seen += [file.decode(errors="replace") for file in found.values()]
        async with world.app.database.reading() as tx:
            posts = await tx.execute(text("SELECT card, facts FROM outbox WHERE place = 'channel'"))
            seen += [repr(tuple(row)) for row in posts]
        return "\n".join(seen)

    async def close(self) -> None:
        """The round closes at its time."""
        await self.at(self.on.closes_ms)

    async def at(self, at_ms: int) -> None:
        """A later moment, at which all that is due has been done."""
        self.world.clock.now = datetime.fromtimestamp(at_ms / 1000, UTC)
        for _ in range(3):
            await wiring.tick(self.world.app, Unreachable())  # type: ignore[arg-type]

    async def months_after_the_close(self, months: int, days: float, *, here: bool = True) -> None:
        """So many months, and some days, after the close; they are here, or have been away ever since."""
        closed = datetime.fromtimestamp(max(self.on.closes_ms, self.world.now) / 1000, UTC)
        year, month = divmod(closed.month - 1 + months, 12)
        then = closed.replace(year=closed.year + year, month=month + 1) + timedelta(days=days)
        self.world.clock.now = then
        if here:
            await are_here(self.world, self.person)
        await self.at(round(then.timestamp() * 1000))


async def scene(world: World, kind: Kind) -> Scene:
    """The scene of a kind."""
    person, others = await resident(world, "canary-77aa"), await residents(world, 6)
    made = await _round(world, kind)
    raw = ["safe", "1", "why", WORDS] if kind in (Kind.FORM_WORDS, Kind.SEALED_WORDS) else ["0"]
    there = Scene(world, kind, made, person, others, raw=["safe", "1"] if kind is Kind.FORM else raw)
    if kind is Kind.WEIGH:
        met = (await weighing.turn(world.app, person, made.id)).statement
        assert met is not None
        there.number = met.id
    if kind in (Kind.FOLLOW, Kind.SUPPORT):
        there.number = (await contributions.contribute(world.app, others[0], made.id, ["A lamp"])).id
        await moderating.accept(world.app, world.organiser, there.number)
    if kind is Kind.TAKING:
        there.number = made.checkin
    if kind is Kind.TRIAL:
        await _tries(there)
        return there
    there.number = await there.do(person) or there.number
    for one in others[1:]:
        await there.do(one)
    if kind is Kind.ASK:
        await moderating.accept(world.app, world.organiser, there.number)
    return there


async def _round(world: World, kind: Kind) -> Round:
    made: dict[Kind, Callable[[], Awaitable[Round]]] = {
        Kind.POLL: lambda: open_poll(world),
        Kind.HANDS: lambda: open_poll(world, show_of_hands=True),
        Kind.ASK: lambda: open_ask(world),
        Kind.ASK_AFTER: lambda: _read_after(world),
        Kind.WEIGH: lambda: _weighing(world),
        Kind.FORM: lambda: open_form(world, (SCALE,), sealed=False),
        Kind.FORM_WORDS: lambda: open_form(world, (SCALE, WHY), sealed=False),
        Kind.SEALED: lambda: open_poll(world, sealed=True),
        Kind.SEALED_WORDS: lambda: open_form(world, (SCALE, WHY)),
        Kind.TAKING: lambda: _checkin(world),
        Kind.TRIAL: lambda: draft_poll(world),
        Kind.FOLLOW: lambda: open_ask(world),
        Kind.SUPPORT: lambda: open_ask(world),
    }
    return await made[kind]()


async def _read_after(world: World) -> Round:
    owner = Person(world.community.id, "owner", can_set_up=True)
    await communities.set_up(world.app, owner, moderation=Moderation.AFTER)
    on = await initiatives.start(world.app, world.organiser, beginning(world.app, "Adults", ages=Ages.ADULTS))
    return await open_ask(replace(world, initiative=on))


async def _weighing(world: World) -> Round:
    begun = await drafts.begin(world.app, world.organiser, world.initiative.id, WEIGH)
    await weighing.add(world.app, world.organiser, begun.id, ["More lamps", "Fewer cars"])
    changes = {"question": "Where do you stand?", "closes_ms": world.now + 8 * DAY_MS}
    await drafts.change(world.app, world.organiser, begun.id, **changes)
    return await drafts.publish(world.app, world.organiser, begun.id)


async def _checkin(world: World) -> Round:
    form, on = read_questions("Is it safe? | no | yes"), world.initiative.id
    pace, window = "every Monday 11am", DAY_MS
    begun = await checkins.begin(
        world.app, world.organiser, on, Purpose.PLAIN, "The walk", form, pace, window, direct=True
    )
    await checkins.start(world.app, world.organiser, begun.id)
    return (await taking.asked_of(world.app, world.community.id, begun.id)).round


async def _tries(there: Scene) -> None:
    app = there.world.app
    await trials.agree(app, there.person)
    await trials.agree(app, there.others[0])
    await trials.ask(app, there.world.organiser, there.on.id)
    await trials.say(app, there.person, there.on.id, version_of(there.on), WORDS, "")
