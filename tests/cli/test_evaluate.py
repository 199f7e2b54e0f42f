"""`reviewer evaluate`: the queue of the Smiths and the Joneses held against the truth."""

from collections.abc import Callable
from pathlib import Path

import pytest

from reviewer.exit_codes import ExitCode
from tests.cli.conftest import Said

Reviewer = Callable[..., Said]


@pytest.fixture
def queued(queued: Path, reviewer: Reviewer, tmp_path: Path) -> Path:
    """The queue, with the three pairs of the home in it, whatever they weigh: another tool suspects them."""
    pairs = tmp_path / "suspected.csv"
    pairs.write_text("id_a,id_b\njones-1,jones-2\njones-1,jones-3\njones-2,jones-3\n")
    assert reviewer("load", "pairs", str(pairs)).status == ExitCode.OK
    return queued


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    """The Smiths are one person; of the other two pairs one was never suspected, and one has an unknown contact."""
    path = tmp_path / "truth.csv"
    path.write_text("id_a,id_b\nsmith-2,smith-1\nsmith-1,smith-2\nsmith-1,jones-3\nsmith-1,nobody\n")
    return path


def test_the_queue_is_held_against_the_truth(reviewer: Reviewer, queued: Path, truth: Path) -> None:
    found = reviewer("evaluate", "--truth", str(truth), "--json").json()
    assert found["truth"] == {"given": 3, "known": 2, "unknown_ids": ["nobody"], "without": 1, "merged": 0}
    assert found["pairs"] == 4
    assert (found["best"]["rates"]["right"], found["best"]["rates"]["precision"]) == (1, 1.0)
    assert found["best"]["rates"]["recall"] == 0.5
    everything = found["thresholds"][-1]
    assert (everything["name"], everything["rates"]["pairs"]) == ("all", found["pairs"])
    assert sum(verdict["pairs"] for verdict in found["verdicts"].values()) == found["pairs"]
    assert sum(one["all"] for one in found["false_pairs"]) == 3
    assert sum(one["pairs"] for one in found["calibration"]["bins"]) == found["pairs"]
    assert [one["pairs"] for one in found["queue"]] == [None] * 5
    assert found["reached"] == [0.5, 0.5]


def test_a_family_on_one_phone_is_told_as_a_household(reviewer: Reviewer, queued: Path, truth: Path) -> None:
    found = reviewer("evaluate", "--truth", str(truth), "--json").json()
    assert max(found["false_pairs"], key=lambda one: one["all"])["pair_class"] == "household"


def test_a_false_pair_that_looks_like_one_person_is_told_as_what_else_it_may_be(
    reviewer: Reviewer, queued: Path, truth: Path
) -> None:
    truth.write_text("id_a,id_b\njones-1,jones-2\n")
    found = reviewer("evaluate", "--truth", str(truth), "--json").json()["false_pairs"]
    assert sum(one["all"] for one in found) == 3
    assert "same person" not in [one["pair_class"] for one in found]


def test_what_the_mirror_does_not_know_is_said(reviewer: Reviewer, queued: Path, truth: Path) -> None:
    said = reviewer("evaluate", "--truth", str(truth))
    assert said.status == ExitCode.OK
    assert "the mirror does not know 1 id (nobody); 1 pair left out" in said.err
    for title in ("Thresholds", "Verdicts", "False pairs", "Calibration", "Length of the queue", "Weights"):
        assert f"## {title}" in said.out


def test_neutral_pairs_count_neither_way(reviewer: Reviewer, queued: Path, truth: Path, tmp_path: Path) -> None:
    neutral = tmp_path / "neutral.csv"
    neutral.write_text("id_a,id_b\njones-1,jones-2\nsmith-1,smith-2\n")
    before = reviewer("evaluate", "--truth", str(truth), "--json").json()
    after = reviewer("evaluate", "--truth", str(truth), "--neutral", str(neutral), "--json").json()
    assert after["pairs"] == before["pairs"] - 1
    assert after["best"]["rates"] == before["best"]["rates"]
    assert [sum(one["pairs"] * one["observed"] for one in said["calibration"]["bins"]) for said in (before, after)] == [
        pytest.approx(1),
        pytest.approx(2),
    ]


def test_a_merged_contact_stands_for_what_it_became(reviewer: Reviewer, queued: Path, truth: Path) -> None:
    from reviewer.store import contacts
    from reviewer.store.database import open_database
    from reviewer.store.transaction import transaction

    with open_database(queued) as database, transaction(database) as connection:
        contacts.mark_merged(connection, ["smith-2"], "smith-1")
    said = reviewer("evaluate", "--truth", str(truth), "--json")
    assert said.json()["truth"]["merged"] == 1
    assert "1 pair left out, since both are one contact already" in said.err


def test_the_report_is_a_private_file_that_is_not_overwritten(
    reviewer: Reviewer, queued: Path, truth: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report.md"
    said = reviewer("evaluate", "--truth", str(truth), "--report", str(report))
    assert report.read_text() == said.out
    assert report.stat().st_mode & 0o777 == 0o600
    again = reviewer("evaluate", "--truth", str(truth), "--report", str(report))
    assert again.status == ExitCode.REFUSED and "--force" in again.err
    assert reviewer("evaluate", "--truth", str(truth), "--report", str(report), "--force").status == ExitCode.OK


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        ("id_a,id_b\nx,y\n", ExitCode.NOT_FOUND, "has no pair of two contacts that the mirror knows"),
        ("name,born\nx,y\n", ExitCode.FAILED, "name the columns of ids one of"),
        ("id_a,id_b\nsmith-1\nsmith-1,smith-2\n", ExitCode.SOME_REJECTED, "truth.csv:2:"),
    ],
)
def test_a_bad_truth_is_told(
    reviewer: Reviewer, queued: Path, truth: Path, content: str, status: ExitCode, sentence: str
) -> None:
    truth.write_text(content)
    said = reviewer("evaluate", "--truth", str(truth))
    assert said.status == status and sentence in said.err
