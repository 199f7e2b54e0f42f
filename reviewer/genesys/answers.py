"""Reading answers: a usable body, or the one typed exception that says what came instead."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx

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
from reviewer.genesys.said import Said, correlation_of, said


class Answer(NamedTuple):
    """What a write came back with: the status, the body as it came, and the service's correlation id."""

    status: int
    body: bytes
    correlation_id: str


def answer_of(response: httpx.Response) -> Answer:
    """The parts of an answer that the program keeps."""
    return Answer(response.status_code, response.content, correlation_of(response))


def read_error(endpoint: Endpoint, response: httpx.Response, *secrets: str) -> ApiError:
    """The exception for an answer to a read that is not 2xx; ``secrets`` are blotted out of what it said."""
    status, call, told = response.status_code, str(endpoint), said(response, secrets)
    if 300 <= status < 400:
        return BadAnswer(status, "", _redirect(response), told.correlation_id, call)
    if (status >= 500 and status != 501) or status == 408:
        return ServiceUnavailable(status, *told, call)
    return _refusal(endpoint, response, told)


def write_error(endpoint: Endpoint, response: httpx.Response, *secrets: str) -> ApiError:
    """The exception for an answer to a write that is not 2xx.

    A 4xx says that nothing was done. A 5xx may come from a gateway in front of a service that is still working,
    a 408 too, and a redirect says nothing of the effect: these are unclear.
    """
    status, call, told = response.status_code, str(endpoint), said(response, secrets)
    if 400 <= status < 500 and status != 408:
        return _refusal(endpoint, response, told)
    if 300 <= status < 400:
        return UnclearOutcome(status, "", _redirect(response), told.correlation_id, call)
    return UnclearOutcome(status, *told, call)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds of ``Retry-After``; ``None`` if there is none, or none that is a number of seconds."""
    try:
        seconds = float(headers.get("Retry-After", ""))
    except ValueError:
        return None
    return seconds if 0 <= seconds < 86_400 else None


def _refusal(endpoint: Endpoint, response: httpx.Response, told: Said) -> ApiError:
    status, call = response.status_code, str(endpoint)
    if status == 401:
        return WrongCredentials(status, *told, call)
    if status == 403:
        return MissingPermission(status, *told, call, permission=str(endpoint.permissions))
    if status == 404:
        return NotFound(status, *told, call)
    if status == 409:
        return Conflict(status, *told, call)
    if status == 429:
        return TooManyRequests(status, *told, call, retry_after=retry_after(response.headers))
    return RequestRejected(status, *told, call)


def _redirect(response: httpx.Response) -> str:
    try:
        host = urlsplit(response.headers.get("Location", "")).hostname
    except ValueError:
        host = None
    return f"redirected to {host or 'another address'}, which is not followed"
