"""Point 21: whose fields hold a value, claimed or not."""

from typing import Any

import pytest

from tests.simulator.api import REVERSE, Api


async def test_point_21_reverse_white_pages_shows_who_else_holds_an_identifier(api: Api) -> None:
    holders = [await api.create(firstName="A", cellPhone={"display": "+17029191300"}) for _ in range(26)]
    found = (await api.call("GET", REVERSE, lookupVal="+17029191300"))["contacts"]
    assert [one["id"] for one in found] == [one["id"] for one in holders[:25]]
    await api.call("GET", REVERSE, status=400)


HOLDER: dict[str, Any] = {
    "firstName": "A",
    "cellPhone": {"display": "+17029191300"},
    "personalEmail": "Ada@example.com",
    "twitterId": {"id": "9", "screenName": "@Ada_L"},
    "externalIds": [],
}


async def found(api: Api, value: str) -> list[str]:
    return [one["id"] for one in (await api.call("GET", REVERSE, lookupVal=value))["contacts"]]


@pytest.mark.parametrize("value", ["+17029191300", "ada@example.com", "Ada@example.com", "Ada_L", "@ada_l"])
async def test_point_21_a_phone_an_email_or_a_screen_name_finds_all_who_hold_it(api: Api, value: str) -> None:
    holders = [(await api.create(**HOLDER))["id"] for _ in range(2)]
    await api.people(1)
    assert await found(api, value) == holders


@pytest.mark.parametrize("value", ["+1702919130", "9", "example.com", "A", "17029191300"])
async def test_point_21_only_the_exact_value_of_such_a_field_is_found(api: Api, value: str) -> None:
    await api.create(**HOLDER)
    assert await found(api, value) == []


async def test_point_21_anonymous_contacts_ancestors_and_former_holders_are_not_found(api: Api) -> None:
    ids = [(await api.create(**HOLDER))["id"] for _ in range(4)]
    api.become(ids[0], "Identified")
    merged = await api.merge(ids[1], ids[2])
    await api.patch(ids[3], ("$.personalEmail", "Remove", None))
    assert await found(api, "ada@example.com") == [merged["id"]]
