"""Phones and emails of the golden record: which value stands in which slot, and what finds none.

What must not be in the result cannot be kept out of it by the merge, since an override cannot blank a slot and the
service fills free ones. So it goes along into a slot that is said beforehand, and is removed from there afterwards.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from reviewer.domain.fields import PHONE_PATHS, same, value_at
from reviewer.domain.parts import phone_key
from reviewer.domain.wire import JsonObject


class Held(NamedTuple):
    """A value with the contact and the field that it comes from."""

    value: Any
    source: str
    path: str


class Placement(NamedTuple):
    """Slots that losers moved into; what found no slot; slots that hold what has to be removed after the merge.

    ``unwanted`` is all that is removed: values of emptied slots, in all their spellings and whether they found a slot
    or not, and what would be left only in a slot that has to be empty.
    """

    moved: dict[str, Held]
    lost: tuple[Held, ...]
    carried: dict[str, Held]
    unwanted: tuple[Held, ...]


def place(
    slots: Sequence[str], newest_first: Sequence[JsonObject], chosen: Mapping[str, Any], emptied: Collection[str]
) -> Placement:
    """Place all values of ``newest_first`` in ``slots``.

    ``chosen`` are the values that won their own slot; ``emptied`` slots are to be empty in the end.
    """
    values = list(_values(slots, newest_first))
    wanted = [one for one in values if one.path not in emptied]
    taken = dict(chosen)
    moved: dict[str, Held] = {}
    lost: list[Held] = []
    for held in wanted:
        if _among(held, taken.values()) or _among(held, (one.value for one in lost)):
            continue
        free = next((slot for slot in slots if slot not in taken and slot not in emptied), None)
        if free is None:
            lost.append(held)
        else:
            moved[free], taken[free] = held, held.value
    unwanted = [one for one in values if one.path in emptied and not _among(one, (other.value for other in wanted))]
    carried = _carry(slots, taken, emptied, values, (*unwanted, *lost))
    left = tuple(one for one in lost if one not in carried.values())
    removed = tuple(one for one in carried.values() if one not in unwanted)
    return Placement(moved, left, carried, (*unwanted, *removed))


def _values(slots: Sequence[str], newest_first: Sequence[JsonObject]) -> Iterator[Held]:
    for record in newest_first:
        for path in slots:
            value = value_at(record, path)
            if value is not None:
                yield Held(value, str(record["id"]), path)


def _carry(
    slots: Sequence[str],
    taken: Mapping[str, Any],
    emptied: Collection[str],
    values: Sequence[Held],
    homeless: Sequence[Held],
) -> dict[str, Held]:
    """What the service would put into free slots by its rule: into an emptied one its newest value, then the rest."""
    carried: dict[str, Held] = {}
    for held in values:
        if held.path in emptied:
            carried.setdefault(held.path, held)
    for held in homeless if any(slot in emptied for slot in slots) else ():
        free = next((slot for slot in slots if slot not in taken and slot not in carried), None)
        if free is not None and not _among(held, (one.value for one in carried.values())):
            carried[free] = held
    return carried


def _among(held: Held, others: Any) -> bool:
    return any(one_value(held.path, held.value, other) for other in others)


def one_value(path: str, one: Any, other: Any) -> bool:
    """Whether two phones, or two emails, are one, whatever slots they stand in."""
    return phone_key(one) == phone_key(other) if path in PHONE_PATHS else same("workEmail", one, other)
