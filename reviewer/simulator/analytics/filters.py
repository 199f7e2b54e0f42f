"""The filters of a query for conversation details; what is not understood is refused, never ignored."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reviewer.simulator.errors import ApiError, bad_request

Facts = Mapping[str, str | None]
Test = Callable[[Facts], bool]

SEGMENT_DIMENSIONS = frozenset(
    ("purpose", "externalContactId", "canonicalExternalContactId", "mediaType", "messageType", "direction")
)
CONVERSATION_DIMENSIONS = frozenset(("conversationId", "originatingDirection", "divisionId"))


def tests_of(name: str, given: Any, dimensions: frozenset[str]) -> list[Test]:
    """One test for each filter of a list. Raises ApiError 400 for a filter that is malformed or not served."""
    return [test_of(f"{name}[{number}]", one, dimensions) for number, one in enumerate(objects(name, given))]


def objects(path: str, given: Any) -> Sequence[Mapping[str, Any]]:
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given):
        raise bad_request(f"{path} must be a list of objects")
    return given


def test_of(path: str, given: Mapping[str, Any], dimensions: frozenset[str]) -> Test:
    """A filter or a clause: all (``and``) or any (``or``) of its predicates and clauses."""
    kind = given.get("type")
    predicates = objects(f"{path}.predicates", given.get("predicates"))
    clauses = objects(f"{path}.clauses", given.get("clauses"))
    parts = [predicate_of(f"{path}.predicates[{number}]", one, dimensions) for number, one in enumerate(predicates)]
    parts += [test_of(f"{path}.clauses[{number}]", one, dimensions) for number, one in enumerate(clauses)]
    if kind not in ("and", "or"):
        raise bad_request(f"{path}.type must be and or or")
    if not parts:
        raise bad_request(f"{path} needs predicates or clauses")
    every = all if kind == "and" else any
    return lambda facts: every(part(facts) for part in parts)


def predicate_of(path: str, given: Mapping[str, Any], dimensions: frozenset[str]) -> Test:
    """One predicate on a dimension: its value matches, it exists, or it does not."""
    kind, dimension = given.get("type", "dimension"), given.get("dimension")
    operator, value = given.get("operator") or "matches", given.get("value")
    if kind != "dimension" or given.get("metric") or given.get("property") or given.get("range"):
        raise not_served(f"{path}: only predicates on a dimension")
    if dimension not in dimensions:
        raise not_served(f"{path}: the dimension {dimension!r}; only {', '.join(sorted(dimensions))}")
    name = str(dimension)
    if operator == "exists":
        return lambda facts: facts[name] is not None
    if operator == "notExists":
        return lambda facts: facts[name] is None
    if operator != "matches" or not isinstance(value, str):
        raise bad_request(f"{path}: operator must be matches with a value, exists or notExists")
    return lambda facts: facts[name] == value


def not_served(what: str) -> ApiError:
    return bad_request(f"Not served by this organization: {what}")
