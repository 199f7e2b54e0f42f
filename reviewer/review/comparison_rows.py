"""The rows of the comparison: each field across the contacts, how the values stand to each other, and the result."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from reviewer.domain.fields import (
    EMAIL_PATHS,
    PHONE_PATHS,
    Field,
    FieldKind,
    field_of,
    phone_key,
    same,
    shown,
    value_at,
)
from reviewer.domain.golden_record import GoldenRecord
from reviewer.domain.levels import Attribute, Level, Relation
from reviewer.domain.record import ReadingRules
from reviewer.domain.wire import JsonObject
from reviewer.review.views import Column, Row

Places = tuple[int, int]
PairLevels = Mapping[Places, Mapping[Attribute, Level]]
"""Places of two contacts among the columns → how alike they are."""

EMPTIED = "nothing picked"
"""Why a field that holds values has no result: the steward picked nothing."""

_ATTRIBUTE_OF = {
    "firstName": Attribute.GIVEN,
    "lastName": Attribute.SURNAME,
    "middleName": Attribute.MIDDLE,
    "address": Attribute.ADDRESS,
    "externalIds": Attribute.ANCHOR,
}


def rows(
    records: Sequence[JsonObject],
    columns: Sequence[Column],
    fields: Sequence[Field],
    golden: GoldenRecord | None,
    levels: PairLevels,
    rules: ReadingRules,
) -> tuple[Row, ...]:
    """One row per field that any contact, or the result, holds. Without a golden record nothing is merged or lost."""
    letters = {column.contact_id: column.letter for column in columns}
    paths = {field.path for field in fields}
    moved_in = _moved_in(golden, paths) if golden else ()
    return tuple(
        _row(field, records, golden, letters, _level(field, levels, rules))
        for field in (*fields, *(field_of(path) for path in moved_in))
    )


def _moved_in(golden: GoldenRecord, paths: Collection[str]) -> list[str]:
    """Fields that no contact holds and that a value moves into, if only for a while."""
    filled = dict.fromkeys((*golden.fields, *(one.path for one in golden.removals)))
    return [path for path in filled if path not in paths]


def _level(field: Field, levels: PairLevels, rules: ReadingRules) -> Mapping[Places, Level]:
    attribute = Attribute.BORN if field.path == rules.born_path else _ATTRIBUTE_OF.get(field.path)
    return {places: found[attribute] for places, found in levels.items() if attribute in found} if attribute else {}


def _row(
    field: Field,
    records: Sequence[JsonObject],
    golden: GoldenRecord | None,
    letters: Mapping[str, str],
    levels: Mapping[Places, Level],
) -> Row:
    values = [value_at(record, field.path) for record in records]
    chosen = golden.fields.get(field.path) if golden else None
    emptied = golden is not None and field.path in golden.emptied
    return Row(
        path=field.path,
        label=field.label,
        relation=_relation(field.path, values, levels),
        values=tuple(shown(field.path, value) for value in values),
        result=shown(field.path, chosen.value) if chosen else "",
        source=letters.get(chosen.source, "") if chosen else "",
        why=chosen.why.value if chosen else EMPTIED if emptied else "",
        loses=golden is not None and _loses(field.path, values, golden),
        flag=field.kind is FieldKind.FLAG,
    )


def _loses(path: str, values: Sequence[Any], golden: GoldenRecord) -> bool:
    """Whether a value of this row ends up nowhere in the result; phones and emails may move to another slot."""
    if any(loss.path == path for loss in golden.losses):
        return True
    if path in golden.emptied:
        return any(value is not None for value in values)
    if path not in PHONE_PATHS and path not in EMAIL_PATHS:
        return False
    slots = PHONE_PATHS if path in PHONE_PATHS else EMAIL_PATHS
    kept = {_key(slot, golden.fields[slot].value) for slot in slots if slot in golden.fields}
    return any(value is not None and _key(path, value) not in kept for value in values)


def _key(path: str, value: Any) -> str:
    return phone_key(value) if path in PHONE_PATHS else str(value).casefold()


def _relation(path: str, values: Sequence[Any], levels: Mapping[Places, Level]) -> Relation:
    """Equal values are equal; others are close if all that were compared are; a gap hides no difference."""
    present = [value for value in values if value is not None]
    if not present:
        return Relation.MISSING
    if all(same(path, present[0], other) for other in present[1:]):
        return Relation.EQUAL if len(present) == len(values) else Relation.ONE_SIDED
    differing = [level.relation for (a, b), level in levels.items() if _differ(path, values[a], values[b])]
    close = differing and all(relation in (Relation.EQUAL, Relation.CLOSE) for relation in differing)
    return Relation.CLOSE if close else Relation.DIFFERENT


def _differ(path: str, first: Any, second: Any) -> bool:
    return first is not None and second is not None and not same(path, first, second)
