"""Answers that go wrong on the wire: no answer at all, or half of one."""

from collections.abc import Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

CLOSE = "reviewer.simulator.close"
"""Name of the ASGI extension by which the server lets an answer close its connection."""


class Dropped(Response):
    """Closes the connection without an answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        closer(scope)()
        await disconnected(receive)


class Truncated(Response):
    """Announces all of its body, sends half, and closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        close = closer(scope)
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        half = bytes(self.body)[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        close()
        await disconnected(receive)


def closer(scope: Scope) -> Callable[[], None]:
    """What closes the connection. In-process there is none: then the caller meets the exception itself."""
    close: Callable[[], None] | None = scope.get("extensions", {}).get(CLOSE)
    if close is None:
        raise ConnectionResetError("the answer was dropped")
    return close


async def disconnected(receive: Receive) -> None:
    """Wait until the server has seen the connection go, or it would answer in our place."""
    while (await receive())["type"] != "http.disconnect":
        continue
