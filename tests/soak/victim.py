"""The process that is killed: the whole app and the whole client, pressed by 32 streams at once.

It writes a line before it presses, and a line as soon as the bot has answered; who killed it compares
these with what is in the database then. It can also die in the very moment of an answer, the first one
after a lull, which is the first of what was committed together: from outside nobody hits the instant
before a commit that comes too late.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from itertools import count
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import wiring
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round, State
from bot.services import answers, communities, rounds
from bot.settings import Rounds, Settings, Timing
from bot.store import interactions
from bot.store.interactions import Entry
from bot.store.writer import _LATER, Writer, _do, _Job
from bot.wording import Markup, Wording
from cogs.client import Folkmoot
from cogs.ui.custom_ids import CustomId
from tests.gateway import GUILD, Gateway, Reply

STREAMS = 32
PEOPLE = range(800000000000000000, 800000000000000096)
DOUBLE_CLICKS = 0.15
LULL_S, COMMIT_S = 0.005, 0.01
SENT, ACKNOWLEDGED, TROUBLE = "s", "a", "x"


@dataclass(frozen=True)
class Press:
    """One press; those of one person on one round with the same wave overlap, later waves come later.

    ``option`` is the places chosen, such as ``0`` or ``0.2``.
    """

    number: int
    person: int
    round: int
    option: str
    wave: int

    def line(self, what: str) -> str:
        """What is told of it."""
        return " ".join([what, *map(str, astuple(self))])


def read(line: str) -> tuple[str, Press]:
    """What was told, and of which press."""
    what, number, person, which, option, wave = line.split(" ")
    return what, Press(int(number), int(person), int(which), option, int(wave))


def live(database: str, told: Connection, seed: str, most: int = 0, fault: str = "") -> None:
    """Press until killed; ``fault`` names what to break in here.

    Where ``most`` is not 0, die by oneself after about so many acknowledgements.
    """
    if fault:
        FAULTS[fault]()
    asyncio.run(_live(database, _teller(told, most), seed))


def _teller(told: Connection, most: int) -> Callable[[str], None]:
    acknowledged, before = 0, 0.0

    def tell(line: str) -> None:
        nonlocal acknowledged, before
        os.write(told.fileno(), f"{line}\n".encode())
        if line.startswith(ACKNOWLEDGED):
            now = time.monotonic()
            acknowledged += 1
            if 0 < most <= acknowledged and now - before > LULL_S:
                os.kill(os.getpid(), signal.SIGKILL)
            before = now

    class _Errors(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            tell(f"{TROUBLE} {record.getMessage()} {record.exc_info}".replace("\n", " "))

    logging.basicConfig(level=logging.ERROR, handlers=[_Errors(logging.ERROR)], force=True)
    return tell


async def _live(database: str, tell: Callable[[str], None], seed: str) -> None:
    # The fewest seconds between two paintings: as much as possible is to happen at the same time.
    timing, often = Timing(tick_seconds=1, repaint_seconds=1), Rounds(acts_an_hour=10_000)
    settings = Settings(database=database, timing=timing, rounds=often)
    wording = wiring.load_wording()
    async with wiring.assembled(settings, wiring.MachineClock()) as app:
        client = Folkmoot(app, wording)
        async with Gateway(client) as gateway, wiring.beating(app, client.messenger):
            community = await communities.community_of(app, "discord", str(GUILD))
            polls = await rounds.listing(app, community.id, State.OPEN)
            crowd = _Crowd(gateway, wording, polls, tell, seed)
            await asyncio.gather(*(crowd.stream(number) for number in range(STREAMS)))


class _Crowd:
    def __init__(
        self,
        gateway: Gateway,
        wording: Wording,
        polls: Sequence[Round],
        tell: Callable[[str], None],
        seed: str,
    ) -> None:
        self.gateway, self.polls, self.tell, self.seed = gateway, polls, tell, seed
        self.numbers = count(1)
        self.pressed: dict[int, Press] = {}
        gateway.on_reply = self.replied
        gap = Markup("\0")
        self.acknowledgements = tuple(
            wording.say("en", sentence, choice=gap, before=gap).split(gap)[0]
            for sentence in ("recorded", "recorded-changed", "recorded-same")
        )

    async def stream(self, number: int) -> None:
        """Some people, one after the other, over and over; now and then somebody clicks twice."""
        chance = random.Random(f"{self.seed}/{number}")  # noqa: S311 - so that the seed repeats it
        for wave in count():
            person, poll = chance.choice(PEOPLE[number::STREAMS]), chance.choice(self.polls)
            clicks = 2 if chance.random() < DOUBLE_CLICKS else 1
            chosen = [self.choice(poll, chance) for _ in range(clicks)]
            await asyncio.gather(*(self.press(person, poll, option, wave) for option in chosen))
            self.gateway.replies.clear()
            self.gateway.requests.clear()

    @staticmethod
    def choice(poll: Round, chance: random.Random) -> list[str]:
        """Some of a poll's options."""
        places = range(len(poll.options))
        most = 1 if poll.kind == "pick" else len(places)
        return [str(place) for place in sorted(chance.sample(places, chance.randint(1, most)))]

    async def press(self, person: int, poll: Round, option: list[str], wave: int) -> None:
        """One press, told before and after."""
        press = Press(next(self.numbers), person, poll.id, ".".join(option), wave)
        if poll.kind == "pick":
            made = self.gateway.component(person, str(CustomId("vote", poll.id, option[0])))
        else:
            made = self.gateway.component(person, str(CustomId("choose", poll.id)), option)
        self.pressed[int(made["id"])] = press
        self.tell(press.line(SENT))
        await self.gateway.ask(made)

    def replied(self, interaction: int, reply: Reply) -> None:
        """The bot has answered."""
        press = self.pressed.pop(interaction)
        if reply.text.startswith(self.acknowledgements):
            self.tell(press.line(ACKNOWLEDGED))
        else:
            self.tell(f"{TROUBLE} a press was answered with {reply.text!r}".replace("\n", " "))


def _acknowledge_early() -> None:
    """Callers wake before the commit that they wait for, which takes as long as on an ordinary disk."""

    async def commit(self: Writer, batch: list[_Job]) -> None:
        async with self._engine.begin() as connection:
            results: list[Any] = [_LATER] * len(batch)
            await _do(connection, batch, results)
            for job, outcome in zip(batch, results, strict=True):
                if outcome is _LATER:
                    self._left.append(job)
                elif isinstance(outcome, Refusal):
                    job.done.set_exception(outcome)
                else:
                    job.done.set_result(outcome)
            await asyncio.sleep(COMMIT_S)

    Writer._commit = commit  # type: ignore[method-assign]


def _record_twice() -> None:
    """Every answer is put on the record twice."""
    append = interactions.append

    async def twice(tx: AsyncConnection, entries: Sequence[Entry]) -> None:
        await append(tx, [entry for entry in entries for _ in range(2)])

    answers.interactions.append = twice  # type: ignore[attr-defined]


FAULTS: dict[str, Callable[[], Any]] = {"early": _acknowledge_early, "twice": _record_twice}
