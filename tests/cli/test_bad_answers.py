"""Answers that a service should not give, as a steward meets them: one sentence, nothing lost, the next run goes on."""

from collections.abc import Callable
from typing import Any

import pytest

from reviewer import locations
from reviewer.exit_codes import ExitCode
from reviewer.simulator.serving import ServedOrganization
from reviewer.store import contacts
from reviewer.store.database import open_database
from tests.cli.conftest import Said

Reviewer = Callable[..., Said]
PEOPLE = 500
"""Three pages of a scan at least."""
pytestmark = pytest.mark.people(PEOPLE)


def here() -> int:
    with open_database(locations.database("default")) as database:
        return contacts.counts(database).get("live", 0)


FAULTS: list[tuple[str, str, tuple[str, ...], dict[str, Any], str]] = [
    ("scan", "GET /api/v2/externalcontacts/scan/contacts", ("sync",), {"kind": "not_json"}, "not JSON"),
    ("scan", "GET /api/v2/externalcontacts/scan/contacts", ("sync",), {"kind": "redirect"}, "elsewhere.example"),
    (
        "conversations",
        "POST /api/v2/analytics/conversations/details/query",
        ("load", "conversations", "--since", "400d"),
        {"kind": "not_json"},
        "not JSON",
    ),
    (
        "conversations",
        "POST /api/v2/analytics/conversations/details/query",
        ("load", "conversations", "--since", "400d"),
        {"kind": "redirect"},
        "elsewhere.example",
    ),
    (
        "clusters",
        "GET /api/v2/externalcontacts/graphs/clusterscans/{scanId}/clusters",
        ("load", "clusters"),
        {"kind": "not_json"},
        "not JSON",
    ),
    (
        "bulk",
        "POST /api/v2/externalcontacts/bulk/contacts",
        ("load", "clusters"),
        {"kind": "redirect"},
        "elsewhere.example",
    ),
]


@pytest.mark.parametrize(("endpoint", "call", "command", "fault", "said"), FAULTS, ids=str)
def test_an_answer_that_is_none_is_told_with_its_call_and_the_next_run_goes_on(
    reviewer: Reviewer,
    served: ServedOrganization,
    endpoint: str,
    call: str,
    command: tuple[str, ...],
    fault: dict[str, Any],
    said: str,
) -> None:
    skip = 0 if command[-1] == "clusters" else 2
    served.write("faults", {endpoint: {**fault, "skip": skip, "count": 3}})
    failed = reviewer(*command)
    assert failed.status == ExitCode.CONNECTION
    (sentence,) = [line for line in failed.err.splitlines() if line.startswith("reviewer: ")]
    assert call in sentence and said in sentence and "correlation id" in sentence
    before = here()
    assert (before > 0) == (skip > 0)
    served.write("faults", {})
    done = reviewer(*command, "--json")
    assert done.status == ExitCode.OK
    if command == ("sync",):
        assert done.json()["resumed"] and done.json()["contacts"] == before + done.json()["new"]
    again = reviewer(*command, "--json").json()
    assert (again["new"], again["changed"]) == (0, 0)


def test_a_cursor_that_expired_starts_the_scan_over_and_says_so(reviewer: Reviewer, served: ServedOrganization) -> None:
    served.write("faults", {"scan": {"kind": "redirect", "skip": 2}})
    assert reviewer("sync").status == ExitCode.CONNECTION
    before = here()
    served.write("clock", {"advance": 25 * 3600})
    done = reviewer("sync", "--json")
    assert done.status == ExitCode.OK and "started from the beginning" in done.err
    report = done.json()
    assert report["started_over"] and report["contacts"] == before + report["new"] == here()


def test_a_lone_surrogate_in_one_name_costs_nobody_the_page(reviewer: Reviewer, served: ServedOrganization) -> None:
    served.write("faults", {"scan": {"kind": "lone_surrogate"}})
    spoilt = reviewer("sync", "--json")
    assert spoilt.status == ExitCode.OK and spoilt.json()["rejected"] == 0
    assert reviewer("sync", "--json").json()["changed"] == 1  # the name as it is


def test_fields_and_values_that_nobody_knows_change_nothing_of_what_is_taken_in(
    reviewer: Reviewer, served: ServedOrganization
) -> None:
    served.write("faults", {"scan": {"kind": "unknown_fields", "count": -1}})
    first = reviewer("sync", "--json")
    assert first.status == ExitCode.OK and first.json()["rejected"] == 0
    served.write("faults", {"conversations": {"kind": "unknown_fields", "count": -1}})
    assert reviewer("load", "conversations", "--since", "400d", "--json").json()["new"] > 0


def test_an_unknown_region_is_told_with_the_nearest_ones(
    reviewer: Reviewer, served: ServedOrganization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REVIEWER_API_URL")
    monkeypatch.setenv("REVIEWER_REGION", "eu_centrall_1")
    for command in (["sync"], ["load", "clusters"], ["load", "conversations", "--since", "1d"]):
        answer = reviewer(*command)
        assert answer.status == ExitCode.SETTINGS
        assert "'eu_centrall_1', which is no region" in answer.err and "eu_central_1 (mypurecloud.de)" in answer.err


def test_a_login_that_answers_nonsense_or_redirects_is_told_as_such(
    reviewer: Reviewer, served: ServedOrganization
) -> None:
    for kind, said in (("not_json", "there is no token in it"), ("redirect", "elsewhere.example")):
        served.write("faults", {"token": {"kind": kind, "count": 9}})
        answer = reviewer("sync")
        assert answer.status == ExitCode.CONNECTION
        assert "POST /oauth/token" in answer.err and said in answer.err
