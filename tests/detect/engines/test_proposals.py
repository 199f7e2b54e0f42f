"""Pairs that another engine proposes: judged as at home, in place of what was there, with nothing lost."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reviewer.detect.blocking import Blocks
from reviewer.detect.columns import Columns
from reviewer.detect.compared import Progress, Propose
from reviewer.detect.engines.splink import Predictions
from reviewer.detect.run import detect, silent
from reviewer.parquet import Kind, write_rows
from reviewer.store import contacts, pairs, shared_identifiers
from reviewer.store.database import Database
from reviewer.store.pairs import LoadedPair
from tests.detect.test_run import JANE, PHONE, TODAY, database, fill, seed, stored

__all__ = ["database"]


def proposing(numbers: Iterable[tuple[int, int]], *left_out: str) -> Propose:
    """An engine that knows its pairs already."""

    def propose(columns: Columns, progress: Progress) -> Blocks:
        found = np.array(sorted(numbers), dtype=np.int64).reshape(-1, 2)
        a, b = columns.places(found[:, 0]), columns.places(found[:, 1])
        return Blocks(a, b, np.ones(len(a), dtype=np.int64), left_out)

    return propose


def test_proposed_pairs_get_what_they_get_at_home_and_take_the_place_of_earlier_ones(database: Database) -> None:
    seed(database, 400)
    at_home = detect(database, today=TODAY)
    before = stored(database)
    half = before[::2]
    report = detect(database, today=TODAY, propose=proposing(row[:2] for row in half))
    assert stored(database) == half and half
    assert report.counts["compared"] == report.counts["pairs"] == len(half)
    assert report.counts["shared identifiers"] == at_home.counts["shared identifiers"] > 0


def test_after_an_engines_run_our_own_does_all_anew(database: Database) -> None:
    seed(database, 400)
    detect(database, today=TODAY)
    before = stored(database)
    detect(database, today=TODAY, propose=proposing(row[:2] for row in before[:3]))
    assert [row[:4] for row in stored(database)] == [row[:4] for row in before[:3]], "with the model in use"
    report = detect(database, today=TODAY)
    assert report.again is None and stored(database) == before
    assert detect(database, today=TODAY).again == 0


def test_hopeless_pairs_are_dropped_loaded_ones_kept_and_what_was_too_common_is_told(database: Database) -> None:
    fill(database, JANE | PHONE, JANE | PHONE, {"firstName": "Carl", "lastName": "Fox"})
    pairs.write_loaded(database, [LoadedPair(2, 3, "crm", None, None, "")])
    report = detect(database, today=TODAY, propose=proposing([(1, 2), (1, 3)], "a phone was too common"))
    assert [row[:2] for row in stored(database)] == [(1, 2), (2, 3)]
    assert report.left_out == ("a phone was too common",)
    assert shared_identifiers.find(database, "Phone", "+17029191300") is None


def written(folder: Path, *parts: list[tuple[int, int]]) -> Predictions:
    for number, part in enumerate(parts):
        (folder / f"{number}").mkdir(parents=True)
        write_rows(folder / f"{number}" / "part.parquet", {"a": Kind.WHOLE, "b": Kind.WHOLE}, part)
    return Predictions(folder, ())


def test_predictions_are_read_from_all_parts_each_pair_once(database: Database, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="the extra `splink` is not installed")
    fill(database, JANE | PHONE, JANE | PHONE, JANE | PHONE)
    seen: list[Any] = []
    predicted = written(tmp_path / "predictions", [(2, 1), (1, 1)], [(1, 2), (3, 99)], [])

    def propose(columns: Columns, progress: Progress) -> Blocks:
        blocks = predicted.blocks(columns, lambda *facts: seen.append(facts))
        assert (blocks.a.tolist(), blocks.b.tolist()) == ([0], [1])
        return blocks

    detect(database, today=TODAY, propose=propose)
    assert [row[:2] for row in stored(database)] == [(1, 2)]
    assert seen[-1] == ("reading predictions", 4, 4)


def test_a_contact_that_went_away_meanwhile_is_in_no_pair(database: Database, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="the extra `splink` is not installed")
    fill(database, JANE | PHONE, JANE | PHONE, JANE | PHONE)
    contacts.mark_gone(database, ["c2"])
    predicted = written(tmp_path / "predictions", [(1, 2), (1, 3), (2, 3)])
    detect(database, today=TODAY, propose=lambda columns, progress: predicted.blocks(columns, silent))
    assert [row[:2] for row in stored(database)] == [(1, 3)]
