"""Setting a community up: what its roles mean, in an order that does not depend on who set what first."""

from __future__ import annotations

import itertools

import pytest

from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.services import communities
from tests.builders import World


@pytest.mark.parametrize("order", list(itertools.permutations(["councillor", "officer", "front_line"])))
async def test_of_several_standings_the_first_on_the_card_counts(
    world: World, order: tuple[str, ...]
) -> None:
    mayor = Person(world.community.id, "mayor", can_set_up=True)
    for meaning in order:
        there = await communities.set_roles(world.app, mayor, meaning, [f"role-of-{meaning}"])
    both = frozenset({"role-of-councillor", "role-of-officer"})
    assert there.roles.standing(both) == "officer"
    assert there.roles.standing(both | {"role-of-front_line"}) == "front_line"


async def test_a_role_can_organise_and_have_a_standing_but_not_two(world: World) -> None:
    mayor = Person(world.community.id, "mayor", can_set_up=True)
    await communities.set_roles(world.app, mayor, "organiser", ["role-a"])
    await communities.set_roles(world.app, mayor, "officer", ["role-a"])
    with pytest.raises(Refusal) as refused:
        await communities.set_roles(world.app, mayor, "councillor", ["role-a"])
    assert refused.value.code == "role-has-two-standings"
    there = await communities.refresh(world.app, world.community.id)
    assert there.roles.standing(frozenset({"role-a"})) == "officer"


async def test_a_server_that_the_bot_left_unseen_is_noticed_later(world: World) -> None:
    await communities.only(world.app, "discord", [], lambda _: False)  # another process serves it
    assert (await communities.refresh(world.app, world.community.id)).removed_ms == 0
    await communities.only(world.app, "discord", [], lambda one: one == "server-1")
    assert (await communities.refresh(world.app, world.community.id)).removed_ms > 0
    await communities.returned(world.app, world.community.platform, world.community.platform_id)
    assert (await communities.refresh(world.app, world.community.id)).removed_ms == 0
