"""What the service makes of a merge by its rule alone (section 2.1 of the API contract).

A value given as override wins, else that of the most recently modified contact that has one; phones and emails that
lose move to a free slot of their kind; lists are joined up to their cap; the new contact owns what its members own.
Where the rule is not documented it is a setting of ``Rule``, and a golden record has to be right under each of them.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from reviewer.domain.contact import contact_from
from reviewer.domain.fields import CUSTOM, EMAIL_PATHS, LIST_PATHS, PHONE_PATHS, STANDARD_FIELDS
from reviewer.domain.identifiers import Identifier, claimed_identifiers, field_identifiers
from reviewer.domain.parts import entry
from reviewer.domain.wire import JsonObject, digest

LIST_CAP = 10
"""Most entries that the service keeps in a list field."""


class Rule(NamedTuple):
    """What of the rule is not documented. Of contacts modified at the same instant the greater id counts as newer."""

    whole_custom_fields: bool = False
    """customFields are one value, like an address; else each key is resolved by itself."""
    joins_override_lists: bool = False
    """A list given as override is joined with the members' lists; else it replaces them."""
    keeps_opt_out: bool = False
    """surveyOptOut is true where any member's or the override's is; else it is resolved like any field."""
    organization_by_override: bool = False
    """externalOrganization is only what the override gives; else it is resolved like any field."""
    releases_displaced: bool = False
    """What finds no place in the result is no identifier of it either; else it stays as one."""


DEFAULT = Rule()
_NEVER = datetime.min.replace(tzinfo=UTC)


def newest_first(members: Iterable[JsonObject]) -> list[JsonObject]:
    """The contacts by falling date of change; a date that cannot be read is the oldest."""
    return sorted(members, key=_age, reverse=True)


def _age(record: JsonObject) -> tuple[datetime, str]:
    """When a contact was modified last; fractions of a second may be written or not, so the text does not sort."""
    try:
        modified = datetime.fromisoformat(str(record.get("modifyDate") or ""))
    except ValueError:
        modified = _NEVER
    return modified if modified.tzinfo else modified.replace(tzinfo=UTC), str(record["id"])


def resolve(members: Sequence[JsonObject], override: JsonObject, rule: Rule = DEFAULT) -> JsonObject:
    """The fields of the contact that the service makes of ``members``, as in a contact of the API.

    ``override`` is what a merge request gives; its phones are taken as they are, not normalised.
    """
    ranked = [override, *newest_first(members)]
    simple = [field.path for field in STANDARD_FIELDS if field.path not in LIST_PATHS]
    fields = {path: value for path in (*simple, "schema") if (value := _first(path, ranked)) is not None}
    if rule.keeps_opt_out and any(record.get("surveyOptOut") for record in ranked):
        fields["surveyOptOut"] = True
    if rule.organization_by_override and not override.get("externalOrganization"):
        fields.pop("externalOrganization", None)
    for slots, key in ((PHONE_PATHS, _number), (EMAIL_PATHS, str.casefold)):
        _fill(fields, ranked, slots, key)
    for path in LIST_PATHS:
        given = None if rule.joins_override_lists else override.get(path)
        if entries := given or joined(record.get(path) for record in ranked)[:LIST_CAP]:
            fields[path] = entries
    if custom := _custom(ranked, rule):
        fields[CUSTOM.rstrip(".")] = custom
    return fields


def _first(path: str, ranked: Iterable[JsonObject]) -> Any:
    return next((record[path] for record in ranked if record.get(path) is not None), None)


def _number(phone: JsonObject) -> str:
    return str(phone.get("e164") or str(phone.get("display") or "").casefold())


def _fill(fields: JsonObject, ranked: Iterable[JsonObject], slots: Sequence[str], key: Callable[[Any], str]) -> None:
    """Let values that lost their slot move into free ones, newest contact first; what finds none is dropped."""
    placed = {key(fields[slot]) for slot in slots if slot in fields}
    for value in (record[slot] for record in ranked for slot in slots if record.get(slot) is not None):
        free = next((slot for slot in slots if slot not in fields), None)
        if free is not None and key(value) not in placed:
            placed.add(key(value))
            fields[free] = value


def joined(lists: Iterable[Any]) -> list[Any]:
    """The entries of several lists, each once, in their order."""
    found: dict[str, Any] = {}
    for values in lists:
        for one in entries_of(values):
            found.setdefault(entry_key(one), one)
    return list(found.values())


def entries_of(values: Any) -> list[Any]:
    """The entries of a list field that hold something."""
    return [one for one in values if entry(one) is not None] if isinstance(values, list) else []


def entry_key(one: Any) -> str:
    """What makes two list entries one: the value and the id of its external source."""
    return digest(entry(one))


def _custom(ranked: Iterable[JsonObject], rule: Rule) -> JsonObject:
    found: JsonObject = {}
    for record in ranked:
        for key, value in (record.get("customFields") or {}).items():
            if value is not None:
                found.setdefault(key, value)
        if found and rule.whole_custom_fields:
            return dict(record["customFields"])
    return found


_PLACED = ("Phone", "Email", "ExternalId", "AppleOpaqueId")
"""Types of identifiers whose values share slots or a list, so that one may find no place."""


def owned(
    members: Sequence[JsonObject],
    fields: Mapping[str, Any],
    claimed_elsewhere: Collection[Identifier],
    rule: Rule = DEFAULT,
) -> set[Identifier]:
    """The identifiers that the new contact owns: its members' claims, and what its fields hold that nobody else owns.

    ``members`` need their ``identifiers`` (expanded); ``claimed_elsewhere`` is what contacts outside of the merge own.
    """
    kept = {identifier for one in members for identifier in claimed_identifiers(one) or ()}
    held = _held({"id": "new", **fields})
    if rule.releases_displaced:
        kept -= {one for member in members for one in _held(member) if one.type in _PLACED and one not in held}
    return kept | (held - set(claimed_elsewhere))


def _held(record: JsonObject) -> set[Identifier]:
    implied = field_identifiers(contact_from({**record, "identifiers": None}))
    return {one.identifier for one in implied}
