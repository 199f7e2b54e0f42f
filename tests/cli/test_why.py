"""`reviewer why`: any two contacts, also such as were never proposed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reviewer.cli.main import run
from reviewer.exit_codes import ExitCode
from reviewer.store import contacts
from reviewer.store.database import open_database
from reviewer.store.transaction import transaction
from tests.cli.conftest import Said

Reviewer = Callable[..., Said]


@pytest.fixture
def smiths(reviewer: Reviewer, queued: Path) -> int:
    """The number of the candidate of the two Smiths."""
    rows: list[dict[str, Any]] = reviewer("queue", "--json").json()
    return int(next(row["id"] for row in rows if row["kind"] == "duplicate" and "Bob Smith" in row["names"]))


def test_a_proposed_pair_is_explained_as_its_candidate_is(reviewer: Reviewer, smiths: int) -> None:
    found = reviewer("why", "smith-1", "smith-2", "--json").json()
    shown = reviewer("show", str(smiths), "--json").json()
    for same in ("weight", "probability", "verdict", "reasons", "factors", "prior", "bars", "classes", "model"):
        assert found[same] == shown[same], same
    assert found["would_be"] == {"automatic": shown["would_be"], "rejected": shown["would_be_rejected"]}
    assert found["standing"] == [f"in the queue as candidate {smiths}"]
    assert found["prior"] + sum(bar["weight"] for bar in found["bars"]) == pytest.approx(found["weight"], abs=1e-3)
    assert sum(chance for _, chance in found["classes"]) == pytest.approx(1.0)


def test_every_level_stands_with_both_values_in_the_order_that_was_asked_for(reviewer: Reviewer, smiths: int) -> None:
    levels = {one["attribute"]: one for one in reviewer("why", "smith-2", "smith-1", "--json").json()["levels"]}
    assert levels["given name"]["values"] == ["bob", "robert"]
    assert (levels["given name"]["relation"], levels["given name"]["level"]) == ("close", "nickname")
    assert levels["phone"]["values"] == ["+17029191300"] * 2
    assert levels["suffix"]["values"] == ["", ""]


def test_a_pair_that_was_never_proposed_is_explained_too(reviewer: Reviewer, smiths: int) -> None:
    said = reviewer("why", "smith-1", "jones-1")
    assert said.status == ExitCode.OK
    assert "never proposed: under a weight of -3.2 a pair is too unlikely to be queued" in said.out
    assert "different given names" in said.out
    assert "would be automatic with: " in said.out
    assert "would be rejected with" not in said.out


def test_the_text_has_table_waterfall_classes_and_both_changes(reviewer: Reviewer, smiths: int) -> None:
    said = reviewer("why", "smith-1", "smith-2")
    assert f"in the queue as candidate {smiths}" in said.out
    assert "≈ close  given name" in said.out
    assert "= equal  phone" in said.out
    assert "  any compared pair " in said.out and "█" in said.out
    assert "looks like: one person" in said.out
    assert "would be rejected with: " in said.out
    assert "on neither side: middle name, suffix" in said.out


def test_record_text_stays_harmless(reviewer: Reviewer, smiths: int) -> None:
    said = reviewer("why", "jones-1", "jones-2")
    assert "\x1b" not in said.out and "Mary" in said.out


def test_a_ruling_on_what_both_hold_is_told_and_counts_at_once(reviewer: Reviewer, smiths: int) -> None:
    before = reviewer("why", "smith-1", "smith-2", "--json").json()
    assert reviewer("rule", "identifier", "Phone", "+17029191300", "household").status == ExitCode.OK
    after = reviewer("why", "smith-1", "smith-2", "--json").json()
    assert after["rulings"] == [{"kind": "Phone", "value": "+17029191300", "ruling": "household", "until": ""}]
    assert "phone or home" in before["factors"] and "phone or home" not in after["factors"]
    assert after["weight"] < before["weight"]
    assert reviewer("why", "smith-1", "jones-1", "--json").json()["rulings"] == []


def test_a_merged_contact_stands_for_what_it_became(reviewer: Reviewer, smiths: int, home: Path) -> None:
    merge(home, "smith-2", "jones-1")
    said = reviewer("why", "smith-1", "smith-2")
    assert "smith-2 was merged into jones-1, which is compared in its place" in said.out
    said = reviewer("why", "jones-1", "smith-2")
    assert said.status == ExitCode.REFUSED
    assert "smith-2 was merged into jones-1: the two are one contact already" in said.err


def test_two_that_were_merged_into_a_third_are_one_contact(reviewer: Reviewer, smiths: int, home: Path) -> None:
    merge(home, "smith-1", "jones-1")
    merge(home, "smith-2", "jones-1")
    said = reviewer("why", "smith-1", "smith-2")
    assert "smith-1 and smith-2 were merged into jones-1: the two are one contact already" in said.err


def test_an_unknown_contact_a_contact_that_is_gone_and_the_same_twice(
    reviewer: Reviewer, smiths: int, home: Path
) -> None:
    said = reviewer("why", "smith-1", "nobody")
    assert said.status == ExitCode.NOT_FOUND and "there is no contact nobody in the mirror" in said.err
    said = reviewer("why", "smith-1", "smith-1")
    assert said.status == ExitCode.REFUSED and "smith-1 is one contact: name two" in said.err
    with open_database(database_of(home)) as database:
        contacts.mark_gone(database, ["jones-2"])
    said = reviewer("why", "smith-1", "jones-2")
    assert said.status == ExitCode.REFUSED and "the service does not know jones-2 any more" in said.err


def test_contacts_of_a_file_and_what_a_steward_keeps_apart_are_told(
    reviewer: Reviewer, smiths: int, tmp_path: Path
) -> None:
    stranger: dict[str, Any] = {"id": "file-1", "firstName": "Bob", "lastName": "Smith"}
    (tmp_path / "more.jsonl").write_text(json.dumps(stranger))
    assert reviewer("load", "contacts", str(tmp_path / "more.jsonl")).status == ExitCode.OK
    assert "file-1 came from file:" in reviewer("why", "smith-2", "file-1").out
    assert reviewer("decide", str(smiths), "distinct").status == ExitCode.OK
    assert " keeps the two apart" in reviewer("why", "smith-1", "smith-2").out


def test_nothing_is_written_but_what_was_due(reviewer: Reviewer, smiths: int, home: Path) -> None:
    before = dump(home)
    assert run(["why", "smith-1", "jones-1"]) == ExitCode.OK
    assert dump(home) == before


def database_of(home: Path) -> Path:
    return next(home.rglob("*.db"))


def dump(home: Path) -> list[str]:
    with open_database(database_of(home)) as database:
        return list(database.connection.iterdump())


def merge(home: Path, id_: str, canonical: str) -> None:
    with open_database(database_of(home)) as database, transaction(database) as connection:
        contacts.mark_merged(connection, [id_], canonical)
