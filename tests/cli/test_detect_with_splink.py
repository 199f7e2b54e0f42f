"""`reviewer detect --engine splink`: Splink's pairs, judged as at home; and what is said where it is not installed."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from reviewer import extras, locations
from reviewer.domain.record import ReadingRules, make_record
from reviewer.exit_codes import ExitCode
from reviewer.simulator.population import population
from reviewer.store import contacts
from reviewer.store.clock import now
from reviewer.store.database import open_database
from tests.cli.conftest import Said

Reviewer = Callable[..., Said]

needs_splink = pytest.mark.skipif(
    not all(map(find_spec, ("splink", "duckdb", "pyarrow"))), reason="the extra `splink` is not installed"
)
needs_spark = pytest.mark.skipif(
    not all(map(find_spec, ("splink", "pyspark", "pyarrow"))) or shutil.which("java") is None,
    reason="the extra `spark` is not installed, or Java is not",
)


@pytest.fixture
def people(home: Path) -> Path:
    """A mirror of 400 contacts and one phone of 40 more; returns its path."""
    path = locations.database("default")
    crowd = [
        {"id": f"crowd-{n}", "firstName": f"{chr(97 + n % 26)}{n}", "lastName": f"{chr(97 + n % 25)}x{n}",
         "cellPhone": {"display": "+1 702-919-1300", "e164": "+17029191300"}} for n in range(40)
    ]  # fmt: skip
    everybody = [*(one.contact for one in population(400, 3)), *crowd]
    with open_database(path) as database:
        rules = ReadingRules(anchor_source="crm")
        contacts.write(
            database, [make_record(json.dumps(one).encode(), rules) for one in everybody], origin="api", read_at=now()
        )
    return path


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files are, to see what is left of them."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setenv("REVIEWER_EXTERNAL_SOURCE", "crm")
    return folder


def as_process(*arguments: str) -> Said:
    """A command line in a process of its own: what comes out is all that comes out, also of processes it starts."""
    command = [sys.executable, "-m", "reviewer", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return Said(done.returncode, done.stdout, done.stderr)


def stored(path: Path) -> dict[tuple[int, int], tuple[Any, ...]]:
    with open_database(path) as database:
        query = "SELECT a, b, kind, weight, probability, levels, verdict, reasons, source FROM pair"
        return {(a, b): tuple(rest) for a, b, *rest in database.connection.execute(query)}


@pytest.mark.parametrize(
    ("backend", "sentence"),
    [
        ("duckdb", "`--engine splink` needs splink, duckdb and pyarrow, which are not installed: "
                   "pip install 'reviewer[splink]'"),
        ("spark", "`--backend spark` needs splink, pyspark and pyarrow, which are not installed: "
                  "pip install 'reviewer[spark]'"),
    ],
)  # fmt: skip
def test_without_the_extra_one_sentence_says_what_to_install(
    reviewer: Reviewer, queued: Path, monkeypatch: pytest.MonkeyPatch, backend: str, sentence: str
) -> None:
    before = stored(queued)
    monkeypatch.setattr(extras, "find_spec", lambda package: None)
    said = reviewer("detect", "--engine", "splink", "--backend", backend)
    assert (said.status, said.out, said.err) == (ExitCode.FAILED, "", f"reviewer: {sentence}\n")
    assert stored(queued) == before


def test_without_java_spark_says_so(reviewer: Reviewer, queued: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda package: True)
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    said = reviewer("detect", "--engine", "splink", "--backend", "spark")
    assert said.status == ExitCode.FAILED
    assert said.err == (
        "reviewer: Spark needs Java 17 or newer, and JAVA_HOME leads to /nowhere, where none is: "
        "install it, or set JAVA_HOME\n"
    )


@pytest.mark.parametrize("option", [("--backend", "duckdb"), ("--threshold", "-3")])
def test_options_of_splink_do_not_go_with_our_own_engine(
    reviewer: Reviewer, queued: Path, option: tuple[str, str]
) -> None:
    said = reviewer("detect", *option)
    assert said.status == ExitCode.USAGE and "--backend and --threshold are for --engine splink" in said.err


@needs_splink
def test_splink_on_duckdb_proposes_and_our_own_model_judges(reviewer: Reviewer, people: Path, temporary: Path) -> None:
    reviewer("detect")
    at_home = stored(people)
    said = as_process("detect", "--engine", "splink", "--json")
    assert said.status == ExitCode.OK and said.err == ""
    report = said.json()
    assert report["counts"]["contacts"] == 440
    found = stored(people)
    assert {row[-1] for row in found.values()} == {"detect"}
    both = found.keys() & at_home.keys()
    assert all(found[pair] == at_home[pair] for pair in both)
    sure = {pair for pair, row in at_home.items() if row[1] > 3}
    assert sure <= found.keys() and len(both) > 0.9 * len(at_home) > 100
    assert any(sentence.startswith("phone +17029191300 is held by 40 contacts; ") for sentence in report["left_out"])
    assert list(temporary.iterdir()) == []
    assert "Predict time" in (locations.state_directory() / "engine.log").read_text()


@needs_splink
def test_a_higher_threshold_lets_less_through_and_nothing_is_no_error(reviewer: Reviewer, people: Path) -> None:
    compared = [
        reviewer("detect", "--engine", "splink", "--threshold", threshold, "--json").json()["counts"]["compared"]
        for threshold in ("-8", "10", "99")
    ]
    assert compared[0] > compared[1] > compared[2] == 0
    assert stored(people) == {}


@needs_splink
@pytest.mark.parametrize("count", [0, 1, 60])
def test_few_and_equal_contacts_are_no_error(reviewer: Reviewer, empty: Path, count: int) -> None:
    equal = [make_record(json.dumps({"id": f"c{n}", "lastName": "Doe"}).encode(), ReadingRules()) for n in range(count)]
    with open_database(empty) as database:
        contacts.write(database, equal, origin="api", read_at=now())
    at_home = reviewer("detect", "--json").json()["counts"]
    said = reviewer("detect", "--engine", "splink", "--json")
    assert said.status == ExitCode.OK and said.err == ""
    assert said.json()["counts"] == at_home and at_home["contacts"] == count


@needs_splink
def test_a_folder_that_is_not_there_is_named(reviewer: Reviewer, queued: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reviewer("detect")
    before = stored(queued)
    monkeypatch.setenv("REVIEWER_ENGINE_FOLDER", "/nowhere/shared")
    said = reviewer("detect", "--engine", "splink")
    assert said.status == ExitCode.FAILED and "/nowhere/shared" in said.err and "`engine_folder`" in said.err
    assert stored(queued) == before


@needs_spark
@pytest.mark.slow
def test_spark_lets_the_same_pairs_through_as_duckdb(
    reviewer: Reviewer,
    people: Path,
    temporary: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REVIEWER_SPARK_MASTER", "local[2]")
    reviewer("detect", "--engine", "splink")
    on_duckdb = stored(people)
    here = set(Path().iterdir())
    said = as_process("detect", "--engine", "splink", "--backend", "spark", "--json")
    assert said.status == ExitCode.OK and said.err == "" and said.json()["counts"]["pairs"] == len(on_duckdb)
    assert stored(people) == on_duckdb and on_duckdb
    assert list(temporary.iterdir()) == [] and set(Path().iterdir()) == here
