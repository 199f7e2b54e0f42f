"""Splink's own work: the same pairs however it is cut up, and none that no key brings together."""

from pathlib import Path
from typing import Any

import pytest

from reviewer.detect.engines import worker
from reviewer.detect.engines.contact_file import write_contacts
from reviewer.detect.engines.keys import key_rules
from reviewer.detect.engines.worker import Job, work
from reviewer.parquet import Table
from reviewer.store.database import Database
from tests.detect.test_run import database, seed

__all__ = ["database"]


def predicted(database: Database, folder: Path) -> set[tuple[int, int]]:
    folder.mkdir()
    rules = key_rules(400)
    job = Job("duckdb", "local[*]", str(folder), 0, -8.0, [rule.largest for rule in rules])
    count = write_contacts(database, job.contact_file, rules, lambda done: None)
    work(job._replace(contacts=count), lambda **facts: None)
    table = Table(job.predictions)
    found: list[dict[str, Any]] = [row for batch in table.batches(("a", "b")) for row in batch.to_pylist()]
    pairs = {(min(row.values()), max(row.values())) for row in found}
    assert len(pairs) == len(found) == table.rows
    return pairs


def test_the_pairs_are_the_same_in_one_go_and_in_several(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package in ("pyarrow", "duckdb", "splink"):
        pytest.importorskip(package, reason="the extra `splink` is not installed")
    seed(database, 400)
    at_once = predicted(database, tmp_path / "at once")
    monkeypatch.setattr(worker, "CONTACTS_AT_ONCE", 150)
    assert predicted(database, tmp_path / "in three") == at_once and len(at_once) > 100
