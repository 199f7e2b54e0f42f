"""The rows of the comparison: each field across the contacts, how the values stand to each other, and the result."""

from collections.abc import Mapping, Sequence
from typing import Any

from reviewer.domain.fields import EMAIL_PATHS, PHONE_PATHS, Field, field_of, phone_key, same, shown, value_at
from reviewer.domain.golden_record import Chosen, GoldenRecord
from reviewer.domain.levels import Attribute, Level, Relation
from reviewer.domain.record import ReadingRules
from reviewer.domain.wire import JsonObject
from reviewer.review.views import Column, Row

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
    golden: GoldenRecord,
    levels: Mapping[Attribute, Level],
    rules: ReadingRules,
) -> tuple[Row, ...]:
    """One row per field that any contact, or the result, holds."""
    letters = {column.contact_id: column.letter for column in columns}
    paths = {field.path for field in fields}
    moved_in = [path for path in golden.fields if path not in paths]
    return tuple(
        _row(field, records, golden, letters, _level(field, levels, rules))
        for field in (*fields, *(field_of(path) for path in moved_in))
    )


def _level(field: Field, levels: Mapping[Attribute, Level], rules: ReadingRules) -> Level | None:
    attribute = Attribute.BORN if field.path == rules.born_path else _ATTRIBUTE_OF.get(field.path)
    return levels.get(attribute) if attribute else None


def _row(
    field: Field, records: Sequence[JsonObject], golden: GoldenRecord, letters: Mapping[str, str], level: Level | None
) -> Row:
    values = [value_at(record, field.path) for record in records]
    chosen = golden.fields.get(field.path)
    return Row(
        path=field.path,
        label=field.label,
        relation=_relation(field.path, values, level if len(records) == 2 else None),
        values=tuple(shown(field.path, value) for value in values),
        result=shown(field.path, chosen.value) if chosen else "",
        source=letters.get(chosen.source, "") if chosen else "",
        why=chosen.why.value if chosen else "",
        loses=any(loss.path == field.path for loss in golden.losses) or _moves(field.path, values, chosen, golden),
    )


def _moves(path: str, values: Sequence[Any], chosen: Chosen | None, golden: GoldenRecord) -> bool:
    """Whether a phone or email of this row ends up nowhere in the result."""
    if path not in PHONE_PATHS and path not in EMAIL_PATHS:
        return False
    slots = PHONE_PATHS if path in PHONE_PATHS else EMAIL_PATHS
    kept = {_key(slot, golden.fields[slot].value) for slot in slots if slot in golden.fields}
    return any(value is not None and _key(path, value) not in kept for value in values)


def _key(path: str, value: Any) -> str:
    return phone_key(value) if path in PHONE_PATHS else str(value).casefold()


def _relation(path: str, values: Sequence[Any], level: Level | None) -> Relation:
    present = [value for value in values if value is not None]
    if not present:
        return Relation.MISSING
    if len(present) < len(values):
        return Relation.ONE_SIDED
    if all(same(path, present[0], other) for other in present[1:]):
        return Relation.EQUAL
    if level is not None and level.relation in (Relation.EQUAL, Relation.CLOSE):
        return Relation.CLOSE
    return Relation.DIFFERENT
