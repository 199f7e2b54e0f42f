"""TLS is verified against a real server on this machine."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme

from reviewer.genesys.client import GenesysClient
from reviewer.genesys.errors import CannotConnect, WrongCredentials
from tests.genesys.service import connection


@asynccontextmanager
async def refusing_server(authority: trustme.CA, name: str) -> AsyncIterator[str]:
    """An address whose server answers every request with 401, under a certificate for ``name``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_a_private_authority_is_trusted_only_if_it_is_named(tmp_path: Path) -> None:
    authority, file = trustme.CA(), tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(file)
    async with refusing_server(authority, "127.0.0.1") as url:
        async with GenesysClient(connection(region="", api_url=url)) as client:
            with pytest.raises(CannotConnect, match="`ca_file`"):
                await client.organization()
        async with GenesysClient(connection(region="", api_url=url, ca_file=file)) as client:
            with pytest.raises(WrongCredentials):
                await client.organization()


async def test_a_certificate_of_another_host_is_refused(tmp_path: Path) -> None:
    authority, file = trustme.CA(), tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(file)
    async with (
        refusing_server(authority, "elsewhere.example") as url,
        GenesysClient(connection(region="", api_url=url, ca_file=file)) as client,
    ):
        with pytest.raises(CannotConnect, match="certificate"):
            await client.organization()
