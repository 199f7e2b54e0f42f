"""Comparing what the service answered with what was promised. A difference is a surprise, and stops the line."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from reviewer.domain.fields import (
    PHONE_PATHS,
    content,
    field_of,
    same,
    shown,
    value_at,
)
from reviewer.domain.parts import phone_key
from reviewer.domain.wire import JsonObject


class Difference(NamedTuple):
    """One field where the answer is not what was promised; both values as text that contains record text."""

    path: str
    promised: str
    got: str


def differences(promise: Mapping[str, Any], answer: JsonObject) -> list[Difference]:
    """Fields of the promise that the answer does not keep, and fields in the answer that nobody promised."""
    found = []
    for path, value in promise.items():
        got = value_at(answer, path)
        if not kept(path, value, got):
            found.append(Difference(path, shown(path, value), shown(path, got)))
    for path in content(answer):
        got = value_at(answer, path)
        if path not in promise and not _says_nothing(path, got):
            found.append(Difference(path, "", shown(path, got)))
    return found


def _says_nothing(path: str, value: Any) -> bool:
    """A flag that nobody set: the service may write it out or leave it away."""
    return path == "surveyOptOut" and value is False


def kept(path: str, value: Any, got: Any) -> bool:
    """Whether what was read of a field is what was promised or sent; ``got`` is None where the field is empty."""
    if got is None:
        return _says_nothing(path, value)
    return _phone_kept(value, got) if path in PHONE_PATHS else same(path, value, got)


def _phone_kept(value: Any, got: Any) -> bool:
    """A number that had no E.164 form may get one when it is written; what was shown must then be its input."""
    if phone_key(value) == phone_key(got):
        return True
    if not isinstance(value, dict) or not isinstance(got, dict) or value.get("e164"):
        return False
    written = str(value.get("display") or "").strip()
    return value.get("extension") in (None, got.get("extension")) and written in (
        got.get("userInput"),
        got.get("display"),
    )


def merged_from(answer: JsonObject) -> set[str]:
    """Ids of the contacts that the service says it merged into this one."""
    return {str(entry["id"]) for entry in answer.get("mergedFrom") or () if isinstance(entry, dict) and "id" in entry}


def merge_differences(contact_ids: Sequence[str], promise: Mapping[str, Any], answer: JsonObject) -> list[Difference]:
    """``differences`` plus the members: the new contact must come from exactly the approved ones."""
    found = differences(promise, answer)
    if merged_from(answer) != set(contact_ids):
        found.insert(0, Difference("mergedFrom", " ".join(sorted(contact_ids)), " ".join(sorted(merged_from(answer)))))
    return found


def told(difference: Difference) -> str:
    """A difference in one line; contains record text."""
    label = _label(difference.path)
    return f"{label}: promised {difference.promised or 'nothing'}, got {difference.got or 'nothing'}"


def _label(path: str) -> str:
    if path == "mergedFrom":
        return "merged contacts"
    return path if " " in path else field_of(path).label
