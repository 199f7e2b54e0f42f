"""Why two contacts are judged as they are: any two, also such as were never proposed."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reviewer.domain import levels as comparison
from reviewer.domain.contact import contact_from
from reviewer.domain.counterfactual import LEAST_QUEUED, WouldBe
from reviewer.domain.errors import NotFoundError, RefusedError
from reviewer.domain.identifiers import Identifier, field_identifiers
from reviewer.domain.levels import Bar, Relation
from reviewer.domain.wire import JsonObject, decode_object
from reviewer.review.candidate import columns_of, ruled_on, said_elsewhere
from reviewer.review.compared_values import compared_values
from reviewer.review.desk import Desk
from reviewer.review.views import Column, Ruled
from reviewer.review.weighed import weighed
from reviewer.store import constraints, contacts, models, pairs, queue
from reviewer.store.contacts import StoredContact
from reviewer.store.database import Database
from reviewer.store.pairs import PairRow

Score = Callable[[Database, Sequence[tuple[int, int]]], list[PairRow]]
"""Scores pairs of contact numbers by the model in use and the rulings in force; the detector is passed in here."""


class Compared(NamedTuple):
    """One attribute of the two: how the values stand to each other, and both as they were compared ('' = none)."""

    attribute: str
    relation: Relation
    level: str
    sentence: str
    values: tuple[str, str]


@dataclass(frozen=True)
class Why:
    """Everything that speaks for two contacts being one person, and against it; texts may hold record text.

    ``notes`` say what is to be known of the two before, ``standing`` where the pair stands in the queue. With ``prior``
    the ``bars`` add up to ``weight`` (log2 odds); ``classes`` are (class, chance).
    """

    contacts: tuple[Column, ...]
    notes: tuple[str, ...]
    kind: str
    weight: float
    probability: float
    verdict: str
    reasons: tuple[str, ...]
    factors: tuple[str, ...]
    standing: tuple[str, ...]
    levels: tuple[Compared, ...]
    prior: float
    bars: tuple[Bar, ...]
    classes: tuple[tuple[str, float], ...]
    would_be: WouldBe
    said: tuple[str, ...]
    rulings: tuple[Ruled, ...]
    model: str


def why(desk: Desk, score: Score, first: str, second: str) -> Why:
    """What the detector says of two contacts by their ids, now.

    An id that was merged stands for the contact it was merged into. Raises ``NotFoundError`` for an id that the mirror
    does not know, ``RefusedError`` if the two are one contact or one of them is gone.
    """
    members = [_living(desk, id_) for id_ in (first, second)]
    if members[0].number == members[1].number:
        raise RefusedError(_one_contact(first, second, members[0].id))
    records = [decode_object(member.raw) for member in members]
    a, b = sorted(member.number for member in members)
    (row,) = score(desk.database, [(a, b)])
    in_use = models.in_use(desk.database).model
    levels = row.levels or b""
    found, told = weighed(in_use, levels), json.loads(row.reasons)
    stored = pairs.between(desk.database, [a, b])
    return Why(
        contacts=columns_of(desk, members, records, ("A", "B")),
        notes=tuple(_notes((first, second), members)),
        kind=row.kind,
        weight=row.weight,
        probability=row.probability,
        verdict=row.verdict,
        reasons=tuple(told["reasons"]),
        factors=tuple(told["factors"]),
        standing=tuple(_standing(desk, a, b, row, proposed=bool(stored))),
        levels=_compared(desk, members, levels),
        prior=found.prior,
        bars=found.bars,
        classes=found.classes,
        would_be=found.would_be,
        said=said_elsewhere(desk, stored),
        rulings=_rulings(desk, records),
        model=in_use.version,
    )


def _living(desk: Desk, id_: str) -> StoredContact:
    contact = contacts.living(desk.database, id_)
    if contact is None:
        raise NotFoundError(f"there is no contact {id_} in the mirror: `reviewer sync` and `reviewer load` bring them")
    if contact.state != "live":
        raise RefusedError(f"the service does not know {contact.id} any more: it cannot be compared")
    return contact


def _one_contact(first: str, second: str, canonical: str) -> str:
    if first == second:
        return f"{first} is one contact: name two"
    merged = " and ".join(id_ for id_ in (first, second) if id_ != canonical)
    return f"{merged} {'were' if ' and ' in merged else 'was'} merged into {canonical}: the two are one contact already"


def _notes(asked: Sequence[str], members: Sequence[StoredContact]) -> Iterator[str]:
    for id_, member in zip(asked, members, strict=True):
        if id_ != member.id:
            yield f"{id_} was merged into {member.id}, which is compared in its place"
        if member.origin != "api":
            yield f"{member.id} came from {member.origin}, not from the service: it is never sent"


def _standing(desk: Desk, a: int, b: int, row: PairRow, *, proposed: bool) -> Iterator[str]:
    """Where the pair is in the queue, or why it is not."""
    for limit in constraints.in_force(desk.database.connection, [a, b]):
        if (limit.a, limit.b) == (a, b) and limit.kind == "cannot" and not limit.stale:
            yield f"decision {limit.decision} keeps the two apart"
    holding = sorted(set(queue.holding(desk.database, a)).intersection(queue.holding(desk.database, b)))
    if holding:
        yield f"in the queue as candidate {', '.join(map(str, holding))}"
    elif proposed:
        yield "proposed as a pair, but no candidate of the queue holds both now"
    elif row.weight < LEAST_QUEUED:
        yield f"never proposed: under a weight of {LEAST_QUEUED:+.1f} a pair is too unlikely to be queued"
    else:
        yield "never proposed: nothing that detection looks for brings the two together"


def _compared(desk: Desk, members: Sequence[StoredContact], levels: bytes) -> tuple[Compared, ...]:
    values = compared_values(desk.database, [member.number for member in members])
    first, second = (values[member.number] for member in members)
    return tuple(
        Compared(attribute.value, found.relation, found.name, found.sentence, (first[attribute], second[attribute]))
        for attribute, found in comparison.unpack(levels).items()
    )


def _rulings(desk: Desk, records: Sequence[JsonObject]) -> tuple[Ruled, ...]:
    """The rulings in force on what both hold: no other counts for the pair."""
    held = [{implied.identifier for implied in field_identifiers(contact_from(record))} for record in records]
    both = set.intersection(*held)
    return tuple(ruled for ruled in ruled_on(desk, records[:1]) if Identifier(ruled.kind, ruled.value) in both)
