"""JSON as the service writes it, and the canonical form that hashes are made of."""

import hashlib
import json
import math
from typing import Any, NoReturn

import msgspec

JsonObject = dict[str, Any]
"""A JSON object as decoded: text keys, any JSON values."""


def decode_object(raw: bytes) -> JsonObject:
    """The JSON object in ``raw``.

    msgspec refuses a lone surrogate (an escaped half of a UTF-16 pair, which the service passes through);
    the standard library keeps it, so that one odd name costs nobody the record.

    Raises ``ValueError`` if ``raw`` is not a JSON object in UTF-8, or nests too deeply to be read.
    """
    try:
        decoded = _decoded(raw)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except TypeError:  # a column that was edited by hand may hold a number
        raise ValueError("not text") from None
    if not isinstance(decoded, dict):
        raise ValueError("not a JSON object")
    return decoded


def _decoded(raw: bytes) -> object:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return json.loads(str(raw, "utf-8"), parse_constant=_refuse, parse_float=_finite)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _finite(digits: str) -> float:
    """The number, unless it is too large for one: as infinity it could not be written back."""
    number = float(digits)
    return number if math.isfinite(number) else _refuse(digits)


def encode(value: object) -> bytes:
    """Compact JSON; lone surrogates stay escaped, so the bytes are always valid UTF-8."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode("ascii")


def canonical(value: object) -> bytes:
    """One byte string for equal values: keys sorted, no blanks, non-ASCII escaped."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def quick_digest(value: object) -> str:
    """SHA-256 like ``digest`` and several times as fast, but of msgspec's own sorted form.

    For what is compared inside one database and never shown to anyone who would want to compute it again.
    """
    try:
        encoded = msgspec.json.encode(value, order="deterministic")
    except UnicodeEncodeError:
        encoded = canonical(value)
    return hashlib.sha256(encoded).hexdigest()


def digest(value: object) -> str:
    """SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()
