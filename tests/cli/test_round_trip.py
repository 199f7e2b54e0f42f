"""By hand with any other engine: contacts out as a table, suspected pairs back in."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reviewer import extras
from reviewer.exit_codes import ExitCode
from reviewer.parquet import Kind, write_rows
from tests.cli.conftest import Said

Reviewer = Callable[..., Said]
SPLINK = {"match_weight": Kind.TEXT, "unique_id_l": Kind.TEXT, "unique_id_r": Kind.TEXT, "gamma_name": Kind.WHOLE}


def arrow() -> Any:
    return pytest.importorskip("pyarrow", reason="the extra `splink` is not installed")


def test_contacts_are_exported_as_they_are_compared(reviewer: Reviewer, queued: Path, tmp_path: Path) -> None:
    said = reviewer("export", "contacts", str(tmp_path / "contacts.jsonl"))
    assert (said.status, said.err) == (ExitCode.OK, "5 contacts written\n")
    rows = [json.loads(line) for line in (tmp_path / "contacts.jsonl").read_text().splitlines()]
    smith = next(row for row in rows if row["id"] == "smith-2")
    assert (smith["given"], smith["surname"], smith["born"]) == ("bob", "smith", "1978-12-11")
    assert smith["phones"] == ["+17029191300"] and smith["anchors"] is None and smith["street"] is None
    assert smith["anonymous"] is False
    reviewer("export", "contacts", str(tmp_path / "contacts.csv"))
    with (tmp_path / "contacts.csv").open(newline="") as file:
        of_csv = {row["id"]: row for row in csv.DictReader(file)}
    assert of_csv["smith-2"]["phones"] == '["+17029191300"]' and of_csv["smith-2"]["anchors"] == ""


def test_another_engine_finds_pairs_in_the_parquet_file_and_they_come_back(
    reviewer: Reviewer, queued: Path, tmp_path: Path
) -> None:
    arrow()
    from pyarrow import parquet

    assert reviewer("export", "contacts", str(tmp_path / "contacts.parquet")).err == "5 contacts written\n"
    assert (tmp_path / "contacts.parquet").stat().st_mode & 0o777 == 0o600
    rows = parquet.read_table(tmp_path / "contacts.parquet").to_pylist()
    pairs = [
        ("7.25", a["id"], b["id"], 1)
        for a in rows for b in rows if a["id"] < b["id"] and set(a["phones"]) & set(b["phones"])
    ]  # fmt: skip
    write_rows(tmp_path / "predictions.parquet", SPLINK, pairs)
    said = reviewer("load", "pairs", str(tmp_path / "predictions.parquet"), "--json")
    assert said.status == ExitCode.OK
    assert said.json() | {"scored": 0} == {
        "pairs": 4, "news": 4, "fetched": 0, "rejected": 0, "scored": 0, "rejects_file": None
    }  # fmt: skip
    again = reviewer("load", "pairs", str(tmp_path / "predictions.parquet"))
    assert again.out == "4 pairs, 0 of them new; 0 scored\n"


def test_a_folder_of_parts_is_one_file_and_a_bad_row_costs_that_row_only(
    reviewer: Reviewer, queued: Path, tmp_path: Path
) -> None:
    arrow()
    folder = tmp_path / "predictions.parquet"
    (folder / "_temporary").mkdir(parents=True)
    columns = {"ID_A": Kind.TEXT, "ID_B": Kind.TEXT, "weight": Kind.TEXT}
    write_rows(folder / "part-0.parquet", columns, [("smith-1", "smith-2", "3")])
    write_rows(folder / "part-1.parquet", columns, [("jones-1", "nobody", None), ("jones-1", "jones-2", None)])
    write_rows(folder / "_temporary" / "part-2.parquet", columns, [("smith-1", "jones-1", None)])
    (folder / "_SUCCESS").touch()
    said = reviewer("load", "pairs", str(folder))
    assert said.status == ExitCode.SOME_REJECTED and said.out.startswith("2 pairs, 2 of them new")
    assert "predictions.parquet:2: nobody: unknown" in said.err
    kept = json.loads((tmp_path / "predictions.parquet.rejects.jsonl").read_text())
    assert json.loads(kept["text"]) == {"ID_A": "jones-1", "ID_B": "nobody", "weight": None}


def test_a_table_without_ids_and_a_damaged_one_are_one_sentence(
    reviewer: Reviewer, queued: Path, tmp_path: Path
) -> None:
    arrow()
    write_rows(tmp_path / "x.parquet", {"id_a": Kind.TEXT, "weight": Kind.TEXT}, [])
    said = reviewer("load", "pairs", str(tmp_path / "x.parquet"))
    assert said.status == ExitCode.FAILED and "x.parquet has no two columns of ids; name the columns" in said.err
    (tmp_path / "y.parquet").write_bytes(b"PAR1 and no more")
    said = reviewer("load", "pairs", str(tmp_path / "y.parquet"))
    assert said.status == ExitCode.FAILED and "y.parquet cannot be read as Parquet: " in said.err
    assert len(said.err.splitlines()) == 1


def test_what_cannot_be_parquet_and_what_needs_the_extra_is_said(
    reviewer: Reviewer, queued: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "out.parquet"
    said = reviewer("export", "candidates", str(file))
    assert (said.status, said.err) == (
        ExitCode.REFUSED, "reviewer: only contacts are written as Parquet: choose csv or jsonl\n"
    )  # fmt: skip
    said = reviewer("export", "contacts", "-", "--format", "parquet")
    assert (said.status, said.err) == (ExitCode.REFUSED, "reviewer: Parquet is written to a file only: name one\n")
    monkeypatch.setattr(extras, "find_spec", lambda package: None)
    sentence = "reviewer: a Parquet file needs pyarrow, which is not installed: pip install 'reviewer[splink]'\n"
    said = reviewer("export", "contacts", str(file))
    assert (said.status, said.err) == (ExitCode.FAILED, sentence) and list(tmp_path.glob("*out*")) == []
    file.write_bytes(b"PAR1")
    said = reviewer("load", "pairs", str(file))
    assert (said.status, said.err) == (ExitCode.FAILED, sentence)
