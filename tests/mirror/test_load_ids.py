"""Contacts by their ids: anonymous ones, merged ones, unknown ones."""

import io
import json
from pathlib import Path

import pytest

from reviewer.domain.errors import DatabaseError
from reviewer.mirror.fetching import Fetching
from reviewer.mirror.lines import Lines
from reviewer.mirror.load_ids import IdsReport, load_ids
from reviewer.store import contacts, stamp
from reviewer.store.contacts import by_ids
from reviewer.store.database import Database
from reviewer.store.trails import trails
from tests.mirror.service import RULES, Service, kept_in, rejects_in


async def loaded(service: Service, database: Database, folder: Path, content: bytes) -> IdsReport:
    rejects, _ = rejects_in(folder)
    async with service.client() as client:
        with rejects:
            return await load_ids(
                Fetching(client, database, RULES), Lines(io.BytesIO(content), "ids.txt"), rejects=rejects
            )


async def test_ids_come_one_a_line_as_they_are_or_as_json(service: Service, database: Database, tmp_path: Path) -> None:
    content = b'\xef\xbb\xbfp900\r\n\n  p901 \n"p902"\n{"id": "p903", "name": "x"}\np900\n'
    assert await loaded(service, database, tmp_path, content) == IdsReport(4, 0, 0, 0, 0)
    assert {stored.origin for stored in by_ids(database, ["p900", "p901", "p902", "p903"]).values()} == {"api"}
    assert stamp.read(database, "organization") == service.organization.id
    assert await loaded(service, database, tmp_path, content) == IdsReport(0, 0, 4, 0, 0)


async def test_bad_lines_and_unknown_ids_are_rejected_with_their_reason(
    service: Service, database: Database, tmp_path: Path
) -> None:
    content = b'p900\nnobody\n{"id": \n{"name": "x"}\n\xff\ntwo words\n{"id": ["p901"]}\n' + b"x" * 300 + b"\np901"
    report = await loaded(service, database, tmp_path, content)
    assert (report.new, report.rejected) == (2, 7)
    reasons = {kept["line"]: kept["reason"] for kept in kept_in(tmp_path)}
    assert sorted(reasons) == [2, 3, 4, 5, 6, 7, 8]
    assert reasons[2].startswith("404 not.found: Contact nobody")
    assert reasons[4] == "no id" and reasons[5] == "not UTF-8" and reasons[7] == "the id is not text"


async def test_a_contact_that_cannot_be_read_is_rejected_alone(
    service: Service, database: Database, tmp_path: Path
) -> None:
    service.spoil("p900", firstName=5)
    report = await loaded(service, database, tmp_path, b"p900\np901\n")
    assert (report.new, report.rejected) == (1, 1)


async def test_of_a_merged_id_the_living_contact_comes_and_the_alias_is_noted(
    service: Service, database: Database, tmp_path: Path
) -> None:
    async with service.client() as client:
        new = json.loads((await client.merge(["p900", "p901"])).body)["id"]
    report = await loaded(service, database, tmp_path, b"p900\np902\n")
    assert (report.new, report.aliases, report.rejected) == (3, 1, 0)
    stored = by_ids(database, ["p900", new])
    assert stored["p900"].state == "merged" and stored["p900"].merged_into == new
    assert trails(database, ["p900"])["p900"].number == stored[new].number
    assert await loaded(service, database, tmp_path, b"p900\np902\n") == IdsReport(0, 0, 2, 1, 0)
    assert contacts.counts(database) == {"live": 2, "merged": 1}


async def test_nothing_comes_into_the_database_of_another_organisation(
    service: Service, database: Database, tmp_path: Path
) -> None:
    stamp.claim_organization(database, "another", "ACME")
    with pytest.raises(DatabaseError):
        await loaded(service, database, tmp_path, b"p900\n")
    assert contacts.counts(database) == {}
