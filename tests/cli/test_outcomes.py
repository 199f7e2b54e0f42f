"""What came of an operation is told whole, and nothing is called done that was not."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reviewer.cli.execute import _counted
from reviewer.cli.output import say_table
from reviewer.domain.journal import State
from reviewer.store import operations
from reviewer.store.database import open_database
from reviewer.store.transaction import transaction
from tests.cli.conftest import Said

Reviewer = Callable[..., Said]
OUTCOME = "smith-2 was changed since it was approved: look at the candidate again, it is back in the queue"


@pytest.fixture
def void(reviewer: Reviewer, queued: Path) -> int:
    """The decision on the Smiths, whose operation ended void."""
    reviewer("auto", "--approve")
    with open_database(queued) as database, transaction(database) as connection:
        operations.move(connection, 1, State.VOID, datetime.now(UTC), outcome=OUTCOME, correlation_id="abc-1")
    return 1


def test_an_outcome_is_whole_where_it_is_not_shown_on_a_terminal(reviewer: Reviewer, void: int) -> None:
    assert OUTCOME in reviewer("status").out


def test_on_a_terminal_a_table_stays_narrow(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    say_table(["outcome"], [[OUTCOME]], widest=20)
    assert OUTCOME not in capsys.readouterr().out


def test_a_decision_is_shown_with_what_came_of_it(reviewer: Reviewer, void: int) -> None:
    shown = reviewer("audit", "show", str(void))
    assert f"operation 1 is void: {OUTCOME} (correlation id abc-1)\n" in shown.out
    assert reviewer("audit", "show", str(void), "--json").json()["operation"]["state"] == "void"


def test_a_staged_and_a_sendless_decision_are_shown_as_such(reviewer: Reviewer, queued: Path) -> None:
    reviewer("auto", "--approve")
    assert "operation 1 is staged, sent from 2" in reviewer("audit", "show", "1").out
    reviewer("undo")
    reviewer("rule", "identifier", "Phone", "+17029191400", "household")
    shown = reviewer("audit", "show", "2")
    assert "operation" not in shown.out and reviewer("audit", "show", "2", "--json").json()["operation"] is None


def test_what_was_not_done_is_not_counted_as_carried_out() -> None:
    assert _counted([State.DONE, State.DONE_WITH_DIFFERENCES, State.STAGED]) == "operations carried out: 2"
    ends = [State.VOID, State.DONE, State.FAILED, State.VOID]
    assert _counted(ends) == "operations carried out: 1; not carried out: 3 (1 failed, 2 void)"
    assert _counted([State.STAGED]) == "operations carried out: 0"
