"""The check itself: what the SDK would drop or bend in silence is found."""

from typing import Any

import pytest

from tests.sdk.checking import problems

ID = "7b5e4f0a-3c1d-4e8b-9a52-0d6f1c2b3a49"


def checked(module: Any, kind: str, raw: dict[str, Any]) -> str:
    """The problems of an answer that the SDK deserialises as a kind, on one line."""
    deserialize = module.ApiClient()._ApiClient__deserialize
    return "; ".join(problems(deserialize(raw, kind), raw))


def test_an_answer_that_is_understood_has_no_problem(module: Any) -> None:
    contact = {
        "id": ID,
        "type": "Curated",
        "createDate": "2026-11-01T10:00:00.123Z",
        "cellPhone": {"display": "+1 702-919-1300", "extension": 5},
        "customFields": {"a": [1]},
        "mergeSet": [{"id": ID}],
        "surveyOptOut": False,
        "externalOrganization": None,
    }
    assert checked(module, "ExternalContact", contact) == ""


@pytest.mark.parametrize(
    ("kind", "raw", "said"),
    [
        ("ExternalContact", {"firstNames": "Ada"}, "answer.firstNames: ExternalContact has no such field"),
        ("ExternalContact", {"cellPhone": {"e164Number": "+1"}}, "answer.cellPhone.e164Number: PhoneNumber has no"),
        ("ExternalContact", {"type": "Curate"}, "answer.type: 'Curate' became 'outdated_sdk_version'"),
        ("ExternalContact", {"type": "CURATED"}, "answer.type: 'CURATED' is not among"),
        ("ExternalContact", {"createDate": "2026-11-01T10:00:00"}, "is no moment"),
        ("ExternalContact", {"surveyOptOut": "true"}, "answer.surveyOptOut: 'true' is no bool"),
        ("ExternalContact", {"firstName": 5}, "answer.firstName: 5 is no str"),
        ("ContactListing", {"total": "5"}, "answer.total: '5' is no int"),
        ("ContactListing", {"total": True}, "answer.total: True is no int"),
        ("ContactListing", {"entities": [{"id": ID}, {"ids": ID}]}, "answer.entities[1].ids"),
        ("MergeInfo", {"status": "Merged"}, "outdated_sdk_version"),
        ("GraphEdge", {"from": "1", "too": "2"}, "answer.too"),
    ],
)
def test_what_the_sdk_would_drop_or_bend_in_silence_is_found(
    module: Any, kind: str, raw: dict[str, Any], said: str
) -> None:
    assert said in checked(module, kind, raw)
