"""Pages of HTML that need nothing else: no network, no script; and sentences that can stand in them."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from html import escape
from typing import Any

from bot.wording import Wording

LONGEST = 6000
"""Characters of the longest sentence: official facts may have some thousands."""

PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def whole(language: str, title: str, style: str, body: str) -> str:
    """A page; title and body are escaped already."""
    return PAGE.format(language=escape(language), title=title, style=style, body=body)


class Words:
    """Sentences for a page, where no markup of theirs is alive, with times by a community's own clocks."""

    def __init__(self, wording: Wording, language: str, zone: tzinfo) -> None:
        self._wording, self._language, self._zone = wording, language, zone

    def say(self, sentence: str, /, **facts: Any) -> str:
        """A sentence, escaped."""
        return escape(self.plain(sentence, **facts))

    def plain(self, sentence: str, /, **facts: Any) -> str:
        """The same, not escaped yet: for what goes into another sentence."""
        return self._wording.label(self._language, sentence, LONGEST, **facts)

    def tell(self, sentence: str, /, **facts: Any) -> str:
        """The same as a paragraph."""
        return f"<p>{self.say(sentence, **facts)}</p>"

    def date(self, at_ms: int) -> str:
        """A day by the community's own calendar, not escaped yet."""
        then = self._local(at_ms)
        facts: dict[str, Any] = {"day": str(then.day), "month": then.month, "year": str(then.year)}
        return self.plain("paper-date", **facts)

    def moment(self, at_ms: int) -> str:
        """A day and time by the community's own clocks, not escaped yet."""
        then, date = self._local(at_ms), self.date(at_ms)
        facts: dict[str, Any] = {"weekday": then.isoweekday(), "date": date, "time": then.strftime("%H:%M")}
        return self.plain("paper-moment", **facts)

    def _local(self, at_ms: int) -> datetime:
        return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(self._zone)
