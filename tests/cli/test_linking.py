"""`reviewer link`, and a link in place of a stitch, against a served organisation."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from reviewer.exit_codes import ExitCode
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.connection import Connection
from reviewer.simulator.serving import ServedOrganization
from tests.cli.conftest import Said

Reviewer = Callable[..., Said]


@pytest.fixture
def mirrored(reviewer: Reviewer, served: ServedOrganization, monkeypatch: pytest.MonkeyPatch) -> ServedOrganization:
    """The organisation, read into the database; what is approved is due at once."""
    monkeypatch.setenv("REVIEWER_COOL_OFF_MINUTES", "0")
    assert reviewer("sync").status == ExitCode.OK
    return served


def client_of(served: ServedOrganization) -> GenesysClient:
    access = served.access
    return GenesysClient(
        Connection(client_id=access.client_id, client_secret=access.client_secret, api_url=access.url, timeout=10)
    )


def made(served: ServedOrganization, **fields: Any) -> dict[str, Any]:
    """A new contact of the organisation."""

    async def create() -> dict[str, Any]:
        async with client_of(served) as client:
            found: dict[str, Any] = json.loads((await client.create(fields)).body)
        return found

    return asyncio.run(create())


def anonymous_holder(served: ServedOrganization) -> tuple[str, str, str]:
    """An anonymous contact of the organisation, and the type and value of an account that it holds."""

    async def found() -> tuple[str, str, str]:
        async with client_of(served) as client:
            for id_ in served.read("anonymous"):
                for one in await client.identifiers(id_):
                    if one.type in ("SocialInstagram", "SocialFacebook", "SocialLine"):
                        return id_, one.type, one.value
        raise AssertionError("no anonymous contact holds an account")

    return asyncio.run(found())


def test_a_free_identity_is_linked_and_carried_out(reviewer: Reviewer, mirrored: ServedOrganization) -> None:
    jane = made(mirrored, firstName="Jane", lastName="Doe")["id"]
    linked = reviewer("link", jane, "SocialInstagram", "1784", "--note", "she told us")
    assert linked.status == ExitCode.OK and f"link of SocialInstagram 1784 to {jane} approved" in linked.out
    sent = reviewer("execute")
    assert sent.status == ExitCode.OK and f"done: SocialInstagram 1784 leads to {jane}" in sent.out
    assert "Instagram: 1784" in reviewer("person", jane).out
    assert "she told us" in reviewer("audit", "show", "1").out
    again = reviewer("link", jane, "SocialInstagram", "1784")
    assert again.status == ExitCode.REFUSED and "leads to" in again.err and "nothing is left to do" in again.err


def test_what_a_known_person_holds_or_nobody_knows_is_refused_in_words(
    reviewer: Reviewer, mirrored: ServedOrganization
) -> None:
    jane = made(mirrored, firstName="Jane")["id"]
    bob = made(mirrored, firstName="Bob", lineId={"ids": [{"userId": "U77"}]})["id"]
    held = reviewer("link", jane, "SocialLine", "U77", "--json")
    assert held.status == ExitCode.REFUSED and f"leads to Bob ({bob}), a known person" in held.err
    missing = reviewer("link", "nobody", "SocialLine", "U78")
    assert missing.status == ExitCode.NOT_FOUND and "nobody cannot be read" in missing.err
    assert reviewer("link", jane, "Phone", "702").status == ExitCode.REFUSED
    assert reviewer("stage", "--json").json()["staged"] == []


def test_a_link_is_printed_as_json_listed_and_taken_back(reviewer: Reviewer, mirrored: ServedOrganization) -> None:
    jane = made(mirrored, firstName="Jane")["id"]
    decided = reviewer("link", jane, "Cookie", "abc", "--json").json()
    assert decided["operation"] == 1
    (planned,) = reviewer("execute", "--dry-run", "--json").json()
    assert [call["purpose"] for call in planned["calls"] if call["writes"]] == ["claim"]
    for command in (("stage",), ("operations",)):
        assert "Cookie abc ⇢ Jane" in reviewer(*command).out
    assert "link of Cookie abc ⇢ Jane taken back" in reviewer("undo").out
    assert reviewer("execute", "--dry-run", "--json").json() == []


def test_what_an_anonymous_contact_holds_is_merged_or_released_by_choice(
    reviewer: Reviewer, mirrored: ServedOrganization
) -> None:
    jane = made(mirrored, firstName="Jane")["id"]
    holder, kind, value = anonymous_holder(mirrored)
    unchosen = reviewer("link", jane, kind, value)
    assert unchosen.status == ExitCode.REFUSED and "choose --merge" in unchosen.err and holder in unchosen.err
    assert reviewer("link", jane, kind, value, "--merge").status == ExitCode.OK
    (merging,) = reviewer("execute", "--dry-run", "--json").json()
    assert [call["purpose"] for call in merging["calls"] if call["writes"]] == ["merge"]
    reviewer("undo")
    assert reviewer("link", jane, kind, value, "--release").status == ExitCode.OK
    sent = reviewer("execute")
    assert sent.status == ExitCode.OK and f"{kind} {value} leads to {jane}" in sent.out


def test_decide_link_is_refused_where_there_is_no_identity(reviewer: Reviewer, queued: object) -> None:
    refused = reviewer("decide", "1", "link")
    assert refused.status == ExitCode.REFUSED and "no anonymous channel identity to link" in refused.err
