"""Points 5 and 6 of the checklist: how a new contact is taken in."""

from typing import Any

import pytest

from tests.simulator.api import Api, crm


async def test_09_05_a_new_contact_is_answered_with_200_and_what_the_service_sets(api: Api) -> None:
    created = await api.create(firstName="  Ada ", id="mine", type="Ephemeral", createDate="1999-01-01T00:00:00Z")
    assert (created["firstName"], created["type"]) == ("Ada", "Curated")
    assert created["id"] != "mine"
    assert created["createDate"] == created["modifyDate"] > "2020"
    assert created["selfUri"] == f"/api/v2/externalcontacts/contacts/{created['id']}"
    assert await api.get(created["id"]) == created


async def test_09_05_a_title_alone_makes_a_contact_but_nothing_does_not(api: Api) -> None:
    await api.create(title="Captain")
    await api.create(firstName=" ", status=400)


@pytest.mark.parametrize("status", [400, 422])
@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("firstName", "x" * 1001, "firstName"),
        ("firstName", 7, "firstName"),
        ("personalEmail", "nobody", "personalEmail"),
        ("address", {"city": "x" * 101}, "address.city"),
        ("cellPhone", {"extension": 1}, "cellPhone.display"),
        ("externalIds", [crm(str(number)) for number in range(11)], "externalIds"),
        ("externalIds", [{"externalSource": {"id": "other"}, "value": "1"}], "externalIds[0].externalSource.id"),
        ("twitterId", {"screenName": "no way"}, "twitterId.screenName"),
        ("whatsAppId", {"phoneNumber": {"display": "call me"}}, "whatsAppId.phoneNumber"),
        ("externalSystemUrl", "javascript:alert(1)", "externalSystemUrl"),
        ("surveyOptOut", "yes", "surveyOptOut"),
    ],
)
async def test_09_05_a_field_that_breaks_its_rule_is_named(
    api: Api, status: int, field: str, value: Any, named: str
) -> None:
    api.turn(validation_status=status)
    error = await api.create(**{"lastName": "Ok", field: value}, status=status)
    assert [detail["fieldName"] for detail in error["details"]] == [named]


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
async def test_09_06_phones_are_normalised_where_they_can_be_parsed(
    api: Api, written: dict[str, str], expected: tuple[str, str | None, str | None]
) -> None:
    phone = (await api.create(cellPhone=written))["cellPhone"]
    assert (phone["display"], phone.get("e164"), phone.get("countryCode")) == expected
    assert phone["userInput"] == written["display"]
