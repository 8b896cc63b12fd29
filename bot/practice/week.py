"""The week that the tour plays: who does what when, and whether it came out as it should."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from bot.practice.replay import Result, result_of
from bot.practice.telling import Telling, files_of
from bot.practice.town import Town, answer, draft_poll, open_ask, reply, set_up, start_project, tell, text_of

STARTS = datetime(2027, 4, 30, 9, tzinfo=UTC)  # a Friday, 10:00 in London
MONDAY = datetime(2027, 5, 3, 9, tzinfo=UTC)
CLOSED = datetime(2027, 5, 7, 17, 1, tzinfo=UTC)
NEXT_MONDAY = datetime(2027, 5, 10, 9, tzinfo=UTC)
THURSDAY = datetime(2027, 5, 13, 10, tzinfo=UTC)

PROJECT = "Safer walk to Mill Road School"
QUESTION = "Where should the new crossing be?"
OPTIONS = ("Mill Road", "Station Road", "Church Lane")
FIRST = "ABAABCABAACBAABBACAABA"
"""What everybody chooses first: the residents, the officer, the councillor."""
LATER = {"Carys": "Station Road", "Kemi": "Mill Road", "Owen": "Church Lane"}
GO_ON, TEEN, GO_ON_TEEN = "Go on (I’m 18 or over)", "I’m 13 to 17", "Go on (I’m 13 to 17)"
TEENS = ("Samir", "Tegan")
WALK = "What is the walk to Mill Road School like for you?"
FACTS = "The council counted 210 cars in Mill Road between 8 and 9 in March."
IDEAS = {
    "Carys": "Cars park on the crossing at half past eight.",
    "Dilan": "The lamp at the corner is broken. It is dark at five.",
    "Esther": "The bins were not emptied last week.",
}
ELSEWHERE, SUPPORTED = "Esther", "Carys"
"""Whose idea is about something else, and whose others think, too."""
KEPT = {
    "said": "Most of you want the crossing on Mill Road.",
    "did": "We will paint it by 1 July.",
    "wont": "The road stays open: the bus needs it.",
}
HEAD = re.compile(r"ow \d+ of our record, ([0-9a-f]{64})")


class Week:
    """One week of a town, its bookkeeping, and what went wrong."""

    def __init__(self, there: Town) -> None:
        self.there = there
        self.tell = Telling(there)
        self.stands: dict[str, str] = {}
        self.wrong: list[str] = []
        self.files: dict[str, bytes] = {}
        self.result: Result = {}

    async def play(self) -> None:
        """From the set-up to the kept promise."""
        await self._friday()
        await self._people_answer()
        await self._monday()
        await self._ideas()
        await self._close()
        await self._digest()
        await self._promise()

    @property
    def digests(self) -> list[Any]:
        """The digests in the moderators' channel, the oldest first."""
        return [one for one in self.there.moderators.history() if "What happened from" in text_of(one)]

    @property
    def published_head(self) -> str:
        """The newest proof that everybody could read."""
        found = [HEAD.search(post) for post in self.there.posts(self.there.say)]
        return next((one[1] for one in reversed(found) if one), "")

    def expect(self, words: str, text: str) -> None:
        """Note it where some words are not in a text."""
        if words not in text:
            self.wrong.append(f"{words!r} should be in {text!r}")

    async def _friday(self) -> None:
        there, tell, olive = self.there, self.tell, self.there.organiser
        tell.scene("The mayor sets Folkmoot up, and Olive starts a project.")
        await tell.types(there.mayor, "setup")
        await set_up(there)
        ready = await tell.types(there.mayor, "setup")
        self.expect("Everything is set up", reply(ready))
        await tell.types(olive, "desk")
        print(f"  {olive.name} types /initiative start and sends its form: {PROJECT}.")
        self.expect("Started", reply(await start_project(there, PROJECT)))
        await there.settle()
        card = await draft_poll(there, QUESTION, list(OPTIONS), project=PROJECT, closes="7 May 6pm")
        print(f"  {olive.name} types /poll open and fills in the draft: question, options, when.")
        preview = await tell.presses(olive, card, "Preview")
        draft = await tell.presses(olive, answer(preview), "Back to the draft")
        published = await tell.presses(olive, answer(draft), "Publish")
        self.expect("Published", reply(published))
        await there.settle()
        tell.sees("Everybody", self._card)

    @property
    def _card(self) -> Any:
        return self.there.ballot(QUESTION)

    async def _people_answer(self) -> None:
        there = self.there
        self.tell.scene("People answer. Each reads the notice before the first thing is kept.")
        amina, card = there.members["Amina"], self._card
        notice = answer(await self.tell.presses(amina, card, OPTIONS[0]))
        await self.tell.presses(amina, notice, "More")
        print(f"  {amina.name} presses [Not now], and thinks about it.")
        self.expect("Nothing was kept", reply(await amina.click(notice, label="Not now")))
        people = [*there.members.values(), there.officer, there.councillor]
        for person, letter in zip(people, FIRST, strict=True):
            await self._answer(person, OPTIONS["ABC".index(letter)])
        await there.settle()
        self.expect(f"{len(self.stands)} people have answered", text_of(self._card))
        self.tell.scene("Bartek is no organiser, and tries all the same.")
        refused = await self.tell.types(
            there.members["Bartek"], "poll close", question=QUESTION, reason="I like how it stands"
        )
        self.expect("Only organisers can do this", reply(refused))

    async def _answer(self, person: Any, option: str) -> None:
        ways = [option]
        if person.name not in self.stands:
            ways += [TEEN, GO_ON_TEEN] if person.name in TEENS else [GO_ON]
        self.expect(f"“{option}”", reply(await self.tell.answers(person, self._card, *ways)))
        self.stands[person.name] = option

    async def _monday(self) -> None:
        there, tell, members = self.there, self.tell, self.there.members
        await there.until(MONDAY)
        tell.scene("The digest has come. Some people think again.")
        tell.sees("Olive", self.digests[-1])
        for name, option in LATER.items():
            await self._answer(members[name], option)
        mine = answer(await tell.presses(members["Farida"], self._card, "My answer"))
        self.expect("Taken back", reply(await tell.presses(members["Farida"], mine, "Take it back")))
        del self.stands["Farida"]
        have = there.card_of(there.say, "Have your say")
        mine = answer(await tell.presses(members["Gwen"], have, "My answers"))
        asked = answer(await tell.presses(members["Gwen"], mine, "Erase me"))
        self.expect("Erased", reply(await tell.presses(members["Gwen"], asked, "Yes, erase me")))
        del self.stands["Gwen"]
        early = await tell.types(there.organiser, "poll results", question=QUESTION)
        self.expect("Nobody sees results before", reply(early))

    async def _ideas(self) -> None:
        there, olive, members = self.there, self.there.organiser, self.there.members
        self.tell.scene("Olive asks people in their own words, and reads what they say, without their names.")
        self.expect("Published", reply(await open_ask(there, WALK, facts=FACTS, project=PROJECT)))
        card = there.card_of(there.say, f"{WALK}**\nUse your own words")
        self.tell.sees("Everybody", card)
        for number, (name, words) in enumerate(IDEAS.items(), 1):
            print(f"  {name} presses [Tell us] and writes: “{words}”")
            self.expect(f"Your idea is number {number}.", reply(await tell(members[name], card, words)))
        await there.settle()
        queue = there.card_of(there.moderators, "to read.")
        reading = await self.tell.presses(olive, queue, "Read the next one")
        for name in IDEAS:
            if name == ELSEWHERE:
                why = answer(await self.tell.presses(olive, answer(reading), "Decline"))
                reading = await olive.select(why, ["elsewhere"])
            else:
                reading = await self.tell.presses(olive, answer(reading), "Let others read it")
        self.expect("Nothing to read", reply(reading))
        ideas = answer(await self.tell.presses(members["Hamid"], card, "Read ideas"))
        read = await members["Hamid"].select(ideas, [str(list(IDEAS).index(SUPPORTED) + 1)])
        supported = await self.tell.presses(members["Hamid"], answer(read), "I think so too")
        self.expect("1 other person thinks so too.", reply(supported))

    async def _close(self) -> None:
        there = self.there
        await there.until(CLOSED)
        self.tell.scene("The poll has closed by itself, at its time.")
        self.tell.sees("Everybody", there.card_of(there.say, "Result: "))
        exported = await self.tell.types(there.organiser, "poll export", question=QUESTION)
        self.files |= await files_of(exported)
        self.result = await result_of(there, QUESTION)
        expected = [list(self.stands.values()).count(one) for one in OPTIONS]
        if self.result["counts"] != expected:
            self.wrong.append(f"the result is {self.result['counts']}, it should be {expected}")
        if any("closed late" in post for post in there.posts(there.say)):
            self.wrong.append("the poll closed late")

    async def _digest(self) -> None:
        await self.there.until(NEXT_MONDAY)
        self.tell.scene("The Monday digest is in the moderators’ channel.")
        if len(self.digests) != 2:
            self.wrong.append(f"{len(self.digests)} digests came, there should be 2")
        digest = self.digests[-1]
        self.tell.sees("Olive", digest)
        self.expect("Ideas: 3 new. Moderators let others read 2. Declined: 1.", text_of(digest))
        self.files["digest.txt"] = self.tell.plain(text_of(digest)).encode()
        self.files |= {one.filename: await one.read() for one in digest.attachments}
        if "digest.png" not in self.files:
            self.wrong.append("the digest has no picture")

    async def _promise(self) -> None:
        there, olive = self.there, self.there.organiser
        await there.until(THURSDAY)
        self.tell.scene("Olive keeps the promise.")
        form = await self.tell.types(olive, "promise keep", initiative=PROJECT)
        await self.tell.sends(olive, form, KEPT)
        await there.settle()
        kept = there.card_of(there.say, KEPT["did"])
        self.tell.sees("Everybody", kept)
        self.expect("You said", text_of(kept))
