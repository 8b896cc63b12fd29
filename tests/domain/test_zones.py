"""A community's time zone is a place's: its clocks change when the people's do."""

from __future__ import annotations

from zoneinfo import available_timezones

import pytest

from bot.domain.refusals import Refusal
from bot.domain.zones import CITIES, check_zone

KNOWN = available_timezones()


@pytest.mark.parametrize(
    "name", ["Europe/London", "America/Argentina/Buenos_Aires", "Africa/Accra", "Singapore"]
)
def test_a_place_has_a_time_zone(name: str) -> None:
    check_zone(name, KNOWN)


@pytest.mark.parametrize("name", ["GMT", "gmt", "EST", "UTC", "BST"])
def test_an_abbreviation_is_answered_with_the_city_that_is_meant(name: str) -> None:
    with pytest.raises(Refusal, match="zone-abbreviation") as refused:
        check_zone(name, KNOWN)
    assert refused.value.facts["city"] in KNOWN


@pytest.mark.parametrize(
    "name", ["Etc/GMT+5", "Factory", "Zulu", "localtime", "Mars/Base", "", "Europe/../etc"]
)
def test_what_is_no_place_is_refused(name: str) -> None:
    with pytest.raises(Refusal, match="zone-unknown"):
        check_zone(name, KNOWN)


def test_every_city_that_is_proposed_can_be_taken() -> None:
    for city in CITIES.values():
        check_zone(city, KNOWN)
