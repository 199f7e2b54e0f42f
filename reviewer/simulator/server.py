"""Serving the organisation on loopback until it is told to end."""

import asyncio
import json
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from reviewer.simulator.answers import CLOSE
from reviewer.simulator.app import build_app, build_login
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
    """A server that tells when it accepts connections, and leaves the signals to whoever runs it."""

    def __init__(self, app: Any, ready: Callable[[], None]) -> None:
        config = uvicorn.Config(
            app,
            http=ClosingProtocol,
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=2,
        )
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Hosts:
    """The API's host and, on a port of its own, the login host; they begin and end together."""

    def __init__(self, organization: Organization, ready: Callable[[], None], *, with_login: bool) -> None:
        """``ready`` is called once all of them accept connections."""
        apps = [build_app(organization)] + ([build_login(organization)] if with_login else [])
        self._ready = ready
        self._servers = [LoopbackServer(app, self._one_more) for app in apps]
        self._started = 0

    def _one_more(self) -> None:
        self._started += 1
        if self._started == len(self._servers):
            self._ready()

    def end(self) -> None:
        """Finish what is being answered, then stop."""
        for server in self._servers:
            server.should_exit = True

    async def serve(self, sockets: Sequence[socket.socket], *, exit_with_parent: bool) -> None:
        """Serve, each host on its socket, until SIGTERM or SIGINT or the end of the parent; then end cleanly."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.end)
        if exit_with_parent:
            threading.Thread(target=wait_for_parent, args=(loop, self.end), daemon=True).start()
        pairs = zip(self._servers, sockets, strict=True)
        async with asyncio.TaskGroup() as group:
            for server, listening in pairs:
                group.create_task(server.serve(sockets=[listening]))


@contextmanager
def listening_on(port: int) -> Iterator[socket.socket]:
    """A socket bound on loopback; port 0 is any free one. Raises PortTaken."""
    # With its protocol named, asyncio switches off Nagle's algorithm, which costs 40 ms an answer.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, port))
        except OSError as wrong:
            raise PortTaken(f"cannot serve on port {port}: {wrong}") from wrong
        yield listening


class PortTaken(Exception):
    """A port on which nothing can be served; the message says why."""


def url_of(listening: socket.socket) -> str:
    return f"http://{HOST}:{listening.getsockname()[1]}"


def serve(
    organization: Organization,
    port: int,
    *,
    login_port: int | None,
    exit_with_parent: bool,
    ready: Callable[[str, str], None],
) -> None:
    """Serve until SIGTERM or SIGINT or, with ``exit_with_parent``, until standard input closes.

    With a ``login_port`` the login is served on a host of its own as well. ``ready`` is called with the base URLs of
    the API and the login once connections are accepted. Port 0 is any free port. Raises PortTaken.
    """
    with ExitStack() as sockets:
        ports = [port] if login_port is None else [port, login_port]
        bound = [sockets.enter_context(listening_on(one)) for one in ports]
        hosts = Hosts(
            organization, lambda: ready(url_of(bound[0]), url_of(bound[-1])), with_login=login_port is not None
        )
        asyncio.run(hosts.serve(bound, exit_with_parent=exit_with_parent))


def wait_for_parent(loop: asyncio.AbstractEventLoop, end: Callable[[], None]) -> None:
    """Standard input closes when the process that started us is gone, however it went.

    Read without Python's buffer: at exit the interpreter would wait for the lock that a waiting reader holds.
    """
    while os.read(STANDARD_INPUT, 4096):
        continue
    loop.call_soon_threadsafe(end)


def ready_line(organization: Organization, url: str, login_url: str, source_id: str) -> str:
    """What the process that started us reads to find the organisation: one line of JSON."""
    facts = {
        "url": url,
        "login_url": login_url,
        "client_id": organization.client.id,
        "client_secret": organization.client.secret,
        "organization_id": organization.id,
        "external_source_id": source_id,
        "contacts": organization.contacts.count(),
    }
    return json.dumps(facts)
