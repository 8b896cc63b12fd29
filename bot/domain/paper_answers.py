"""What an answer says that came on paper, by phone or at a meeting, for each way a round is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.domain.asks import ASK, Ask, AskField, Said
from bot.domain.kinds import KINDS, Value
from bot.domain.papers import Problem, Row, read_options
from bot.domain.refusals import Refusal
from bot.domain.rounds import Round
from bot.domain.text import plainly, same
from bot.domain.weighing import VOTES, WEIGH, value_of

ANSWER = "answer"
"""The column of a poll's answers."""

Cells = Mapping[str, str]
Read = Callable[[Cells], Value | Said]
"""Reads what one answer says by column; raises Refusal."""


def reading(asked: Round, ask: Ask | None, deck: Sequence[int]) -> tuple[tuple[str, ...], Read]:
    """The columns in which a round is answered, and what reads one answer out of them.

    ``ask`` is what is asked for, where it is an ask; ``deck`` the numbers of the statements, where they are
    weighed. Raises Refusal ``ask-gone``.
    """
    if asked.kind == WEIGH:
        return tuple(map(str, deck)), read_votes
    if asked.kind == ASK:
        if ask is None:
            raise Refusal("ask-gone")
        return tuple(one.name for one in ask.fields), lambda cells: read_words(ask, cells)
    return (ANSWER,), lambda cells: read_choice(asked, cells)


def read_choice(asked: Round, cells: Cells) -> Value:
    """The options chosen; raises Refusal ``option-...``, ``answer-missing``, ``choose-one``."""
    places = read_options(cells.get(ANSWER, ""), asked.options)
    return KINDS[asked.kind].read(places, len(asked.options))


def read_words(ask: Ask, cells: Cells) -> Said:
    """What somebody wrote; raises Refusal ``words-missing``, ``words-too-long``, ``option-...``."""
    said = {one.name: read for one in ask.fields if (read := _field(one, cells.get(one.name, "")))}
    if ask.box.name not in said:
        raise Refusal("words-missing")
    return said


def _field(one: AskField, text: str) -> tuple[str, ...]:
    if one.is_text or not text.strip():
        return one.read([text] if text.strip() else [])
    return one.read([one.options[int(place)] for place in read_options(text, one.options)])


def read_votes(cells: Cells) -> Value:
    """Votes on statements, by their numbers; raises Refusal ``vote-unknown``, ``answer-missing``."""
    votes = {int(number): _vote(number, text) for number, text in cells.items() if text.strip()}
    if not votes:
        raise Refusal("answer-missing")
    return value_of(votes)


def _vote(number: str, text: str) -> int:
    wanted = same(text)
    for name, vote in VOTES.items():
        if wanted in (name, str(vote), f"+{vote}", f"{vote}.0"):
            return vote
    raise Refusal("vote-unknown", text=text.strip(), number=number)


def read_lines(text: str) -> dict[str, str]:
    """Votes as an organiser types them, such as "3 agree", one on each line; raises ``vote-unknown``."""
    cells: dict[str, str] = {}
    for line in filter(str.strip, text.splitlines()):
        number, _, vote = plainly(line).partition(" ")
        if not (number.isascii() and number.isdigit() and vote) or number in cells:
            raise Refusal("vote-unknown", text=line.strip(), number=number)
        cells[number] = vote
    return cells


def each(rows: Sequence[Row], read: Read) -> tuple[list[Value | Said], list[Problem]]:
    """What each row says, and what is wrong with those that say nothing we know."""
    said: list[Value | Said] = []
    problems = []
    for row in rows:
        try:
            said.append(read(row.cells))
        except Refusal as refusal:
            problems.append(Problem(row.line, refusal))
    return said, problems
