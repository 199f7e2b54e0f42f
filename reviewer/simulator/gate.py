"""What every call passes: token, rate, permission, size, and the faults that are switched on."""

import uuid
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from reviewer.simulator import calls, rate
from reviewer.simulator.call import Call, Endpoint
from reviewer.simulator.effects import DROPPED, Effects, respond
from reviewer.simulator.errors import ApiError, not_json
from reviewer.simulator.faults import Fault
from reviewer.simulator.graphs import schedule
from reviewer.simulator.organization import Organization
from reviewer.simulator.removal import expire
from reviewer.simulator.tokens import Token, require
from reviewer.simulator.wire import dump, load, timestamp


class Gate:
    """Stands before one endpoint and answers its calls."""

    def __init__(self, organization: Organization, endpoint: Endpoint) -> None:
        self._organization = organization
        self._endpoint = endpoint
        self._effects = Effects(organization)

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
            expire(self._organization)
            schedule.catch_up(self._organization)
            call.fault = fault = self._organization.faults.take(self._endpoint.name)
            content = self._content(call, fault, correlation)
        except ApiError as error:
            status, extra = error.status, error.headers
            content = dump(self._organization.error_body(error, correlation))
        if self._endpoint.writes:
            self._record(request, call, status, fault, correlation)
        headers = headers_of(self._organization, token, correlation) | extra
        return await respond(content, status, headers, fault)

    def _admitted(self, request: Request) -> Token:
        """The caller's token. Raises ApiError 401, 429 or 403."""
        organization = self._organization
        token = organization.tokens.bearer(request.headers.get("authorization"))
        rate.count(token, self._endpoint.name, organization.knobs, organization.clock.now())
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

    def _content(self, call: Call, fault: Fault | None, correlation: str) -> bytes:
        """The body of the answer. Raises ApiError, also for an answer that is too large."""

        def record_late(status: int | None) -> None:
            entry = {
                "at": timestamp(self._organization.clock.now()),
                "endpoint": self._endpoint.name,
                "late": True,
                "effect": call.effect,
                "correlationId": correlation,
            }
            calls.record(self._organization, entry | ({"status": status} if status else {}))

        content = self._effects.of(lambda: self._endpoint.handler(self._organization, call), fault, record_late)
        limit = self._organization.knobs.response_bytes
        if limit is not None and len(content) > limit and not self._endpoint.writes:
            said = f"The response is over the size limit of {limit} bytes. Reduce pageSize or expand"
            raise ApiError(400, "response.entity.too.large", said)
        return content

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
    """The headers that every answer of the service has."""
    limits = rate.headers(token, organization.knobs, organization.clock.now())
    return {"ININ-Correlation-Id": correlation, **limits}
