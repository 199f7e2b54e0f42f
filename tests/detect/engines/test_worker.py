"""Splink's own work: the same pairs however it is cut up, and none that no key brings together."""

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from reviewer.detect.engines import worker
from reviewer.detect.engines.contact_file import write_contacts
from reviewer.detect.engines.keys import key_rules
from reviewer.detect.engines.worker import Job, work
from reviewer.parquet import Table
from reviewer.store.database import Database
from tests.detect.test_run import PHONE, database, fill, seed

__all__ = ["database"]


def predicted(database: Database, folder: Path) -> set[tuple[int, int]]:
    folder.mkdir()
    rules = key_rules(400)
    job = Job("duckdb", "local[*]", str(folder), 0, -8.0, [rule.largest for rule in rules])
    job.predictions.mkdir()
    count = write_contacts(database, job.contact_file, rules, lambda done: None)
    work(job._replace(contacts=count), lambda **facts: None)
    table = Table(job.predictions)
    found: list[dict[str, Any]] = [row for batch in table.batches(("a", "b")) for row in batch.to_pylist()]
    pairs = {(min(row.values()), max(row.values())) for row in found}
    assert len(pairs) == len(found) == table.rows
    return pairs


@pytest.fixture(autouse=True)
def installed() -> None:
    for package in ("pyarrow", "duckdb", "splink"):
        pytest.importorskip(package, reason="the extra `splink` is not installed")


def different_names(count: int) -> list[str]:
    """Names no two of which sound alike."""
    letters = "bcdfgjklmnpqrstvxz"
    return [first + second for first, second in permutations(letters, 2)][:count]


@pytest.mark.parametrize(("holders", "pairs"), [(30, 435), (31, 0)])
def test_a_phone_of_too_many_brings_none_of_them_together(
    database: Database, tmp_path: Path, holders: int, pairs: int
) -> None:
    fill(database, *({"firstName": name, "lastName": f"{name}rl"} | PHONE for name in different_names(holders)))
    assert len(predicted(database, tmp_path / "folder")) == pairs


def test_the_pairs_are_the_same_in_one_go_and_in_several(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed(database, 400)
    at_once = predicted(database, tmp_path / "at once")
    monkeypatch.setattr(worker, "CONTACTS_AT_ONCE", 150)
    assert predicted(database, tmp_path / "in three") == at_once and len(at_once) > 100
