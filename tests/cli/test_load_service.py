"""What is loaded from the service itself, as it is typed: conversations and clusters; and the warning that stays."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reviewer import locations
from reviewer.cli.since import NoInstant, instant_of
from reviewer.exit_codes import ExitCode
from reviewer.review.automatic_merging import WARNING
from reviewer.simulator.serving import ServedOrganization
from reviewer.store.contacts import by_ids
from reviewer.store.database import open_database
from tests.cli.conftest import Said

Reviewer = Callable[..., Said]
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def allow_all_but(served: ServedOrganization, permission: str) -> None:
    allowed = [one for one in served.read("permissions")["permissions"] if one != permission]
    served.write("permissions", {"permissions": allowed})


def test_instants_are_days_times_and_durations() -> None:
    assert instant_of("2026-11-01", NOON) == datetime(2026, 11, 1, tzinfo=UTC)
    assert instant_of("2026-11-01T14:00+02:00", NOON) == datetime(2026, 11, 1, 12, tzinfo=UTC)
    assert [NOON - instant_of(text, NOON) for text in ("30m", "12h", "7d", "2w")] == [
        timedelta(minutes=30),
        timedelta(hours=12),
        timedelta(days=7),
        timedelta(weeks=2),
    ]
    for wrong in ("yesterday", "", "7", "7 d", "-7d", "999999w", "2026-13-01"):
        with pytest.raises(NoInstant, match="neither a date"):
            instant_of(wrong, NOON)


def test_conversations_bring_the_anonymous_contacts_and_the_next_load_goes_on_there(
    reviewer: Reviewer, served: ServedOrganization
) -> None:
    assert "no conversations were loaded yet" in reviewer("load", "conversations", "--since", "last").err
    first = reviewer("load", "conversations", "--since", "400d", "--json")
    report = first.json()
    assert first.status == ExitCode.OK and report["new"] == report["contacts"] - report["gone"] > 0
    again = reviewer("load", "conversations", "--since", "400d", "--json").json()
    assert (again["new"], again["changed"], again["known"]) == (0, 0, report["new"])
    going_on = reviewer("load", "conversations", "--since", "last", "--json")
    last = going_on.json()
    assert "a day before the last load's end: a conversation may get its contact late\n" in going_on.err
    assert last["since"][:19] == (datetime.fromisoformat(again["until"]) - timedelta(days=1)).isoformat()[:19]
    told = reviewer("load", "conversations", "--since", "400d")
    assert f"with {report['contacts']} contacts: 0 new, 0 changed, {report['new']} known already" in told.out
    with open_database(locations.database("default")) as database:
        assert by_ids(database, served.read("anonymous")).keys() == set(served.read("anonymous"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--since", "yesterday"], "neither a date"),
        (["--since", "1d", "--until", "2d"], "is not before --until"),
        (["--since", "2999-01-01"], "is not before --until"),
        ([], "Missing option '--since'"),
    ],
)
def test_times_that_are_none_are_refused(
    reviewer: Reviewer, served: ServedOrganization, arguments: list[str], said: str
) -> None:
    answer = reviewer("load", "conversations", *arguments)
    assert answer.status == ExitCode.USAGE and said in answer.err


def test_a_missing_permission_is_named_with_its_status(reviewer: Reviewer, served: ServedOrganization) -> None:
    allow_all_but(served, "analytics:conversationDetail:view")
    answer = reviewer("load", "conversations", "--since", "7d")
    assert answer.status == ExitCode.PERMISSION and "analytics:conversationDetail:view" in answer.err
    allow_all_but(served, "externalContacts:graphCluster:view")
    answer = reviewer("load", "clusters")
    assert answer.status == ExitCode.PERMISSION and "externalContacts:graphCluster:view" in answer.err


def test_clusters_come_into_the_queue_with_what_the_service_says_of_them(
    reviewer: Reviewer, served: ServedOrganization
) -> None:
    assert reviewer("sync").status == ExitCode.OK
    report = reviewer("load", "clusters", "--json").json()
    assert report["served"] and report["clusters"] == report["offered"] > 0
    assert report["pairs"] == report["news"] == report["scored"] >= report["clusters"]
    rows = reviewer("queue", "--json", "--limit", "100").json()
    shown = reviewer("show", str(next(row["id"] for row in rows if row["kind"] != "shared")))
    assert "said elsewhere: genesys clusters: same " in shown.out
    again = reviewer("load", "clusters", "--json").json()
    assert (again["news"], again["withdrawn"], again["scored"]) == (0, 0, 0)
    assert reviewer("queue", "--json", "--limit", "100").json() == rows
    reviewer("detect")
    told = reviewer("load", "clusters").out
    assert f"{report['clusters']} clusters, {report['offered']} to decide on as" in told and "(0 new" in told


def test_clusters_are_loaded_without_any_sync_before(reviewer: Reviewer, served: ServedOrganization) -> None:
    told = reviewer("load", "clusters").out
    report = reviewer("load", "clusters", "--json").json()
    assert "contacts read for it: " in told and f"({report['pairs']:,} new, {report['pairs']:,} scored)" in told
    assert (report["new"], report["changed"], report["news"]) == (0, 0, 0) and report["pairs"] > 0


def test_an_organisation_without_the_preview_is_no_failure(reviewer: Reviewer, served: ServedOrganization) -> None:
    served.write("knobs", {"graphs_served": False})
    answer = reviewer("load", "clusters")
    assert (answer.status, answer.err) == (ExitCode.OK, "")
    assert "does not serve the preview of cluster scans" in answer.out
    assert reviewer("load", "clusters", "--json").json()["served"] is False
    assert reviewer("sync").status == ExitCode.OK
    status = reviewer("status")
    assert "automatic merging: could not be read" in status.out and "does not serve the preview" in status.out
    assert WARNING not in status.out + status.err


def test_an_organisation_that_was_never_scanned_has_nothing_to_load(
    reviewer: Reviewer, served: ServedOrganization
) -> None:
    served.write("knobs", {"cluster_scan_hours": None})
    answer = reviewer("load", "clusters")
    assert answer.status == ExitCode.OK and "no cluster scan has finished" in answer.out
    assert reviewer("load", "clusters", "--json").json()["scan"] is None


def test_states_of_merging_that_nobody_knows_are_told_and_not_offered(
    reviewer: Reviewer, served: ServedOrganization
) -> None:
    served.write("faults", {"clusters": {"kind": "unknown_values", "count": -1}})
    report = reviewer("load", "clusters", "--json").json()
    assert report["unknown"] == report["clusters"] > 0 and report["pairs"] == 0
    assert "FutureValue" in report["notes"][0]["sentence"]


def test_contacts_that_cannot_be_read_are_told_and_cost_no_pair_of_an_earlier_load(
    reviewer: Reviewer, served: ServedOrganization
) -> None:
    whole = reviewer("load", "clusters", "--json").json()
    served.write("faults", {"bulk": {"kind": "partial", "failing": 3, "retryable": False}})
    answer = reviewer("load", "clusters", "--json")
    part = answer.json()
    assert answer.status == ExitCode.SOME_REJECTED and "could not be read" in answer.err
    assert (part["rejected"], part["withdrawn"], part["gone"]) == (3, 0, 0) and part["pairs"] < whole["pairs"]
    again = reviewer("load", "clusters", "--json").json()
    assert (again["pairs"], again["rejected"], again["withdrawn"]) == (whole["pairs"], 0, part["news"])


def switch(served: ServedOrganization, on: bool) -> None:
    """What an administrator of the organisation does."""
    import httpx

    access = served.access
    basic, grant = (access.client_id, access.client_secret), {"grant_type": "client_credentials"}
    token = httpx.post(f"{access.url}/oauth/token", data=grant, auth=basic).json()["access_token"]
    answer = httpx.put(
        f"{access.url}/api/v2/externalcontacts/graphs/settings",
        json={"automaticMergingEnabled": on},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "reads", [("sync",), ("load", "clusters"), ("load", "conversations", "--since", "1d"), ("execute",)], ids=" ".join
)
def test_automatic_merging_is_told_wherever_the_service_is_called_and_goes_when_it_is_off(
    reviewer: Reviewer, served: ServedOrganization, empty: Path, reads: tuple[str, ...]
) -> None:
    assert "never looked up" in reviewer("status").out
    switch(served, on=True)
    assert reviewer(*reads).status == ExitCode.OK
    status = reviewer("status")
    assert f"{WARNING} in this organisation (read 20" in status.out and "family phones" in status.err
    found: dict[str, Any] = reviewer("status", "--json").json()["automatic_merging"]
    assert found["enabled"] is True and json.dumps(found["read_at"])
    switch(served, on=False)
    assert reviewer(*reads).status == ExitCode.OK
    status = reviewer("status")
    assert "automatic merging: off (read 20" in status.out and WARNING not in status.out + status.err
