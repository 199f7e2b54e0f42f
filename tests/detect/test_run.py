"""Detection from the mirror to the queue."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from reviewer.detect.run import detect, rescore, score_pairs
from reviewer.detect.scoring import FLOOR
from reviewer.domain.identifiers import Identifier
from reviewer.domain.record import ReadingRules, make_record
from reviewer.domain.rulings import Ruling, RulingKind
from reviewer.simulator.population import population
from reviewer.store import contacts, pairs, shared_identifiers
from reviewer.store.database import Database, open_database

TODAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, tzinfo=UTC)
RULES = ReadingRules(anchor_source="crm")
PHONE = {"cellPhone": {"display": "+1 702-919-1300", "e164": "+17029191300"}}
BORN = {"customFields": {"dateOfBirth": "1978-12-11"}}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path / "queue.db") as opened:
        yield opened


STAGES = ("reading contacts", "finding pairs", "comparing", "writing", "deriving the queue")


def fill(database: Database, *records: dict[str, Any]) -> None:
    made = [make_record(json.dumps({"id": f"c{n}", **record}).encode(), RULES) for n, record in enumerate(records, 1)]
    contacts.write(database, made, origin="file:test", read_at=NOW)


def stored(database: Database) -> list[tuple[Any, ...]]:
    found = database.connection.execute(
        "SELECT a, b, kind, weight, probability, levels, verdict, reasons FROM pair ORDER BY a, b"
    )
    return found.fetchall()


def rule(database: Database, ruling: Ruling) -> None:
    from reviewer.store import rulings

    database.connection.execute(
        """INSERT INTO decision (kind, candidate, document, fingerprint, rung, steward, decided_at)
           VALUES ('shared', 1, x'7b7d', '', 'steward', 'test', '2026-11-02T00:00:00Z')"""
    )
    rulings.write(database.connection, 1, ruling, NOW)


JANE = {"firstName": "Jane", "lastName": "Doe"}


def test_a_veto_between_two_whom_a_third_links_is_kept_whatever_it_weighs(database: Database) -> None:
    """The first and the last are parent and child of one name; the contact between has what each of them has."""
    first, second = ({"e164": number, "display": ""} for number in ("+17029191300", "+17029195555"))
    instagram = {"instagramId": {"displayName": "Jane Doe", "ids": [{"scope": "a", "value": "jane"}]}}
    twitter = {"twitterId": {"id": "jd", "name": "Jane Doe", "screenName": "jd"}}
    mail = {"personalEmail": "jane.doe@x.example"}
    fill(
        database,
        JANE | {"cellPhone": first, "customFields": {"dateOfBirth": "1951-03-04"}} | instagram,
        JANE | {"cellPhone": first, "workPhone": second} | instagram | twitter | mail,
        JANE | {"workPhone": second, "customFields": {"dateOfBirth": "1983-09-21"}} | twitter | mail,
    )
    detect(database, today=TODAY)
    found = {row[:2]: row[3:] for row in stored(database)}
    assert {pair: row[3] for pair, row in found.items()} == {(1, 2): "auto", (2, 3): "auto", (1, 3): "veto"}
    assert found[1, 3][0] < FLOOR
    assert database.connection.execute("SELECT max(size) FROM candidate").fetchone() == (2,)


def test_a_run_writes_pairs_and_warnings_and_reports_them(database: Database) -> None:
    carl = {"firstName": "Carl", "lastName": "Doe"}
    fill(database, JANE | PHONE | BORN, JANE | PHONE | BORN, carl | PHONE)
    report = detect(database, today=TODAY)
    assert [row[:3] + row[6:7] for row in stored(database)] == [(1, 2, "duplicate", "auto")]
    found = shared_identifiers.find(database, "Phone", "+17029191300")
    assert found is not None
    assert (found.holders, found.persons, found.guess) == (3, 2, "household")
    assert report.counts["contacts"] == 3
    assert report.counts["pairs"] == report.counts["auto"] == report.counts["duplicate"] == 1
    assert report.counts["shared identifiers"] == 1
    assert report.left_out == ()


@pytest.mark.parametrize("records", [(), (JANE,), ({}, {}, {})])
def test_nothing_one_contact_and_empty_contacts_give_no_pairs(
    database: Database, records: tuple[dict[str, Any], ...]
) -> None:
    fill(database, *records)
    assert detect(database, today=TODAY).counts["pairs"] == 0
    assert stored(database) == []


def test_running_again_changes_nothing(database: Database) -> None:
    seed(database, 300)
    detect(database, today=TODAY)
    before = stored(database)
    detect(database, today=TODAY)
    assert stored(database) == before
    assert before


def seed(database: Database, size: int) -> None:
    made = [make_record(json.dumps(one.contact).encode(), RULES) for one in population(size, 3)]
    contacts.write(database, made, origin="api", read_at=NOW)


def test_rescoring_gives_what_a_full_run_gives(database: Database) -> None:
    seed(database, 400)
    detect(database, today=TODAY)
    before = stored(database)
    database.connection.execute("UPDATE pair SET weight = 0, verdict = 'review', levels = NULL, reasons = '{}'")
    assert rescore(database, [(b, a) for a, b, *_ in before], today=TODAY) == len(before)
    assert stored(database) == before


def test_a_ruling_counts_at_once_when_its_pairs_are_scored_again(database: Database) -> None:
    email = {"personalEmail": "jane@doe.example"}
    fill(database, JANE | PHONE | email, JANE | PHONE | email)
    detect(database, today=TODAY)
    assert stored(database)[0][6] == "auto"
    rule(database, Ruling(Identifier("Phone", "+17029191300"), RulingKind.HOUSEHOLD, date(2026, 11, 3)))
    rescore(database, [(1, 2)], today=TODAY)
    assert stored(database)[0][6] == "review"
    rescore(database, [(1, 2)], today=date(2026, 11, 4))
    assert stored(database)[0][6] == "auto"


@pytest.mark.parametrize("full", [True, False])
def test_a_ruling_made_while_pairs_are_compared_is_not_lost(database: Database, full: bool) -> None:
    email = {"personalEmail": "jane@doe.example"}
    others = [{"firstName": name, "lastName": "Fox"} for name in ("Ada", "Bela", "Carl", "Dora", "Emil", "Gina")]
    fill(database, JANE | PHONE | email, JANE | PHONE | email, *others)
    detect(database, today=TODAY)
    assert [row[6] for row in stored(database)] == ["auto"]
    ruling = Ruling(Identifier("Phone", "+17029191300"), RulingKind.HOUSEHOLD, None)

    made: list[str] = []

    def steward(stage: str, done: int, total: int) -> None:
        if stage != "reading contacts" and not made:
            rule(database, ruling)
            made.append(stage)

    assert (detect(database, today=TODAY, full=full, progress=steward).again is None) == full
    after = stored(database)
    assert [row[6] for row in after] == ["review"]
    detect(database, today=TODAY)
    assert stored(database) == after


def test_a_ruling_ends_the_warning_about_its_identifier(database: Database) -> None:
    fill(database, JANE | PHONE, {"firstName": "Carl", "lastName": "Fox"} | PHONE)
    detect(database, today=TODAY)
    assert shared_identifiers.find(database, "Phone", "+17029191300")
    rule(database, Ruling(Identifier("Phone", "+17029191300"), RulingKind.HOUSEHOLD, None))
    rescore(database, [(1, 2)], today=TODAY)
    assert shared_identifiers.find(database, "Phone", "+17029191300") is None


def test_pairs_loaded_while_others_are_compared_are_not_dropped(database: Database) -> None:
    fill(database, JANE, {"firstName": "Carl", "lastName": "Fox"})

    def load(stage: str, done: int, total: int) -> None:
        if stage == "finding pairs" and not stored(database):
            pairs.write_loaded(database, [pairs.LoadedPair(1, 2, "splink", 3.0, None, "")])
            rescore(database, [(1, 2)], today=TODAY)

    detect(database, today=TODAY, progress=load)
    assert [row[:2] for row in stored(database)] == [(1, 2)]


def test_pairs_that_other_tools_suspect_are_scored_and_never_dropped(database: Database) -> None:
    fill(database, JANE, {"firstName": "Carl", "lastName": "Fox"})
    pairs.write_loaded(database, [pairs.LoadedPair(1, 2, "splink", 3.0, None, "")])
    detect(database, today=TODAY)
    (row,) = stored(database)
    assert row[:2] == (1, 2)
    assert row[3] < 0
    assert len(row[5]) == 13


def test_any_two_contacts_can_be_scored_without_being_stored(database: Database) -> None:
    fill(database, JANE, {"firstName": "Carl", "lastName": "Fox"})
    (row,) = score_pairs(database, [(2, 1)], today=TODAY)
    assert (row.a, row.b) == (1, 2)
    assert stored(database) == []


def test_pairs_with_a_contact_that_is_not_live_are_left_out(database: Database) -> None:
    fill(database, JANE)
    assert rescore(database, [(1, 99), (1, 1)], today=TODAY) == 0
    assert score_pairs(database, [], today=TODAY) == []


def test_progress_names_the_stages_in_their_order(database: Database) -> None:
    fill(database, JANE | PHONE | BORN, JANE | PHONE | BORN)
    stages: list[str] = []
    detect(database, today=TODAY, progress=lambda stage, done, total: stages.append(stage))
    assert list(dict.fromkeys(stages)) == [*STAGES]


@pytest.mark.parametrize("stage", STAGES)
def test_an_interruption_at_any_stage_leaves_the_queue_as_it_was(database: Database, stage: str) -> None:
    fill(database, JANE | PHONE | BORN, JANE | PHONE | BORN)
    detect(database, today=TODAY)
    before = stored(database)
    fill(database, JANE | PHONE | BORN, JANE | PHONE | BORN, JANE | PHONE | BORN)

    def interrupt(now: str, done: int, total: int) -> None:
        if now == stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        detect(database, today=TODAY, progress=interrupt)
    assert stored(database) == before


def test_a_merged_contact_is_in_no_pair(database: Database) -> None:
    fill(database, JANE | PHONE | BORN, JANE | PHONE | BORN)
    detect(database, today=TODAY)
    database.connection.execute("UPDATE contact SET state = 'merged' WHERE number = 2")
    detect(database, today=TODAY)
    assert stored(database) == []
