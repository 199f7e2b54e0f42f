"""What stewards' decisions teach: the pairs that they decided on, with their levels among today's contacts.

A decision keeps the records as they were shown. They are put back in the place of what the mirror has of them now
(a merged contact stands for its members), so that the one evaluator sees the pair as the steward did. Rulings made
since are left out of the levels, where they would silence what the pair has to tell; they name its class instead.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import NamedTuple

import numpy as np

from reviewer.detect.columns import Columns, Flags, Ints, Several, columns_of, rows_of
from reviewer.detect.evaluator import Evaluator
from reviewer.detect.holders import common_values, spelt
from reviewer.detect.learning import Lessons
from reviewer.detect.scoring import FLOOR, Weigher
from reviewer.domain.classes import PairClass
from reviewer.domain.comparable import Comparable
from reviewer.domain.model import Model
from reviewer.domain.record import ReadingRules, make_record
from reviewer.domain.rulings import Ruling, RulingKind
from reviewer.domain.wire import decode_object, encode
from reviewer.store import comparables, contacts, decisions, rulings
from reviewer.store.database import Database

CLASSES_OF: Mapping[RulingKind, tuple[PairClass, ...]] = {
    RulingKind.HOUSEHOLD: (PairClass.HOUSEHOLD, PairClass.NAMESAKE),
    RulingKind.DESK: (PairClass.DESK,),
    RulingKind.ROLE_MAILBOX: (PairClass.DESK,),
    RulingKind.SWITCHBOARD: (PairClass.DESK,),
    RulingKind.RECYCLED: (PairClass.RECYCLED,),
}
"""What two persons who hold such an identifier are to each other; father and son of one name are of one household."""

_CLASSES = list(PairClass)


class _Told(NamedTuple):
    """A decision: the places of its contacts among the records, and whether they are one person."""

    number: int
    same: bool
    members: tuple[int, ...]


class _Records:
    """The records that decisions were made on, each version of a contact once."""

    def __init__(self, reading: ReadingRules) -> None:
        self.comparables: list[Comparable] = []
        self.ids: list[str] = []
        self._reading = reading
        self._known: dict[bytes, int] = {}

    def place(self, raw: bytes) -> int:
        """The place of a record. Raises ``ValueError`` if it cannot be read."""
        if raw not in self._known:
            record = make_record(raw, self._reading)
            self._known[raw] = len(self.ids)
            self.ids.append(record.contact.id)
            self.comparables.append(record.columns)
        return self._known[raw]


def lessons_of(database: Database, reading: ReadingRules, today: date, model: Model) -> Lessons:
    """The pairs that stewards decided on and that ``model`` lets into the queue.

    Others came with their group, such as the ends of a chain: they are known because they are one person, and would
    make weak pairs look good. Raises ``DatabaseError``.
    """
    records = _Records(reading)
    told = list(_told(database, records))
    columns = columns_of(_as_it_was(database, records))
    pairs = _pairs(told)
    classes = np.zeros((len(pairs.a), len(_CLASSES)), dtype=np.bool_)
    classes[:, _CLASSES.index(PairClass.SAME)] = pairs.same
    classes[~pairs.same] = _classes_apart(columns, pairs, rulings.in_force(database, today))
    levels = Evaluator(columns).levels(pairs.a, pairs.b)
    lessons = Lessons(levels, classes, pairs.decisions, _clusters(told, records.ids, pairs.decisions))
    return lessons.where(Weigher(model).weights(levels) >= FLOOR)


def _told(database: Database, records: _Records) -> Iterator[_Told]:
    """The decisions whose records can be read; one whose persons were erased says nothing any more."""
    for decision in decisions.telling(database):
        try:
            members = decode_object(decision.document)["members"]
            places = tuple(dict.fromkeys(records.place(encode(one)) for one in members))
        except (ValueError, KeyError, TypeError):
            continue
        if len(places) > 1:
            yield _Told(decision.id, decision.kind != "distinct", places)


def _as_it_was(database: Database, records: _Records) -> Iterator[Sequence[object]]:
    """The contacts with the decided records in their place; these come first, so that a record keeps its place."""
    yield from rows_of((-place, one) for place, one in enumerate(records.comparables, 1))
    living = (contacts.living(database, id_) for id_ in dict.fromkeys(records.ids))
    replaced = {contact.number for contact in living if contact}
    yield from (row for row in comparables.rows(database) if row[0] not in replaced)


class _Pairs(NamedTuple):
    """Decided pairs by the places of their records, ``a < b``, with their decision and what it said."""

    a: Ints
    b: Ints
    decisions: Ints
    same: Flags


def _pairs(told: Sequence[_Told]) -> _Pairs:
    """Every two contacts of each decision; where two decisions tell of the same records, the later one counts."""
    found = {(min(a, b), max(a, b)): (one.number, one.same) for one in told for a, b in combinations(one.members, 2)}
    rows = np.array([(a, b, number, same) for (a, b), (number, same) in found.items()], dtype=np.int64).reshape(-1, 4)
    return _Pairs(rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3] == 1)


def _classes_apart(columns: Columns, pairs: _Pairs, in_force: Sequence[Ruling]) -> Flags:
    """For each pair of two persons, the classes that it may be of: what the identifier they hold is ruled, or any."""
    a, b = pairs.a[~pairs.same], pairs.b[~pairs.same]
    named = np.zeros((len(a), len(_CLASSES)), dtype=np.bool_)
    for column, types in ((columns.phones, ("Phone", "SocialWhatsapp")), (columns.emails, ("Email",))):
        held, values = common_values(column, a, b)
        for value, classes in _ruled(column, types, in_force).items():
            named[np.ix_(held[values == value], [_CLASSES.index(one) for one in classes])] = True
    any_but_same = np.array([one is not PairClass.SAME for one in _CLASSES])
    return np.where(named.any(axis=1, keepdims=True), named, any_but_same)


def _ruled(column: Several, types: Sequence[str], in_force: Sequence[Ruling]) -> dict[int, tuple[PairClass, ...]]:
    """The values of a column that are ruled to be several people's, with what those are to each other."""
    found = {
        column.vocabulary.find(spelt(one, types)): CLASSES_OF[one.kind] for one in in_force if one.kind in CLASSES_OF
    }
    return {value: classes for value, classes in found.items() if value}


def _clusters(told: Sequence[_Told], ids: Sequence[str], of_pairs: Ints) -> Ints:
    """For the decision of each pair, the first decision that it hangs together with by the contacts they are on."""
    first_of: dict[int, int] = {}
    by_contact: dict[str, int] = {}

    def root(number: int) -> int:
        while first_of[number] != number:
            number = first_of[number]
        return number

    for one in told:
        first_of[one.number] = one.number
        for contact in {ids[place] for place in one.members}:
            earlier, mine = root(by_contact.setdefault(contact, one.number)), root(one.number)
            first_of[max(earlier, mine)] = min(earlier, mine)
    return np.array([root(number) for number in of_pairs.tolist()], dtype=np.int64)
