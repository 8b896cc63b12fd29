"""The month after the tour's week: people weigh ideas, answer without names, and answer week by week."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

from bot.practice.replay import Result
from bot.practice.telling import files_of
from bot.practice.town import answer, draft_poll, open_weighing, reply, text_of
from bot.practice.week import IDEAS, PROJECT, WALK, Week

WEIGHED, BUS = "Which of these do you agree with?", "A bus should stop there at eight."
STATEMENTS = (*list(IDEAS.values())[:2], BUS)
SAYS = {"a": "Agree", "d": "Disagree", "p": "Pass"}
STANDS = {
    "Amina": "aad", "Bartek": "aap", "Carys": "aaa", "Dilan": "apd",
    "Esther": "aad", "Farida": "daa", "Hamid": "aad", "Ivana": "apd",
}  # fmt: skip
"""How everybody stands to the statements, in their order."""
AGAIN = {
    "level": "advise",
    "fixed": "School hours. The law sets them.",
    "decides": "The council’s transport committee",
    "due": "in 6 weeks",
}
HEARD, WAYS = "Does the council listen to you?", ("Yes", "No")
LISTENS = {
    "Joseph": "No", "Kemi": "No", "Lowri": "Yes", "Maria": "No", "Nadia": "Yes", "Owen": "No",
    "Priya": "Yes", "Quentin": "No", "Rosa": "Yes", "Hamid": "No", "Ivana": "Yes", "Amina": "No",
}  # fmt: skip
CHANGES = "Amina"
"""Who comes back with a code, and says the other."""
CODE = re.compile(r"Your code: \*\*([a-z ]+)\*\*")
STEADY, SCALE = "The walk to school", "How safe was the walk this week? | not at all | very"
FIRST_TIME = datetime(2027, 5, 17, 8, 1, tzinfo=UTC)  # a Monday, just after 9 in London
WEEK = timedelta(days=7)
SAFE = ("11222233", "22223334", "33344455")
"""What eight people say each week, from 1 to 5."""
LEVELS = "1.9 → 2.5 → 3.8"
"""Of 16, 21 and 31 points, rounded to fives, each of 8 people."""


async def play(week: Week) -> list[Result]:
    """Play it in the town of a week; what went wrong is told to the week. The result of each question."""
    await _begin(week)
    await _weigh(week)
    await _without_names(week)
    results = [await _ask_again(week, FIRST_TIME, SAFE[0])]
    await week.there.until(datetime(2027, 5, 21, 17, tzinfo=UTC))
    results += _closed(week)
    for number, levels in enumerate(SAFE[1:], 1):
        results.append(await _ask_again(week, FIRST_TIME + number * WEEK, levels))
    await _look_back(week)
    return results


async def _begin(week: Week) -> None:
    there, tell, olive = week.there, week.tell, week.there.organiser
    tell.scene("Olive promises people another answer: they have had the first.")
    form = await tell.types(olive, "promise make", initiative=PROJECT)
    week.expect("Promised, and posted.", reply(await tell.sends(olive, form, AGAIN)))
    tell.scene("Olive prepares three more things: a weighing, a poll without names, and a check-in.")
    opened = await open_weighing(there, WEIGHED, [BUS], ideas=WALK, project=PROJECT)
    week.expect("Published", reply(opened))
    tell.sees("Everybody", there.card_of(there.say, f"{WEIGHED}**\nRead short"))
    draft = await draft_poll(there, HEARD, list(WAYS), project=PROJECT)
    rules = await olive.click(draft, label="Rules")
    chosen = {"kind": "pick", "stage": "define", "numbers": "sealed", "audience": [], "quorum": ""}
    draft = answer(await tell.sends(olive, rules, chosen))
    week.expect("Published", reply(await tell.presses(olive, draft, "Publish")))
    form = await tell.types(olive, "checkin schedule", initiative=PROJECT, pace="every Monday 9am")
    draft = answer(await tell.sends(olive, form, {"question": STEADY, "lines": SCALE}))
    week.expect("It is running.", reply(await tell.presses(olive, draft, "Start")))
    await there.settle()


async def _weigh(week: Week) -> None:
    there, tell = week.there, week.tell
    tell.scene("People say where they stand.")
    card = there.card_of(there.say, f"{WEIGHED}**\nRead short")
    for name, letters in STANDS.items():
        member, said = there.members[name], []
        shown = await member.click(card, label="Say where you stand")
        while (place := _statement_on(reply(shown))) is not None:
            said.append(SAYS[letters[place]])
            shown = await member.click(answer(shown), label=said[-1])
        print(f"  {name} presses [Say where you stand]{''.join(f'[{one}]' for one in said)}.")
        week.expect("You have read all there are.", reply(shown))
    await there.settle()


def _statement_on(text: str) -> int | None:
    return next((place for place, words in enumerate(STATEMENTS) if f"“{words}”" in text), None)


async def _without_names(week: Week) -> None:
    there, tell = week.there, week.tell
    tell.scene("People answer what nobody can look up, not even Olive.")
    card = there.card_of(there.say, "Without names.")
    tell.sees("Everybody", card)
    codes = {}
    for name, way in LISTENS.items():
        member = there.members[name]
        shown = await member.click(card, label="Choose")
        said = reply(await member.select(answer(shown), [str(WAYS.index(way))]))
        found = CODE.search(said)
        week.expect("Your code: ", said)
        codes[name] = found[1] if found else ""
    print(f"  {', '.join(LISTENS)} press [Choose], and each is given a code of four words.")
    member = there.members[CHANGES]
    form = await tell.presses(member, answer(await member.click(card, label="Choose")), "Change with my code")
    again = await tell.sends(member, form, {"choice": str(WAYS.index("Yes")), "code": codes[CHANGES]})
    week.expect("Recorded", reply(again))


async def _ask_again(week: Week, at: datetime, levels: str) -> Result:
    there, tell = week.there, week.tell
    await there.until(at)
    tell.scene("The check-in comes.")
    card = there.card_of(there.say, "comes again and again")
    if levels == SAFE[0]:
        tell.sees("Everybody", card)
    for name, level in zip(STANDS, levels, strict=True):
        member = there.members[name]
        form = await member.click(card, label="Answer")
        said = reply(await member.submit_modal(form, {"field-0": str(int(level) - 1)}))
        week.expect("Recorded", said)
    print(f"  {', '.join(STANDS)} press [Answer] and choose: {', '.join(levels)}.")
    await there.until(at + timedelta(days=3))
    result = there.card_of(there.say, "### Result")
    tell.sees("Everybody", result)
    week.expect(f"{len(levels)} people answered", text_of(result))
    return {"answers": len(levels)}


def _closed(week: Week) -> list[Result]:
    """Look at what has closed by now; each number against what people did."""
    there, tell = week.there, week.tell
    tell.scene("The weighing and the poll without names have closed.")
    weighed = there.card_of(there.say, f"Result: {PROJECT}\n**{WEIGHED}")
    listens = there.card_of(there.say, f"Result: {PROJECT}\n**{HEARD}")
    tell.sees("Everybody", weighed)
    for place, words in enumerate(STATEMENTS):
        said = Counter(letters[place] for letters in STANDS.values())
        everywhere = tell.plain(text_of(weighed)).splitlines()
        [line] = [one for one in everywhere if f"“{words}”" in one] or [""]
        week.expect(f"“{words}” {said['a']} of {len(STANDS)} agree", line)
        week.expect(f"{said['d']} disagree, {said['p']} pass.", line)
    tell.sees("Everybody", listens)
    counts = Counter((LISTENS | {CHANGES: "Yes"}).values())
    for way in WAYS:
        week.expect(f"{way}: {counts[way]} of {len(LISTENS)}", tell.plain(text_of(listens)))
    return [{"answers": len(STANDS)}, {"answers": len(LISTENS)}]


async def _look_back(week: Week) -> None:
    there, tell, olive = week.there, week.tell, week.there.organiser
    tell.scene("Olive looks back over three weeks.")
    seen = await tell.reads(olive, "checkin results", question=STEADY)
    week.files |= await files_of(seen)
    await there.until(datetime(2027, 6, 7, 9, tzinfo=UTC))
    tell.scene("The Monday digest is in the moderators’ channel.")
    tell.sees("Olive", week.digests[-1])
    week.expect(LEVELS, text_of(week.digests[-1]))
