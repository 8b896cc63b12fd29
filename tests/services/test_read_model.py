"""Whatever is changed at whatever moment, an answer belongs to the words it was given to.

Readers and moderators look at ideas, others change something, and then they press what they had before them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.contributions import STANDING, Contribution, Fate
from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round
from bot.domain.weighing import votes_of
from bot.services import contributions, following, merging, moderating, supporting, weighing
from bot.services.ports import App
from bot.store import answers, follows, people, supports
from bot.store import contributions as stored
from tests.builders import BOTH_ENGINES, ORGANISER, World, open_ask, residents, set_up, unshrunk
from tests.services.test_weighing import open_weighing

SERVERS = count(1)
AUTHORS, READERS, WORDS = 2, 2, ("Open it.", "Close it.", "Wait.")
ACTS = (
    *("look", "look", "look", "support", "follow", "vote", "vote", "unsupport"),
    *("change", "change", "more", "anew", "withdraw", "again"),
    *("read", "read", "read", "accept", "accept", "decline", "join", "undo"),
)
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, READERS - 1), st.integers(1, 5), st.sampled_from(WORDS)),
    min_size=8,
    max_size=30,
)
ANSWERED = [
    ("look", 0, 1, ""), ("support", 0, 1, ""), ("look", 0, 2, ""), ("vote", 0, 2, ""),
    ("look", 0, 3, ""), ("follow", 0, 3, ""),
]  # fmt: skip
"""A reader has supported the first idea, voted on the second and follows the third."""
Said = dict[str, tuple[str, ...]]


class Play:
    """An ask and a weighing of its ideas, with what everybody has before them."""

    def __init__(self, world: World, asked: Round, weighed: Round, everyone: list[Person]) -> None:
        self.world, self.asked, self.weighed = world, asked, weighed
        self.authors, self.readers = everyone[:AUTHORS], everyone[AUTHORS:]
        self.before_them: dict[tuple[str, int], Contribution] = {}
        self.given: dict[tuple[str, int, int], Said] = {}
        self.accepted: dict[int, Said] = {}

    async def find(self, number: int) -> Contribution | None:
        async with self.world.app.database.reading() as tx:
            return await stored.find(tx, self.world.community.id, number)

    async def step(self, act: str, who: int, number: int, word: str) -> None:
        """Do something, as whoever presses had it before them."""
        if act in ("look", "read"):
            if (found := await self.find(number)) is not None:
                self.before_them[act, who] = found
            return
        seen = self.before_them.get(("look" if act in ("support", "follow", "vote") else "read", who))
        try:
            await self.acts(who, number, word, seen)[act]()
        except Refusal:
            return
        if act in ("support", "follow", "vote") and seen is not None:
            assert seen.said is not None
            self.given[act, who, seen.id] = seen.said
        if act == "accept" and seen is not None:
            assert seen.said is not None
            self.accepted[seen.id] = seen.said

    def acts(
        self, who: int, number: int, word: str, seen: Contribution | None
    ) -> dict[str, Callable[[], Awaitable[object]]]:
        app, author, reader = self.world.app, self.authors[number % AUTHORS], self.readers[who]
        moderator = Person(self.world.community.id, f"moderator-{who}", frozenset({ORGANISER}))
        which, words, review = (seen.id, seen.words, seen.review) if seen else (number, "", "")
        pair = [number, number % 5 + 1]
        return {
            "support": lambda: supporting.support(app, reader, which, yes=True, seen=words),
            "unsupport": lambda: supporting.support(app, reader, number, yes=False),
            "follow": lambda: following.follow(app, reader, which, words),
            "vote": lambda: weighing.vote(app, reader, self.weighed.id, which, "agree", words),
            "change": lambda: contributions.add(app, author, number, "what", [word]),
            "more": lambda: contributions.add(app, author, number, "who", [word]),
            "anew": lambda: contributions.anew(app, author, number, "what", [word]),
            "withdraw": lambda: contributions.withdraw(app, author, number),
            "again": lambda: contributions.again(app, author, number),
            "accept": lambda: moderating.accept(app, moderator, which, review),
            "decline": lambda: moderating.decline(app, moderator, which, "unclear", seen=review),
            "join": lambda: merging.merge(app, moderator, pair, "Both."),
            "undo": lambda: merging.undo(app, moderator, number),
        }

    async def check(self) -> None:
        """What stands by somebody stands by the words that they had before them."""
        community = self.world.community.id
        async with self.world.app.database.reading() as tx:
            for who, reader in enumerate(self.readers):
                known = await people.find(tx, community, reader.platform_id)
                assert known is not None
                key = (community, self.weighed.id, known.id)
                votes = (await answers.find_many(tx, [key])).get(key)
                there = {
                    "support": await supports.of_person(tx, community, known.id),
                    "follow": await follows.of_person(tx, community, known.id),
                    "vote": list(votes_of(votes.value)) if votes else [],
                }
                for way, numbers in there.items():
                    for one in (await stored.some(tx, community, numbers)).values():
                        if (way, who, one.id) in self.given and one.said is not None:
                            assert one.said == self.given[way, who, one.id], (way, who, one.id)
            for one in await stored.of_round(tx, community, self.asked.id):
                if one.id in self.accepted and one.state in (*STANDING, Fate.MERGED):
                    assert one.said == self.accepted[one.id], "nobody read what everybody reads"


@BOTH_ENGINES
@unshrunk
@given(steps=STEPS)
async def test_answers_belong_to_the_words_they_were_given_to(
    app: App, steps: list[tuple[str, int, int, str]]
) -> None:
    await play(app, steps)


@BOTH_ENGINES
@unshrunk
@given(steps=STEPS)
async def test_words_that_were_answered_to_stay_whatever_is_done(
    app: App, steps: list[tuple[str, int, int, str]]
) -> None:
    await play(app, [*ANSWERED, *steps])


async def play(app: App, steps: list[tuple[str, int, int, str]]) -> None:
    """Do what the steps say, and look after each whether everything belongs to what it was given to."""
    world = await set_up(app, f"server-{next(SERVERS)}")
    asked, everyone = await open_ask(world), await residents(world, AUTHORS + READERS)
    for number in (1, 2, 3):
        author = everyone[number % AUTHORS]
        await contributions.contribute(app, author, asked.id, [f"{WORDS[0]} {number}"])
        await moderating.accept(app, world.organiser, number)
    there = Play(world, asked, await open_weighing(world, source=asked.id), everyone)
    for act, who, number, word in steps:
        await there.step(act, who, number, word)
        await there.check()
