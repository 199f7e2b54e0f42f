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

    def body(self, context_id: str) -> dict[str, Any]:
        """The error body; ``context_id`` is the correlation id of the answer."""
        return {
            "message": self.message,
            "code": self.code,
            "status": self.status,
            "contextId": context_id,
            "details": self.details,
            "errors": [],
        }


def bad_request(message: str, code: str = "bad.request") -> ApiError:
    return ApiError(400, code, message)


def invalid_parameter(name: str, message: str) -> ApiError:
    detail = {"errorCode": "invalid.query.param.value", "fieldName": name}
    return ApiError(400, "invalid.query.param.value", f"{name}: {message}", details=[detail])


def not_found(what: str) -> ApiError:
    return ApiError(404, NOT_FOUND, f"{what} was not found")


def conflict(message: str, status: int = 409) -> ApiError:
    """A request that conflicts with the present state, under the status that a knob gives it."""
    return ApiError(status, {400: "bad.request", 409: "conflict", 422: "unprocessable.entity"}[status], message)


def invalid_fields(status: int, problems: Mapping[str, str]) -> ApiError:
    """``problems`` maps the path of a field to what is wrong with it."""
    details = [{"errorCode": "invalid.value", "fieldName": field, "message": said} for field, said in problems.items()]
    message = "; ".join(f"{field}: {said}" for field, said in problems.items())
    return ApiError(status, "invalid.value", message, details=details)


def not_json() -> ApiError:
    return bad_request("The request body is not valid JSON")
