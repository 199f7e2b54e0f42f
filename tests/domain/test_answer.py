"""The service's answer against the promise: no difference is missed, and none is seen where there is none."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewer.domain.answer import differences, merge_differences, told
from reviewer.domain.golden_record import golden_record, promised
from tests.domain.generated import members

PHONE = {"display": "+1 702-919-1300", "e164": "+17029191300"}


@pytest.mark.parametrize(
    ("promise", "answer"),
    [
        ({"workPhone": PHONE}, {"workPhone": {**PHONE, "userInput": "+1 702-919-1300", "countryCode": "US"}}),
        ({"workPhone": PHONE}, {"workPhone": {**PHONE, "display": "(702) 919-1300"}}),
        ({"workPhone": {"display": " ext 12"}}, {"workPhone": {"display": "ext 12", "userInput": "ext 12"}}),
        ({"workPhone": {"display": "919 1300"}}, {"workPhone": {**PHONE, "userInput": "919 1300"}}),
        ({"workEmail": "Bob@A.example"}, {"workEmail": "bob@a.example"}),
        ({"address": {"city": "Graz ", "state": ""}}, {"address": {"city": "Graz"}}),
        ({"externalIds": [{"value": "1"}, {"value": "2"}]}, {"externalIds": [{"value": "2"}, {"value": "1"}]}),
        ({"externalOrganization": {"id": "o"}}, {"externalOrganization": {"id": "o", "name": "ACME"}}),
        ({"whatsAppId": {"phoneNumber": "1702"}}, {"whatsAppId": {"phoneNumber": {"display": "+1 702"}}}),
        ({"surveyOptOut": False}, {}),
        ({}, {"surveyOptOut": False}),
        ({"customFields.a.b": 0}, {"customFields": {"a.b": 0, "none": None}}),
        ({}, {"id": "new", "modifyDate": "now", "identifiers": [{"type": "Phone", "value": "+1"}], "mergeSet": []}),
    ],
)
def test_what_means_the_same_is_no_surprise(promise: dict[str, Any], answer: dict[str, Any]) -> None:
    assert differences(promise, answer) == []


@pytest.mark.parametrize(
    ("promise", "answer", "path"),
    [
        ({"firstName": "Bob"}, {"firstName": "bob"}, "firstName"),
        ({"firstName": "Bob"}, {}, "firstName"),
        ({}, {"firstName": "Bob"}, "firstName"),
        ({"workPhone": PHONE}, {"workPhone": {"display": "+1 702-919-1300", "e164": "+17029191301"}}, "workPhone"),
        ({"workPhone": PHONE}, {"workPhone": {"display": "+1 702-919-1300"}}, "workPhone"),
        ({"workPhone": {**PHONE, "extension": 5}}, {"workPhone": PHONE}, "workPhone"),
        ({"workPhone": {"display": "1300", "extension": 5}}, {"workPhone": {"display": "1300"}}, "workPhone"),
        (
            {"workPhone": {"display": "ext 12"}},
            {"workPhone": {"display": "ext 13", "userInput": "ext 13"}},
            "workPhone",
        ),
        ({"workPhone": PHONE}, {"workPhone": PHONE, "otherPhone": {"display": "ext 1"}}, "otherPhone"),
        ({"address": {"city": "Graz", "countryCode": "AT"}}, {"address": {"city": "Graz"}}, "address"),
        ({"address": {"countryCode": "AT"}}, {"address": {"countryCode": "SI"}}, "address"),
        ({"externalIds": [{"value": "1"}]}, {"externalIds": [{"value": "1"}, {"value": "2"}]}, "externalIds"),
        ({"externalIds": [{"value": "1"}]}, {}, "externalIds"),
        (
            {"externalIds": [{"externalSource": {"id": "crm"}, "value": "1"}]},
            {"externalIds": [{"externalSource": {"id": "erp"}, "value": "1"}]},
            "externalIds",
        ),
        ({"surveyOptOut": True}, {"surveyOptOut": False}, "surveyOptOut"),
        ({"surveyOptOut": True}, {}, "surveyOptOut"),
        ({}, {"surveyOptOut": True}, "surveyOptOut"),
        ({"customFields.tier": 0}, {"customFields": {}}, "customFields.tier"),
        ({"customFields.tier": 0}, {"customFields": {"tier": False}}, "customFields.tier"),
        ({"customFields.tier": 1}, {"customFields": {"tier": 1, "new": "x"}}, "customFields.new"),
        ({"instagramId": {"ids": [{"scopedId": "1"}]}}, {"instagramId": {"ids": [{"scopedId": "2"}]}}, "instagramId"),
    ],
)
def test_whatever_differs_is_a_surprise(promise: dict[str, Any], answer: dict[str, Any], path: str) -> None:
    assert [found.path for found in differences(promise, answer)] == [path]


def test_the_new_contact_comes_from_exactly_the_approved_ones() -> None:
    answer = {"mergedFrom": [{"id": "b"}, {"id": "a"}]}
    assert merge_differences(["a", "b"], {}, answer) == []
    for ids in (["a"], ["a", "b", "c"], ["a", "c"]):
        assert [found.path for found in merge_differences(ids, {}, answer)] == ["mergedFrom"]
    assert [found.path for found in merge_differences(["a"], {}, {})] == ["mergedFrom"]


def test_a_difference_is_told_in_words() -> None:
    (found,) = differences({"firstName": "Bob"}, {})
    assert told(found) == "first name: promised Bob, got nothing"
    (other,) = merge_differences(["a", "b"], {}, {"mergedFrom": [{"id": "a"}]})
    assert told(other) == "merged contacts: promised a b, got a"


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(found=members(most=3), data=st.data())
def test_a_promise_is_kept_by_itself_and_by_nothing_less(found: list[dict[str, Any]], data: st.DataObject) -> None:
    promise = promised(golden_record(found, {}))
    answer: dict[str, Any] = {}
    for path, value in promise.items():
        if path.startswith("customFields."):
            answer.setdefault("customFields", {})[path.removeprefix("customFields.")] = value
        else:
            answer[path] = value
    assert differences(promise, answer) == []
    plain = [path for path in promise if not path.startswith("customFields.") and promise[path] is not False]
    if plain:
        missing = data.draw(st.sampled_from(plain))
        del answer[missing]
        assert [one.path for one in differences(promise, answer)] == [missing]
