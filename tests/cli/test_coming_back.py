"""Decided pairs whose contacts changed in the service come back with the next sync, marked with what changed."""

import json
import urllib.request
from base64 import b64encode
from collections.abc import Callable
from typing import Any

from reviewer.exit_codes import ExitCode
from reviewer.simulator.serving import ServedOrganization
from tests.cli.conftest import Said

Reviewer = Callable[..., Said]


def patch(served: ServedOrganization, contact_id: str, field: str, value: Any) -> None:
    """What somebody else does in the service."""
    access = served.access
    basic = b64encode(f"{access.client_id}:{access.client_secret}".encode()).decode()
    minting = urllib.request.Request(
        f"{access.url}/oauth/token", b"grant_type=client_credentials", {"Authorization": f"Basic {basic}"}
    )
    token = json.load(urllib.request.urlopen(minting))["access_token"]
    body = {"changes": [{"field": f"$.{field}", "action": "Update", "value": value}]}
    changing = urllib.request.Request(
        f"{access.url}/api/v2/externalcontacts/contacts/{contact_id}",
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        method="PATCH",
    )
    assert urllib.request.urlopen(changing).status == 200


def queued(reviewer: Reviewer) -> dict[int, dict[str, Any]]:
    return {row["id"]: row for row in reviewer("queue", "--json", "--limit", "1000").json()}


def test_a_decided_pair_comes_back_with_the_mark_of_what_changed_and_the_others_do_not(
    reviewer: Reviewer, served: ServedOrganization
) -> None:
    for command in ("sync", "detect"):
        assert reviewer(command).status == ExitCode.OK
    first, other = [row for row in queued(reviewer).values() if row["kind"] == "duplicate" and row["size"] == 2][:2]
    for row in (first, other):
        assert reviewer("decide", str(row["id"]), "distinct").status == ExitCode.OK
    members = [column["contact_id"] for column in reviewer("show", str(first["id"]), "--json").json()["columns"]]
    assert first["id"] not in queued(reviewer)

    assert reviewer("sync", "--json").json()["changed"] == 0
    reviewer("detect")
    assert not {first["id"], other["id"]} & queued(reviewer).keys()

    patch(served, members[0], "title", "Doctor")
    assert reviewer("sync", "--json").json()["changed"] == 1
    back = queued(reviewer)
    assert other["id"] not in back
    assert back[first["id"]]["mark"].startswith("changed since decision ")
    listed = reviewer("queue", "--limit", "1000").out
    assert "changed since decision " in listed
    shown = reviewer("show", str(first["id"])).out
    assert f"came back: {back[first['id']]['mark']}: title" in shown
    reviewer("detect")
    assert queued(reviewer)[first["id"]]["mark"] == back[first["id"]]["mark"]
