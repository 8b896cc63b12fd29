"""No two things that the bot says of answers without names differ by a few people.

Sequences of what people and organisers do to one question, looked at through what shows it, again and again.
What may be told of whom is decided here anew, from what each person said. And what is hidden must be able to
be three different numbers: all that people could have said is tried, and what of it would be shown just so.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import product
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
from tests.soak import on_record

SEQUENCES = 10_000
LEAST, MINIMUM = 5, 5
"""How many people must be in a crowd that is told of; and how many the bot is told that they are."""
TOWN = 50
"""After how many sequences another community begins: what a digest tells grows with its week."""
PEOPLE, OPTIONS = 13, 4
KINDS = ("pick", "approve", "scale", "one")
ONE_EACH = ("pick", "one")
"""Those of which each person chooses one option, and options are no neighbours."""
FORMS = {
    kind: AskField("how", kind, "How was it?", options=("bad", "so so", "fine", "good"))
    for kind in (FieldKind.SCALE, FieldKind.ONE)
}

Said = tuple[int, ...]
Step = tuple[str, int, Said]
Script = tuple[str, list[Step]]
Shown = tuple[str, int, tuple[tuple[Said, int], ...], Said]
"""Whether too few answered, how many did, how many chose what, and what got the most."""


@dataclass
class Found:
    """How many sequences there were, how many numbers were shown, and what differed by a few people."""

    sequences: int = 0
    shown: int = 0
    hidden: int = 0
    differing: list[str] = field(default_factory=list)
    tried: dict[tuple[str, Shown], list[str]] = field(default_factory=dict)
    """What was wrong with what was shown, by the kind of the question: it is tried only once."""


def said_by(kind: str, *said: Said) -> Script:
    """What one person each says to a question of a kind."""
    return kind, [("answer", who, places) for who, places in enumerate(said)]


EDGES = (
    *(said_by(kind, *[(0,)] * (LEAST - 1)) for kind in KINDS),  # one too few
    *(said_by(kind, *[(0,)] * 9, *[(1,)] * (LEAST - 1)) for kind in KINDS),  # one fewer than may be shown
    *(said_by(kind, *[(0,)] * 5, *[(1,), (2,), (3,)] * (LEAST - 1)) for kind in ONE_EACH),  # can be computed
    *(said_by(kind, *[(0,)] * 5, *[(1,)] * 4) for kind in ONE_EACH),  # fewer than two times the least
    said_by("pick", *[(0,)] * 6, *[(1,)] * 6, (2,)),  # two lead, and neither may be named
    # What has the most is hidden, as one person did not choose it; what is shown has fewer.
    said_by("approve", *[(0, 1)] * 6, *[(0,)] * 6, (1,)),
)
"""What is played first, every day: cases in which a rule that is off by one is seen."""


def scripts() -> st.SearchStrategy[Script]:
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
        def case(script: Script) -> None:
            play(script)

        def play(script: Script) -> None:
            if found.sequences % TOWN == 0:
                worlds[:] = [runner.run(set_up(app, f"server-{found.sequences}"))]
                crowd.clear()
            found.sequences += 1
            runner.run(_Sequence(worlds[0], found, crowd, *script).play())
            if found.differing:
                raise Differs

        with suppress(Differs):
            for edge in EDGES:
                play(edge)
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
        self.found.differing += self._small(shown) + self._narrow(asked, shown)
        self.found.differing += await on_record.otherwise(self.world, asked, shown[:3])
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
        """What else shows a question: card and record; and digest and desk, which are slow, now and then."""
        app, organiser = self.world.app, self.world.organiser
        look = await rounds.look(app, asked.community, asked.id), await on_record.said_of(self.world, asked)
        if self.found.sequences % 5:
            return look
        told = replace(await digests.preview(app, organiser), rows=0, head="")
        return look, told, (await desk(app, organiser)).open

    async def _shown(self, asked: Round) -> Shown:
        """What the exported file says."""
        app, organiser = self.world.app, self.world.organiser
        if self.kind in FORMS:
            files = await form_files.files(app, organiser, asked.id)
            facts: dict[str, Any] = json.loads(files[f"feedback-{asked.id}.json"])
            [field] = facts["fields"]
            groups = tuple((tuple(group["options"]), group["people"]) for group in field["groups"])
            return facts["outcome"], facts["answers"], groups, ()
        files = await records.results(app, organiser, asked.id)
        facts = json.loads(files[f"result-{asked.id}.json"])
        counts = enumerate(facts["counts"])
        some = tuple(((place,), count) for place, count in counts if count is not None)
        leaders = tuple(facts["leaders"])
        return facts["outcome"], facts["answers"], () if facts["outcome"] else some, leaders

    def _narrow(self, asked: Round, shown: Shown) -> list[str]:
        """Which hidden numbers could be fewer than three, for somebody who knows what is shown, and how."""
        if shown[0]:
            return []
        if (self.kind, shown) not in self.found.tried:
            self.found.tried[self.kind, shown] = self._tried(asked, shown)
        return self.found.tried[self.kind, shown]

    def _tried(self, asked: Round, shown: Shown) -> list[str]:
        _, people_shown, groups, _ = shown
        told = {places[0] for places, _ in groups if len(places) == 1}
        possible: defaultdict[int, set[int]] = defaultdict(set)
        for counts in self._like(shown):
            for place, count in enumerate(counts):
                if place not in told and len(possible[place]) < 3 and self._would(asked, counts, shown):
                    possible[place].add(count)
            if all(len(possible[place]) > 2 for place in range(OPTIONS) if place not in told):
                break
        self.found.hidden += OPTIONS - len(told)
        few = [place for place in range(OPTIONS) if place not in told and len(possible[place]) < 3]
        return [f"{place} of {people_shown} can only be {possible[place]}: {groups}" for place in few]

    def _like(self, shown: Shown) -> Iterator[Said]:
        """How many could have chosen each option, in all ways that fit the numbers that are shown."""
        _, people_shown, groups, _ = shown
        told = {places[0]: count for places, count in groups if len(places) == 1}
        every = [
            range(told[place], told[place] + 1) if place in told else range(people_shown + 1)
            for place in range(OPTIONS)
        ]
        ways = list(product(*every))
        random.Random(0).shuffle(ways)  # noqa: S311 - three are found sooner so
        for counts in ways:
            fits = all(sum(counts[place] for place in places) == count for places, count in groups)
            whole = sum(counts) >= people_shown if self.kind == "approve" else sum(counts) == people_shown
            if fits and whole:
                yield counts

    def _would(self, asked: Round, counts: Said, shown: Shown) -> bool:
        """Whether the bot would show the same if so many had chosen each option."""
        _, people_shown, _, _ = shown
        chosen = [place for place, count in enumerate(counts) for _ in range(count)]
        values = [tuple(sorted(chosen[who::people_shown])) for who in range(people_shown)]
        tally = sealing.tally_of(self.world.app, asked, values, "")
        if self.kind in FORMS:
            return tally.fields[0].groups == shown[2]
        counted = enumerate(tally.counts)
        some = tuple(((place,), count) for place, count in counted if place not in tally.hidden)
        return (some, tally.leaders) == shown[2:]

    def _small(self, shown: Shown) -> list[str]:
        """What is wrong, or tells two crowds apart that differ by a few people."""
        outcome, people_shown, groups, leaders = shown
        everybody = set(self.truth)
        if len(everybody) < LEAST:
            return [] if shown == ("few", 0, (), ()) else ["too few were shown"]
        if (outcome, people_shown) != ("", len(everybody)):
            return ["not everybody was counted"]
        chosen = [sum(place in said for said in self.truth.values()) for place in range(OPTIONS)]
        best = tuple(place for place, count in enumerate(chosen) if count == max(chosen))
        if leaders not in ((), best):
            return [f"{leaders} instead of {best}"]
        if self.kind in ONE_EACH and people_shown < 2 * LEAST and (leaders or len(groups) > 1):
            return [f"more than how many answered is shown of {people_shown}"]
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
