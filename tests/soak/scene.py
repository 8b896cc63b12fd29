"""What the soaks begin with: a community whose people have read the notice, with three open polls."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from bot.domain.people import Person
from bot.services import communities, initiatives, people
from bot.services.ports import App
from tests.builders import World, beginning, open_poll
from tests.gateway import GUILD, MODERATORS, ORGANISERS, OWNER, SAY

POLLS = ("pick", "pick", "approve")
"""The kinds of rounds 1, 2 and 3."""


async def inhabited(app: App, crowd: Iterable[int], guild: int = GUILD) -> World:
    """Such a community in one of the gateway's servers."""
    here = (await communities.community_of(app, "discord", str(guild))).id
    owner = Person(here, str(OWNER), frozenset({str(ORGANISERS)}), can_set_up=True)
    await communities.set_roles(app, owner, "organiser", [str(ORGANISERS)])
    community = await communities.set_up(app, owner, say_channel=str(SAY), moderators_channel=str(MODERATORS))
    world = World(app, community, owner, await initiatives.start(app, owner, beginning(app)))
    for kind in POLLS:
        await open_poll(world, kind=kind)
    await asyncio.gather(*(people.go_on(app, Person(here, str(who)), "adults") for who in crowd))
    return world
