"""JSON as the service writes it, and the canonical form that hashes are made of."""

import hashlib
import json
from typing import Any

import msgspec

JsonObject = dict[str, Any]
"""A JSON object as decoded: text keys, any JSON values."""


def decode_object(raw: bytes) -> JsonObject:
    """The JSON object in ``raw``.

    msgspec refuses a lone surrogate (an escaped half of a UTF-16 pair, which the service passes through);
    the standard library keeps it, so that one odd name costs nobody the record.

    Raises ``ValueError`` if ``raw`` is not a JSON object.
    """
    try:
        decoded = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        decoded = json.loads(raw)
    if not isinstance(decoded, dict):
        raise ValueError("not a JSON object")
    return decoded


def encode(value: object) -> bytes:
    """Compact JSON; lone surrogates stay escaped, so the bytes are always valid UTF-8."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode("ascii")


def canonical(value: object) -> bytes:
    """One byte string for equal values: keys sorted, no blanks, non-ASCII escaped."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def digest(value: object) -> str:
    """SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()
