"""Whether the contacts of a cluster still share what the scan saw, however the service writes it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from reviewer.genesys.graphs import Cluster, SharedIdentifier
from reviewer.mirror.cluster_members import Members, Today, standing_today
from reviewer.store.contacts import StoredContact
from reviewer.store.trails import Trail

COMPLETED = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
LONG_BEFORE, JUST_BEFORE, AFTER = "2026-11-01T00:00:00Z", "2026-11-20T02:30:00Z", "2026-11-21T00:00:00Z"


def stored(number: int, **fields: Any) -> StoredContact:
    id_ = f"c{number}"
    raw = json.dumps({"id": id_, "modifyDate": AFTER} | fields).encode()
    return StoredContact(number, id_, raw, "api", "live", None, "Curated", "Ada", "", "")


def today(kind: str, value: str, *contacts: StoredContact, why_not: dict[str, str] | None = None) -> Today:
    """What is left of a cluster of contacts whom one identifier connected."""
    ids = tuple(one.id for one in contacts)
    members = Members(
        {one.id: Trail(one.number) for one in contacts},
        {one.number: one for one in contacts if one.id not in (why_not or {})},
        why_not or {},
    )
    cluster = Cluster("k1", "NotMerged", "", ids, (SharedIdentifier(kind, value, ids),))
    return standing_today(cluster, members, COMPLETED)


@pytest.mark.parametrize(
    ("kind", "value", "fields"),
    [
        ("Phone", "+17029191300", {"homePhone": {"display": "+1 702-919-1300", "e164": "+17029191300"}}),
        ("Phone", "17029191300", {"whatsAppId": {"phoneNumber": {"e164": "+17029191300"}}}),
        ("Email", "ada@mail.example", {"otherEmail": " Ada@Mail.Example "}),
        ("ExternalId", "7", {"externalIds": [{"externalSource": {"id": "s"}, "value": "7"}]}),
        ("ExternalId", "s/7", {"externalIds": [{"externalSource": {"id": "s"}, "value": "7"}]}),
        ("TwitterHandle", "ada", {"twitterId": {"id": "1", "screenName": "@Ada"}}),
        ("InstagramId", "178", {"instagramId": {"ids": [{"scopedId": "178"}]}}),
        ("ExternalId", "s:7", {"externalIds": [{"externalSource": {"id": "s"}, "value": "7"}]}),
        ("SomethingNew", "crm/x-9", {"loyaltyIds": [{"value": "x-9"}]}),
        ("SomethingNew", "x-9", {"loyaltyIds": [{"value": "x-9"}]}),
    ],
)
def test_the_value_is_found_wherever_it_stands(kind: str, value: str, fields: dict[str, Any]) -> None:
    found = today(kind, value, stored(1, **fields), stored(2, **fields))
    assert [(pair.a, pair.b, pair.reason) for pair in found.pairs] == [(1, 2, f"same {kind} {value}")]
    assert not found.differences
    other = today(kind, value, stored(1, **fields), stored(2, firstName="Ada", title=value))
    assert not other.pairs and other.differences == [f"c2 no longer has this {kind}"]


@pytest.mark.parametrize(
    ("kind", "value", "has"),
    [
        ("ExternalId", "17", "7"),
        ("ExternalId", "x-7", "7"),
        ("Phone", "+4417", "17"),
        ("Email", "info@acme.de", "acme.de"),
        ("Email", "info/sales@acme.de", "sales@acme.de"),
    ],
)
def test_a_part_of_a_value_is_another_value(kind: str, value: str, has: str) -> None:
    assert not today(kind, value, stored(1, otherEmail=has), stored(2, otherEmail=has)).pairs


@pytest.mark.parametrize(("modified", "believed"), [(LONG_BEFORE, True), (JUST_BEFORE, False), (AFTER, False)])
def test_who_was_not_modified_since_is_believed_to_hold_what_the_scan_saw(modified: str, believed: bool) -> None:
    """The service may normalise a value in a way that is written nowhere."""
    found = today("Email", "a.d.a+x@mail", stored(1, modifyDate=modified), stored(2, modifyDate=modified))
    assert bool(found.pairs) is believed


def test_a_contact_that_cannot_be_read_today_is_not_offered_as_the_mirror_had_it() -> None:
    email = {"workEmail": "ada@mail.example"}
    people = [stored(number, **email) for number in (1, 2, 3)]
    found = today("Email", "ada@mail.example", *people, why_not={"c2": "403 not.authorized"})
    assert [(pair.a, pair.b) for pair in found.pairs] == [(1, 3)]
    assert found.differences == ["c2: 403 not.authorized"]


def test_the_country_of_a_phone_is_no_piece_of_an_identifier() -> None:
    phone = {"display": "+49 30 1234567", "e164": "+49301234567", "countryCode": "DE", "normalizationCountryCode": "DE"}
    for kind, value in (("Email", "info@acme.de"), ("ExternalId", "crm/DE"), ("SomethingNew", "de")):
        assert not today(kind, value, stored(1, cellPhone=phone), stored(2, cellPhone=phone)).pairs
