"""What an answer says of itself: the id of its call, and of an error its code and its words."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import httpx

from reviewer.domain.wire import JsonObject, decode_object

_SHOWN_DETAILS = 3
_SHORTEST = 8
"""Characters of a secret that no sentence holds by chance."""


class Said(NamedTuple):
    """Code and message of an error as they came, and the correlation id; each empty where there is none."""

    code: str
    message: str
    correlation_id: str


def correlation_of(response: httpx.Response) -> str:
    """The id under which the service's support finds this call; empty if the answer's headers name none."""
    return str(response.headers.get("ININ-Correlation-Id", ""))


def said(response: httpx.Response, secrets: Sequence[str] = ()) -> Said:
    """What an error body says, in the service's shape or in OAuth's; ``secrets`` are blotted out of it.

    The body's ``contextId`` is the correlation id where the headers have none.
    """
    try:
        body = decode_object(response.content)
    except ValueError:
        body = {}
    code = _text(body, "code") or _text(body, "error")
    message = _text(body, "message") or _text(body, "error_description") or _text(body, "description")
    correlation_id = correlation_of(response) or _text(body, "contextId")
    found = (code, "; ".join((message, *_details(body))), correlation_id)
    return Said(*(blotted(text, secrets) for text in found))


def guessable(secret: str) -> bool:
    """Whether a text with this blotted out would tell it: it is short, or may be a word."""
    return len(secret) < _SHORTEST or secret.isalpha()


def blotted(text: str, secrets: Sequence[str]) -> str:
    """The text without the secrets."""
    for secret in secrets:
        if secret:
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
