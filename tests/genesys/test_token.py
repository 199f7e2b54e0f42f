import asyncio
import base64

import httpx
import pytest

from reviewer.genesys.errors import BadAnswer, ServiceUnavailable, WrongCredentials
from tests.genesys.service import SECRET, ScriptedService, minted, ok, raw, refusal

ORGANIZATION = {"id": "org", "name": "ACME"}


async def test_the_token_is_minted_with_the_clients_own_credentials() -> None:
    service = ScriptedService(ok(ORGANIZATION))
    async with service.client() as client:
        organization = await client.organization()
    assert (organization.id, organization.name) == ("org", "ACME")
    (request,) = service.token_requests
    assert str(request.url) == "https://login.mypurecloud.de/oauth/token"
    assert request.content == b"grant_type=client_credentials"
    scheme, pair = request.headers["Authorization"].split()
    assert (scheme, base64.b64decode(pair).decode()) == ("Basic", f"the-client:{SECRET}")
    assert service.requests[0].headers["Authorization"] == "Bearer token-1"


async def test_calls_at_the_same_time_mint_one_token() -> None:
    service = ScriptedService(ok(ORGANIZATION))
    async with service.client() as client:
        await asyncio.gather(*(client.organization() for _ in range(10)))
    assert len(service.token_requests) == 1 and len(service.requests) == 10


async def test_the_token_is_renewed_before_it_expires() -> None:
    service = ScriptedService(ok(ORGANIZATION))
    service.token_replies.append(minted(1, expires_in=1000))
    async with service.client() as client:
        await client.organization()
        service.time.now += 899
        await client.organization()
        assert len(service.token_requests) == 1
        service.time.now += 2
        await client.organization()
    assert service.requests[-1].headers["Authorization"] == "Bearer token-2"


async def test_a_token_without_a_life_is_kept_until_it_is_refused() -> None:
    service = ScriptedService(ok(ORGANIZATION))
    service.token_replies.append(ok({"access_token": "token-1"}))
    async with service.client() as client:
        await client.organization()
        service.time.now += 10_000_000
        await client.organization()
    assert len(service.token_requests) == 1


async def test_a_refused_token_is_renewed_once_for_all_that_hold_it() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        stale = request.headers["Authorization"] == "Bearer token-1"
        return refusal(401, "bad.credentials") if stale else ok(ORGANIZATION)

    service = ScriptedService(answer)
    async with service.client() as client:
        await asyncio.gather(*(client.organization() for _ in range(5)))
    assert len(service.token_requests) == 2


async def test_a_second_refusal_is_wrong_credentials() -> None:
    service = ScriptedService(refusal(401, "bad.credentials"))
    async with service.client() as client:
        with pytest.raises(WrongCredentials, match=r"bad\.credentials"):
            await client.organization()
    assert len(service.requests) == 2 and len(service.token_requests) == 2


async def test_minting_is_tried_again_while_the_login_host_is_down() -> None:
    service = ScriptedService(ok(ORGANIZATION))
    service.token_replies.extend([refusal(503), refusal(429, **{"Retry-After": "7"}), minted(1)])
    async with service.client() as client:
        await client.organization()
    assert any(seconds >= 8 for seconds in service.time.slept)


async def test_minting_that_cannot_succeed_is_not_multiplied_by_the_call_that_needs_it() -> None:
    service = ScriptedService(ok(ORGANIZATION))
    service.token_replies.extend([raw(b"<html>")] * 50)
    async with service.client() as client:
        with pytest.raises(BadAnswer):
            await client.organization()
    assert len(service.token_requests) == 3

    service.token_replies.clear()
    service.token_replies.extend([refusal(503)] * 500)
    async with service.client(read_budget=30) as client:
        with pytest.raises(ServiceUnavailable):
            await client.organization()
    assert sum(service.time.slept) < 40


async def test_a_token_that_could_break_a_header_is_not_used() -> None:
    service = ScriptedService(ok(ORGANIZATION))
    service.token_replies.extend([ok({"access_token": "x\r\nHost: elsewhere"})] * 3)
    async with service.client() as client:
        with pytest.raises(BadAnswer):
            await client.organization()
    assert not service.requests


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 422, 451])
async def test_a_login_that_refuses_is_about_the_client_and_never_about_the_write(status: int) -> None:
    service = ScriptedService()
    service.token_replies.extend([refusal(status)] * 5)
    async with service.client() as client:
        with pytest.raises(WrongCredentials):
            await client.merge(["a", "b"])
    assert not service.requests
