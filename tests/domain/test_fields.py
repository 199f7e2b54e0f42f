"""What counts of a contact: what a steward can see and approve, and not what the service makes by itself."""

from typing import Any

import pytest
from hypothesis import given, settings

from reviewer.domain.fields import STANDARD_FIELDS, content, content_hash, fields_of, meaning, same, shown, value_at
from tests.domain.generated import contacts

FULL: dict[str, Any] = {
    "id": "c1",
    "firstName": "Bob",
    "workPhone": {
        "display": "+1 702-919-1300",
        "e164": "+17029191300",
        "userInput": "702 919 1300",
        "countryCode": "US",
    },
    "address": {"address1": "1 Long Road", "city": "Graz", "countryCode": "AT"},
    "externalIds": [
        {"externalSource": {"id": "crm", "name": "CRM", "selfUri": "/crm"}, "value": "1"},
        {"externalSource": {"id": "erp"}, "value": "2"},
    ],
    "appleOpaqueIds": [{"value": "a"}, {"value": "b"}],
    "twitterId": {"id": "7", "screenName": "bob", "name": "Bob", "verified": False, "profileUrl": "https://x.example"},
    "whatsAppId": {"phoneNumber": "17029191300", "displayName": "Bob"},
    "externalOrganization": {"id": "o1", "name": "ACME"},
    "surveyOptOut": False,
    "customFields": {"dateOfBirth": "1978-12-11", "name": "a custom field", "countryCode": "a custom field"},
}


def changed(**parts: Any) -> dict[str, Any]:
    return {**FULL, **parts}


@pytest.mark.parametrize(
    "equal",
    [
        changed(modifyDate="2026-11-23T12:00:00Z", selfUri="/c1", type="Identified", mergeSet=[], schema={"id": "s"}),
        changed(externalIds=list(reversed(FULL["externalIds"])), appleOpaqueIds=[{"value": "b"}, {"value": "a"}]),
        changed(workPhone={"e164": "+17029191300", "display": "+1 702-919-1300 ", "userInput": "7029191300"}),
        changed(externalIds=[{"externalSource": {"id": "crm"}, "value": " 1"}, FULL["externalIds"][1]]),
        changed(externalOrganization={"id": "o1", "name": "ACME Ltd"}),
        changed(twitterId={"id": "7", "screenName": "bob", "verified": True, "profileUrl": "https://y.example"}),
        changed(whatsAppId={"phoneNumber": {"display": "+1 702", "e164": "+17029191300"}, "displayName": "Bob"}),
        changed(firstName=" Bob ", lastName="  ", title=None, homePhone={}, otherPhone={"extension": 5}),
        changed(lineId={"ids": []}, instagramId={"verified": True}, facebookId=None),
        changed(address={"address1": "1 Long Road ", "address2": "", "city": "Graz", "countryCode": "AT"}),
        changed(somethingNew={"of": "the service"}),
    ],
)  # fmt: skip
def test_what_the_service_makes_by_itself_changes_no_content(equal: dict[str, Any]) -> None:
    assert content(equal) == content(FULL)
    assert content_hash(equal) == content_hash(FULL)


@pytest.mark.parametrize(
    "different",
    [
        changed(firstName="Rob"),
        changed(workPhone={**FULL["workPhone"], "extension": 5}),
        changed(workPhone={**FULL["workPhone"], "e164": "+17029191301"}),
        changed(address={**FULL["address"], "countryCode": "SI"}),
        changed(externalIds=FULL["externalIds"][:1]),
        changed(externalIds=[{"externalSource": {"id": "erp"}, "value": n} for n in ("1", "2")]),
        changed(appleOpaqueIds=[]),
        changed(twitterId={"id": "8", "screenName": "bob"}),
        changed(whatsAppId={"phoneNumber": "17029191301", "displayName": "Bob"}),
        changed(externalOrganization={"id": "o2", "name": "ACME"}),
        changed(surveyOptOut=True),
        changed(customFields={**FULL["customFields"], "name": "changed"}),
        changed(customFields={**FULL["customFields"], "countryCode": "changed"}),
        changed(customFields={**FULL["customFields"], "new": 0}),
    ],
)
def test_whatever_a_steward_can_see_changes_the_content(different: dict[str, Any]) -> None:
    assert content_hash(different) != content_hash(FULL)


def test_the_country_of_an_address_is_written_by_people_and_that_of_a_phone_by_the_service() -> None:
    assert not same("address", {"countryCode": "AT"}, {"countryCode": "SI"})
    assert same("workPhone", {"e164": "+1702", "countryCode": "US"}, {"e164": "+1702", "countryCode": "CA"})


@settings(max_examples=100, deadline=None)
@given(contact=contacts())
def test_a_meaning_means_itself_and_equals_the_value(contact: dict[str, Any]) -> None:
    for path, value in content(contact).items():
        assert meaning(path, value) == value
        assert same(path, value_at(contact, path), value)


@settings(max_examples=100, deadline=None)
@given(contact=contacts())
def test_the_content_is_every_field_that_holds_a_value(contact: dict[str, Any]) -> None:
    paths = {field.path for field in STANDARD_FIELDS} | {
        f"customFields.{key}" for key in contact.get("customFields", ())
    }
    assert {path for path in paths if value_at(contact, path) is not None} == set(content(contact))
    assert {field.path for field in fields_of([contact])} == set(content(contact))


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ({"display": "x", "e164": "+1702"}, {"display": "y", "e164": "+1702"}, True),
        ({"e164": "+1702", "extension": 1}, {"e164": "+1702", "extension": 2}, False),
        ({"display": "unknown"}, {"display": "private"}, False),
        ({"display": "Unknown "}, {"display": "unknown"}, True),
        ({"display": "555 1234"}, {"display": "555-1234"}, False),
    ],
)
def test_phones_are_one_where_the_service_is_sure_to_take_them_for_one(one: Any, other: Any, equal: bool) -> None:
    assert same("cellPhone", one, other) is equal


def test_emails_are_one_without_regard_to_case_and_names_are_not() -> None:
    assert same("workEmail", "Bob@A.example", " bob@a.example")
    assert not same("firstName", "Bob", "bob")
    assert not same("firstName", None, "bob") and same("firstName", None, None)


def test_a_custom_field_may_have_dots_in_its_name() -> None:
    assert value_at({"customFields": {"a.b": " x "}}, "customFields.a.b") == "x"
    assert value_at({"customFields": "text"}, "customFields.a") is None


def test_values_are_shown_in_one_line_of_words() -> None:
    assert shown("workPhone", {**FULL["workPhone"], "extension": 5}) == "+1 702-919-1300 ext. 5"
    assert shown("address", FULL["address"]) == "1 Long Road, Graz, AT"
    assert shown("externalIds", FULL["externalIds"]) == "1 · 2"
    assert shown("whatsAppId", FULL["whatsAppId"]) == "17029191300 · Bob"
    assert shown("surveyOptOut", False) == "no" and shown("surveyOptOut", None) == ""


def test_the_fields_begin_with_the_names_and_what_is_asked_for_first() -> None:
    paths = [field.path for field in fields_of([FULL], ("customFields.dateOfBirth", "customFields.absent"))]
    assert paths[:3] == ["firstName", "customFields.dateOfBirth", "externalIds"]
    assert len(paths) == len(set(paths))
