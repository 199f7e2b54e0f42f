"""Point 5: how a new contact is taken in."""

from typing import Any

import pytest

from tests.simulator.api import Api, crm


async def test_point_05_a_new_contact_is_answered_with_200_and_what_the_service_sets(api: Api) -> None:
    created = await api.create(firstName="  Ada ", id="mine", type="Ephemeral", createDate="1999-01-01T00:00:00Z")
    assert (created["firstName"], created["type"]) == ("Ada", "Curated")
    assert created["id"] != "mine"
    assert created["createDate"] == created["modifyDate"] > "2020"
    assert created["selfUri"] == f"/api/v2/externalcontacts/contacts/{created['id']}"
    assert await api.get(created["id"]) == created


async def test_point_05_a_title_alone_makes_a_contact_but_nothing_does_not(api: Api) -> None:
    await api.create(title="Captain")
    await api.create(firstName=" ", status=400)


async def test_point_05_a_whatsapp_number_given_as_text_is_answered_as_the_model_has_it(api: Api) -> None:
    one = await api.create(firstName="Ada", whatsAppId={"phoneNumber": "4915112345679", "displayName": "Ada"})
    assert one["whatsAppId"]["phoneNumber"]["display"] == "4915112345679"
    assert one["whatsAppId"]["displayName"] == "Ada"


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
async def test_point_05_a_field_that_breaks_its_rule_is_named(
    api: Api, status: int, field: str, value: Any, named: str
) -> None:
    api.turn(validation_status=status)
    error = await api.create(**{"lastName": "Ok", field: value}, status=status)
    assert [detail["fieldName"] for detail in error["details"]] == [named]


TEXTS = {
    **dict.fromkeys(("firstName", "middleName", "lastName", "salutation", "title"), 1000),
    "address.address1": 200,
    "address.address2": 200,
    "address.city": 100,
    "address.state": 50,
    "address.postalCode": 25,
    "address.countryCode": 25,
    "externalIds[0].value": 255,
    "appleOpaqueIds[0].value": 255,
    "cellPhone.display": 512,
}


def written(path: str, text: str) -> dict[str, Any]:
    """A contact that has a text at a path."""
    if "[0]" in path:
        field = path.partition("[")[0]
        return {field: [crm(text) if field == "externalIds" else {"value": text}]}
    field, _, part = path.partition(".")
    return {field: {part: text} if part else text}


@pytest.mark.parametrize("path", TEXTS)
async def test_point_05_texts_have_a_greatest_length(api: Api, path: str) -> None:
    await api.create(**written(path, "x" * TEXTS[path]))
    error = await api.create(**written(path, "x" * (TEXTS[path] + 1)), status=400)
    assert [detail["fieldName"] for detail in error["details"]] == [path]


@pytest.mark.parametrize(
    ("field", "most", "element"),
    [
        ("externalIds", 10, crm("1")),
        ("appleOpaqueIds", 10, {"value": "1"}),
        ("lineId.ids", 1, {"userId": "1"}),
        ("facebookId.ids", 1, {"scopedId": "1"}),
        ("instagramId.ids", 1, {"scopedId": "1"}),
    ],
)
async def test_point_05_lists_have_a_greatest_length(api: Api, field: str, most: int, element: Any) -> None:
    name, _, part = field.partition(".")
    for size, status in ((most, 200), (most + 1, 400)):
        values = [element] * size
        answer = await api.create(**{name: {part: values} if part else values}, status=status)
    assert [detail["fieldName"] for detail in answer["details"]] == [field]


async def test_point_05_white_space_is_stripped_at_any_depth(api: Api) -> None:
    created = await api.create(
        firstName=" Ada\t", address={"city": " York "}, externalIds=[crm(" 7 ")], personalEmail=" a@example.com "
    )
    assert (created["firstName"], created["address"], created["personalEmail"]) == (
        "Ada",
        {"city": "York"},
        "a@example.com",
    )
    assert created["externalIds"][0]["value"] == "7"


@pytest.mark.parametrize("field", ["workEmail", "personalEmail", "otherEmail"])
async def test_point_05_emails_have_a_greatest_length(api: Api, field: str) -> None:
    longest = "x" * (256 - len("@example.com")) + "@example.com"
    contact: dict[str, Any] = {field: longest}
    await api.create(**contact)
    error = await api.create(**{**contact, field: f"x{longest}"}, status=400)
    assert [detail["fieldName"] for detail in error["details"]] == [field]
