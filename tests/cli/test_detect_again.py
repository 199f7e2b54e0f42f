"""`reviewer detect` after a change does only what it touches, says so, and does all on demand."""

from collections.abc import Callable
from pathlib import Path

import pytest

from reviewer.exit_codes import ExitCode
from reviewer.store import contacts
from reviewer.store.database import open_database
from tests.cli.conftest import Said

Reviewer = Callable[..., Said]


def test_a_second_detection_does_what_changed_contacts_touch_and_says_so(reviewer: Reviewer, queued: Path) -> None:
    assert "changed" not in reviewer("detect").err
    with open_database(queued) as database:
        contacts.mark_gone(database, ["smith-1"])
    said = reviewer("detect")
    assert said.status == ExitCode.OK
    assert "1 contact has changed: only what they touch was done again (--full does all)" in said.err
    assert "no contact has changed: only the model and the rulings were laid over" in reviewer("detect").err
    again = reviewer("detect", "--json").json()
    full = reviewer("detect", "--full", "--json").json()
    assert (again.pop("again"), full.pop("again")) == (0, None)
    assert {name: again[name] for name in ("counts", "open")} == {name: full[name] for name in ("counts", "open")}
    assert "changed" not in reviewer("detect", "--full").err


def test_forgetting_a_person_leaves_no_kept_run(reviewer: Reviewer, queued: Path) -> None:
    reviewer("detect")
    kept = queued.with_name(queued.name + ".compared")
    assert b"smith" in kept.read_bytes()
    assert reviewer("forget", "smith-1", "--yes").status == ExitCode.OK
    assert not kept.exists()


@pytest.mark.parametrize("arguments", [["detect", "--full"], ["forget", "smith-1", "--yes"]])
def test_what_a_killed_detection_left_of_a_run_goes_away(
    reviewer: Reviewer, queued: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", lambda path, missing_ok=False: None)  # as if it had been killed before
        patched.setattr(Path, "replace", lambda path, target: path)
        reviewer("detect", "--full")
    left = set(queued.parent.glob(".*.partial"))
    assert left
    assert reviewer(*arguments).status == ExitCode.OK
    assert not left & set(queued.parent.iterdir())
