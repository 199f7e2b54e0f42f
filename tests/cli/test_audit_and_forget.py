"""Holding the audit against what was kept elsewhere, telling the system's log, and forgetting a person, as typed."""

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reviewer.api_log.writing import ApiLog
from reviewer.cli.call_log import api_log_file
from reviewer.cli.context import Context
from reviewer.exit_codes import ExitCode
from reviewer.genesys.calls import CallOutcome, CallRecord
from reviewer.simulator.serving import ServedOrganization
from reviewer.store.database import open_database
from tests.cli.conftest import Said

Reviewer = Callable[..., Said]


@pytest.fixture
def decided(reviewer: Reviewer, queued: Path) -> int:
    """The number of a decision on the two records of Robert Smith."""
    rows = reviewer("queue", "--json").json()
    number = next(row["id"] for row in rows if "smith" in json.dumps(row).lower())
    return int(reviewer("decide", str(number), "distinct", "--note", "father and son", "--json").json()["decision"])


@pytest.fixture
def syslog(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A system's log of the test's own, which the settings name."""
    path = home / "log.socket"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(path))
        listening.settimeout(10)
        monkeypatch.setenv("REVIEWER_SYSLOG", str(path))
        yield listening


def change(path: Path, statement: str, *values: object) -> None:
    with open_database(path) as database:
        database.connection.execute(statement, values)


def test_a_chain_is_whole_and_has_the_root_that_was_printed(reviewer: Reviewer, decided: int) -> None:
    root = reviewer("audit", "root").out.strip()
    assert reviewer("audit", "verify", "--root", root).out == "the chain of 1 entry is whole, and has 1 root\n"
    assert reviewer("audit", "verify", "--root", root.partition(":")[2]).status == ExitCode.OK
    found = reviewer("audit", "verify", "--json").json()
    assert found == {"whole": True, "first_broken": None, "reason": "", "entries": 1, "erased": 0}


def test_the_roots_of_a_log_are_taken_from_its_lines(reviewer: Reviewer, decided: int, home: Path) -> None:
    root, log = reviewer("audit", "root").out.strip(), home / "auth.log"
    log.write_text(f"Nov 25 20:00:01 jump sshd[1]: hello\nNov 25 20:00:02 jump reviewer: audit {root} of ACME\n")
    assert reviewer("audit", "verify", "--roots", str(log)).status == ExitCode.OK
    log.write_text(f"reviewer: audit 1:{'0' * 64} of ACME\n")
    said = reviewer("audit", "verify", "--roots", str(log))
    assert said.status == ExitCode.CHECK_FAILED and "entry 1 was rewritten" in said.err


def test_a_broken_chain_names_the_first_entry_and_has_its_own_exit_status(
    reviewer: Reviewer, decided: int, queued: Path
) -> None:
    change(queued, "UPDATE audit SET steward = 'eve' WHERE id = 1")
    said = reviewer("audit", "verify")
    assert said.status == ExitCode.CHECK_FAILED and said.out == ""
    assert said.err == "reviewer: entry 1 does not fit the chain: it, or what stood before it, was changed\n"


def test_a_root_that_is_none_is_a_slip(reviewer: Reviewer, decided: int) -> None:
    said = reviewer("audit", "verify", "--root", "12:abc")
    assert said.status == ExitCode.USAGE and "64 hexadecimal digits" in said.err


def test_the_head_goes_to_the_systems_log(reviewer: Reviewer, decided: int, syslog: socket.socket) -> None:
    root = reviewer("audit", "root", "--syslog").out.strip()
    line = syslog.recv(10_000).decode()
    assert f"reviewer: audit {root} of no organisation" in line and line.startswith("<86>")


def test_the_executor_tells_the_head_after_each_batch_and_goes_on_where_nobody_listens(
    reviewer: Reviewer, served: ServedOrganization, syslog: socket.socket, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setenv("REVIEWER_COOL_OFF_MINUTES", "0")
    assert reviewer("sync").status == ExitCode.OK and reviewer("detect").status == ExitCode.OK
    first, second, *_ = [row["id"] for row in reviewer("queue", "--kind", "duplicate", "--json").json()]
    reviewer("decide", str(first), "merge")
    assert reviewer("execute").status == ExitCode.OK
    root = reviewer("audit", "root").out.strip()
    assert f"audit {root} of " in syslog.recv(10_000).decode()
    monkeypatch.setenv("REVIEWER_SYSLOG", str(home / "nobody"))
    reviewer("decide", str(second), "merge")
    said = reviewer("execute")
    assert said.status == ExitCode.OK and "could not be sent to" in said.err


def test_what_a_steward_saw_is_shown_as_the_audit_has_it(reviewer: Reviewer, decided: int, queued: Path) -> None:
    before = reviewer("audit", "show", str(decided)).out
    change(queued, "UPDATE decision SET document = ? WHERE id = ?", b'{"screen": "all is well"}', decided)
    said = reviewer("audit", "show", str(decided))
    assert "was changed in the database since; this is what the audit has of it" in said.err
    assert said.out == before and "all is well" not in said.out


def test_a_person_is_forgotten_only_when_asked_for_good(reviewer: Reviewer, decided: int) -> None:
    said = reviewer("forget", "smith-1")
    assert said.status == ExitCode.REFUSED and "say --yes" in said.err
    assert "Smith" in reviewer("audit", "show", str(decided)).out


def test_forgetting_says_what_was_erased_and_the_chain_still_verifies(reviewer: Reviewer, decided: int) -> None:
    log = ApiLog(api_log_file(Context().settings.environment), "sync")
    for id_ in ("smith-1", "jones-2"):
        target = f"/api/v2/externalcontacts/contacts/{id_}"
        log(CallRecord("GET", "/contacts/{id}", 200, "", 12, 1, CallOutcome.ANSWERED, target))
    log.close()
    said = reviewer("forget", "smith-1", "--yes")
    assert said.status == ExitCode.OK
    assert said.out == (
        "erased: 1 record, what was seen in 1 decision and 0 operations, 1 audit payload, 1 call in the list of calls\n"
    )
    (call,) = map(json.loads, reviewer("api-log", "--json").out.splitlines())
    assert call["target"].endswith("/jones-2")
    assert reviewer("audit", "verify").out == (
        "the chain of 2 entries is whole; 1 payload erased, each by a recorded act\n"
    )
    shown = reviewer("audit", "show", str(decided))
    assert "what was seen was erased at" in shown.out and "Smith" not in shown.out and "father" not in shown.out
    assert "smith-1" not in reviewer("queue", "--json").out
    assert reviewer("forget", "smith-1", "--yes").status == ExitCode.NOT_FOUND


def test_what_is_kept_too_long_is_erased_by_command(
    reviewer: Reviewer, decided: int, queued: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVIEWER_PAYLOAD_DAYS", "30")
    assert reviewer("audit", "expire", "--json").json() == {"payloads": 0, "operations": 0, "snapshots": 0}
    with open_database(queued) as database:  # an audit that has been there for long
        from reviewer.store import audit

        (entry,) = audit.entries(database)
        at = entry.at.replace("2026-", "2020-")
        chained = audit.chain(audit.GENESIS, at, entry.steward, entry.act, entry.subject, entry.payload_hash)
        database.connection.execute("UPDATE audit SET at = ?, hash = ?", (at, chained))
    assert (
        reviewer("audit", "expire").out
        == "erased: the payloads of 1 audit entry, the calls of 0 operations, 0 snapshots\n"
    )
    assert reviewer("audit", "verify").status == ExitCode.OK
