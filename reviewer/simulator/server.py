"""Serving the organisation on loopback until it is told to end."""

import asyncio
import json
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from reviewer.simulator.answers import CLOSE
from reviewer.simulator.app import build_app
from reviewer.simulator.organization import Organization

HOST = "127.0.0.1"
STANDARD_INPUT = 0


class ClosingProtocol(H11Protocol):
    """Lets an answer close its own connection, through an extension of the ASGI scope."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        served = self.app

        async def with_close(scope: Any, receive: Any, send: Any) -> None:
            scope.setdefault("extensions", {})[CLOSE] = transport.close
            await served(scope, receive, send)

        self.app = with_close


class LoopbackServer(uvicorn.Server):
    """A server that says when it is ready, and that ends cleanly, with status 0, when it is told to."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.end)
        yield

    def end(self) -> None:
        """Finish what is being answered, then stop."""
        self.should_exit = True


def serve(organization: Organization, port: int, *, exit_with_parent: bool, ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT or, with ``exit_with_parent``, until standard input closes.

    ``ready`` is called with the base URL once connections are accepted. Port 0 is any free port; raises OSError
    where the port is taken.
    """
    # With its protocol named, asyncio switches off Nagle's algorithm, which costs 40 ms an answer.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
        url = f"http://{HOST}:{listening.getsockname()[1]}"
        asyncio.run(run(organization, listening, lambda: ready(url), exit_with_parent=exit_with_parent))


async def run(
    organization: Organization, listening: socket.socket, ready: Callable[[], None], *, exit_with_parent: bool
) -> None:
    """Serve on a bound socket until told to end."""
    config = uvicorn.Config(
        build_app(organization),
        http=ClosingProtocol,
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    server = LoopbackServer(config, ready)
    if exit_with_parent:
        arguments = (asyncio.get_running_loop(), server.end)
        threading.Thread(target=wait_for_parent, args=arguments, daemon=True).start()
    await server.serve(sockets=[listening])


def wait_for_parent(loop: asyncio.AbstractEventLoop, end: Callable[[], None]) -> None:
    """Standard input closes when the process that started us is gone, however it went.

    Read without Python's buffer: at exit the interpreter would wait for the lock that a waiting reader holds.
    """
    while os.read(STANDARD_INPUT, 4096):
        continue
    loop.call_soon_threadsafe(end)


def ready_line(organization: Organization, url: str, source_id: str) -> str:
    """What the process that started us reads to find the organisation: one line of JSON."""
    facts = {
        "url": url,
        "login_url": url,
        "client_id": organization.client.id,
        "client_secret": organization.client.secret,
        "organization_id": organization.id,
        "external_source_id": source_id,
        "contacts": organization.contacts.count(),
    }
    return json.dumps(facts)
