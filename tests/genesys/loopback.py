"""Small servers on this machine that record what reached them, over real sockets."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

MINTED = b'{"access_token":"token-of-loopback","expires_in":86400}'


@dataclass
class Recorder:
    """A server: its address, how many connections it was opened, and the head of every request."""

    url: str = ""
    port: int = 0
    connections: int = 0
    heads: list[str] = field(default_factory=list)

    def paths(self) -> list[str]:
        return [head.split(" ")[1] for head in self.heads]


Answer = Callable[[str], bytes]
"""Makes the answer of a request from its path."""


def http(status: str, body: bytes = b"{}", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Content-Type: application/json", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def minting(other: bytes) -> Answer:
    """Mints tokens and answers all else with ``other``."""
    return lambda path: http("200 OK", MINTED) if path == "/oauth/token" else other


@asynccontextmanager
async def recording(answer: Answer, tls: ssl.SSLContext | None = None) -> AsyncIterator[Recorder]:
    """Serve on a free port; connections are kept open as long as the client likes."""
    recorder = Recorder()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recorder.connections += 1
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                recorder.heads.append(head)
                await reader.readexactly(_length(head))
                writer.write(answer(head.split(" ")[1]))
                await writer.drain()
        writer.close()

    async with _listening(serve, tls) as port:
        recorder.port = port
        recorder.url = f"http{'s' if tls else ''}://127.0.0.1:{port}"
        yield recorder


@asynccontextmanager
async def connect_proxy(port: int) -> AsyncIterator[Recorder]:
    """A proxy that carries every CONNECT to that port of this machine, whatever host was asked for."""
    recorder = Recorder()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recorder.connections += 1
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        recorder.heads.append(head)
        if "Proxy-Authorization: Basic " not in head:
            writer.write(http("407 Proxy Authentication Required"))
            await writer.drain()
            writer.close()
            return
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(_pump(reader, there_writer), _pump(there_reader, writer))

    async with _listening(serve, None) as proxy_port:
        recorder.port = proxy_port
        yield recorder


def organization(**more: object) -> bytes:
    return json.dumps({"id": "org", "name": "ACME", **more}).encode()


@asynccontextmanager
async def _listening(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], object], tls: ssl.SSLContext | None
) -> AsyncIterator[int]:
    tasks: set[asyncio.Task[None]] = set()

    async def tracked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with suppress(asyncio.CancelledError):
            await serve(reader, writer)  # type: ignore[misc]
        tasks.discard(task)

    server = await asyncio.start_server(tracked, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


def _length(head: str) -> int:
    for line in head.split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            return int(value)
    return 0
