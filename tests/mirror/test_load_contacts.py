"""Contacts from a file: the good lines go in, a bad one costs itself."""

import io
import json
from pathlib import Path

import pytest

from reviewer.domain.record import ReadingRules
from reviewer.mirror.columns import renew_columns
from reviewer.mirror.lines import LONGEST_LINE, Lines
from reviewer.mirror.load_contacts import ContactsReport, load_contacts
from reviewer.store import comparables, contacts, pairs
from reviewer.store.clock import now
from reviewer.store.contacts import by_ids
from reviewer.store.database import Database
from reviewer.store.derivation import rebuild
from reviewer.store.pairs import PairRow
from tests.mirror.service import RULES, kept_in, person, rejects_in


def loaded(database: Database, folder: Path, content: bytes, source: str = "crm.jsonl") -> ContactsReport:
    rejects, _ = rejects_in(folder)
    with rejects:
        return load_contacts(database, Lines(io.BytesIO(content), source), RULES, rejects=rejects)


def lines(*entries: object) -> bytes:
    return b"".join(json.dumps(entry).encode() + b"\n" for entry in entries)


def test_contacts_of_a_file_are_marked_with_its_name_and_kept_byte_by_byte(database: Database, tmp_path: Path) -> None:
    raw = b'{ "id":"a",  "firstName":"Ay\xc5\x9fe", "unknown": [1.50] }'
    assert loaded(database, tmp_path, b"\xef\xbb\xbf" + raw + b"  \r\n") == ContactsReport(1, 0, 0, 0, 0)
    stored = by_ids(database, ["a"])["a"]
    assert (stored.raw, stored.origin, stored.state, stored.name) == (raw, "file:crm.jsonl", "live", "Ayşe")


def test_loading_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    content = lines(*(person(number) for number in range(20)))
    loaded(database, tmp_path, content)
    before = database.connection.execute("SELECT * FROM contact").fetchall()
    assert loaded(database, tmp_path, content) == ContactsReport(0, 0, 20, 0, 0)
    assert database.connection.execute("SELECT * FROM contact").fetchall() == before


BAD = {
    "not JSON": b'{"id": "x"',
    "no object": b'["x"]',
    "a number": b"7",
    "no id": b'{"firstName": "Ada"}',
    "an empty id": b'{"id": " "}',
    "no text as id": b'{"id": 5}',
    "a wrong type": b'{"id": "x", "firstName": 5}',
    "a wrong type deep down": b'{"id": "x", "externalIds": [{"value": null}]}',
    "not UTF-8": b'{"id": "x", "firstName": "\xff"}',
    "UTF-16": '{"id": "x"}'.encode("utf-16-le"),
    "not a number": b'{"id": "x", "customFields": {"a": NaN}}',
    "nested without end": b'{"id": "x", "customFields": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "nested deeply": b'{"id": "x", "customFields": {"a": ' + b"[" * 900 + b"]" * 900 + b"}}",
    "a lone surrogate as id": b'{"id": "x\\ud800"}',
    "a blank in the id": b'{"id": "x y"}',
    "a control character in the id": b'{"id": "x\\u001b[2J"}',
    "an id that looks empty at its end": b'{"id": "x\\u202e"}',
    "huge": b'{"id": "x", "firstName": "' + b"x" * LONGEST_LINE + b'"}',
}


@pytest.mark.parametrize("line", BAD.values(), ids=BAD.keys())
def test_a_bad_line_costs_that_line_only(database: Database, tmp_path: Path, line: bytes) -> None:
    content = lines(person(1)) + line + b"\n" + lines(person(2))
    report = loaded(database, tmp_path, content)
    assert (report.new, report.rejected) == (2, 1)
    (kept,) = kept_in(tmp_path)
    assert kept["line"] == 2 and kept["reason"]
    assert sorted(by_ids(database, ["p1", "p2", "x"])) == ["p1", "p2"]


def test_a_lone_surrogate_costs_nobody_the_record_wherever_it_stands(database: Database, tmp_path: Path) -> None:
    half = "\ud83d"
    odd = person(1, firstName=f"A{half}", type=f"Curated{half}", title=half, personalEmail=f"a{half}@example.com")
    odd |= {"address": {"address1": half, "city": half, "postalCode": half, "countryCode": half}}
    odd |= {"externalIds": [{"externalSource": {"id": f"crm{half}"}, "value": half}], "customFields": {half: half}}
    odd |= {"instagramId": {"ids": [{"userId": half}], "displayName": half}, "cellPhone": {"display": half}}
    odd |= {"identifiers": [{"type": half, "value": half}, {"type": "Cookie", "value": half}]}
    odd |= {"mergedTo": {"id": half}}
    content = lines(person(2), odd, person(3))
    assert loaded(database, tmp_path, content) == ContactsReport(3, 0, 0, 0, 0)
    assert by_ids(database, ["p1"])["p1"].raw == content.splitlines()[1]


def test_of_two_lines_with_one_id_the_first_counts_and_the_other_is_rejected_or_equal(
    database: Database, tmp_path: Path
) -> None:
    ada = person(1, firstName="Ada")
    report = loaded(database, tmp_path, lines(ada, person(1, firstName="Grace"), ada))
    assert report == ContactsReport(1, 0, 1, 0, 1)
    assert by_ids(database, ["p1"])["p1"].name == "Ada Number 1"
    (kept,) = kept_in(tmp_path)
    assert (kept["line"], kept["reason"]) == (2, "the id stands in line 1 already, with another content")


def test_a_contact_that_came_from_the_service_is_left_alone(database: Database, tmp_path: Path) -> None:
    loaded(database, tmp_path, lines(person(1)))
    database.connection.execute("UPDATE contact SET origin = 'api'")
    assert loaded(database, tmp_path, lines(person(1, firstName="Eve"))) == ContactsReport(0, 0, 0, 1, 0)
    assert by_ids(database, ["p1"])["p1"].name == "Ada Number 1"


def test_a_changed_contact_comes_back_into_review(database: Database, tmp_path: Path) -> None:
    loaded(database, tmp_path, lines(person(1), person(2)))
    pairs.update_scores(database, [PairRow(1, 2, "duplicate", 14.0, 0.99, None, "auto", "{}")])
    rebuild(database, now().date())
    report = loaded(database, tmp_path, lines(person(1, firstName="Grace"), person(2)))
    assert (report.changed, report.equal) == (1, 1)
    assert database.connection.execute("SELECT verdict FROM candidate").fetchall() == [("review",)]


def test_progress_is_told_in_bytes_and_what_was_stored_before_an_interruption_stays(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reviewer.mirror.load_contacts.LINES_AT_ONCE", 5)
    content = lines(*(person(number) for number in range(12)))
    told: list[tuple[int, int]] = []

    def progress(what: str, done: int, total: int) -> None:
        told.append((done, total))
        if len(told) == 2:
            raise KeyboardInterrupt

    rejects, _ = rejects_in(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        load_contacts(
            database, Lines(io.BytesIO(content), "f", len(content)), RULES, rejects=rejects, progress=progress
        )
    assert contacts.counts(database) == {"live": 10}
    assert 0 < told[0][0] < told[1][0] < told[1][1] == len(content)


def test_columns_are_made_anew_once_when_the_reading_rules_change(database: Database, tmp_path: Path) -> None:
    anchored = person(1, externalIds=[{"externalSource": {"id": "crm"}, "value": "0031"}])
    loaded(database, tmp_path, lines(anchored, person(2)))
    pairs.update_scores(database, [PairRow(1, 2, "duplicate", 14.0, 0.99, None, "auto", "{}")])
    anchors = 1 + comparables.COLUMNS.index("anchors")
    assert [row[anchors] for row in comparables.rows(database)] == ["", ""]
    rules, today = ReadingRules(anchor_source="crm"), now().date()
    assert renew_columns(database, rules, today=today) == 2
    assert [row[anchors] for row in comparables.rows(database)] == ["0031", ""]
    assert database.connection.execute("SELECT verdict FROM candidate").fetchall() == [("review",)]
    assert [pair[1:] for pair in pairs.to_score(database, 0, 9)] == [(1, 2)]
    assert renew_columns(database, rules, today=today) == 0
