"""Logs never say who or what; posts never ping."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot import logs
from bot.practice.town import Town, answer, draft_poll, open_poll, reply, start_project, vote
from tests.journeys.conftest import (
    fill,
    forge,
    forge_form,
    insist,
    insist_form,
    living,
    one,
    one_context,
    press,
    restarted,
)

OPTIONS = ["Canary yellow lines", "Canary wharf bridge"]
WORDS = "Mallorycanary"
NAME = "Zebedeecanary"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What production would log at DEBUG."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure("DEBUG", "json")
    root.handlers += handlers
    yield stream
    root.setLevel(level)
    root.handlers[:] = handlers


@pytest.fixture
async def there(tmp_path: Path, log: io.StringIO) -> AsyncIterator[Town]:
    async with one_context(living(tmp_path)) as ready:
        yield ready


async def journey(there: Town) -> None:
    """A whole life of a question, with everything going wrong that can."""
    olive, square = there.organiser, there.square
    zebedee = there.newcomer(NAME)
    await start_project(there, f"{WORDS} project", due="in 2 days")
    card = await draft_poll(there, f"{WORDS}?", OPTIONS, project=f"{WORDS} project")
    await forge(zebedee, square, "cp1:go:0:adults")
    await insist(olive, square, "cp1:trial-ask:1:one")
    await forge_form(zebedee, square, "cp1:trial-send:1", understood=f"{WORDS} @everyone", hard=NAME)
    await forge(olive, square, "cp1:trial-said:1")
    await restarted(there)
    there.env.inject_error("POST", "/channels/*/messages", status=500)
    await press(olive, card, "Publish")
    await there.wait(hours=1)
    for status in (403, 404, 400):
        there.env.inject_error("POST", "/channels/*/messages", status=status)
        await olive.slash(square, "digest send")
        await there.settle()
    await open_poll(there, f"{WORDS} too?", OPTIONS, project=f"{WORDS} project")
    public = there.ballot(f"{WORDS} too?")
    await vote(zebedee, public, OPTIONS[0])
    await press(zebedee, public, OPTIONS[1])
    for member in there.members.values():
        await vote(member, public, OPTIONS[0])
    for status in (500, 403, 404):
        there.env.inject_error("PATCH", "/channels/*/messages/*", status=status)
        await press(zebedee, public, OPTIONS[status % 2])
        await there.wait(minutes=11)
    there.env.inject_error("POST", "/interactions/*/*/callback", status=500)
    await forge(zebedee, square, "cp1:vote:2:1")  # an answer that can't be said
    await forge(zebedee, square, f"cp1:vote:2:{WORDS}")
    await forge(zebedee, square, f"cp1:{WORDS}:2")
    await forge(zebedee, square, f"cp1:nothing:{zebedee.id}:{WORDS}")
    await forge_form(zebedee, square, "cp1:project-start:0:both.", title=WORDS, level=WORDS, due=WORDS)
    await forge_form(olive, square, "cp1:draft-rules-set:1", stage=WORDS, audience=[WORDS], quorum="1")
    # A failure of ours in the middle of somebody's words.
    await there.app.database.writer.stop()
    await vote(zebedee, public, OPTIONS[0])
    there.app.database.writer.start()
    there.client.router.handlers["privacy"] = _broken
    await forge(zebedee, square, "cp1:privacy:2")
    for status in (500, 403):
        there.env.inject_error("POST", "/channels/*/messages", status=status)
        await forge_form(zebedee, square, "cp1:worry-send:2", words=f"{WORDS}!", reach=NAME)
        await there.wait(minutes=11)
    await forge_form(zebedee, square, "cp1:worry-send:2", words="", reach=NAME)
    for member in (zebedee, *list(there.members.values())[:2]):
        await forge_form(member, square, "cp1:meaning-send:0", word=WORDS)
    await forge_form(zebedee, square, "cp1:meaning-send:0", word=NAME)
    await forge_form(zebedee, square, "cp1:meaning-send:0", word=WORDS * 9)
    await insist_form(olive, square, "cp1:word-set:0", word=WORDS, meaning=NAME)
    for command in ("my answers", "my data", "my erase"):
        done = await zebedee.slash(square, command)
    await press(zebedee, done, "Yes, erase me")
    await olive.slash(square, "digest send")
    await there.wait(days=9)
    await fill(
        olive, await olive.slash(square, "promise show"), f"Keep the promise: {WORDS} project",
        said=WORDS, did=WORDS, wont=WORDS,
    )  # fmt: skip
    assert answer(await olive.slash(square, "poll results", question=f"{WORDS} too?"))


async def feedback(there: Town, first: Any) -> None:
    """The box, with words in it; they can't be saved, are read, declined, and posted."""
    olive, square = there.organiser, there.square
    pace = "every two weeks on Friday 6pm"
    await olive.slash(square, "feedback box", pace=pace, question=f"{WORDS} in a box?")
    box = one(there, "SELECT max(id) FROM round")
    await there.app.database.writer.stop()
    await forge_form(first, square, f"cp1:form-seal:{box}", **{"field-0": f"{WORDS} {NAME}"})
    there.app.database.writer.start()
    for member in list(there.members.values())[:7]:
        await forge_form(member, square, f"cp1:form-seal:{box}", **{"field-0": f"{WORDS} {NAME}"})
        await forge_form(
            member, square, f"cp1:seal-change-set:{box}", code=f"{WORDS} a b c", **{"field-0": NAME}
        )
    await olive.slash(square, "feedback close", question=f"{WORDS} in a box?", reason=WORDS)
    await there.settle()
    shown = await olive.slash(square, "feedback review", question=f"{WORDS} in a box?")
    assert NAME in reply(shown)
    await olive.select(answer(await press(olive, shown, "Don’t show it")), ["personal"])
    await olive.slash(square, "feedback release", question=f"{WORDS} in a box?")


async def _broken(*_: object) -> None:
    raise RuntimeError(f"{NAME} said {WORDS}")


async def test_logs_at_debug_hold_no_word_no_name_and_no_id(
    there: Town, log: io.StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("bot", "cogs"):
        caplog.set_level(logging.DEBUG, logger=name)

    await journey(there)
    await feedback(there, there.members["Amina"])

    ours = [record for record in caplog.records if record.name.split(".")[0] in ("bot", "cogs")]
    assert ours, "nothing was logged, so nothing is shown"
    written = log.getvalue() + "\n".join(
        f"{record.getMessage()} {record.exc_text or ''} {record.__dict__}" for record in ours
    )
    assert "failed" in written
    people = [there.organiser, there.officer, there.mayor, there.witness, *there.members.values()]
    canaries = [WORDS, NAME, *OPTIONS, "Canary", "Olive Reed", "School hours", "Childline"]
    canaries += [str(who.id) for who in people] + [str(there.guild.id)]
    canaries += [str(there.client.http.token or "no token")]
    for canary in canaries:
        assert canary.casefold() not in written.casefold(), canary


async def test_no_post_and_no_reply_can_ping_anybody(there: Town) -> None:
    olive = there.organiser
    await start_project(there, "@everyone @here")
    await open_poll(
        there,
        f"<@{olive.id}> <@&{there.roles['Organisers'].id}>?",
        ["@everyone", "@here"],
        project="@everyone @here",
    )
    await vote(there.members["Amina"], there.card_of(there.say, "Choose one."), "@everyone")
    await olive.slash(there.square, "digest send")
    await insist_form(
        olive, there.square, "cp1:word-set:0", word="x @everyone", meaning=f"@here <@{olive.id}>"
    )
    await forge_form(there.members["Amina"], there.square, "cp1:meaning-send:0", word="x @everyone")
    await forge_form(
        there.members["Amina"], there.square, "cp1:worry-send:1", words="@everyone <@1>", reach="@here"
    )
    await there.wait(days=9)

    spoken = 0
    for made in there.env.http_requests:
        body = made.json if isinstance(made.json, dict) else {}
        body = body.get("data") or body
        if not isinstance(body, dict) or "components" not in body or made.method not in ("POST", "PATCH"):
            continue
        if "title" in body:
            continue  # a form is no message
        spoken += 1
        mentions = body.get("allowed_mentions")
        assert mentions == {"parse": []}, (made.method, made.path, mentions)
    assert spoken > 15
    for channel in (there.say, there.moderators):
        for message in channel.history():
            assert not message.mention_everyone
            assert not message.mentions
            assert not message.role_mentions
