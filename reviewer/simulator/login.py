"""The token endpoint, which real regions serve on a login host of its own."""

import uuid
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from reviewer.simulator.effects import Effects, respond
from reviewer.simulator.errors import ApiError
from reviewer.simulator.gate import headers_of
from reviewer.simulator.organization import Organization
from reviewer.simulator.tokens import check_grant
from reviewer.simulator.wire import dump

PATH = "/oauth/token"
FAULTS_OF = "token"
"""The name under which the token endpoint is given faults."""


class Login:
    """Answers POST /oauth/token."""

    def __init__(self, organization: Organization) -> None:
        self._organization = organization
        self._effects = Effects(organization)

    async def answer(self, request: Request) -> Response:
        """A token for the client's id and secret."""
        correlation = str(uuid.uuid4())
        form = dict(parse_qsl((await request.body()).decode(errors="replace")))
        fault = self._organization.faults.take(FAULTS_OF)
        status, extra = 200, dict[str, str]()

        def mint() -> dict[str, object]:
            headers = request.headers
            basic, content_type = headers.get("authorization"), headers.get("content-type", "")
            check_grant(self._organization.client, basic, content_type, form)
            seconds = self._organization.knobs.token_seconds
            token = self._organization.tokens.mint(seconds)
            return {"access_token": token, "token_type": "bearer", "expires_in": seconds}

        try:
            content = self._effects.of(mint, fault, lambda status: None)
        except ApiError as error:
            status, content, extra = error.status, dump(self._error_body(error, correlation)), error.headers
        headers = headers_of(self._organization, None, correlation)
        return await respond(content, status, headers | extra, fault)

    def _error_body(self, error: ApiError, correlation: str) -> dict[str, object]:
        """OAuth's error body, or the service's: a knob says it."""
        if self._organization.knobs.login_errors == "service":
            return self._organization.error_body(error, correlation)
        return {"error": error.code, "description": error.message, "error_description": error.message}
