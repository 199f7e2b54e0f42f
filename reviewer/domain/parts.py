"""The parts of a value that mean something: what the service adds by itself, and what is blank, is left out.

Each function gives the meaning of a value as plain JSON, equal for values that mean the same, or None where the
value holds nothing.
"""

from collections.abc import Sequence
from typing import Any

from reviewer.domain.wire import digest

PHONE_PARTS = ("display", "extension", "acceptsSMS", "normalizationCountryCode")
"""The parts of a phone that a client writes."""
ADDRESS_PARTS = ("address1", "address2", "city", "state", "postalCode", "countryCode")

_PHONE_MEANING = (*PHONE_PARTS, "e164")
_ACCOUNT_PARTS = ("id", "screenName", "handle", "displayName")
_ACCOUNT_IDS = ("userId", "scopedId", "value")


def bare(value: Any) -> Any:
    """Any value: text trimmed, lists in one order, blank parts left out."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, dict):
        return {key: kept for key, part in value.items() if (kept := bare(part)) is not None} or None
    if isinstance(value, list):
        kept_parts = [kept for part in value if (kept := bare(part)) is not None]
        return sorted(kept_parts, key=digest) or None
    return value


def named(value: Any, names: Sequence[str]) -> Any:
    """An object's parts of these names; of what is no object, ``bare``."""
    if not isinstance(value, dict):
        return bare(value)
    return {name: kept for name in names if (kept := bare(value.get(name))) is not None} or None


def address(value: Any) -> Any:
    """A postal address."""
    return named(value, ADDRESS_PARTS)


def phone(value: Any) -> Any:
    """A phone; one without a number holds nothing."""
    found = named(value, _PHONE_MEANING)
    return found if not isinstance(found, dict) or "display" in found or "e164" in found else None


def phone_key(value: Any) -> str:
    """What makes two phones one: the E.164 form, else the words as they are shown; and the extension.

    Numbers that the service could not parse are compared by their words: how it compares them is not known, and
    keeping both is right either way.
    """
    if not isinstance(value, dict):
        return str(value).strip().casefold()
    number = value.get("e164") or str(value.get("display") or "").strip().casefold()
    extension = value.get("extension")
    return f"{number};ext={extension}" if extension else str(number)


def reference(value: Any) -> Any:
    """A link to another entity: its id."""
    found = _id_of(value)
    return None if found is None else {"id": found}


def _id_of(value: Any) -> Any:
    return bare(value.get("id")) if isinstance(value, dict) else bare(value)


def entry(value: Any) -> Any:
    """An entry of a list of ids: the id of its external source, and its value."""
    if not isinstance(value, dict):
        return bare(value)
    text = bare(value.get("value"))
    if text is None:
        return None
    source = value.get("externalSource")
    return {"value": text} if source is None else {"externalSource": {"id": _id_of(source)}, "value": text}


def entries(value: Any) -> Any:
    """A list of ids, whatever its order."""
    if not isinstance(value, list):
        return bare(value)
    found = [kept for one in value if (kept := entry(one)) is not None]
    return (sorted(found, key=digest) if len(found) > 1 else found) or None


def account(value: Any) -> Any:
    """An account on a channel: its ids, names and number."""
    if not isinstance(value, dict):
        return bare(value)
    found: dict[str, Any] = named(value, _ACCOUNT_PARTS) or {}
    ids = value.get("ids")
    kept = [kept for one in ids if (kept := named(one, _ACCOUNT_IDS)) is not None] if isinstance(ids, list) else []
    if kept:
        found["ids"] = sorted(kept, key=digest)
    if number := _digits(value.get("phoneNumber")):
        found["phoneNumber"] = number
    return found or None


def _digits(number: Any) -> str:
    """A WhatsApp number: the service writes an object, older records a text."""
    if isinstance(number, dict):
        number = number.get("e164") or number.get("display")
    return "".join(sign for sign in str(number or "") if sign.isdigit())
