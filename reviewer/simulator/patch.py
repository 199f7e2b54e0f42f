"""PATCH of a contact: six actions on fields named by a restricted JSONPath."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from reviewer.simulator.call import Call
from reviewer.simulator.editing import content_of, rewrite
from reviewer.simulator.errors import bad_request, conflict, invalid_fields
from reviewer.simulator.fields import READ_ONLY, WRITABLE, accepted
from reviewer.simulator.knobs import Knobs
from reviewer.simulator.organization import Organization

PATH = re.compile(r"\$((?:\.[A-Za-z_][A-Za-z0-9_-]*)+)")
NEEDS_VALUE = frozenset(("Update", "UpdateIfEmpty", "UpdateIfExists", "AppendToCollection", "RemoveFromCollection"))
ACTIONS = NEEDS_VALUE | {"Remove"}
EMPTY: tuple[Any, ...] = (None, "", [], {})
Path = tuple[str, ...]


def patch_contact(organization: Organization, call: Call) -> bytes:
    """PATCH contacts/{id}: all changes or none; answers with the contact as it is then."""
    stored = organization.contact(call.path["id"])
    if stored.is_ancestor:
        if organization.knobs.patch_ancestor == "conflict":
            raise conflict(f"Contact {stored.id} was merged and cannot be changed")
        stored = organization.canonical(stored.id)
    changes = read(call.object().get("changes"), organization.knobs)
    fields = content_of(stored.contact)
    for path, action, value in changes:
        fields = changed(fields, path, action, value)
    fields = written(stored.contact, fields, organization)
    with organization.state.transaction():
        rewrite(organization, stored, fields, claim_again=False, claims=organization.knobs.patch_claims)
    call.effect = f"changed {stored.id}: {', '.join('.'.join(path) for path, _, _ in changes)}"
    return organization.contact(stored.id).body


def read(changes: Any, knobs: Knobs) -> list[tuple[Path, str, Any]]:
    """The changes as path, action and value. Raises ApiError for one that is malformed, or for a pair that clashes."""
    if not isinstance(changes, list) or not changes:
        raise bad_request("changes must be a list of at least one change")
    found = [read_change(change, knobs) for change in changes]
    check_nesting([path for path, _, _ in found])
    return found


def read_change(change: Any, knobs: Knobs) -> tuple[Path, str, Any]:
    if not isinstance(change, Mapping):
        raise bad_request("A change must be an object")
    field, action, value = str(change.get("field", "")), change.get("action"), change.get("value")
    match = PATH.fullmatch(field)
    if match is None:
        raise bad_request(f"{field or 'field'}: must be $. and names with dots between them")
    path = tuple(match[1].split(".")[1:])
    if path[0] in READ_ONLY or path[0] not in WRITABLE or path[0] == "division":
        raise invalid_fields(knobs.validation_status, {field: "is not a field that can be changed"})
    if action not in ACTIONS:
        raise invalid_fields(knobs.validation_status, {field: f"{action} is not an action"})
    if action in NEEDS_VALUE and value is None:
        raise invalid_fields(knobs.validation_status, {field: f"{action} needs a value"})
    return path, str(action), value


def check_nesting(paths: Sequence[Path]) -> None:
    for path in paths:
        if any(other != path and other[: len(path)] == path for other in paths):
            raise conflict(f"$.{'.'.join(path)} and a field within it cannot be changed in one request")


def changed(fields: Mapping[str, Any], path: Path, action: str, value: Any) -> dict[str, Any]:
    """The fields after one change; what a path needs on its way is made."""
    name, rest = path[0], path[1:]
    now = fields.get(name)
    result = dict(fields)
    if rest:
        inner = changed(now if isinstance(now, Mapping) else {}, rest, action, value)
        return {**result, name: inner} if inner else without(result, name)
    if action == "Remove":
        return without(result, name)
    if action == "RemoveFromCollection":
        kept = [element for element in now or () if not any(matches(element, given) for given in listed(value))]
        return {**result, name: kept} if kept else without(result, name)
    if action == "AppendToCollection":
        return {**result, name: [*(now or ()), *(given for given in listed(value) if given not in (now or ()))]}
    if (action == "UpdateIfEmpty" and now not in EMPTY) or (action == "UpdateIfExists" and now in EMPTY):
        return result
    return {**result, name: value}


def without(fields: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key != name}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def matches(element: Any, given: Any) -> bool:
    """An element is meant by a value that it equals, or whose every part it has."""
    if isinstance(element, Mapping) and isinstance(given, Mapping):
        return bool(given) and all(matches(element.get(key), part) for key, part in given.items())
    return bool(element == given)


def written(before: Mapping[str, Any], fields: Mapping[str, Any], organization: Organization) -> dict[str, Any]:
    """The fields that changed, validated and normalised like those of a new contact; the others as they are."""
    touched = {name: value for name, value in fields.items() if before.get(name) != value}
    ready = accepted(touched, organization.knobs, organization.sources.ids())
    return {name: ready.get(name, value) for name, value in fields.items() if name not in touched or name in ready}
