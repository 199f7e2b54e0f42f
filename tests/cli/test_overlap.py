"""`reviewer decide` onto a contact that another operation keeps: it names the ways, and takes one where told."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from reviewer.domain.levels import Attribute
from reviewer.domain.record import ReadingRules, make_record
from reviewer.exit_codes import ExitCode
from reviewer.store import contacts, derivation, pairs
from reviewer.store.database import open_database
from tests.cli.conftest import Said
from tests.review.people import person, scored

Reviewer = Callable[..., Said]


@pytest.fixture
def overlapping(queued: Path, reviewer: Reviewer) -> tuple[int, int]:
    """The Smiths are approved; a third contact is a candidate with one of them. The numbers of both candidates."""
    with open_database(queued) as database:
        record = make_record(
            json.dumps(person("smith-3", firstName="Rob", lastName="Smith", division=None)).encode(), ReadingRules()
        )
        contacts.write(database, [record], origin="api", read_at=datetime.now(UTC))
        numbers = {id_: one.number for id_, one in contacts.by_ids(database, ["smith-1", "smith-2", "smith-3"]).items()}
        levels = {Attribute.GIVEN: "exact", Attribute.SURNAME: "exact"}
        a, b = sorted((numbers["smith-2"], numbers["smith-3"]))
        pairs.update_scores(database, [scored(a, b, "duplicate", levels)])
        derivation.rebuild(database, date.today())
        found = {
            ids: database.connection.execute(
                "SELECT id FROM candidate WHERE key = ?",
                ("contacts:" + "+".join(map(str, sorted(numbers[f"smith-{one}"] for one in ids))),),
            ).fetchone()[0]
            for ids in ((1, 2), (2, 3))
        }
    first, other = int(found[1, 2]), int(found[2, 3])
    assert reviewer("decide", str(first), "merge", "--pick", "title=none").status == ExitCode.OK
    return first, other


def test_a_decision_onto_a_kept_contact_is_refused_and_names_each_way(
    reviewer: Reviewer, overlapping: tuple[int, int]
) -> None:
    _, other = overlapping
    said = reviewer("decide", str(other), "merge")
    assert said.status == ExitCode.REFUSED and said.out == ""
    assert "A is part of operation 1, staged, sent from" in said.err
    for option in ("--join", "--wait", "--take-back"):
        assert f"`reviewer decide {other} merge {option}`: " in said.err


def test_scripts_get_the_overlap_as_data(reviewer: Reviewer, overlapping: tuple[int, int]) -> None:
    said = reviewer("decide", str(overlapping[1]), "merge", "--json")
    assert said.status == ExitCode.REFUSED
    found = said.json()
    assert found["candidate"] == overlapping[1] and "part of operation 1" in found["sentence"]
    (keeper,) = found["keepers"]
    assert (keeper["operation"], keeper["decision"], keeper["keeps"]) == (1, 1, ["smith-2"])
    assert keeper["contacts"] == ["smith-1", "smith-2"] and keeper["until"].startswith("20")
    assert [(way["name"], way["possible"]) for way in found["ways"]] == [
        ("join", True), ("wait", True), ("take back", True)
    ]  # fmt: skip


def test_a_join_is_shown_and_then_approved_as_shown(reviewer: Reviewer, overlapping: tuple[int, int]) -> None:
    first, other = overlapping
    shown = reviewer("show", str(other), "--join")
    assert shown.status == ExitCode.OK
    assert "join: joins operation 1 (merge of" in shown.out and "smith-3" in shown.out
    assert "carried over from decision 1: title empty" in shown.out
    view = reviewer("show", str(other), "--join", "--json", "--pick", "first name=C").json()
    assert view["basis"]["picks"]["firstName"] == "smith-3" and view["basis"]["picks"]["title"] != "smith-3"
    said = reviewer("decide", str(other), "merge", "--join", "--json")
    assert said.status == ExitCode.OK
    decided = said.json()
    assert decided["operation"] == 2 and "in the place of operation 1" in decided["sentence"]
    (staged,) = reviewer("stage", "--json").json()["staged"]
    assert staged["contacts"] == ["smith-1", "smith-2", "smith-3"]
    undone = reviewer("undo")
    assert f"candidate {first} is to be decided again" in undone.out
    assert {row["id"] for row in reviewer("queue", "--json").json()} >= {first, other}


def test_the_other_is_taken_back(reviewer: Reviewer, overlapping: tuple[int, int]) -> None:
    said = reviewer("decide", str(overlapping[1]), "merge", "--take-back")
    assert said.status == ExitCode.OK and "taken back for it" in said.out
    (staged,) = reviewer("stage", "--json").json()["staged"]
    assert staged["contacts"] == ["smith-2", "smith-3"]


def test_a_candidate_waits_and_comes_back_marked(reviewer: Reviewer, overlapping: tuple[int, int]) -> None:
    other = str(overlapping[1])
    assert str(other) in reviewer("queue", "--waiting").out
    said = reviewer("decide", other, "merge", "--wait", "--note", "first the other")
    assert said.status == ExitCode.OK and "put aside until operation 1 has ended" in said.out
    assert "put off until operation 1 has ended" in reviewer("show", other).out
    assert reviewer("queue", "--waiting", "--json").json() == []
    assert reviewer("undo", "1").status == ExitCode.OK
    (row,) = [row for row in reviewer("queue", "--json").json() if row["id"] == int(other)]
    assert row["mark"].startswith("operation 1 was taken back (") and row["mark"].endswith(" waited for it)")


def test_a_waiting_candidate_says_what_it_waits_for(reviewer: Reviewer, overlapping: tuple[int, int]) -> None:
    shown = reviewer("show", str(overlapping[1])).out
    assert "waits, for a contact of it is part of operation 1, which is staged, by decision 1 (merge)" in shown


@pytest.mark.parametrize("option", ["--join", "--wait", "--take-back"])
def test_a_way_without_an_overlap_is_refused(reviewer: Reviewer, overlapping: tuple[int, int], option: str) -> None:
    reviewer("undo")
    said = reviewer("decide", str(overlapping[1]), "merge", option)
    assert said.status == ExitCode.REFUSED and "keeps these contacts any more" in said.err


def test_the_ways_are_for_merges_and_waiting_is_no_kind(reviewer: Reviewer, overlapping: tuple[int, int]) -> None:
    assert reviewer("decide", str(overlapping[1]), "distinct", "--join").status == ExitCode.USAGE
    assert reviewer("queue", "--waiting", "--kind", "stitch").status == ExitCode.USAGE
