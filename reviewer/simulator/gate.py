"""What every call passes: token, rate, permission, size, and the faults that are switched on."""

import asyncio
import uuid
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from reviewer.simulator import calls, rate
from reviewer.simulator.answers import Dropped, Truncated
from reviewer.simulator.call import Call, Endpoint
from reviewer.simulator.errors import ApiError, conflict, not_json
from reviewer.simulator.faults import Fault, FaultKind
from reviewer.simulator.graphs import schedule
from reviewer.simulator.organization import Organization
from reviewer.simulator.tokens import Token, require
from reviewer.simulator.wire import dump, load, timestamp

AFTER = {
    FaultKind.ERROR_AFTER: ApiError(500, "internal.server.error", "The server encountered an unexpected condition"),
    FaultKind.TIMEOUT_AFTER: ApiError(504, "request.timeout", "The request timed out"),
}
DROPPED = frozenset((FaultKind.DROP_AFTER, FaultKind.DROP_BEFORE, FaultKind.LATE))


class Gate:
    """Stands before one endpoint and answers its calls."""

    def __init__(self, organization: Organization, endpoint: Endpoint) -> None:
        self._organization = organization
        self._endpoint = endpoint
        self._late: set[asyncio.Task[None]] = set()

    async def answer(self, request: Request) -> Response:
        """The answer of one call; errors become the service's error body."""
        correlation = str(uuid.uuid4())
        body = await request.body()
        token: Token | None = None
        fault: Fault | None = None
        status, extra = 200, dict[str, str]()
        call = Call(request.path_params, {name: request.query_params.getlist(name) for name in request.query_params})
        try:
            token = self._admitted(request)
            call.body = self._decoded(request, body)
            schedule.catch_up(self._organization)
            fault = self._organization.faults.take(self._endpoint.name)
            content = await self._effect(call, fault)
        except ApiError as error:
            status, content, extra = error.status, dump(error.body(correlation)), error.headers
        if self._endpoint.writes:
            self._record(request, call, status, fault, correlation)
        if fault and fault.kind == FaultKind.SLOW:
            await asyncio.sleep(fault.seconds)
        return respond(content, status, headers_of(self._organization, token, correlation) | extra, fault)

    def _admitted(self, request: Request) -> Token:
        """The caller's token. Raises ApiError 401, 429 or 403."""
        organization = self._organization
        token = organization.tokens.bearer(request.headers.get("authorization"))
        rate.count(token, organization.knobs, organization.clock.now())
        require(token, self._endpoint.permissions)
        return token

    def _decoded(self, request: Request, body: bytes) -> Any:
        """The body as JSON. Raises ApiError 413, 415 or 400."""
        limit = self._organization.knobs.request_bytes
        if len(body) > limit:
            said = f"The request is over the size limit. Maximum bytes: {limit}"
            raise ApiError(413, "request.entity.too.large", said)
        if not body:
            return None
        if not request.headers.get("content-type", "").startswith("application/json"):
            raise ApiError(415, "unsupported.media.type", "The request body must be application/json")
        try:
            return load(body)
        except (ValueError, RecursionError) as wrong:
            raise not_json() from wrong

    async def _effect(self, call: Call, fault: Fault | None) -> bytes:
        """Let the call do what it does, unless a fault is in its way."""
        kind = fault.kind if fault else None
        if kind == FaultKind.DROP_BEFORE:
            return b""
        if fault and kind == FaultKind.LATE:
            task = asyncio.create_task(self._later(call, fault.seconds))
            self._late.add(task)
            task.add_done_callback(self._late.discard)
            return b""
        self._refuse(kind)
        answered = self._endpoint.handler(self._organization, call)
        if kind in AFTER:
            raise AFTER[kind]
        return answered if isinstance(answered, bytes) else dump(answered)

    def _refuse(self, kind: FaultKind | None) -> None:
        """Raise the error of a fault that comes before the effect."""
        if kind == FaultKind.UNAVAILABLE_BEFORE:
            raise ApiError(503, "service.unavailable", "The service is temporarily unavailable")
        if kind == FaultKind.CONFLICT:
            raise conflict("The request conflicts with the current state")
        if kind == FaultKind.THROTTLED:
            raise rate.exceeded(1, retry_after=self._organization.knobs.retry_after)
        if kind == FaultKind.UNAUTHORIZED:
            self._organization.tokens.revoke_all()
            raise ApiError(401, "bad.credentials", "Invalid login credentials: the token has expired")

    async def _later(self, call: Call, seconds: float) -> None:
        """The effect that comes when the client is gone; an error then has nobody to go to but the record of calls."""
        await asyncio.sleep(seconds)
        entry: dict[str, Any] = {"endpoint": self._endpoint.name, "late": True}
        try:
            self._endpoint.handler(self._organization, call)
        except ApiError as error:
            entry["status"] = error.status
        calls.record(self._organization, entry | {"effect": call.effect})

    def _record(self, request: Request, call: Call, status: int, fault: Fault | None, correlation: str) -> None:
        dropped = fault is not None and fault.kind in DROPPED
        entry = {
            "at": timestamp(self._organization.clock.now()),
            "endpoint": self._endpoint.name,
            "method": request.method,
            "path": request.url.path,
            "body": call.body,
            "status": None if dropped else status,
            "effect": call.effect,
            "fault": fault.kind if fault else None,
            "correlationId": correlation,
        }
        calls.record(self._organization, entry)


def headers_of(organization: Organization, token: Token | None, correlation: str) -> dict[str, str]:
    """The headers that every answer of the API has."""
    limits = rate.headers(token, organization.knobs, organization.clock.now())
    return {"ININ-Correlation-Id": correlation, **limits}


def respond(content: bytes, status: int, headers: dict[str, str], fault: Fault | None) -> Response:
    kind = fault.kind if fault else None
    if kind in DROPPED:
        return Dropped()
    shape = Truncated if kind == FaultKind.TRUNCATED else Response
    return shape(content, status, headers, media_type="application/json")
