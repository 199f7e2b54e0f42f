"""How a call takes effect, or does not, under the fault it has; the same for the API and for the login."""

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from reviewer.simulator import rate
from reviewer.simulator.answers import Dropped, Truncated
from reviewer.simulator.errors import ApiError, usual
from reviewer.simulator.faults import Fault, FaultKind
from reviewer.simulator.organization import Organization
from reviewer.simulator.spoiling import SPOILERS
from reviewer.simulator.wire import dump, load

Act = Callable[[], Any]
"""What a call does; gives the answer as bytes or as JSON values. Raises ApiError."""

DROPPED = frozenset((FaultKind.DROP_AFTER, FaultKind.DROP_BEFORE, FaultKind.LATE))
UNREACHED = frozenset((FaultKind.NOT_JSON, FaultKind.REDIRECT))
"""Somebody between the client and the service answers."""

PROXY_PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in to this network.</body></html>"


class Effects:
    """Lets calls do what they do, unless a fault is in their way."""

    def __init__(self, organization: Organization) -> None:
        self._organization = organization
        self._late: set[asyncio.Task[None]] = set()

    def of(self, act: Act, fault: Fault | None, late: Callable[[int | None], None]) -> bytes:
        """The body of the answer; ``late`` is told the status of an effect that came when the client was gone.

        Raises ApiError.
        """
        if fault is None:
            return encoded(act())
        if fault.kind is FaultKind.LATE:
            task = asyncio.create_task(later(act, fault.seconds, late))
            self._late.add(task)
            task.add_done_callback(self._late.discard)
            return b""
        self._refuse(fault)
        if fault.kind is FaultKind.DROP_BEFORE or (fault.kind in UNREACHED and not fault.effect):
            return b""
        answered = act()
        if fault.kind is FaultKind.ERROR_AFTER:
            raise self._error(fault, 500)
        spoil = SPOILERS.get(fault.kind)
        return dump(spoil(load(encoded(answered)))) if spoil else encoded(answered)

    def _refuse(self, fault: Fault) -> None:
        """Raise the error of a fault that comes before the effect."""
        if fault.kind is FaultKind.ERROR_BEFORE:
            raise self._error(fault, 503)
        if fault.kind is FaultKind.TOKEN_EXPIRED:
            self._organization.tokens.revoke_all()
            raise usual(401, "bad.credentials", "Invalid login credentials: the token has expired")

    def _error(self, fault: Fault, default: int) -> ApiError:
        status = fault.status or default
        if status != 429:
            return usual(status, fault.code, fault.message)
        retry_after = self._organization.knobs.retry_after if fault.retry_after is None else fault.retry_after
        refused = rate.exceeded(max(1, round(fault.seconds)), retry_after=retry_after)
        return usual(429, fault.code or refused.code, fault.message or refused.message, headers=refused.headers)


async def later(act: Act, seconds: float, late: Callable[[int | None], None]) -> None:
    """The effect that comes when the client is gone; an error then has nobody to go to but the record of calls."""
    await asyncio.sleep(seconds)
    try:
        act()
    except ApiError as error:
        late(error.status)
    else:
        late(None)


def encoded(answered: Any) -> bytes:
    return answered if isinstance(answered, bytes) else dump(answered)


async def respond(content: bytes, status: int, headers: dict[str, str], fault: Fault | None) -> Response:
    """The answer as it goes out, after what the fault does to it."""
    kind = fault.kind if fault else None
    if fault and kind is FaultKind.SLOW:
        await asyncio.sleep(fault.seconds)
    if kind in DROPPED:
        return Dropped()
    if status >= 400:  # of its own or of the fault: an error is told as it is
        return Response(content, status, headers, media_type="application/json")
    if kind is FaultKind.NOT_JSON:
        return Response(PROXY_PAGE, 200, headers, media_type="text/html")
    if fault and kind is FaultKind.REDIRECT:
        return Response(b"", 302, {**headers, "Location": fault.location})
    shape = Truncated if kind is FaultKind.TRUNCATED else Response
    return shape(content, status, headers, media_type="application/json")
