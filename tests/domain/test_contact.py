"""A contact as it is read: its identifiers, its headline, and whether it lives."""

import json
from typing import Any

import pytest

from reviewer.domain.contact import contact_from, decode_contact, headline, is_ancestor
from reviewer.domain.identifiers import field_identifiers
from reviewer.domain.record import ReadingRules, make_record


def identifiers(**fields: Any) -> list[tuple[str, str, str]]:
    return [(*found.identifier, found.field) for found in field_identifiers(contact_from({"id": "c1", **fields}))]


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"workPhone": {"display": "1", "e164": "+1702"}}, [("Phone", "+1702", "workPhone")]),
        ({"workPhone": {"display": "ext 12"}}, []),
        ({"otherEmail": " Bob@A.example "}, [("Email", "bob@a.example", "otherEmail")]),
        ({"otherEmail": " "}, []),
        ({"whatsAppId": {"phoneNumber": "+1 702-919"}}, [("SocialWhatsapp", "1702919", "whatsAppId")]),
        ({"whatsAppId": {"phoneNumber": {"display": "x", "e164": "+1"}}}, [("SocialWhatsapp", "1", "whatsAppId")]),
        (
            {"instagramId": {"ids": [{"scopedId": "1"}], "handle": "bob"}},
            [("SocialInstagram", "1", "instagramId"), ("SocialInstagramHandle", "bob", "instagramId")],
        ),
        ({"facebookId": {"ids": [{"scopedId": "1"}]}}, [("SocialFacebook", "1", "facebookId")]),
        ({"twitterId": {"id": "7", "screenName": "bob"}}, [("SocialTwitter", "7", "twitterId")]),
        ({"lineId": {"ids": [{"userId": "1"}]}}, [("SocialLine", "1", "lineId")]),
        ({"appleOpaqueIds": [{"value": "a"}]}, [("AppleOpaqueId", "a", "appleOpaqueIds")]),
        (
            {"externalIds": [{"externalSource": {"id": "crm"}, "value": "1"}]},
            [("ExternalId", "crm/1", "externalIds")],
        ),
        ({"identifiers": [{"type": "Cookie", "value": "x"}, {"type": "New", "value": "y"}]},
         [("Cookie", "x", "identifiers")]),
    ],
)  # fmt: skip
def test_fields_imply_identifiers(fields: dict[str, Any], found: list[tuple[str, str, str]]) -> None:
    assert identifiers(**fields) == found


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"firstName": "Bob", "lastName": "Smith"}, "Bob Smith"),
        ({"firstName": " ", "lastName": "", "personalEmail": "bob@a.example"}, "bob@a.example"),
        ({"instagramId": {"ids": [{"scopedId": "1"}]}}, "ig:1"),
        ({"instagramId": {"ids": []}, "lineId": {"ids": [{"userId": "2"}]}}, "line:2"),
        ({"whatsAppId": {"phoneNumber": "1702"}}, "wa:1702"),
        ({"personalEmail": " ", "cellPhone": {"display": "702"}}, "702"),
        ({"title": " Dr "}, "Dr"),
        ({"title": " "}, "c1"),
    ],
)
def test_the_headline_says_something_of_everybody(fields: dict[str, Any], shown: str) -> None:
    assert headline(contact_from({"id": "c1", **fields})) == shown


@pytest.mark.parametrize(
    ("fields", "dead", "into"),
    [
        ({}, False, None),
        ({"canonicalContact": {"id": "c1"}, "mergeSet": [{"id": "c1"}, {"id": "c0"}]}, False, None),
        ({"canonicalContact": {"id": "c2"}}, True, "c2"),
        ({"mergedTo": {"id": "c2"}}, True, "c2"),
        ({"mergedTo": {"id": "c2"}, "canonicalContact": {"id": "c3"}}, True, "c3"),
    ],
)
def test_a_merged_contact_is_known_by_where_it_leads(fields: dict[str, Any], dead: bool, into: str | None) -> None:
    raw = json.dumps({"id": "c1", **fields}).encode()
    assert is_ancestor(decode_contact(raw)) is dead
    record = make_record(raw, ReadingRules())
    assert (record.state, record.merged_into) == ("merged" if dead else "live", into)


@pytest.mark.parametrize(
    "raw",
    [b"{}", b'{"id": ""}', b'{"id": " "}', b'{"id": 5}', b'{"id": "\\ud800"}', b'{"id": "c1", "firstName": 5}', b"[]"],
)
def test_what_is_no_contact_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):
        make_record(raw, ReadingRules())


@pytest.mark.parametrize("depth", [500, 900, 2_000, 100_000])
def test_one_that_is_nested_too_deeply_is_refused_as_any_other(depth: int) -> None:
    deep = b'{"id": "c1", "customFields": ' + b'{"a":' * depth + b"1" + b"}" * depth + b"}"
    with pytest.raises(ValueError, match="nested too deeply"):
        make_record(deep, ReadingRules())


def test_bytes_are_kept_as_they_came() -> None:
    raw = b'{ "id":"c1",  "lastName":"half \\ud800 sign", "new": [1e3] }'
    record = make_record(raw, ReadingRules())
    assert record.raw == raw and record.name == "half \ud800 sign"
