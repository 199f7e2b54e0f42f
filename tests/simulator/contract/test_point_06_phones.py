"""Point 6: phones are normalised where they can be parsed."""

import pytest

from tests.simulator.api import Api


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"display": "(702) 919-1300"}, ("+1 702-919-1300", "+17029191300", "US")),
        ({"display": "+33 1 00 00 00 01"}, ("+33 1 00 00 00 01", "+33100000001", "FR")),
        ({"display": "0151 23456789", "normalizationCountryCode": "DE"}, ("+49 1512 3456789", "+4915123456789", "DE")),
        ({"display": "ask at the desk"}, ("ask at the desk", None, None)),
        ({"display": "12", "e164": "+4912", "countryCode": "XX"}, ("12", None, None)),
    ],
)
async def test_point_06_phones_are_normalised_where_they_can_be_parsed(
    api: Api, written: dict[str, str], expected: tuple[str, str | None, str | None]
) -> None:
    phone = (await api.create(cellPhone=written))["cellPhone"]
    assert (phone["display"], phone.get("e164"), phone.get("countryCode")) == expected
    assert phone["userInput"] == written["display"]


async def test_point_06_read_only_parts_of_a_phone_are_ignored(api: Api) -> None:
    written = {"display": "+33 1 00 00 00 01", "userInput": "other", "e164": "+4912345678", "countryCode": "DE"}
    phone = (await api.create(cellPhone=written))["cellPhone"]
    assert (phone["userInput"], phone["e164"], phone["countryCode"]) == (
        "+33 1 00 00 00 01",
        "+33100000001",
        "FR",
    )


async def test_point_06_the_rest_of_a_phone_is_kept(api: Api) -> None:
    phone = (await api.create(cellPhone={"display": "702-919-1300", "extension": 12, "acceptsSMS": True}))["cellPhone"]
    assert (phone["extension"], phone["acceptsSMS"], phone["e164"]) == (12, True, "+17029191300")


async def test_point_06_the_default_region_is_a_knob(api: Api) -> None:
    api.turn(phone_default_region="DE")
    assert (await api.create(cellPhone={"display": "0151 23456789"}))["cellPhone"]["e164"] == "+4915123456789"


async def test_point_06_a_phone_that_cannot_be_parsed_is_nobodys_identifier(api: Api) -> None:
    one = await api.create(cellPhone={"display": "ask at the desk"})
    assert (await api.get(one["id"], "/identifiers"))["entities"] == []
