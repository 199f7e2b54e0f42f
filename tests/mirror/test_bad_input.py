"""What a service should never send, taken in: one contact set aside with its reason, nothing else lost."""

import json
from pathlib import Path
from typing import Any

import pytest

from reviewer.mirror.reading import read_record
from reviewer.mirror.sync import sync
from reviewer.store import contacts
from reviewer.store.contacts import by_ids
from reviewer.store.database import Database
from tests.genesys.service import ScriptedService, ok
from tests.mirror.service import RULES, Service, kept_in, person, rejects_in
from tests.mirror.test_sync import synced

PEOPLE = 45

SET_ASIDE: list[tuple[dict[str, Any], str]] = [
    ({"createDate": "yesterday"}, "its createDate is no date"),
    ({"modifyDate": "2026-13-45T00:00:00Z"}, "its modifyDate is no date"),
    ({"modifyDate": 1764072000}, "$.modifyDate"),
    ({"cellPhone": "+17029191300"}, "$.cellPhone"),
    ({"cellPhone": {"display": 7029191300}}, "$.cellPhone.display"),
    ({"homePhone": {"display": "x", "e164": "call me maybe"}}, "the e164 of its homePhone is no phone number"),
    ({"homePhone": {"extension": "twelve"}}, "$.homePhone.extension"),
    ({"whatsAppId": {"phoneNumber": 7}}, "$.whatsAppId.phoneNumber"),
    ({"customFields": "none"}, "$.customFields"),
]

KEPT: list[dict[str, Any]] = [
    {"modifyDate": ""},
    {"customFields": {"dateOfBirth": "never"}},
    {"customFields": {"dateOfBirth": ["1978-12-11"]}},
    {"customFields": {"dateOfBirth": 99999999999999999999}},
    {"cellPhone": {"display": "call me maybe " * 1000}},
    {"cellPhone": {"display": "\u0000\u202e"}},
    {"whatsAppId": {"phoneNumber": "not a number"}},
    {"firstName": "half \ud83d of a pair"},
]


@pytest.mark.parametrize(("fields", "reason"), SET_ASIDE, ids=str)
async def test_a_contact_that_cannot_be_trusted_is_set_aside_alone(
    service: Service, database: Database, tmp_path: Path, fields: dict[str, Any], reason: str
) -> None:
    service.spoil("p4", **fields)
    report = await synced(service, database, tmp_path)
    assert (report.contacts, report.new, report.rejected) == (PEOPLE - 1, PEOPLE - 1, 1)
    (kept,) = kept_in(tmp_path)
    assert reason in kept["reason"] and json.loads(kept["text"])["id"] == "p4"
    assert not by_ids(database, ["p4"]) and contacts.counts(database) == {"live": PEOPLE - 1}


@pytest.mark.parametrize(
    "fields", KEPT, ids=lambda fields: str(fields)[:60].encode("ascii", "backslashreplace").decode()
)
async def test_text_of_people_is_kept_as_it_came_and_counts_as_nothing_that_it_is_not(
    service: Service, database: Database, tmp_path: Path, fields: dict[str, Any]
) -> None:
    service.spoil("p4", **fields)
    report = await synced(service, database, tmp_path)
    assert (report.contacts, report.rejected) == (PEOPLE, 0)
    stored = by_ids(database, ["p4"])["p4"]
    assert {name: json.loads(stored.raw)[name] for name in fields} == fields
    columns = read_record(stored.raw, RULES).columns
    assert (columns.born, columns.phones) == ("", ())


async def test_a_contact_without_an_id_and_what_is_no_contact_are_set_aside(database: Database, tmp_path: Path) -> None:
    entities: list[Any] = [person(1), *({"id": id_, "firstName": "Ada"} for id_ in (None, "", "  ", 6)), {}, [], "p2"]
    service = ScriptedService(ok({"id": "o", "name": "O"}), ok({"entities": [*entities, person(2)], "cursors": {}}))
    rejects, told = rejects_in(tmp_path)
    async with service.client() as client:
        with rejects:
            report = await sync(client, database, RULES, rejects=rejects)
    assert (report.contacts, report.rejected) == (2, len(entities) - 1)
    assert told.count("scan:1: a contact without an id") == 5
    assert contacts.counts(database) == {"live": 2}
