"""Comparing what the service answered with what was promised. A difference is a surprise, and stops the line."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from reviewer.domain.fields import (
    EMAIL_PATHS,
    PHONE_PATHS,
    content,
    field_of,
    phone_key,
    same,
    shown,
    value_at,
)
from reviewer.domain.golden_record import entry_key
from reviewer.domain.wire import JsonObject


class Difference(NamedTuple):
    """One field where the answer is not what was promised; both values as text that contains record text."""

    path: str
    promised: str
    got: str


def differences(promise: Mapping[str, Any], answer: JsonObject) -> list[Difference]:
    """Fields of the promise that the answer does not keep, and fields in the answer that nobody promised."""
    found = []
    got = content(answer)
    for path, value in promise.items():
        if not _kept(path, value, value_at(answer, path)):
            found.append(Difference(path, shown(path, value), shown(path, value_at(answer, path))))
    for path in got:
        if path not in promise:
            found.append(Difference(path, "", shown(path, value_at(answer, path))))
    return found


def _kept(path: str, value: Any, got: Any) -> bool:
    if got is None:
        return False
    if path in PHONE_PATHS:
        return _phone_kept(value, got)
    if path in EMAIL_PATHS:
        return same(path, value, got)
    if isinstance(value, list) and isinstance(got, list):
        return sorted(map(entry_key, value)) == sorted(map(entry_key, got))
    if isinstance(value, dict) and isinstance(got, dict):
        return _parts_kept(value, got)
    return same(path, value, got)


def _phone_kept(value: Any, got: Any) -> bool:
    """The same number, or the same text: the service reads a number anew when it is written, by its own rules.

    So one that had no E.164 form may get one, and one that no rule fits may lose it; what people see stays.
    """
    if phone_key(value) == phone_key(got):
        return True
    if not isinstance(value, dict) or not isinstance(got, dict) or value.get("extension") != got.get("extension"):
        return False
    if value.get("e164") and got.get("e164"):
        return False
    return value.get("display") in (got.get("userInput"), got.get("display"))


def _parts_kept(value: JsonObject, got: JsonObject) -> bool:
    path_value, path_got = content({"address": value}), content({"address": got})
    return path_value == path_got


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
