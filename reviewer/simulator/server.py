"""Serving the organisation on loopback until it is told to end."""

import asyncio
import json
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from reviewer.simulator.answers import CLOSE
from reviewer.simulator.app import build_app
from reviewer.simulator.organization import Organization

HOST = "127.0.0.1"


class ClosingProtocol(H11Protocol):
    """Lets an answer close its own connection, through an extension of the ASGI scope."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        served = self.app

        async def with_close(scope: Any, receive: Any, send: Any) -> None:
            scope.setdefault("extensions", {})[CLOSE] = transport.close
            await served(scope, receive, send)

        self.app = with_close


def serve(organization: Organization, port: int, *, exit_with_parent: bool, ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT or, with ``exit_with_parent``, until standard input closes.

    ``ready`` is called with the base URL once connections are accepted. Port 0 is any free port.
    """
    config = uvicorn.Config(
        build_app(organization),
        host=HOST,
        port=port,
        http=ClosingProtocol,
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    asyncio.run(run(uvicorn.Server(config), exit_with_parent=exit_with_parent, ready=ready))


async def run(server: uvicorn.Server, *, exit_with_parent: bool, ready: Callable[[str], None]) -> None:
    """Bind first, so that the port is known, then serve on that socket."""
    listening = server.config.bind_socket()
    url = f"http://{HOST}:{listening.getsockname()[1]}"
    loop = asyncio.get_running_loop()

    def end() -> None:
        server.should_exit = True

    server.capture_signals = nothing_captured  # type: ignore[assignment, method-assign]
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    if exit_with_parent:
        threading.Thread(target=wait_for_parent, args=(loop, end), daemon=True).start()
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.005)
    if server.started:
        ready(url)
    await serving


def wait_for_parent(loop: asyncio.AbstractEventLoop, end: Callable[[], None]) -> None:
    """Standard input closes when the process that started us is gone, however it went."""
    while sys.stdin.buffer.read(4096):
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
