"""The client against an organisation that is served by a process of its own."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from reviewer.genesys.calls import CallOutcome, CallRecord
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.connection import Connection
from reviewer.genesys.errors import (
    ApiError,
    Conflict,
    CursorExpired,
    MissingPermission,
    NotFound,
    RequestRejected,
    ServiceUnavailable,
    TooManyRequests,
    UnclearOutcome,
    WrongCredentials,
)
from reviewer.simulator.serving import ServedOrganization


def client_of(served: ServedOrganization, client_secret: str = "", **options: Any) -> GenesysClient:
    access = served.access
    secret = client_secret or access.client_secret
    connection = Connection(client_id=access.client_id, client_secret=secret, api_url=access.url, timeout=10)
    return GenesysClient(connection, **options)


def merges(served: ServedOrganization) -> list[Any]:
    return [call for call in served.read("calls") if call["endpoint"] == "merge"]


@pytest.fixture(scope="module")
def served() -> Iterator[ServedOrganization]:
    with ServedOrganization(population=150, rate_limit=None) as running:
        yield running


@pytest.fixture
def organization(served: ServedOrganization) -> ServedOrganization:
    permissions = {name for endpoint in served.read("endpoints") for name in endpoint["permissions"]}
    served.write("permissions", {"permissions": sorted(permissions)})
    served.write("faults", {})
    return served


async def new_contacts(client: GenesysClient, count: int = 2) -> list[str]:
    answers = [await client.create({"firstName": "Bob", "title": str(number)}) for number in range(count)]
    return [json.loads(answer.body)["id"] for answer in answers]


async def test_the_organisation_is_read_and_scanned_over_empty_and_short_pages(
    organization: ServedOrganization,
) -> None:
    organization.write("knobs", {"scan_empty_every": 2, "scan_short_every": 3})
    async with client_of(organization) as client:
        assert (await client.organization()).id == organization.access.organization_id
        pages = [page async for page in client.scan(limit=20)]
        assert client.rate().used > 0
    ids = [json.loads(contact)["id"] for page in pages for contact in page.contacts]
    assert len(ids) == len(set(ids)) > 50
    assert any(not page.contacts for page in pages[:-1])


async def test_a_scan_resumes_at_the_cursor_that_was_kept(organization: ServedOrganization) -> None:
    async with client_of(organization) as client:
        pages = [page async for page in client.scan(limit=20)]
        rest = [page async for page in client.scan(limit=20, cursor=pages[1].next_cursor)]
        with pytest.raises(CursorExpired):
            await anext(client.scan(cursor="no cursor"))
    assert [page.contacts for page in rest] == [page.contacts for page in pages[2:]]


async def test_a_merge_makes_aliases_of_its_members(organization: ServedOrganization) -> None:
    async with client_of(organization) as client:
        ids = await new_contacts(client, 25)
        answer = await client.merge(ids, {"firstName": "Robert"})
        merged = json.loads(answer.body)
        living = await client.bulk_contacts([*ids, "no-such-contact"])
        ancestors = await client.bulk_unresolved(ids)
        through_alias = json.loads(await client.contact(ids[0]))
    assert merged["firstName"] == "Robert" and answer.status == 200 and answer.correlation_id
    assert {reference["id"] for reference in merged["mergedFrom"]} == set(ids)
    assert {json.loads(body)["id"] for body in living.found.values()} == {merged["id"]} == {through_alias["id"]}
    assert set(living.found) == set(ids) and living.failed["no-such-contact"].status == 404
    assert all(json.loads(body)["mergedTo"]["id"] == merged["id"] for body in ancestors.found.values())


async def test_an_identifier_is_claimed_looked_up_and_released(organization: ServedOrganization) -> None:
    email = "claimed@example.com"
    async with client_of(organization) as client:
        (contact_id,) = await new_contacts(client, 1)
        await client.claim(contact_id, "Email", email)
        held = await client.identifiers(contact_id)
        holder = await client.look_up("Email", email)
        await client.release(contact_id, "Email", email)
        assert await client.look_up("Email", email) is None
    assert [(one.type, one.value) for one in held] == [("Email", email)]
    assert holder is not None and json.loads(holder)["id"] == contact_id


async def test_a_patch_removes_a_field(organization: ServedOrganization) -> None:
    async with client_of(organization) as client:
        (contact_id,) = await new_contacts(client, 1)
        await client.patch(contact_id, [{"field": "$.title", "action": "Remove"}])
        assert "title" not in json.loads(await client.unresolved(contact_id))


async def test_notes_sessions_and_sources_are_read(organization: ServedOrganization) -> None:
    async with client_of(organization) as client:
        ids = [json.loads(contact)["id"] async for page in client.scan() for contact in page.contacts]
        sources = await client.external_sources()
        for contact_id in ids[:5]:
            await client.notes(contact_id)
            await client.sessions(contact_id)
    assert organization.access.external_source_id in [source.id for source in sources]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop_after"},
        {"kind": "drop_before"},
        {"kind": "error_after", "status": 500},
        {"kind": "error_after", "status": 504},
        {"kind": "error_before", "status": 503},
        {"kind": "error_before", "status": 408},
        {"kind": "error_before", "status": 500},
        {"kind": "truncated"},
        {"kind": "not_json"},
        {"kind": "not_json", "effect": True},
        {"kind": "redirect"},
        {"kind": "redirect", "effect": True},
    ],
    ids=str,
)
async def test_a_merge_without_a_clear_answer_reaches_the_service_once(
    organization: ServedOrganization, fault: dict[str, Any]
) -> None:
    async with client_of(organization) as client:
        ids = await new_contacts(client)
        before = len(merges(organization))
        organization.write("faults", {"merge": fault})
        with pytest.raises(UnclearOutcome):
            await client.merge(ids)
    assert len(merges(organization)) == before + 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RequestRejected),
        (403, MissingPermission),
        (404, NotFound),
        (409, Conflict),
        (413, RequestRejected),
        (415, RequestRejected),
        (429, TooManyRequests),
    ],
)
async def test_a_refused_merge_reaches_the_service_once(
    organization: ServedOrganization, status: int, kind: type[ApiError]
) -> None:
    async with client_of(organization) as client:
        ids = await new_contacts(client)
        before = len(merges(organization))
        organization.write("faults", {"merge": {"kind": "error_before", "status": status}})
        with pytest.raises(kind):
            await client.merge(ids)
    assert len(merges(organization)) == before + 1


async def test_a_token_that_expires_between_two_calls_costs_nothing(organization: ServedOrganization) -> None:
    async with client_of(organization) as client:
        ids = await new_contacts(client)
        organization.write("faults", {"merge": {"kind": "token_expired"}, "get": {"kind": "token_expired"}})
        merged = json.loads((await client.merge(ids)).body)
        assert json.loads(await client.contact(ids[0]))["id"] == merged["id"]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop_before"},
        {"kind": "truncated"},
        {"kind": "error_before", "status": 503},
        {"kind": "error_after", "status": 504},
    ],
    ids=str,
)
async def test_a_read_gets_over_what_passes(organization: ServedOrganization, fault: dict[str, Any]) -> None:
    async with client_of(organization) as client:
        (contact_id,) = await new_contacts(client, 1)
        organization.write("faults", {"unresolved": fault})
        assert json.loads(await client.unresolved(contact_id))["id"] == contact_id


async def test_an_answer_that_is_cut_off_is_told_with_its_correlation_id(organization: ServedOrganization) -> None:
    calls: list[CallRecord] = []
    async with client_of(organization, read_budget=1, on_call=calls.append) as client:
        ids = await new_contacts(client)
        cut = {"kind": "truncated", "count": -1}
        organization.write("faults", {"unresolved": cut, "merge": cut})
        with pytest.raises(ServiceUnavailable, match="does not come through whole") as of_read:
            await client.unresolved(ids[0])
        with pytest.raises(UnclearOutcome) as of_write:
            await client.merge(ids)
    assert of_read.value.correlation_id and of_read.value.status == 200
    assert of_write.value.correlation_id == merges(organization)[-1]["correlationId"]
    assert calls[-1].outcome is CallOutcome.LOST and calls[-1].correlation_id == of_write.value.correlation_id


async def test_what_the_service_repeats_of_the_credentials_is_repeated_nowhere(
    organization: ServedOrganization,
) -> None:
    calls: list[CallRecord] = []
    secret = organization.access.client_secret
    telling = {"kind": "error_before", "status": 400, "code": secret, "message": f"not with {secret}"}
    async with client_of(organization, on_call=calls.append) as client:
        organization.write("faults", {"organization": telling})
        with pytest.raises(RequestRejected) as refused:
            await client.organization()
    async with client_of(organization, on_call=calls.append) as client:
        organization.write("faults", {"token": telling})
        with pytest.raises(WrongCredentials) as not_let_in:
            await client.organization()
    assert secret not in f"{refused.value} {refused.value.code} {not_let_in.value} {calls}"


async def test_a_missing_permission_and_a_wrong_secret_are_told(organization: ServedOrganization) -> None:
    organization.write("permissions", {"permissions": ["externalContacts:contact:view"]})
    async with client_of(organization) as client:
        with pytest.raises(MissingPermission, match="externalContacts:identity:merge"):
            await client.merge(["a", "b"])
        with pytest.raises(NotFound):
            await client.contact("no-such-contact")
    async with client_of(organization, "wrong") as stranger:
        with pytest.raises(WrongCredentials):
            await stranger.organization()


async def test_unknown_fields_and_values_break_nothing(organization: ServedOrganization) -> None:
    async with client_of(organization) as client:
        (contact_id,) = await new_contacts(client, 1)
        await client.claim(contact_id, "Email", "known@example.com")
        names = [endpoint["name"] for endpoint in organization.read("endpoints")]
        unknown = [{"kind": "unknown_fields", "count": -1}, {"kind": "unknown_values", "count": -1}]
        for fault in unknown:
            organization.write("faults", dict.fromkeys(names, fault))
            pages = [page async for page in client.scan()]
            assert not any(page.rejected for page in pages)
            ids = [json.loads(contact)["id"] for page in pages for contact in page.contacts]
            assert contact_id in ids
            assert (await client.organization()).id == organization.access.organization_id
            assert json.loads(await client.contact(contact_id, ["identifiers"]))["id"] == contact_id
            assert json.loads(await client.unresolved(contact_id))["id"] == contact_id
            assert set((await client.bulk_contacts(ids[:5])).found) == set(ids[:5])
            assert set((await client.bulk_unresolved(ids[:5])).found) == set(ids[:5])
            assert len(await client.identifiers(contact_id)) == 1
            assert await client.look_up("Email", "known@example.com") is not None
            assert await client.external_sources()
            for one in ids[:20]:
                await client.notes(one)
                await client.sessions(one)
            first, second = await new_contacts(client)
            assert json.loads((await client.merge([first, second])).body)["id"]
            await client.patch(contact_id, [{"field": "$.title", "action": "Update", "value": "Dr"}])
            await client.release(contact_id, "Email", "known@example.com")
            await client.claim(contact_id, "Email", "known@example.com")
    organization.write("faults", {})


async def test_each_client_has_a_token_and_a_limit_of_its_own(organization: ServedOrganization) -> None:
    organization.write("knobs", {"rate_limit": 300})
    async with client_of(organization) as one, client_of(organization) as other:
        await asyncio.gather(*(client.organization() for client in (one, other) for _ in range(6)))
        assert [client.rate()[:2] for client in (one, other)] == [(6, 300), (6, 300)]
        assert all(0 < client.rate().seconds <= 61 for client in (one, other))
    organization.write("knobs", {"rate_limit": None})
