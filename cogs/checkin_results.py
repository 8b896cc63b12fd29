"""A check-in over time: its lines as text, as a picture and as a table."""

from __future__ import annotations

from discord.ext import commands

from bot.services import checkin_results
from bot.services.checkin_results import COLUMNS
from cogs.ui.cards import Card, button
from cogs.ui.custom_ids import CustomId
from cogs.ui.dictionary import dictionary
from cogs.ui.limits import MESSAGE_TEXT
from cogs.ui.line_words import differs, series_lines, with_lines
from cogs.ui.round_cards import RoundWords
from cogs.ui.router import pressed
from cogs.ui.visit import Visit


class CheckInResults(commands.Cog):
    """What organisers look back on."""

    @pressed("checkin-results")
    async def look_back(self, visit: Visit, pressed: CustomId) -> None:
        """Its results over time."""
        await show_results(visit, pressed.subject)

    @pressed("checkin-export")
    async def export(self, visit: Visit, pressed: CustomId) -> None:
        """The same as a table, with what its columns mean."""
        found = await checkin_results.series(visit.app, visit.person, pressed.subject)
        card = Card().text(visit.say("line-table-here"))
        card.attachment(f"check-in-{found.checkin.id}.csv", checkin_results.as_csv(found))
        await visit.show(card.attachment(*dictionary(visit, "line", COLUMNS)))


async def show_results(visit: Visit, which: int) -> None:
    """A check-in's lines over time, with a picture of them."""
    found = await checkin_results.series(visit.app, visit.person, which)
    words = RoundWords(visit.wording, visit.language)
    card = Card().text(
        visit.say("line-title", title=found.checkin.question or visit.label("poll-no-question"))
    )
    how = visit.say("line-how")
    if not found.times:
        card.text(visit.say("line-none"))
    else:
        lines = [*differs(words, found), *series_lines(words, found)]
        card.text(*lines, leave=len(how) + MESSAGE_TEXT // 20).text(how)
        await with_lines(card, words, found, visit.community.zone)
    await visit.show(
        card.buttons(
            button(visit.label("line-press-table"), "checkin-export", which) if found.times else None,
            button(visit.label("checkin-press-back"), "checkin", which),
        )
    )
