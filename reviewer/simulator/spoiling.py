"""Answers that are good but strange: unknown fields, unknown values of enumerations, half of a surrogate pair."""

from collections.abc import Callable, Mapping
from typing import Any

from reviewer.simulator.faults import FaultKind

FUTURE_FIELD = "futureField"
FUTURE_VALUE = "FutureValue"
ENUMERATIONS = frozenset(
    (
        *("type", "entityType", "status", "platform", "normalizedType", "mediaType", "customerIdType"),
        "originatingDirection",
    )
)
"""Names of fields whose text is one of a list that may grow."""

NAMES = ("firstName", "middleName", "lastName", "name", "title", "noteText")
OPEN = frozenset(("customFields",))
"""Objects whose keys are the organisation's own: an unknown one there would be a value, not a new field."""

SURROGATE = "\ud800"


def unknown_fields(value: Any) -> Any:
    """Every object with one field more, which is an object itself."""
    if isinstance(value, Mapping):
        inner = {key: part if key in OPEN else unknown_fields(part) for key, part in value.items()}
        return {**inner, FUTURE_FIELD: {"kind": FUTURE_VALUE, "parts": [1, None]}}
    return [unknown_fields(part) for part in value] if isinstance(value, list) else value


def unknown_values(value: Any) -> Any:
    """Every enumeration with a value that is in no list yet."""
    if isinstance(value, Mapping):
        return {
            key: part
            if key in OPEN
            else FUTURE_VALUE
            if key in ENUMERATIONS and isinstance(part, str)
            else unknown_values(part)
            for key, part in value.items()
        }
    return [unknown_values(part) for part in value] if isinstance(value, list) else value


def lone_surrogate(value: Any) -> Any:
    """The first name that is found, spoiled; all else as it was."""
    return spoiled_name(value)[0]


def spoiled_name(value: Any) -> tuple[Any, bool]:
    """The value, and whether a name in it was spoiled."""
    if isinstance(value, Mapping):
        for key in (*(name for name in NAMES if name in value), *value):
            part = value[key]
            new, done = (SURROGATE + part, True) if key in NAMES and isinstance(part, str) else spoiled_name(part)
            if done:
                return {**value, key: new}, True
    if isinstance(value, list):
        for index, part in enumerate(value):
            new, done = spoiled_name(part)
            if done:
                return [*value[:index], new, *value[index + 1 :]], True
    return value, False


SPOILERS: Mapping[FaultKind, Callable[[Any], Any]] = {
    FaultKind.UNKNOWN_FIELDS: unknown_fields,
    FaultKind.UNKNOWN_VALUES: unknown_values,
    FaultKind.LONE_SURROGATE: lone_surrogate,
}
