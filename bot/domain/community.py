"""A community as it has been set up."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.people import RoleMap


class Moderation(StrEnum):
    """When a moderator reads what people bring: before others can, or after."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True)
class Community:
    """One Discord server or Matrix space. Texts are empty where nothing has been set.

    ``record`` is the random id of its record; channels, messages, ``safeguarding_contact``,
    ``safeguarding_deputy`` and ``witness`` are ids of the platform; ``moderation`` is of asks that are
    opened from now on; ``removed_ms`` is when the bot was removed, or 0.
    """

    id: int
    record: str
    platform: str
    platform_id: str
    language: str
    time_zone: str
    moderators_channel: str = ""
    say_channel: str = ""
    say_message: str = ""
    queue_message: str = ""
    lead_contact: str = ""
    safeguarding_contact: str = ""
    safeguarding_deputy: str = ""
    help_lines: str = ""
    witness: str = ""
    moderation: Moderation = Moderation.BEFORE
    made_ms: int = 0
    removed_ms: int = 0
    roles: RoleMap = field(default_factory=RoleMap)

    @property
    def hearers(self) -> tuple[str, ...]:
        """Who hears safety worries: the contact, then the deputy, as far as there are any."""
        return tuple(
            dict.fromkeys(one for one in (self.safeguarding_contact, self.safeguarding_deputy) if one)
        )

    @property
    def zone(self) -> ZoneInfo:
        """Where its clocks are."""
        return ZoneInfo(self.time_zone)


REQUIRED = (
    "organiser_role",
    "moderators_channel",
    "say_channel",
    "lead_contact",
    "safeguarding_contact",
    "help_lines",
    "witness",
)
"""What a community needs before it is fully set up, in the order it is asked for."""


def lacking(community: Community) -> tuple[str, ...]:
    """Which of :data:`REQUIRED` is not there yet."""
    there = {name: bool(getattr(community, name)) for name in REQUIRED if name != "organiser_role"}
    there["organiser_role"] = bool(community.roles.roles("organiser"))
    return tuple(name for name in REQUIRED if not there[name])
