"""The server of a past, and how things are pressed in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.gateway import NOBODY, ORGANISERS, OWNER, Answer, Payload, Reply, Request
from tests.journeys.server import MANAGES, Server

PEOPLE = 700000000000100000
"""The numbers of its residents begin here."""


@dataclass(frozen=True)
class Press:
    """One thing that can be pressed, chosen in or filled in, and how; ``said`` is how the answer began."""

    who: str
    id: str
    values: Sequence[str] | None = None
    fields: Mapping[str, str | list[str]] | None = None
    direct: bool = False
    said: str = ""


class Town(Server):
    """The server, whose people take private messages and are still there."""

    def _refuse(self, request: Request) -> Answer | None:
        parts = request.path.strip("/").split("/")
        if parts[0] == "channels" and int(parts[1]) >= PEOPLE:
            return None
        if parts[0] == "guilds" and parts[2:3] == ["members"]:
            return 200, {
                "user": {"id": parts[3], "username": "somebody", "discriminator": "0", "avatar": None},
                "roles": [], "joined_at": NOBODY, "deaf": False, "mute": False, "flags": 0,
            }  # fmt: skip
        return super()._refuse(request)


async def do(server: Server, press: Press) -> Reply:
    """Press it, as whoever can."""
    return await server.gateway.ask(as_payload(server, press))


def as_payload(server: Server, press: Press) -> Payload:
    """A press as Discord brings it."""
    user = (
        int(press.who) if press.who.isdigit() else PEOPLE + {"newcomer": 700, "resident": 1}.get(press.who, 0)
    )
    roles = () if press.who != "organiser" else (ORGANISERS,)
    user = OWNER if press.who == "organiser" else user
    more: Payload = (
        {"guild": None} if press.direct else {"roles": roles, "permissions": MANAGES if roles else 0}
    )
    if press.fields is not None:
        return server.gateway.form(user, press.id, press.fields, **more)
    return server.gateway.component(user, press.id, press.values, ephemeral=False, **more)
