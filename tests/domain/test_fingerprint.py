"""The fingerprint covers everything that was said yes to, and nothing that the service does by itself."""

from datetime import date
from typing import Any

import pytest

from reviewer.domain import fingerprint as module
from reviewer.domain.fingerprint import fingerprint
from reviewer.domain.identifiers import Identifier
from reviewer.domain.rulings import Ruling, RulingKind

PHONE = Identifier("Phone", "+17029191300")
BOB = {"id": "a", "type": "Curated", "division": {"id": "home"}, "firstName": "Bob",
       "externalIds": [{"value": "1"}, {"value": "2"}]}  # fmt: skip
ROB = {"id": "b", "type": "Curated", "division": {"id": "home"}, "firstName": "Rob"}
APPROVED: dict[str, Any] = {
    "members": {"a": BOB, "b": ROB},
    "picks": {"firstName": "a"},
    "promise": {"firstName": "Bob"},
    "steps": [{"kind": "merge", "request": {"contactIds": ["a", "b"]}}],
    "verdict": "review",
    "factors": ["phone", "name"],
    "rulings": [Ruling(PHONE, RulingKind.HOUSEHOLD, None)],
}


@pytest.mark.parametrize(
    "part",
    [
        {"members": {"a": {**BOB, "firstName": "Bobby"}, "b": ROB}},
        {"members": {"a": {**BOB, "type": "Identified"}, "b": ROB}},
        {"members": {"a": {**BOB, "division": {"id": "other"}}, "b": ROB}},
        {"members": {"a": {**BOB, "mergedTo": {"id": "x"}}, "b": ROB}},
        {"members": {"a": {**BOB, "customFields": {"born": "1978"}}, "b": ROB}},
        {"members": {"a": BOB}},
        {"members": {"a": ROB, "b": BOB}},
        {"picks": {}},
        {"picks": {"firstName": "b"}},
        {"promise": {"firstName": "Rob"}},
        {"steps": [{"kind": "merge", "request": {"contactIds": ["b", "a"]}}]},
        {"steps": [*APPROVED["steps"], {"kind": "look up", "request": {}}]},
        {"verdict": "auto"},
        {"factors": ["phone"]},
        {"rulings": []},
        {"rulings": [Ruling(PHONE, RulingKind.PERSONAL, None)]},
        {"rulings": [Ruling(PHONE, RulingKind.HOUSEHOLD, date(2026, 11, 23))]},
        {"rulings": [Ruling(Identifier("Phone", "+1"), RulingKind.HOUSEHOLD, None)]},
    ],
)
def test_any_part_of_what_was_approved_counts(part: dict[str, Any]) -> None:
    assert fingerprint(**{**APPROVED, **part}) != fingerprint(**APPROVED)


@pytest.mark.parametrize(
    "part",
    [
        {"members": {"b": ROB, "a": BOB}},
        {"members": {"a": {**BOB, "modifyDate": "now", "selfUri": "/a", "identifiers": []}, "b": ROB}},
        {"members": {"a": {**BOB, "externalIds": list(reversed(BOB["externalIds"]))}, "b": ROB}},  # type: ignore[call-overload]
        {"members": {"a": {**BOB, "firstName": "Bob ", "division": {"id": "home", "name": "Home"}}, "b": ROB}},
        {"factors": ["name", "phone"]},
    ],
)
def test_what_means_the_same_has_one_fingerprint(part: dict[str, Any]) -> None:
    assert fingerprint(**{**APPROVED, **part}) == fingerprint(**APPROVED)


def test_other_rules_void_an_approval(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint(**APPROVED)
    monkeypatch.setattr(module, "RULES_VERSION", "other")
    assert fingerprint(**APPROVED) != before
