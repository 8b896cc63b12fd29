"""Who is who: standings, the organiser's authority, and the person at a door."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.refusals import Refusal

WEEK_MS = 604_800_000
FIRST_MONDAY_MS = 345_600_000
"""5 January 1970, 0:00 UTC."""


class Standing(StrEnum):
    """Who someone is in the process. Organiser is an authority beside it, not a standing."""

    RESIDENT = "resident"
    FRONT_LINE = "front_line"
    OFFICER = "officer"
    COUNCILLOR = "councillor"
    PARTNER = "partner"


ORGANISER = "organiser"
"""The meaning, in a role map, that gives authority over a community's rounds."""


class Ages(StrEnum):
    """Whom an initiative is for."""

    ADULTS = "adults"
    TEENS = "teens"
    BOTH = "both"


@dataclass(frozen=True)
class RoleMap:
    """What a community's roles mean, by role id, in the order that decides between several."""

    entries: tuple[tuple[str, str], ...] = ()

    def roles(self, meaning: str) -> tuple[str, ...]:
        """The ids of the roles with this meaning."""
        return tuple(role for role, meant in self.entries if meant == meaning)

    def is_organiser(self, role_ids: frozenset[str]) -> bool:
        """Whether one of these roles carries an organiser's authority."""
        return not role_ids.isdisjoint(self.roles(ORGANISER))

    def standings(self, audience: frozenset[Standing] = frozenset()) -> frozenset[Standing]:
        """Who somebody here can be, of those that something is for; everybody where it is for all."""
        every = {Standing.RESIDENT, *(Standing(meant) for _, meant in self.entries if meant != ORGANISER)}
        return frozenset(every & audience if audience else every)

    def standing(self, role_ids: frozenset[str]) -> Standing:
        """The first match in the mapping; nobody's match is a resident."""
        for role, meant in self.entries:
            if role in role_ids and meant != ORGANISER:
                return Standing(meant)
        return Standing.RESIDENT


@dataclass(frozen=True)
class Person:
    """Somebody at a door, as the platform's own payload of this very act describes them.

    ``community`` is our number of the community, ``platform_id`` the chat platform's id of
    the person, ``role_ids`` the roles that came with the payload, never from a cache.
    """

    community: int
    platform_id: str
    role_ids: frozenset[str] = frozenset()
    can_set_up: bool = False
    live_role_ids: Set[str] | None = None
    """The roles that exist now, where the door knows them: for a helpful refusal, never for authority."""


def week_of(at_ms: int) -> int:
    """The beginning of the week of a moment: Monday, 0:00 UTC (UTC epoch ms)."""
    return at_ms - (at_ms - FIRST_MONDAY_MS) % WEEK_MS


def require_organiser(person: Person, roles: RoleMap) -> None:
    """Raise :class:`Refusal` unless this act's own payload carries an organiser's role."""
    if roles.is_organiser(person.role_ids):
        return
    mapped = roles.roles(ORGANISER)
    if not mapped:
        raise Refusal("organiser-role-not-set")
    if person.live_role_ids is not None and person.live_role_ids.isdisjoint(mapped):
        raise Refusal("organiser-role-gone")
    raise Refusal("organisers-only")


def require_set_up(person: Person) -> None:
    """Raise :class:`Refusal` unless the person may manage the server."""
    if not person.can_set_up:
        raise Refusal("set-up-only")
