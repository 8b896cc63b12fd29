"""What the bot may do in a channel, by the names that Discord's settings show."""

from __future__ import annotations

from collections.abc import Iterable

import discord

NEEDED = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "attach_files": "Attach Files",
    "read_message_history": "Read Message History",
}
NEEDED_IN_THREADS = {
    "view_channel": "View Channel",
    "send_messages_in_threads": "Send Messages in Threads",
    "attach_files": "Attach Files",
    "read_message_history": "Read Message History",
}
GONE = "the channel itself"


def troubled(guild: discord.Guild | None, channel_ids: Iterable[str]) -> dict[str, str]:
    """The channels in which the bot lacks something, with what it lacks, in words of Discord's settings."""
    found = {one: ", ".join(missing_in(guild, one)) for one in dict.fromkeys(channel_ids)}
    return {one: lacking for one, lacking in found.items() if lacking}


def missing_in(guild: discord.Guild | None, channel_id: str) -> tuple[str, ...]:
    """The names of the permissions that the bot lacks in a channel; :data:`GONE` where there is none."""
    if guild is None or not channel_id:
        return ()
    channel = guild.get_channel_or_thread(int(channel_id))
    if channel is None:
        return (GONE,)
    there = channel.permissions_for(guild.me)
    needed = NEEDED if not isinstance(channel, discord.Thread) else NEEDED_IN_THREADS
    return tuple(name for flag, name in needed.items() if not getattr(there, flag))
