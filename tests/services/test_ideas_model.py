"""Whatever people do with ideas in whatever order, what is kept is what a plain model says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round
from bot.services import contributions, merging, moderating, people, rounds, supporting
from bot.services.ports import App
from bot.store import contributions as stored
from bot.store import sources
from tests.builders import BOTH_ENGINES, ORGANISER, World, open_ask, residents, set_up, unshrunk
from tests.recounted import check

SERVERS = count(1)
PEOPLE, MODERATORS, WORDS = 4, 2, ("a", "b", "c")
ACTS = (
    *("tell", "tell", "change", "more", "often", "withdraw", "again", "support", "support", "unsupport"),
    *("accept", "accept", "accept", "decline", "decline", "erase", "return", "close"),
    *("merge", "merge", "split", "undo", "object", "decide"),
)
OFTEN = {"a": "Every day", "b": "Every week", "c": "Now and then"}
BOUND = ("withdrawn", "merged", "split", "decided")
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, PEOPLE - 1), st.integers(1, 6), st.sampled_from(WORDS)),
    min_size=5,
    max_size=24,
)


BEGUN = [
    *(("tell", who, 0, word) for who, word in enumerate(WORDS)),
    *(("accept", 0, number, "a") for number in (1, 2, 3)),
    *(("support", 3, number, "a") for number in (1, 2, 3)),
]
"""Three ideas of three people that everybody reads, and a fourth who supports them all."""
RESHAPING = (
    *("merge", "merge", "split", "undo", "object", "decide"),
    *("support", "unsupport", "erase", "close", "withdraw"),
)
RESHAPED = st.lists(
    st.tuples(
        st.sampled_from(RESHAPING),
        st.integers(0, PEOPLE - 1),
        st.integers(1, 6),
        st.just("a"),
    ),
    min_size=3,
    max_size=10,
)


@dataclass
class Idea:
    """An idea as the model has it; ``author`` is None once it is nobody's, ``label`` tells authors apart."""

    author: int | None
    label: object
    said: dict[str, str]
    state: str = "received"
    versions: int = 1
    again: bool = False
    judge: int | None = None
    backers: set[Any] = field(default_factory=set)
    parents: tuple[int, ...] = ()

    @property
    def reshaped(self) -> bool:
        return bool(self.parents)


class Model:
    """What the acts should come to; each says whether it should be done, or refused."""

    def __init__(self, most: int) -> None:
        self.ideas: dict[int, Idea] = {}
        self.known, self.open, self.most = set(range(PEOPLE)), True, most

    def step(self, act: str, who: int, number: int, word: str) -> bool:
        pair = (number, number % len(self.ideas) + 1) if self.ideas else ()
        acts: dict[str, Callable[[], bool]] = {
            "erase": lambda: self.erase(who),
            "return": lambda: self.come_back(who),
            "close": self.close,
            "tell": lambda: self.tell(who, word),
            "merge": lambda: self.reshape(pair, ["both"], who),
            "split": lambda: self.reshape((number,), ["one half", "other half"], who),
            "undo": lambda: self.undo(number),
            "object": lambda: self.objected(number, who),
        }
        if act in acts:
            return acts[act]()
        one = self.ideas.get(number)
        return one is not None and bool(getattr(self, act)(one, who, word))

    def close(self) -> bool:
        was, self.open = self.open, False
        return was

    def authors(self, number: int) -> set[Any]:
        one = self.ideas[number]
        return set[Any]().union(*map(self.authors, one.parents)) if one.reshaped else {one.label}

    def made_of(self, number: int) -> list[int]:
        return [
            child for child, one in self.ideas.items() if number in one.parents and one.state != "withdrawn"
        ]

    def reshape(self, numbers: tuple[int, ...], words: list[str], who: int) -> bool:
        there = [self.ideas.get(number) for number in sorted(set(numbers))]
        merging = len(words) == 1
        if len(there) < 1 + merging:
            return False
        for one in there:
            if one is None or one.state not in ("received", "accepted"):
                return False
            if one.state == "received" and one.again and one.judge == who % MODERATORS:
                return False
        both = set[Any]()
        for one in there:
            assert one is not None
            one.judge = who % MODERATORS if one.state == "received" else one.judge
            one.state, both = "merged" if merging else "split", both | one.backers
        both -= set[Any]().union(*(self.authors(number) for number in numbers))
        for text in words:
            new = Idea(None, object(), {"what": text}, "accepted", backers=set(both), parents=numbers)
            self.ideas[len(self.ideas) + 1] = new
        return True

    def taken(self, number: int) -> bool:
        children = self.made_of(number)
        return any(self.ideas[one].state == "decided" or self.taken(one) for one in children)

    def release(self, number: int) -> None:
        for child in self.made_of(number):
            self.release(child)
            self.ideas[child].state = "withdrawn"
            for parent in self.ideas[child].parents:
                if self.ideas[parent].state in ("merged", "split"):
                    self.ideas[parent].state = "accepted"

    def undo(self, number: int) -> bool:
        one = self.ideas.get(number)
        if one is None or one.state == "withdrawn" or not one.reshaped:
            return False
        parent = one.parents[0]
        if self.taken(parent) or any(self.made_of(child) for child in self.made_of(parent)):
            return False
        self.release(parent)
        return True

    def objected(self, number: int, who: int) -> bool:
        one = self.ideas.get(number)
        if one is None or one.author != who or not self.made_of(number) or self.taken(number):
            return False
        self.release(number)
        return True

    def decide(self, one: Idea, _: int, __: str) -> bool:
        if one.state not in ("accepted", "decided"):
            return False
        one.state = "decided"
        return True

    def tell(self, who: int, word: str) -> bool:
        if not self.open or who not in self.known:
            return False
        mine = [one for one in self.ideas.values() if one.author == who and one.state != "withdrawn"]
        if any(one.said["what"] == word for one in mine):
            return True
        if len(mine) >= self.most:
            return False
        self.ideas[len(self.ideas) + 1] = Idea(who, who, {"what": word})
        return True

    def _say(self, one: Idea, who: int, name: str, word: str) -> bool:
        if one.author != who or one.state in BOUND or not self.open:
            return False
        if one.said.get(name) != word:
            if one.backers:  # they support what it says now
                return False
            one.said[name] = word
            one.versions += 1
            one.judge = one.judge if one.state == "received" else None
            one.state = "received"
        return True

    def change(self, one: Idea, who: int, word: str) -> bool:
        return self._say(one, who, "what", word)

    def more(self, one: Idea, who: int, word: str) -> bool:
        return self._say(one, who, "who", word)

    def often(self, one: Idea, who: int, word: str) -> bool:
        return self._say(one, who, "often", OFTEN[word])

    def withdraw(self, one: Idea, who: int, _: str) -> bool:
        if one.author != who or one.state in ("withdrawn", "decided") or not self.open:
            return False
        number = self.number(one)
        if self.taken(number):
            return False
        self.release(number)
        one.state, one.again = "withdrawn", False
        return True

    def again(self, one: Idea, who: int, _: str) -> bool:
        if one.author != who or one.state != "declined" or one.again:
            return False
        one.state, one.again = "received", True
        return True

    def support(self, one: Idea, who: int, _: str) -> bool:
        return self._back(one, who, one.backers.add)

    def unsupport(self, one: Idea, who: int, _: str) -> bool:
        return self._back(one, who, lambda who: self._drop(one, who))

    def _drop(self, one: Idea, who: object) -> None:
        one.backers.discard(who)
        if len(one.parents) > 1:
            for parent in one.parents:
                self._drop(self.ideas[parent], who)

    def _back(self, one: Idea, who: int, do: Callable[[object], None]) -> bool:
        number = self.number(one)
        if one.state not in ("accepted", "decided") or not one.said or not self.open:
            return False
        if who not in self.known or who in self.authors(number):
            return False
        do(who)
        return True

    def number(self, one: Idea) -> int:
        return next(number for number, other in self.ideas.items() if other is one)

    def accept(self, one: Idea, who: int, _: str) -> bool:
        return self._settle(one, who % MODERATORS, "accepted")

    def decline(self, one: Idea, who: int, _: str) -> bool:
        return self._settle(one, who % MODERATORS, "declined")

    def _settle(self, one: Idea, moderator: int, state: str) -> bool:
        if one.state != "received" or (one.again and one.judge == moderator):
            return False
        one.state, one.judge = state, moderator
        return True

    def erase(self, who: int) -> bool:
        if who not in self.known:
            return False
        self.known.discard(who)
        nobody = object()
        mine = {number for number, one in self.ideas.items() if one.author == who}
        copies = self.below(mine, gone=True)
        shared = {number for number in mine if not self.above(self.below({number})) <= mine}
        for number, one in self.ideas.items():
            if number in copies:
                one.said, one.versions = {}, 0
            if who in one.backers:
                one.backers.discard(who)
                if not self.open:
                    one.backers.add(nobody)
            if one.author == who:
                one.author, one.label, one.said, one.versions = None, nobody, {}, 0
                if (self.open or number in shared) and not self.taken(number):
                    self.release(number)
                if self.open:
                    one.state = "withdrawn"
                elif one.state == "received":
                    one.state = "declined"
        return True

    def below(self, those: set[int], *, gone: bool = False) -> set[int]:
        """What was made out of some, and out of that; also what is undone where ``gone``."""
        made = {
            child
            for child, one in self.ideas.items()
            if those & {*one.parents} and (gone or one.state != "withdrawn")
        }
        return made | self.below(made, gone=gone) if made else made

    def above(self, those: set[int]) -> set[int]:
        """What some were made out of that was made out of nothing."""
        found = {parent for one in those for parent in self.ideas[one].parents}
        return {one for one in found if not self.ideas[one].parents} | (self.above(found) if found else set())

    def come_back(self, who: int) -> bool:
        self.known.add(who)
        return True


@BOTH_ENGINES
@unshrunk
@given(steps=STEPS)
async def test_ideas_are_what_a_plain_model_says(app: App, steps: list[tuple[str, int, int, str]]) -> None:
    await follows_the_model(app, steps)


@BOTH_ENGINES
@unshrunk
@given(steps=RESHAPED)
async def test_whatever_is_merged_and_split_a_plain_model_says_it(
    app: App, steps: list[tuple[str, int, int, str]]
) -> None:
    await follows_the_model(app, [*BEGUN, *steps])


async def follows_the_model(app: App, steps: list[tuple[str, int, int, str]]) -> None:
    """Do what the steps say, and compare after each."""
    app.settings = replace(app.settings, asks=replace(app.settings.asks, most_per_person=3))
    world = await set_up(app, f"server-{next(SERVERS)}")
    asked, everyone = await open_ask(world), await residents(world, PEOPLE)
    model, closed_with = Model(3), -1
    for act, who, number, word in steps:
        expected = model.step(act, who, number, word)
        assert await done(world, asked, everyone[who], act, number, word, who) == expected, (act, who, number)
        there = await kept(world, asked)
        assert there == told(model)
        now = (await rounds.look(app, world.community.id, asked.id)).answers
        theirs = [one for one in model.ideas.values() if not one.reshaped]
        assert now == len({one.label for one in theirs if one.state != "withdrawn"})
        closed_with = now if act == "close" and expected else closed_with
        assert model.open or now == closed_with, "a published number moved"
    async with app.database.reading() as tx:
        assert model.open or await rounds.recounts(tx, asked)


async def done(
    world: World, asked: Round, person: Person, act: str, number: int, word: str, who: int
) -> bool:
    """Whether an act was not refused."""
    app = world.app
    moderator = Person(world.community.id, f"moderator-{who % MODERATORS}", frozenset({ORGANISER}))
    acts: dict[str, Callable[[], Awaitable[object]]] = {
        "tell": lambda: contributions.contribute(app, person, asked.id, [word]),
        "change": lambda: contributions.add(app, person, number, "what", [word]),
        "more": lambda: contributions.add(app, person, number, "who", [word]),
        "often": lambda: contributions.add(app, person, number, "often", [OFTEN[word]]),
        "withdraw": lambda: contributions.withdraw(app, person, number),
        "again": lambda: contributions.again(app, person, number),
        "support": lambda: supporting.support(app, person, number, yes=True),
        "unsupport": lambda: supporting.support(app, person, number, yes=False),
        "accept": lambda: moderating.accept(app, moderator, number),
        "decline": lambda: moderating.decline(app, moderator, number, "unclear"),
        "erase": lambda: people.erase(app, person),
        "return": lambda: people.go_on(app, person, "adults"),
        "close": lambda: rounds.close_early(app, world.organiser, asked.id, "We know enough."),
    }
    others = await kept(world, asked)
    pair = [number, number % len(others) + 1] if others else []
    acts |= {
        "merge": lambda: merging.merge(app, moderator, pair, "both"),
        "split": lambda: merging.split(app, moderator, number, ["one half", "other half"]),
        "undo": lambda: merging.undo(app, moderator, number),
        "object": lambda: merging.object_to(app, person, number),
        "decide": lambda: moderating.outcome(app, moderator, number, "decided", "We do it."),
    }
    try:
        await acts[act]()
    except Refusal:
        return False
    return True


async def kept(world: World, asked: Round) -> list[tuple[object, ...]]:
    """Number, state, words, versions and supporters of each, as they are stored."""
    async with world.app.database.reading() as tx:
        found = await stored.of_round(tx, world.community.id, asked.id)
        await check(tx, world.community.id, asked.id)
        return [
            (
                one.id,
                one.state.value,
                {name: values[0] for name, values in (one.said or {}).items()},
                len(await stored.versions(tx, world.community.id, one.id)),
                one.again,
                one.supporters,
                one.person > 0,
                sorted((await sources.parents_of(tx, world.community.id, one.id)).get(one.id, [])),
            )
            for one in found
        ]


def told(model: Model) -> list[tuple[object, ...]]:
    """The same of the model."""
    return [
        (
            number,
            one.state,
            one.said,
            one.versions,
            one.again,
            len(one.backers),
            one.author is not None,
            sorted(one.parents),
        )
        for number, one in model.ideas.items()
    ]
