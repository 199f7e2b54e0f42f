"""The service's errors: a status, a code, a message, and what was wrong with which field."""

from collections.abc import Mapping, Sequence
from typing import Any

NOT_FOUND = "not.found"


class ApiError(Exception):
    """An answer that is an error; the gate turns it into the service's error body."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        details: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = [dict(detail) for detail in details]
        self.headers = dict(headers or {})
        # The rate limit that was reached, of a 429.
        self.limit: Mapping[str, Any] | None = None

    def body(self, context_id: str) -> dict[str, Any]:
        """The error body; ``context_id`` is the correlation id of the answer.

        Its details name the fields; what is wrong with them stands in the message, as the service has it.
        """
        body: dict[str, Any] = {
            "message": self.message,
            "code": self.code,
            "status": self.status,
            "contextId": context_id,
            "details": [{key: text for key, text in detail.items() if key != "message"} for detail in self.details],
            "errors": [],
        }
        return body | ({"limit": dict(self.limit)} if self.limit else {})


USUAL: Mapping[int, tuple[str, str]] = {
    400: ("bad.request", "The request could not be understood by the server"),
    401: ("bad.credentials", "Invalid login credentials"),
    403: ("not.authorized", "You are not authorized to perform the requested action"),
    404: (NOT_FOUND, "The requested resource was not found"),
    408: ("request.timeout", "The client did not produce a request within the server's time-out limit"),
    409: ("conflict", "The request conflicts with the current state of the target resource"),
    413: ("request.entity.too.large", "The request is over the size limit"),
    415: ("unsupported.media.type", "Unsupported media type: the Content-Type header is missing or wrong"),
    422: ("unprocessable.entity", "The request was well-formed but could not be processed"),
    429: ("too.many.requests.retry.after", "Rate limit exceeded the maximum"),
    500: ("internal.server.error", "The server encountered an unexpected condition"),
    502: ("bad.gateway", "The upstream service answered with something that is no answer"),
    503: ("service.unavailable", "The service is temporarily unavailable"),
    504: ("request.timeout", "The request timed out"),
}
"""Code and message of each status that operations document; codes as far as they are known (reference, section 5)."""


def usual(status: int, code: str = "", message: str = "", headers: Mapping[str, str] | None = None) -> ApiError:
    """An error of a status, with the usual code and message unless others are given."""
    usual_code, usual_message = USUAL[status]
    return ApiError(status, code or usual_code, message or usual_message, headers=headers)


def bad_request(message: str, code: str = "bad.request") -> ApiError:
    return ApiError(400, code, message)


def invalid_parameter(name: str, message: str) -> ApiError:
    detail = {"errorCode": "invalid.query.param.value", "fieldName": name}
    return ApiError(400, "invalid.query.param.value", f"{name}: {message}", details=[detail])


def not_found(what: str) -> ApiError:
    return ApiError(404, NOT_FOUND, f"{what} was not found")


def conflict(message: str, status: int = 409) -> ApiError:
    """A request that conflicts with the present state, under the status that a knob gives it."""
    return usual(status, message=message)


def invalid_fields(status: int, problems: Mapping[str, str]) -> ApiError:
    """``problems`` maps the path of a field to what is wrong with it."""
    details = [{"errorCode": "invalid.value", "fieldName": field, "message": said} for field, said in problems.items()]
    message = "; ".join(f"{field}: {said}" for field, said in problems.items())
    return ApiError(status, "invalid.value", message, details=details)


def not_json() -> ApiError:
    return bad_request("The request body is not valid JSON")
