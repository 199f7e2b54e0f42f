"""A desk on a mirror that a test writes itself: people, scored pairs, and a clock that it moves."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from reviewer.domain import levels, policy
from reviewer.domain.levels import Attribute
from reviewer.domain.prior_model import prior_model
from reviewer.domain.record import ReadingRules, make_record
from reviewer.review.desk import Desk
from reviewer.review.steward import Steward
from reviewer.store import contacts, derivation, operations, pairs, queue, shared_identifiers
from reviewer.store.database import Database, open_database
from reviewer.store.pairs import PairRow
from reviewer.store.shared_identifiers import SharedRow

Levels = Mapping[Attribute, str]

SOURCE = "11111111-1111-5111-8111-111111111111"
RULES = ReadingRules(anchor_source=SOURCE)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TODAY = NOON.date()

TWO_FACTORS: Levels = {Attribute.GIVEN: "near", Attribute.SURNAME: "exact", Attribute.EMAIL: "own"}
CERTAIN: Levels = {
    Attribute.GIVEN: "exact",
    Attribute.SURNAME: "exact",
    Attribute.BORN: "exact",
    Attribute.EMAIL: "own",
}
SOCIAL: Levels = {Attribute.SOCIAL: "same", Attribute.HANDLE: "full"}
ONE_PHONE: Levels = {Attribute.GIVEN: "unlike", Attribute.SURNAME: "exact", Attribute.PHONE: "shared by 2"}


class Clock:
    """The time of a test: stands still until it is moved."""

    def __init__(self, start: datetime = NOON) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


def person(key: str, **fields: Any) -> dict[str, Any]:
    """A curated contact of the name *Kim Doe*, unless the fields say otherwise."""
    base = {"id": key, "type": "Curated", "division": {"id": "home"}, "firstName": "Kim", "lastName": "Doe"}
    return {**base, "modifyDate": "2026-10-01T09:00:00Z", **fields}


def phone(number: str) -> dict[str, str]:
    return {"display": number, "e164": number}


class World:
    """A database with people in it, and desks on it."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.database: Database = open_database(folder / "world.db")
        self.desk = self.desk_of("ada")

    def desk_of(self, steward: str, **parts: Any) -> Desk:
        """A steward's desk on the same database."""
        return Desk(self.database, Steward(steward), RULES, clock=self.clock, **parts)

    @property
    def today(self) -> date:
        return self.clock().date()

    def write(self, *people: Mapping[str, Any], origin: str = "api") -> None:
        """Put contacts into the mirror, or change them there, as a sync does, and derive the queue again."""
        records = [make_record(json.dumps(one).encode(), RULES) for one in people]
        contacts.write(self.database, records, origin=origin, read_at=self.clock())
        derivation.rebuild(self.database, self.today)

    def score(self, *rows: tuple[str, str, str, Levels]) -> None:
        """Score pairs, each as (id, id, kind, levels), and derive the queue again."""
        pairs.update_scores(self.database, [self.scored(*row) for row in rows])
        derivation.rebuild(self.database, self.today)

    def scored(self, first: str, second: str, kind: str, named: Levels) -> PairRow:
        a, b = sorted(self.numbers(first, second))
        return scored(a, b, kind, named)

    def numbers(self, *ids: str) -> list[int]:
        found = contacts.by_ids(self.database, ids)
        return [found[id_].number for id_ in ids]

    def warn(self, kind: str, value: str, *, holders: int = 3, weight: float = 4.0) -> None:
        """Warn of a shared identifier, as the detector does."""
        row = SharedRow(kind, value, holders, 2, weight, "household", "one surname", 0.87, 0.99)
        shared_identifiers.replace(self.database, [row])
        derivation.rebuild(self.database, self.today)

    def candidate(self, *ids: str) -> int:
        """The number of the candidate that holds exactly these contacts, whatever its state."""
        wanted = self.numbers(*ids)
        query = "SELECT id FROM candidate WHERE key = ?"
        row = self.database.connection.execute(query, ("contacts:" + "+".join(map(str, sorted(wanted))),)).fetchone()
        assert row is not None, f"no candidate of {ids}"
        return int(row[0])

    def open(self) -> list[int]:
        """Numbers of the open candidates, in the queue's order."""
        return list(queue.ids(self.database))

    def state(self, candidate: int) -> str:
        return queue.read(self.database, candidate).state

    def mark(self, candidate: int) -> str:
        return queue.read(self.database, candidate).mark

    def operation(self, decision: int) -> operations.Operation:
        found = operations.of_decision(self.database, decision)
        assert found is not None
        return found

    def snapshot(self) -> set[tuple[object, ...]]:
        """Every candidate that is not settled: number, key, kind, weight, verdict, state, mark."""
        query = "SELECT id, key, kind, rank, verdict, state, mark FROM candidate WHERE state <> 'settled'"
        return set(self.database.connection.execute(query).fetchall())


def scored(a: int, b: int, kind: str, named: Levels) -> PairRow:
    """A pair of contact numbers as the detector would write it with these levels."""
    found = {attribute: levels.level(attribute, named.get(attribute, "missing")) for attribute in Attribute}
    weight = prior_model().weigh(found)
    judged = policy.judge(found, prior_model())
    reasons = {"reasons": judged.reasons, "factors": judged.factors}
    packed = levels.pack([found[attribute].code for attribute in Attribute])
    return PairRow(a, b, kind, weight, levels.probability(weight), packed, judged.verdict, json.dumps(reasons))


def acts_of(database: Database, subject: str) -> list[str]:
    """The acts in the audit about one subject, oldest first."""
    from reviewer.store import audit

    return [entry.act for entry in audit.entries(database, subject)]


def ids_of(people: Iterable[Mapping[str, Any]]) -> list[str]:
    return [str(one["id"]) for one in people]
