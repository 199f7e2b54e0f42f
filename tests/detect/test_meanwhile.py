"""What others write while a run of the detector is on counts: for its pairs at once, and for the next run."""

from pathlib import Path
from typing import Any

import pytest

from reviewer.detect import kept, run
from reviewer.detect.run import detect, rescore, score_pairs
from reviewer.domain.identifiers import Identifier
from reviewer.domain.rulings import Ruling, RulingKind
from reviewer.store import compared, models, rulings
from reviewer.store.database import Database, open_database
from tests.detect.test_again import SIZE, fill, found, kept_again, write
from tests.detect.test_run import TODAY, database, rule

__all__ = ["database"]


def test_pairs_are_judged_from_a_run_with_all_that_has_changed_since(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = fill(database)
    detect(database, today=TODAY)
    models.freeze(database, True)
    write(database, [known[1] | {"lastName": "Changed"}])
    other = open_database(tmp_path / "queue.db")

    def overtaken(of: Database) -> Any:
        before = kept.kept(of)
        if of is database:
            detect(other, today=TODAY)
        return before

    wanted = [(a, b) for a, b, *_ in found(database)["pairs"] if 2 in (a, b)]
    expected = score_pairs(database, wanted, today=TODAY)
    monkeypatch.setattr(run, "kept", overtaken)
    assert wanted and score_pairs(database, wanted, today=TODAY) == expected
    other.close()


@pytest.mark.parametrize("first", [False, True])
def test_what_changes_while_a_run_is_on_is_left_for_the_next(database: Database, tmp_path: Path, first: bool) -> None:
    known = fill(database)
    if not first:
        detect(database, today=TODAY)
    other = open_database(tmp_path / "queue.db")

    def change(stage: str, done: int, total: int) -> None:
        if stage != "comparing":
            return
        known[0]["lastName"] = "Changed"
        write(other, [known[0]])

    known[1]["lastName"] = "Doe"
    write(database, [known[1]])
    detect(database, today=TODAY, progress=change)
    other.close()
    assert compared.changes(database)[1] == [1]
    detect(database, today=TODAY)
    assert compared.changes(database)[1] == []


def twice(database: Database) -> tuple[tuple[int, int], dict[str, Any]]:
    """One person twice, with a phone and a date of birth: the numbers, and the record of the second."""
    ada = {"firstName": "Ada", "lastName": "Abel", "customFields": {"dateOfBirth": "1978-12-11"}}
    phone = {"workPhone": {"display": "", "e164": "+17029195555"}}
    write(database, [ada | phone | {"id": "d1"}, ada | phone | {"id": "d2"}])
    return (SIZE + 1, SIZE + 2), ada | {"id": "d2"}


def test_what_changes_while_a_run_is_on_is_not_automatic_on_what_it_was(database: Database, tmp_path: Path) -> None:
    fill(database)
    adas, changed = twice(database)
    other = open_database(tmp_path / "queue.db")

    def change(stage: str, done: int, total: int) -> None:
        if stage == "comparing":
            write(other, [changed | {"customFields": {"dateOfBirth": "1931-01-30"}}])

    detect(database, today=TODAY, progress=change)
    other.close()
    assert [(row[5], row[7]) for row in found(database)["pairs"] if row[:2] == adas] == [("review", "carried")]


def test_nor_are_pairs_that_are_judged_again(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database)
    adas, changed = twice(database)
    detect(database, today=TODAY)
    other, evaluated = open_database(tmp_path / "queue.db"), run._evaluated

    def overtaken(*arguments: Any) -> Any:
        found = evaluated(*arguments)
        write(other, [changed | {"customFields": {"dateOfBirth": "1931-01-30"}}])
        return found

    monkeypatch.setattr(run, "_evaluated", overtaken)
    rescore(database, [adas], today=TODAY)
    other.close()
    assert [(row[5], row[7]) for row in found(database)["pairs"] if row[:2] == adas] == [("review", "carried")]


def test_what_is_ruled_while_a_run_is_on_counts(database: Database, tmp_path: Path) -> None:
    fill(database)
    adas, _ = twice(database)
    detect(database, today=TODAY)
    models.freeze(database, True)
    other = open_database(tmp_path / "queue.db")

    def ruled(stage: str, done: int, total: int) -> None:
        if stage == "comparing" and not rulings.in_force(other, TODAY):
            rule(other, Ruling(Identifier("Phone", "+17029195555"), RulingKind.DESK, None))

    before = found(database)
    detect(database, today=TODAY, full=True, progress=ruled)
    other.close()
    now = found(database)
    detect(database, today=TODAY, full=True)
    assert now == found(database)
    assert [row for row in now["pairs"] if row[:2] == adas] != [row for row in before["pairs"] if row[:2] == adas]


def test_of_two_runs_at_once_none_is_kept_for_the_other_s_state(database: Database, tmp_path: Path) -> None:
    fill(database)
    detect(database, today=TODAY)
    other = open_database(tmp_path / "queue.db")
    runs: list[bool] = []

    def rival(stage: str, done: int, total: int) -> None:
        if stage == "comparing" and not runs:
            runs.append(True)
            detect(other, today=TODAY)

    detect(database, today=TODAY, full=True, progress=rival)
    other.close()
    assert runs
    assert not kept_again(database)
    assert kept_again(database)
