"""No wait for the service is silent: a fault is told once, and so is the time until a lost call can be read back."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from reviewer.exit_codes import ExitCode
from reviewer.genesys import patience
from reviewer.simulator.serving import ServedOrganization
from tests.cli.conftest import Said

Reviewer = Callable[..., Said]


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "FIRST_PAUSE", 0.02)
    monkeypatch.setenv("REVIEWER_COOL_OFF_MINUTES", "0")
    monkeypatch.setenv("REVIEWER_SETTLE_SECONDS", "1")


@pytest.mark.parametrize("command", [("sync",), ("load", "ids", "ids.txt"), ("load", "conversations", "--since", "1d")])
def test_a_fault_of_the_service_is_told_once_with_the_time_until_the_next_attempt(
    reviewer: Reviewer,
    served: ServedOrganization,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
) -> None:
    monkeypatch.chdir(home)
    Path("ids.txt").write_text("")
    served.write("faults", {"organization": {"kind": "error_before", "status": 503, "count": 3}})
    said = reviewer(*command)
    assert said.status == ExitCode.OK
    waits = re.findall(
        r"^waiting for the service \(503, tries again in 1 s\): GET /api/v2/organizations/me$", said.err, re.M
    )
    assert len(waits) == 1, said.err
    assert "waiting" not in said.out


def test_a_429_is_told_with_the_pause_that_the_service_asks_for(reviewer: Reviewer, served: ServedOrganization) -> None:
    fault = {"kind": "error_before", "status": 429, "seconds": 1, "retry_after": True}
    served.write("faults", {"organization": fault})
    assert "waiting for the service (429, tries again in 3 s): GET" in reviewer("sync").err


def test_the_time_until_a_lost_call_can_be_read_back_is_told(reviewer: Reviewer, served: ServedOrganization) -> None:
    reviewer("sync")
    reviewer("detect")
    reviewer("auto", "--approve", "--limit", "1")
    served.write("faults", {"merge": {"kind": "drop_after"}})
    said = reviewer("execute")
    assert said.status == ExitCode.OK
    assert said.err.count("waiting 1 s until operation 1 can be read back\n") == 1
