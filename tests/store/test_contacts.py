"""The mirror of contacts: what is written, what is left alone, and where an id leads."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reviewer.domain.identifiers import Identifier
from reviewer.domain.record import ReadingRules, Record, make_record
from reviewer.store import comparables, contacts
from reviewer.store.contacts import Written, by_ids, by_numbers, holders, living, unseen
from reviewer.store.database import Database, open_database
from reviewer.store.trails import UNKNOWN, Trail, trails

FIRST, LATER = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path / "mirror.db") as opened:
        yield opened


def record(id_: str, **fields: Any) -> Record:
    return make_record(json.dumps({"id": id_, **fields}).encode(), ReadingRules())


def write(database: Database, *records: Record, origin: str = "api", at: datetime = FIRST, scan: int = 0) -> Written:
    return contacts.write(database, records, origin=origin, read_at=at, scan=scan)


def phone(number: str) -> dict[str, Any]:
    return {"cellPhone": {"display": number, "e164": number}}


def test_a_contact_is_kept_with_its_bytes_headline_columns_and_identifiers(database: Database) -> None:
    made = record("a", firstName="Ada", lastName="Lovelace", type="Curated", **phone("+4915112345678"))
    assert write(database, made) == Written([1], [], 0, 0)
    stored = by_ids(database, ["a", "nobody"])["a"]
    assert stored == by_numbers(database, [1])[1]
    assert (stored.raw, stored.origin, stored.state, stored.type, stored.name) == (
        made.raw,
        "api",
        "live",
        "Curated",
        "Ada Lovelace",
    )
    assert stored.read_at.startswith("2026-01-01")
    (row,) = comparables.rows(database)
    assert row[:2] == (1, "ada")
    assert contacts.identifiers_of(database, 1) == [("Phone", "+4915112345678", "cellPhone")]


def test_an_equal_contact_is_not_written_again(database: Database) -> None:
    write(database, record("a", firstName="Ada"))
    assert write(database, record("a", firstName="Ada"), at=LATER) == Written([], [], 1, 0)
    assert by_ids(database, ["a"])["a"].read_at.startswith("2026-01-01")


def test_a_changed_contact_replaces_its_columns_and_identifiers(database: Database) -> None:
    write(database, record("a", firstName="Ada", **phone("+4915112345678")))
    assert write(database, record("a", firstName="Grace", **phone("+4915187654321")), at=LATER).changed == [1]
    (row,) = comparables.rows(database)
    assert row[1] == "grace"
    assert holders(database, "Phone", "+4915112345678") == []
    assert holders(database, "Phone", "+4915187654321") == [1]
    assert by_ids(database, ["a"])["a"].read_at.startswith("2026-02-01")


def test_bytes_that_differ_in_nothing_that_counts_are_stored_but_are_no_change(database: Database) -> None:
    write(database, record("a", firstName="Ada", modifyDate="2026-01-01T00:00:00Z"))
    touched = record("a", firstName="Ada", modifyDate="2026-01-02T00:00:00Z")
    assert write(database, touched) == Written([], [], 0, 0)
    assert by_ids(database, ["a"])["a"].raw == touched.raw


def test_the_hash_of_the_content_is_written_down_only_when_something_rests_on_it(database: Database) -> None:
    def written_down() -> str:
        return str(database.connection.execute("SELECT content FROM contact WHERE id = 'a'").fetchone()[0])

    first, later = record("a", firstName="Ada"), record("a", firstName="Grace")
    write(database, first)
    stored = by_ids(database, ["a"])["a"]
    assert (stored.content, written_down()) == (first.content, "")
    contacts.keep_content(database.connection, [stored])
    assert written_down() == first.content
    assert write(database, later).changed == [1]
    assert by_ids(database, ["a"])["a"].content == written_down() == later.content
    contacts.keep_content(database.connection, [stored])
    assert written_down() == later.content


def test_of_two_records_with_one_id_the_last_counts(database: Database) -> None:
    assert write(database, record("a", firstName="Ada"), record("a", firstName="Grace")).new == [1]
    assert by_ids(database, ["a"])["a"].name == "Grace"


def test_a_file_never_overwrites_what_came_from_the_service(database: Database) -> None:
    write(database, record("a", firstName="Ada"))
    assert write(database, record("a", firstName="Eve"), origin="file:x") == Written([], [], 0, 1)
    assert by_ids(database, ["a"])["a"].name == "Ada"


def test_what_came_from_the_service_replaces_a_files_even_if_it_is_equal(database: Database) -> None:
    write(database, record("a", firstName="Ada"), origin="file:x")
    assert write(database, record("a", firstName="Ada")) == Written([], [], 0, 0)
    assert by_ids(database, ["a"])["a"].origin == "api"


def test_the_first_file_stays_the_origin_of_an_equal_contact(database: Database) -> None:
    write(database, record("a"), origin="file:x")
    assert write(database, record("a"), origin="file:y").equal == 1
    assert by_ids(database, ["a"])["a"].origin == "file:x"


def test_a_contact_that_was_gone_can_come_back(database: Database) -> None:
    write(database, record("a"))
    assert contacts.mark_gone(database, ["a", "nobody"]) == [1]
    assert write(database, record("a")).changed == [1]
    assert by_ids(database, ["a"])["a"].state == "live"


def test_a_merged_contact_does_not_come_back_to_life(database: Database) -> None:
    write(database, record("a"), record("m"))
    contacts.mark_merged(database.connection, ["a"], "m")
    assert write(database, record("a", firstName="from a page read before the merge")).equal == 1
    assert by_ids(database, ["a"])["a"].state == "merged"


def test_a_record_that_says_it_was_merged_is_kept_as_an_alias(database: Database) -> None:
    write(database, record("a"), record("m"))
    assert write(database, record("a", mergedTo={"id": "m"}, canonicalContact={"id": "m"})).changed == [1]
    stored = by_ids(database, ["a"])["a"]
    assert (stored.state, stored.merged_into) == ("merged", "m")
    assert contacts.aliases(database) == [("a", "m")]


def test_an_id_leads_to_the_living_contact_through_merges_of_merges(database: Database) -> None:
    write(database, *(record(id_) for id_ in ("a", "b", "m", "n", "loop", "gone")))
    for ids, canonical in ((["a", "b"], "m"), (["m"], "n"), (["loop"], "loop")):
        contacts.mark_merged(database.connection, ids, canonical)
    contacts.mark_gone(database, ["gone"])
    found = living(database, "a")
    assert found and found.id == "n"
    assert living(database, "loop") is None and living(database, "nobody") is None
    led = trails(database, ["a", "b", "n", "loop", "gone", "nobody"])
    number = by_ids(database, ["n"])["n"].number
    assert [led[id_] for id_ in ("a", "b", "n")] == [Trail(number)] * 3
    assert [led[id_].number for id_ in ("loop", "gone", "nobody")] == [None] * 3
    assert led["nobody"].reason == UNKNOWN and led["gone"].reason == "gone from the service"


def test_ids_merged_in_a_circle_lead_nowhere(database: Database) -> None:
    write(database, record("a"), record("b"))
    contacts.mark_merged(database.connection, ["a"], "b")
    contacts.mark_merged(database.connection, ["b"], "a")
    assert trails(database, ["a"])["a"] == Trail(None, "merged in a circle")
    assert living(database, "a") is None


def test_unseen_are_the_services_living_contacts_that_a_scan_has_not_touched(database: Database) -> None:
    write(database, record("shown"), record("missed"), record("merged"), record("gone"), scan=1)
    write(database, record("anonymous"))
    write(database, record("loaded"), origin="file:x")
    contacts.mark_gone(database, ["gone"])
    contacts.mark_merged(database.connection, ["merged"], "shown")
    write(database, record("shown"), scan=2)
    assert unseen(database, 2, 10) == ["anonymous", "missed"]
    assert unseen(database, 2, 1) == ["anonymous"]
    contacts.mark_seen(database, ["anonymous"], 2)
    assert unseen(database, 2, 10) == ["missed"]
    assert unseen(database, 1, 10) == []


def test_the_unseen_are_found_without_reading_every_contact(database: Database) -> None:
    query = "EXPLAIN QUERY PLAN SELECT id FROM contact WHERE state = 'live' AND origin = 'api' AND seen_scan < 2"
    plan = str(database.connection.execute(f"{query} ORDER BY seen_scan, number LIMIT 9").fetchall())
    assert "USING INDEX contact_scan" in plan and "TEMP B-TREE" not in plan


def test_holders_are_the_living_contacts_with_an_identifier_in_any_field(database: Database) -> None:
    number = "+4915112345678"
    both = {"cellPhone": {"e164": number}, "homePhone": {"e164": number}}
    write(database, record("a", **phone(number)), record("b", **both), record("c", **phone(number)))
    contacts.mark_gone(database, ["c"])
    assert holders(database, "Phone", number) == [1, 2]
    assert holders(database, "Phone", "+491") == []


def test_other_holders_are_a_few_living_contacts_outside_of_a_group(database: Database) -> None:
    number, mail = "+4915112345678", "a@a.example"
    twice = {"cellPhone": {"e164": number}, "homePhone": {"e164": number}}
    write(database, record("a", workEmail=mail, **twice), record("b", **phone(number)), record("c", **phone(number)))
    contacts.mark_gone(database, ["c"])
    asked = [("Phone", number), ("Email", mail), ("Phone", "+491")]
    assert contacts.other_holders(database, asked, [2]) == {("Phone", number): ["a"], ("Email", mail): ["a"]}
    assert contacts.other_holders(database, asked, [1, 2]) == {}
    write(database, *(record(f"x{index}", **twice) for index in range(3 * contacts.MOST_OTHERS)))
    assert len(contacts.other_holders(database, asked, [1, 2])[Identifier("Phone", number)]) == contacts.MOST_OTHERS


def test_more_contacts_than_fit_one_statement(database: Database) -> None:
    ids = [f"c{number}" for number in range(2 * contacts.CHUNK + 1)]
    assert len(write(database, *map(record, ids), scan=1).new) == len(ids)
    assert write(database, *map(record, ids), scan=2).equal == len(ids)
    assert len(by_ids(database, ids)) == len(trails(database, ids)) == len(ids)
    assert unseen(database, 2, 10) == []


@pytest.mark.parametrize("numbers", [None, [1, 2]])
def test_columns_left_half_read_do_not_complain_of_a_database_that_is_closed(
    database: Database, numbers: list[int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Ctrl-C leaves them: what a generator cannot close is told on the terminal, with a traceback."""
    complaints: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    write(database, record("a", firstName="Ada"), record("b", firstName="Bob"))
    reading = comparables.rows(database, numbers)
    assert next(reading)[1] == "ada"
    database.close()
    del reading
    assert complaints == []
