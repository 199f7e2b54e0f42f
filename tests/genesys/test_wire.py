"""What really goes over the wire: redirects, a proxy, connections, on sockets of this machine."""

import asyncio
import ssl
from pathlib import Path

import pytest
import trustme

from reviewer.genesys.client import GenesysClient
from reviewer.genesys.errors import BadAnswer, CannotConnect, UnclearOutcome
from tests.genesys.loopback import MINTED, connect_proxy, http, minting, organization, recording
from tests.genesys.service import SECRET, connection


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary", "308 Perm"])
async def test_no_redirect_takes_the_token_or_the_secret_to_another_host(status: str) -> None:
    async with recording(minting(http("200 OK", organization()))) as elsewhere:
        redirect = http(status, b"", f"Location: {elsewhere.url}/api/v2/organizations/me")
        async with (
            recording(minting(redirect)) as here,
            GenesysClient(connection(region="", api_url=here.url)) as client,
        ):
            with pytest.raises(BadAnswer, match=r"127\.0\.0\.1, which is not followed"):
                await client.organization()
            with pytest.raises(UnclearOutcome, match="not followed"):
                await client.merge(["a", "b"])
        async with (
            recording(lambda path: redirect) as login,
            GenesysClient(connection(region="", api_url=here.url, login_url=login.url)) as client,
        ):
            with pytest.raises(BadAnswer):
                await client.organization()
    assert elsewhere.connections == 0 and elsewhere.heads == []
    assert here.paths().count("/api/v2/externalcontacts/contacts/merge") == 1


async def test_many_reads_go_over_one_connection_and_many_at_once_over_a_few() -> None:
    async with recording(minting(http("200 OK", organization()))) as server:
        async with GenesysClient(connection(region="", api_url=server.url)) as client:
            for _ in range(50):
                await client.organization()
        assert server.connections == 1 and len(server.heads) == 51
        async with GenesysClient(connection(region="", api_url=server.url)) as client:
            await asyncio.gather(*(client.organization() for _ in range(200)))
        assert server.connections <= 1 + 20


async def test_all_calls_go_through_the_proxy_and_the_token_only_through_its_tunnel(tmp_path: Path) -> None:
    authority, file = trustme.CA(), tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(file)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("api.acme.example", "login.acme.example").configure_cert(tls)
    async with (
        recording(minting(http("200 OK", organization())), tls) as service,
        connect_proxy(service.port) as proxy,
    ):
        where = {"region": "", "api_url": "https://api.acme.example", "ca_file": file}
        through = connection(proxy=f"http://user:hidden@127.0.0.1:{proxy.port}", **where)
        async with GenesysClient(through) as client:
            assert (await client.organization()).name == "ACME"
        assert [head.split(" ")[:2] for head in proxy.heads] == [
            ["CONNECT", "login.acme.example:443"],
            ["CONNECT", "api.acme.example:443"],
        ]
        assert service.paths() == ["/oauth/token", "/api/v2/organizations/me"]
        assert all("token-of-loopback" not in head and SECRET not in head for head in proxy.heads)
        assert all("proxy-authorization" not in head.lower() for head in service.heads)

        refused = connection(proxy=f"http://127.0.0.1:{proxy.port}", **where)
        async with GenesysClient(refused, read_budget=0.1) as client:
            with pytest.raises(
                CannotConnect, match=rf"through the proxy 127\.0\.0\.1:{proxy.port} for POST /oauth/token"
            ):
                await client.organization()


async def test_a_proxy_cannot_stand_in_for_the_service(tmp_path: Path) -> None:
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("api.acme.example", "login.acme.example").configure_cert(tls)
    async with recording(minting(http("200 OK")), tls) as intruder, connect_proxy(intruder.port) as proxy:
        through = connection(
            region="", api_url="https://api.acme.example", proxy=f"http://user:hidden@127.0.0.1:{proxy.port}"
        )
        async with GenesysClient(through) as client:
            with pytest.raises(CannotConnect, match=r"certificate of login\.acme\.example is not trusted"):
                await client.organization()
    assert intruder.heads == []


async def test_an_answer_that_drips_for_ever_ends_within_twice_the_time_out() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if b"/oauth/token" in head:
            writer.write(http("200 OK", MINTED, "Connection: close"))
        else:
            writer.write(b"HTTP/1.1 200 OK\r\n")
            while not writer.is_closing():
                writer.write(b"X-Slow: 1\r\n")
                await asyncio.sleep(0.05)
        writer.close()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with GenesysClient(connection(region="", api_url=url, timeout=0.3), read_budget=0.1) as client:
            with pytest.raises(UnclearOutcome, match="no answer within"):
                await client.merge(["a", "b"])
