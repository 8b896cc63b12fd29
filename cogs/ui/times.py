"""Moments, as Discord shows them: in each reader's own time and language."""

from __future__ import annotations

from bot.wording import Markup


def moment(at_ms: int) -> Markup:
    """A day and time, and how far off it is."""
    return Markup(f"<t:{at_ms // 1000}:F> (<t:{at_ms // 1000}:R>)")


def day(at_ms: int) -> Markup:
    """A day."""
    return Markup(f"<t:{at_ms // 1000}:D>")


def channel(channel_id: str) -> Markup:
    """A channel's name, as a link to it."""
    return Markup(f"<#{channel_id}>")


def member(platform_id: str) -> Markup:
    """A member's name; pings nobody, for no message of ours may."""
    return Markup(f"<@{platform_id}>")


def role(role_id: str) -> Markup:
    """A role's name; pings nobody."""
    return Markup(f"<@&{role_id}>")
