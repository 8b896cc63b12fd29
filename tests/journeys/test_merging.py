"""Ideas that say the same become one, one that says two things becomes two, and all of it can be undone."""

from __future__ import annotations

from typing import Any

import pytest

from bot.practice.town import Town, answer, open_ask, reply, tell, text_of
from tests.journeys.conftest import changed, fill, forge, insist, insist_form, labels, one, press, tables

WALK = "What is the walk to school like?"
WORRY = "Worried about someone"
FOLLOW = "Tell me what happens"
SAME = "Cars are too fast at the school."


@pytest.fixture
async def town(project: Town) -> Town:
    """An ask with four ideas that everybody reads: 1 Amina's, 2 Bartek's, 3 Carys's, 4 Dilan's.

    Dilan supports 1 and 2, Amina 2.
    """
    await open_ask(project, WALK)
    for name, words in (
        ("Amina", "Cars drive fast."), ("Bartek", "Too much speed!"), ("Carys", "It is dark and wet."),
        ("Dilan", "No crossing."),
    ):  # fmt: skip
        await tell(project.members[name], card_of(project), words)
    for number in range(1, 5):
        await insist(project.organiser, project.square, f"cp1:idea-accept:{number}")
    for name, number in (("Dilan", 1), ("Dilan", 2), ("Amina", 2)):
        await insist(project.members[name], project.square, f"cp1:support:{number}")
    await project.settle()
    return project


def card_of(there: Town) -> Any:
    return there.card_of(there.say, WALK + "**\nUse your own words")


async def read(there: Town, name: str, number: int) -> Any:
    member = there.organiser if name == "Olive" else there.members[name]
    return await forge(member, there.square, f"cp1:read-idea:{number}")


async def join(there: Town, others: str = "2") -> Any:
    form = await press(there.organiser, await read(there, "Olive", 1), "Join with others")
    assert form.modal is not None
    done = await say_in_one(there, form, others)
    await there.settle()
    return done


async def say_in_one(there: Town, form: Any, others: str, words: str = SAME) -> Any:
    shown = await there.organiser.submit_modal(form, {"others": others})
    return await fill(there.organiser, shown, "Say it in one", words=words)


async def test_two_become_one_and_everybody_is_told(town: Town) -> None:
    done = await join(town)
    assert reply(done).startswith("**Done.** These are one now, as idea 5: idea 1, idea 2.")
    assert "Their authors can undo it until <t:" in reply(done)
    told = town.card_of(town.say, "These say the same")
    assert "**These say the same, so they are one now:** idea 1, idea 2." in text_of(told)
    assert f"**Idea 5:** “{SAME}”" in text_of(told)
    assert "Is one of them yours?" in text_of(told)
    assert all(name not in text_of(told) for name in town.members)

    joint = await read(town, "Carys", 5)
    assert "Made out of idea 1: “Cars drive fast.”" in reply(joint)
    assert "1 other person thinks so too." in reply(joint), "Dilan counts once, Amina is an author"
    assert labels(answer(joint)) == ["I think so too", FOLLOW, "All ideas", WORRY, "Idea 1", "Idea 2"]
    part = await press(town.members["Carys"], joint, "Idea 1")
    assert "It is part of idea 5 now." in reply(part)
    assert labels(answer(part)) == [FOLLOW, "All ideas", WORRY, "Idea 5"]
    for name in ("Amina", "Bartek"):
        assert "This idea is yours." in reply(await read(town, name, 5))
        refused = await insist(town.members[name], town.square, "cp1:support:5")
        assert "This idea is yours." in reply(refused)
    listed = reply(await press(town.members["Carys"], card_of(town), "Read ideas"))
    assert "**3 ideas so far**" in listed
    assert "Cars drive fast" not in listed
    mine = reply(await town.members["Amina"].slash(town.square, "my answers"))
    assert "It is part of idea 5 now." in mine


async def test_an_author_objects_and_all_is_as_before(town: Town) -> None:
    amina, before = town.members["Amina"], tables(town)
    await join(town)
    own = await press(amina, await amina.slash(town.square, "my answers"), "Idea 1")
    assert labels(answer(own)) == ["Delete", "I object", FOLLOW, "My answers", WORRY]
    asked = await press(amina, own, "I object")
    done = await press(amina, asked, "Yes, undo it")
    assert "These stand by themselves again: idea 1, idea 2." in reply(done)
    await town.settle()
    assert "These ideas stand by themselves again: idea 1, idea 2." in text_of(
        town.card_of(town.say, "Undone.")
    )
    after = tables(town)
    for name in ("contribution", "support"):
        assert [row for row in after[name] if row[1] <= 4] == before[name]
    assert "not there" in reply(await read(town, "Carys", 5))
    again = await insist(amina, town.square, "cp1:idea-object-now:1")
    assert "It stands by itself." in reply(again)


async def test_too_late_to_object_and_an_organiser_can_still_undo(town: Town) -> None:
    await join(town)
    await town.env.advance_time(7 * 86_400 + 60)
    late = await forge(town.members["Amina"], town.square, "cp1:idea-object-now:1")
    assert "You could object for 7 days." in reply(late)
    joint = await read(town, "Olive", 5)
    organisers = ["Join with others", "Split", "What became of it", "Undo", "Tell the safety contact"]
    assert labels(answer(joint))[-5:] == organisers
    done = await press(town.organiser, await press(town.organiser, joint, "Undo"), "Yes, undo it")
    assert "idea 1, idea 2" in reply(done)


async def test_one_becomes_two_and_both_keep_its_supporters(town: Town) -> None:
    for name in ("Amina", "Dilan"):
        await insist(town.members[name], town.square, "cp1:support:3")
    form = await press(town.organiser, await read(town, "Olive", 3), "Split")
    done = await town.organiser.submit_modal(form, {"words": "It is dark.\n\n It is wet. \nIt is dark."})
    assert "Idea 3 is split: idea 5, idea 6." in reply(done)
    for number in (5, 6):
        assert "2 other people think so too." in reply(await read(town, "Bartek", number))
        assert "This idea is yours." in reply(await read(town, "Carys", number))
    await forge(town.members["Amina"], town.square, "cp1:unsupport:5")
    assert "1 other person thinks so too." in reply(await read(town, "Bartek", 5))
    assert "2 other people think so too." in reply(await read(town, "Bartek", 6))
    own = await forge(town.members["Carys"], town.square, "cp1:idea:3")
    assert "It is idea 5, idea 6 now." in reply(own)
    assert "it became ideas 5, 6." in reply(own)


async def test_who_takes_a_part_back_takes_it_out_of_the_whole(town: Town) -> None:
    await join(town)
    amina = town.members["Amina"]
    changing = await forge(amina, town.square, "cp1:idea-change:1")
    refused = await amina.submit_modal(changing, {"said": "Buses."}) if changing.modal else changing
    assert "can’t change now" in reply(refused)
    own = await press(amina, await amina.slash(town.square, "my answers"), "Idea 1")
    await press(amina, await press(amina, own, "Delete"), "Yes, take it back")
    await town.settle()
    assert "This idea stands by itself again: idea 2." in text_of(town.card_of(town.say, "Undone."))
    assert "2 other people think so too." in reply(await read(town, "Carys", 2))


async def test_what_is_waiting_can_be_joined_from_the_queue(town: Town) -> None:
    await tell(town.members["Esther"], card_of(town), "They speed.")
    reading = await forge(town.organiser, town.square, "cp1:next:0")
    form = await press(town.organiser, reading, "Join with others")
    done = await say_in_one(town, form, "1 and 2")
    assert "These are one now, as idea 6: idea 5, idea 1, idea 2." in reply(done)
    assert "**Nothing to read.**" in reply(await press(town.organiser, done, "Read the next one"))


async def test_refusals_say_what_to_do_and_change_nothing(town: Town) -> None:
    olive, square = town.organiser, town.square
    for verb, form, said in (
        ("idea-merge-now:1", {"others": "1", "words": SAME}, "at least one other idea"),
        ("idea-merge-now:1", {"others": "none", "words": SAME}, "“none” is no number of an idea"),
        ("idea-merge-now:1", {"others": "2 and nine", "words": SAME}, "“nine” is no number of an idea"),
        ("idea-merge-now:1", {"others": "99", "words": SAME}, "not there"),
        ("idea-merge-now:1", {"others": "2", "words": " \u202e "}, "write something first"),
        ("idea-merge-now:1", {"others": "2", "words": "x" * 3000}, "Please use 1,000 or fewer"),
        ("idea-merge-now:1", {"others": " ".join(map(str, range(2, 20))), "words": SAME}, "at most 10"),
        ("idea-split-now:1", {"words": "One thing.\nOne thing."}, "at least two lines"),
        ("idea-split-now:1", {"words": "\n".join(map(str, range(11)))}, "at most 10"),
        ("idea-outcome-now:1", {"state": "accepted", "words": "Yes."}, "Choose where the idea is"),
        ("idea-outcome-now:1", {"state": "decided", "words": ""}, "write something first"),
        ("idea-undo-now:1", {}, "nothing to undo"),
    ):
        before = tables(town)
        done = await (
            insist_form(olive, square, f"cp1:{verb}", **form) if form else forge(olive, square, f"cp1:{verb}")
        )
        assert said in reply(done), verb
        assert changed(before, tables(town)) == set(), verb
    await join(town)
    for verb, said in (("idea-merge-now:1", "can’t be part"), ("idea-decline-now:5:accepted", "“Undo”")):
        before = tables(town)
        form = {"others": "3", "words": SAME} if "merge" in verb else {}
        done = await (
            insist_form(olive, square, f"cp1:{verb}", **form)
            if form
            else insist(olive, square, f"cp1:{verb}", "harm")
        )
        assert said in reply(done), verb
        assert changed(before, tables(town)) == set(), verb


async def test_everybody_hears_what_became_of_it(town: Town) -> None:
    amina, olive = town.members["Amina"], town.organiser
    for state, words in (
        ("taken", "The council votes in May."),
        ("decided", "Yes: two lamps."),
        ("delivered", "Both shine."),
    ):
        form = await press(olive, await read(town, "Olive", 1), "What became of it")
        done = await olive.submit_modal(form, {"state": state, "words": words})
        assert "**Told.**" in reply(done)
    shown = reply(await read(town, "Bartek", 1))
    assert "taken to a decision: The council votes in May." in shown
    assert "decided: Yes: two lamps." in shown
    assert "done: Both shine." in shown
    own = await press(amina, await amina.slash(town.square, "my answers"), "Idea 1")
    assert "It is done." in reply(own)
    assert "a moderator let others read it." in reply(own)
    assert labels(answer(own)) == [FOLLOW, "My answers", WORRY]
    refused = await insist(amina, town.square, "cp1:idea-delete-now:1")
    assert "in a decision now" in reply(refused)
    summary = reply(await olive.slash(town.square, "ask summary", question=WALK))
    assert "Others can read 4." in summary
    assert "Done: 1." in summary
    assert one(town, "SELECT state FROM contribution WHERE id = 1") == "delivered"


async def test_no_word_of_an_organiser_pings_or_links(town: Town) -> None:
    hostile = "@everyone <@1> [x](https://evil.example) **b** `c` \u202eabc"
    form = await press(town.organiser, await read(town, "Olive", 1), "Join with others")
    await say_in_one(town, form, "2", hostile)
    await insist_form(town.organiser, town.square, "cp1:idea-outcome-now:5", state="decided", words=hostile)
    await town.settle()
    for message in (town.card_of(town.say, "These say the same"), answer(await read(town, "Carys", 5))):
        raw = str([one if isinstance(one, dict) else one.to_dict() for one in message.components])
        assert "everyone" in raw
        for harm in ("@everyone", "<@1>", "[x](", "**b**", "\u202e"):
            assert harm not in raw, harm


async def test_a_promise_that_is_kept_names_the_ideas_that_it_answers(town: Town) -> None:
    olive = town.organiser
    words = {"said": "Too fast.", "did": "A new sign at 20.", "wont": "Close the road."}
    keep = {"initiative": "Safer walk to Mill Road School"}
    assert "is still open" in reply(await olive.slash(town.square, "promise keep", **keep))
    await town.wait(days=9)
    for answered, refused, said in (
        ("99", "", "not there"), ("1, 3", "3", "in both lists"), ("1, 2", "3", "")
    ):  # fmt: skip
        form = await olive.slash(town.square, "promise keep", **keep)
        before = tables(town)
        done = await olive.submit_modal(form, {**words, "answered": answered, "refused": refused})
        assert said in reply(done)
        assert bool(said) == (changed(before, tables(town)) == set())
    await town.settle()
    post = text_of(town.card_of(town.say, "what became of it"))
    assert "We did, or will do: idea 1, idea 2." in post
    assert "We won’t do: idea 3." in post
    assert "we won’t do it: Close the road." in reply(await read(town, "Bartek", 3))
    assert "decided: A new sign at 20." in reply(await read(town, "Bartek", 2))
    mine = reply(await town.members["Amina"].slash(town.square, "my answers"))
    assert "It is decided." in mine


async def test_who_is_against_the_whole_supports_no_part_of_it(town: Town) -> None:
    await join(town)
    await forge(town.members["Dilan"], town.square, "cp1:unsupport:5")
    assert "Nobody else has said" in reply(await read(town, "Carys", 5))
    await insist(town.organiser, town.square, "cp1:idea-undo-now:5")
    assert "Nobody else has said" in reply(await read(town, "Carys", 1))
    assert "1 other person thinks so too." in reply(await read(town, "Carys", 2)), "Amina does still"


async def test_who_erased_themselves_counts_once_in_a_later_join(town: Town) -> None:
    await town.organiser.slash(town.square, "ask close", question=WALK, reason="We know enough now.")
    await forge(town.members["Dilan"], town.square, "cp1:erase-now:0")
    await forge(town.members["Amina"], town.square, "cp1:erase-now:0")
    await insist_form(town.organiser, town.square, "cp1:idea-merge-now:1", others="2", words=SAME)
    shown = reply(await read(town, "Carys", 5))
    assert "1 other person thinks so too." in shown, "Dilan once, and Amina was an author"


async def test_what_is_decided_is_not_undone(town: Town) -> None:
    await join(town)
    await insist_form(town.organiser, town.square, "cp1:idea-outcome-now:5", state="taken", words="In May.")
    before = tables(town)
    for member, custom_id in (
        (town.organiser, "cp1:idea-undo-now:5"), (town.members["Amina"], "cp1:idea-object-now:1"),
        (town.members["Amina"], "cp1:idea-delete-now:1"),
    ):  # fmt: skip
        assert "in a decision now" in reply(await forge(member, town.square, custom_id))
        assert changed(before, tables(town)) == set()
    await forge(town.members["Amina"], town.square, "cp1:erase-now:0")
    assert "Made out of idea 2" in reply(await read(town, "Carys", 5))


async def test_what_we_posted_of_an_idea_is_shown_again_without_its_words(town: Town) -> None:
    await join(town)
    posted = town.card_of(town.say, "These say the same")
    assert SAME in text_of(posted)
    await insist_form(town.organiser, town.square, "cp1:idea-merge-now:3", others="4", words="Dark.")
    await town.settle()
    await insist_form(town.organiser, town.square, "cp1:idea-outcome-now:5", state="taken", words="In May.")
    await forge(town.members["Amina"], town.square, "cp1:erase-now:0")
    await town.settle()
    there = [text_of(message) for message in town.say.history()]
    assert not any(SAME in said for said in there)
    assert any("**Idea 5:** (These words were erased.)" in said for said in there)
    assert one(town, "SELECT count(*) FROM outbox WHERE card = 'amended' AND state = 'sent'") == 1
