"""The demo's headless run does the whole job, and would notice if the job were done wrongly."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from reviewer.cli.demonstration.check import findings
from reviewer.exit_codes import ExitCode

KINDS = {"twins": "twins", "race": "created twice within seconds"}
TRUTH = {
    "persons": {"a1": "anna", "a2": "anna", "b1": "berta"},
    "traps": [
        {"kind": "race", "contacts": ["a1", "a2"], "persons": ["anna"], "expect": "together"},
        {"kind": "twins", "contacts": ["a1", "b1"], "persons": ["anna", "berta"], "expect": "apart"},
    ],
    "certain_duplicates": [["a1", "a2"]],
}


def test_a_right_result_passes() -> None:
    found = findings(TRUTH, {"a1": "m", "a2": "m", "b1": "b1"}, KINDS)
    assert found.passed
    assert [(line.there, line.right, line.together) for line in found.traps] == [(1, 1, 0), (1, 1, 1)]


def test_a_merge_of_two_persons_fails() -> None:
    found = findings(TRUTH, {"a1": "m", "a2": "m", "b1": "m"}, KINDS)
    assert found.joined == (("a1", "a2", "b1"),)
    assert not found.passed
    assert [line.right for line in found.traps] == [0, 0]


def test_too_few_certain_duplicates_fail() -> None:
    assert not findings(TRUTH, {"a1": "a1", "a2": "a2", "b1": "b1"}, KINDS).passed


def test_a_missing_trap_fails() -> None:
    found = findings(TRUTH, {"a1": "m", "a2": "m", "b1": "b1"}, KINDS | {"typo": "a typo"})
    assert found.missing == ("a typo",)
    assert not found.passed


@pytest.mark.parametrize("seed", [1, 2])
def test_the_whole_job_joins_no_two_persons(seed: int, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "reviewer", "demo", "--headless", "--json", "--seed", str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=240)
    assert done.returncode == ExitCode.OK, done.stderr
    report = json.loads(done.stdout)
    assert report["passed"] and report["after"]["joined"] == []
    assert report["automatic"]["joined"] == []
    assert report["automatic"]["merged"] * 2 >= report["automatic"]["certain"] > 0
    assert all(line["right"] == line["there"] > 0 for line in report["after"]["traps"])
    assert report["steward"]["taken back, and the candidate returned"] >= 1
