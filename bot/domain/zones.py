"""Time zones as people name them: a city's keeps its summer time, an abbreviation doesn't."""

from __future__ import annotations

from collections.abc import Collection

from bot.domain.refusals import Refusal

CITIES = {
    "CET": "Europe/Paris",
    "CST": "America/Chicago",
    "EET": "Europe/Athens",
    "EST": "America/New_York",
    "EST5EDT": "America/New_York",
    "CST6CDT": "America/Chicago",
    "MST7MDT": "America/Denver",
    "PST8PDT": "America/Los_Angeles",
    "BST": "Europe/London",
    "GMT": "Europe/London",
    "HST": "Pacific/Honolulu",
    "IST": "Asia/Kolkata",
    "MET": "Europe/Paris",
    "MST": "America/Denver",
    "PST": "America/Los_Angeles",
    "UTC": "Europe/London",
    "WET": "Europe/Lisbon",
}
"""What somebody who writes this most likely means: it has no summer time, or is used in several places."""
NOWHERE = (
    "Factory",
    "Greenwich",
    "UCT",
    "Universal",
    "Zulu",
    "GMT0",
    "GMT+0",
    "GMT-0",
    "localtime",
    "posixrules",
)
FOLDERS = ("Etc/", "posix/", "right/", "SystemV/")


def check_zone(name: str, known: Collection[str]) -> None:
    """Raise Refusal where a name is no place's.

    Raises:
        Refusal: ``zone-abbreviation``, with the city that is meant; ``zone-unknown``.
    """
    if (city := CITIES.get(name.upper())) is not None:
        raise Refusal("zone-abbreviation", text=name, city=city)
    if name not in known or name in NOWHERE or name.startswith(FOLDERS):
        raise Refusal("zone-unknown", text=name)
