"""Reading answers: a usable body, or the one typed exception that says what came instead."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx

from reviewer.domain.wire import JsonObject, decode_object
from reviewer.genesys.endpoints import Endpoint
from reviewer.genesys.errors import (
    ApiError,
    BadAnswer,
    Conflict,
    MissingPermission,
    NotFound,
    RequestRejected,
    ServiceUnavailable,
    TooManyRequests,
    UnclearOutcome,
    WrongCredentials,
)
from reviewer.genesys.line import correlation_of

_SHOWN_DETAILS = 3


class Answer(NamedTuple):
    """What a write came back with: the status, the body as it came, and the service's correlation id."""

    status: int
    body: bytes
    correlation_id: str


class _Said(NamedTuple):
    code: str
    message: str
    correlation_id: str


def answer_of(response: httpx.Response) -> Answer:
    """The parts of an answer that the program keeps."""
    return Answer(response.status_code, response.content, correlation_of(response))


def read_error(endpoint: Endpoint, response: httpx.Response, *secrets: str) -> ApiError:
    """The exception for an answer to a read that is not 2xx; ``secrets`` are blotted out of what it said."""
    status, call, said = response.status_code, str(endpoint), _said(response, secrets)
    if 300 <= status < 400:
        return BadAnswer(status, "", _redirect(response), said.correlation_id, call)
    if status >= 500 or status == 408:
        return ServiceUnavailable(status, *said, call)
    return _refusal(endpoint, response, said)


def write_error(endpoint: Endpoint, response: httpx.Response, *secrets: str) -> ApiError:
    """The exception for an answer to a write that is not 2xx.

    A 4xx says that nothing was done. A 5xx may come from a gateway in front of a service that is still working,
    a 408 too, and a redirect says nothing of the effect: these are unclear.
    """
    status, call, said = response.status_code, str(endpoint), _said(response, secrets)
    if 400 <= status < 500 and status != 408:
        return _refusal(endpoint, response, said)
    if 300 <= status < 400:
        return UnclearOutcome(status, "", _redirect(response), said.correlation_id, call)
    return UnclearOutcome(status, *said, call)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds of ``Retry-After``; ``None`` if there is none, or none that is a number of seconds."""
    try:
        seconds = float(headers.get("Retry-After", ""))
    except ValueError:
        return None
    return seconds if 0 <= seconds < 86_400 else None


def _refusal(endpoint: Endpoint, response: httpx.Response, said: _Said) -> ApiError:
    status, call = response.status_code, str(endpoint)
    if status == 401:
        return WrongCredentials(status, *said, call)
    if status == 403:
        return MissingPermission(status, *said, call, permission=str(endpoint.permissions))
    if status == 404:
        return NotFound(status, *said, call)
    if status == 409:
        return Conflict(status, *said, call)
    if status == 429:
        return TooManyRequests(status, *said, call, retry_after=retry_after(response.headers))
    return RequestRejected(status, *said, call)


def _redirect(response: httpx.Response) -> str:
    try:
        host = urlsplit(response.headers.get("Location", "")).hostname
    except ValueError:
        host = None
    return f"redirected to {host or 'another address'}, which is not followed"


def _said(response: httpx.Response, secrets: Sequence[str]) -> _Said:
    """Code, message and correlation id of an error body in the service's shape or in OAuth's."""
    try:
        body = decode_object(response.content)
    except (ValueError, RecursionError):
        body = {}
    code = _text(body, "code") or _text(body, "error")
    message = _text(body, "message") or _text(body, "error_description") or _text(body, "description")
    correlation_id = correlation_of(response) or _text(body, "contextId")
    said = _Said(code, "; ".join((message, *_details(body))), correlation_id)
    return _Said(*(_blotted(text, secrets) for text in said))


def _blotted(text: str, secrets: Sequence[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, "[secret]")
    return text


def _details(body: JsonObject) -> list[str]:
    """Which fields the service objects to, where it says so."""
    details = body.get("details")
    named = [detail for detail in details if isinstance(detail, dict)] if isinstance(details, list) else []
    texts = (" ".join((_text(d, "fieldName"), _text(d, "message") or _text(d, "errorCode"))).strip() for d in named)
    return [text for text in texts if text][:_SHOWN_DETAILS]


def _text(body: Mapping[str, Any], key: str) -> str:
    value = body.get(key)
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value)
