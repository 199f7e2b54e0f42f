"""The token endpoint, which real regions serve on a login host of its own."""

from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reviewer.simulator.faults import FaultKind
from reviewer.simulator.organization import Organization
from reviewer.simulator.tokens import Refused, grant


class Login:
    """Answers POST /oauth/token."""

    def __init__(self, organization: Organization) -> None:
        self._organization = organization

    async def answer(self, request: Request) -> Response:
        """A token for the client's id and secret; the fault ``unavailable_before`` of "token" answers 503."""
        form = dict(parse_qsl((await request.body()).decode(errors="replace")))
        fault = self._organization.faults.take("token")
        if fault and fault.kind == FaultKind.UNAVAILABLE_BEFORE:
            return refusal(Refused(503, "temporarily_unavailable", "the login service is unavailable"))
        headers = request.headers
        refused = grant(self._organization.client, headers.get("authorization"), headers.get("content-type", ""), form)
        if refused:
            return refusal(refused)
        seconds = self._organization.knobs.token_seconds
        token = self._organization.tokens.mint(seconds)
        return JSONResponse({"access_token": token, "token_type": "bearer", "expires_in": seconds})


def refusal(refused: Refused) -> Response:
    return JSONResponse(refused.body(), refused.status)
