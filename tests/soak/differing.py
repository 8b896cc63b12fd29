"""No two things that the bot says of answers without names differ by a few people.

Sequences of what people and organisers do to one question, looked at through what shows it, again and again.
What may be told of whom is decided here anew, from what each person said.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from bot.domain.asks import AskField, FieldKind
from bot.domain.people import Person
from bot.domain.rounds import Round
from bot.services import digests, form_files, people, records, rounds, sealed_answers, sealing
from bot.services.desk import desk
from bot.settings import Settings
from tests.builders import HandClock, World, open_app, open_form, open_poll, resident, set_up

SEQUENCES = 10_000
LEAST, MINIMUM = 5, 5
"""How many people must be in a crowd that is told of; and how many the bot is told that they are."""
TOWN = 50
"""After how many sequences another community begins: what a digest tells grows with its week."""
PEOPLE, OPTIONS = 13, 4
KINDS = ("pick", "approve", "scale", "one")
FORMS = {
    kind: AskField("how", kind, "How was it?", options=("bad", "so so", "fine", "good"))
    for kind in (FieldKind.SCALE, FieldKind.ONE)
}

Said = tuple[int, ...]
Step = tuple[str, int, Said]


@dataclass
class Found:
    """How many sequences there were, how many numbers were shown, and what differed by a few people."""

    sequences: int = 0
    shown: int = 0
    differing: list[str] = field(default_factory=list)


def scripts() -> st.SearchStrategy[tuple[str, list[Step]]]:
    """A kind of question, and what is done to it: by whom, and what they say."""
    acts = st.sampled_from(["answer"] * 16 + ["change"] * 3 + ["withdraw"] * 2 + ["erase", "look"])
    # Most are of one mind, so that some groups are enough and others are not.
    said = st.sampled_from([(0,), (0,), (0,), (1,), (1,), (2,), (3,), (0, 1), (0, 1), (1, 2, 3)])
    steps = st.lists(st.tuples(acts, st.integers(0, PEOPLE - 1), said), min_size=8, max_size=26)
    return st.tuples(st.sampled_from(KINDS), steps)


class Differs(Exception):
    """What was said differed by a few people."""


def run(url: str, sequences: int, seed: str) -> Found:
    """So many sequences on one database, or until something differs."""
    found = Found()
    with asyncio.Runner() as runner:
        app = runner.run(open_app(url, HandClock(), _settings()))
        worlds: list[World] = []
        crowd: dict[int, Person] = {}

        @seeded(seed)
        @settings(
            max_examples=sequences, database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(scripts())
        def case(script: tuple[str, list[Step]]) -> None:
            if found.sequences % TOWN == 0:
                worlds[:] = [runner.run(set_up(app, f"server-{found.sequences}"))]
                crowd.clear()
            found.sequences += 1
            runner.run(_Sequence(worlds[0], found, crowd, *script).play())
            if found.differing:
                raise Differs

        with suppress(Differs):
            case()
        runner.run(app.database.close())
    return found


def _settings() -> Settings:
    return replace(Settings(), privacy=replace(Settings().privacy, least_group=MINIMUM))


@dataclass
class _Sequence:
    """One question, from its opening until long after its close."""

    world: World
    found: Found
    crowd: dict[int, Person]
    kind: str
    steps: list[Step]
    truth: dict[int, Said] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)

    async def play(self) -> None:
        asked = await self._opened()
        before = await self._outputs(asked)
        for act, who, said in self.steps:
            await self._do(asked, act, who, said if self.kind == "approve" else said[:1])
            if act == "look" and await self._outputs(asked) != before:
                self.found.differing.append(f"before the close, after {len(self.truth)} answers")
        await rounds.close_early(self.world.app, self.world.organiser, asked.id, "All is said.")
        await sealing.finish(self.world.app)
        shown = await self._shown(asked)
        self.found.differing += self._small(shown)
        after = await self._outputs(asked)
        for who in list(self.truth)[:1]:
            await people.erase(self.world.app, self.crowd.pop(who))
        if (await self._shown(asked), await self._outputs(asked)) != (shown, after):
            self.found.differing.append("after somebody was erased")

    async def _opened(self) -> Round:
        if self.kind in FORMS:
            return await open_form(self.world, [FORMS[FieldKind(self.kind)]])
        options = [f"Option {number}" for number in range(OPTIONS)]
        return await open_poll(self.world, "How was it?", options, kind=self.kind, sealed=True)

    async def _do(self, asked: Round, act: str, who: int, said: Said) -> None:
        app = self.world.app
        if act == "look":
            return
        if who not in self.crowd:
            self.crowd[who] = await resident(self.world, f"{self.found.sequences}-{who}")
        person, raw = self.crowd[who], self._raw(said)
        if act == "erase":
            await people.erase(app, self.crowd.pop(who))
            self.truth.pop(who, None)
        elif who not in self.truth:
            self.codes[who] = (await sealed_answers.answer(app, person, asked.id, raw)).code
            self.truth[who] = said
        elif act == "withdraw":
            await sealed_answers.withdraw(app, person, asked.id, self.codes[who])
            del self.truth[who]
        elif act == "change":
            await sealed_answers.change(app, person, asked.id, raw, self.codes[who])
            self.truth[who] = said

    def _raw(self, said: Said) -> list[str]:
        places = [str(place) for place in said]
        return ["how", *places] if self.kind in FORMS else places

    async def _outputs(self, asked: Round) -> object:
        """What else shows a question: its card; and the digest and the desk, which are slow, now and then."""
        app, organiser = self.world.app, self.world.organiser
        look = await rounds.look(app, asked.community, asked.id)
        if self.found.sequences % 5:
            return look
        told = replace(await digests.preview(app, organiser), rows=0, head="")
        return look, told, (await desk(app, organiser)).open

    async def _shown(self, asked: Round) -> tuple[str, int, list[tuple[Said, int]]]:
        """Out of the exported file: whether too few answered, how many did, and how many chose what."""
        app, organiser = self.world.app, self.world.organiser
        if self.kind in FORMS:
            files = await form_files.files(app, organiser, asked.id)
            facts: dict[str, Any] = json.loads(files[f"feedback-{asked.id}.json"])
            [field] = facts["fields"]
            groups: list[tuple[Said, int]] = [
                (tuple(group["options"]), group["people"]) for group in field["groups"]
            ]
            return facts["outcome"], facts["answers"], groups
        files = await records.results(app, organiser, asked.id)
        facts = json.loads(files[f"result-{asked.id}.json"])
        counts = enumerate(facts["counts"])
        some: list[tuple[Said, int]] = [((place,), count) for place, count in counts if count is not None]
        return facts["outcome"], facts["answers"], [] if facts["outcome"] else some

    def _small(self, shown: tuple[str, int, list[tuple[Said, int]]]) -> list[str]:
        """What is wrong, or tells two crowds apart that differ by a few people."""
        outcome, people_shown, groups = shown
        everybody = set(self.truth)
        if len(everybody) < LEAST:
            return [] if (outcome, people_shown, groups) == ("few", 0, []) else ["too few were shown"]
        if (outcome, people_shown) != ("", len(everybody)):
            return ["not everybody was counted"]
        told = [everybody]
        for places, count in groups:
            chose = {who for who, said in self.truth.items() if set(said) & set(places)}
            if len(chose) != count:
                return [f"{count} instead of {len(chose)}"]
            told.append(chose)
        self.found.shown += len(told)
        # Where each chose one thing, what is left over beside all that is told is a crowd, too.
        if self.kind != "approve":
            told.append(everybody - set().union(*told[1:]))
        crowds = [*told[1:], *(everybody - one for one in told[1:])]
        return [f"{len(one)} people of {len(everybody)}" for one in crowds if 0 < len(one) < LEAST]
