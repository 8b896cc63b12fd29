"""Authority and standing come from role ids, in the order of the mapping."""

from __future__ import annotations

import pytest

from bot.domain.people import ORGANISER, Person, RoleMap, Standing, require_organiser, require_set_up
from bot.domain.refusals import Refusal

ROLES = RoleMap((("1", ORGANISER), ("2", "officer"), ("3", "councillor")))


def test_without_a_match_everybody_is_a_resident() -> None:
    assert ROLES.standing(frozenset({"9"})) is Standing.RESIDENT


def test_an_organiser_has_no_standing_by_that() -> None:
    assert ROLES.standing(frozenset({"1"})) is Standing.RESIDENT


def test_of_several_standings_the_first_in_the_mapping_counts() -> None:
    assert ROLES.standing(frozenset({"3", "2"})) is Standing.OFFICER


@pytest.mark.parametrize(
    ("roles", "live", "mapped", "code"),
    [
        ({"2"}, {"1", "2"}, ROLES, "organisers-only"),
        ({"2"}, {"2", "3"}, ROLES, "organiser-role-gone"),
        ({"2"}, None, ROLES, "organisers-only"),
        ({"1"}, {"1"}, RoleMap(), "organiser-role-not-set"),
    ],
)
def test_others_are_refused_with_what_to_do(
    roles: set[str], live: set[str] | None, mapped: RoleMap, code: str
) -> None:
    there = frozenset(live) if live is not None else None
    person = Person(1, "7", frozenset(roles), live_role_ids=there)
    with pytest.raises(Refusal) as refused:
        require_organiser(person, mapped)
    assert refused.value.code == code


def test_an_organiser_may_even_where_the_live_roles_are_unknown() -> None:
    require_organiser(Person(1, "7", frozenset({"1"}), live_role_ids=frozenset()), ROLES)


def test_managing_the_server_is_another_authority() -> None:
    require_set_up(Person(1, "7", can_set_up=True))
    with pytest.raises(Refusal):
        require_set_up(Person(1, "7", frozenset({"1"})))
