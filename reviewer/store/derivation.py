"""Candidates as a view: derived from pairs, constraints, rulings and live operations, and kept for the queue.

Deriving again from the same truth gives the same candidates with the same numbers; so detecting or loading
twice changes nothing, and a decided pair cannot come back under a new number.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import combinations
from typing import NamedTuple

from reviewer.domain.grouping import JOIN_WEIGHT, Edge, groups
from reviewer.domain.policy import MOST_AUTOMATIC, groupable
from reviewer.store import constraints, deferrals, operations, remainders, rulings
from reviewer.store.constraints import Constraint
from reviewer.store.database import Database
from reviewer.store.pairs import StoredPair
from reviewer.store.remainders import Remainder
from reviewer.store.transaction import transaction


class _Pair(NamedTuple):
    a: int
    b: int
    kind: str
    weight: float
    verdict: str


class _Derived(NamedTuple):
    kind: str
    members: tuple[int, ...]
    weight: float
    verdict: str
    state: str
    mark: str


_ENDED_BADLY = """SELECT 'operation ' || o.id || iif(o.state = 'withdrawn', ' was withdrawn', ' ended ' || o.state)
    FROM operation o
    WHERE o.decision = candidate.decision AND o.state IN ('void', 'failed', 'merged elsewhere', 'partial', 'withdrawn')
    ORDER BY o.id DESC LIMIT 1"""
"""Why an approved candidate is back in the queue. One whose decision was taken back does not name it any more: what is
withdrawn here was rejected by a second steward."""

_LIVE_PAIRS = """SELECT p.a, p.b, p.kind, p.weight, p.verdict FROM pair p
    JOIN contact ca ON ca.number = p.a JOIN contact cb ON cb.number = p.b
    WHERE ca.state = 'live' AND cb.state = 'live'"""


def rebuild(database: Database, today: date) -> int:
    """Derive all candidates anew; returns how many are open."""
    with transaction(database) as connection:
        pairs = [_Pair(*row) for row in connection.execute(_LIVE_PAIRS)]
        limits, held = constraints.in_force(connection), operations.held_contacts(connection)
        found = _derive(pairs, limits, held, remainders.remainders(connection))
        stale = {key for (key,) in connection.execute("SELECT key FROM candidate WHERE kind <> 'shared'")}
        _write(connection, found)
        _retire(connection, stale - {_key(one.members) for one in found}, forget=True)
        _derive_shared(database, connection, today)
        open_now: int = connection.execute("SELECT count(*) FROM candidate WHERE state = 'open'").fetchone()[0]
    return open_now


def refresh(database: Database, numbers: Iterable[int], today: date) -> None:
    """Derive again what rests on these contacts, and only that; joins a running transaction.

    A group that falls apart leaves contacts behind that nothing connects with ``numbers`` any more: they are taken
    in until no group of others is touched.
    """
    with transaction(database) as connection:
        reached: set[int] = set()
        left_behind = set(numbers)
        while left_behind:
            reached = _component(connection, reached | left_behind)
            found = _derive_around(connection, reached)
            retired = _keys_touching(connection, reached) - {_key(one.members) for one in found}
            left_behind = {number for key in retired for number in _members_of(key)} - reached
        if reached:
            _write(connection, found)
            _retire(connection, retired)


def _derive_around(connection: sqlite3.Connection, numbers: set[int]) -> list[_Derived]:
    """What rests on ``numbers``. Their neighbours' groups count too: one row stands for all pairs between two."""
    touching = _touching(connection, numbers)
    ends = {number for pair in touching for number in (pair.a, pair.b)}
    near = numbers | _component(connection, ends - numbers)
    pairs = sorted({*touching, *_touching(connection, near - numbers)})
    limits = constraints.in_force(connection, sorted(near))
    held = operations.held_contacts(connection, ends | numbers)
    left = remainders.remainders(connection, near)
    return [one for one in _derive(pairs, limits, held, left) if not numbers.isdisjoint(one.members)]


def hanging_together(database: Database, numbers: Iterable[int], most: int = 1_000) -> int:
    """How many live contacts joining pairs connect with these, counted up to about ``most``.

    Pairs that a steward keeps apart connect nothing.
    """
    connection = database.connection
    query = """SELECT CASE p.a WHEN ?1 THEN p.b ELSE p.a END FROM pair p
               JOIN contact c ON c.number = CASE p.a WHEN ?1 THEN p.b ELSE p.a END
               WHERE (p.a = ?1 OR p.b = ?1) AND p.weight >= ?2 AND p.verdict IN ('auto', 'review')
                   AND c.state = 'live'"""
    reached, frontier = set(numbers), list(numbers)
    while frontier and len(reached) < most:
        number = frontier.pop()
        apart = _said(constraints.in_force(connection, [number])).apart
        for (other,) in connection.execute(query, (number, JOIN_WEIGHT)):
            if other not in reached and (min(number, other), max(number, other)) not in apart:
                reached.add(other)
                frontier.append(other)
    return len(reached)


def refresh_shared(database: Database, today: date) -> None:
    """Derive the warnings about identifiers again; joins a running transaction."""
    with transaction(database) as connection:
        _derive_shared(database, connection, today)


def wake(database: Database, today: date, at: datetime) -> list[tuple[str, str]]:
    """Bring back what was deferred until today; end rulings that have run out and return their identifiers."""
    with transaction(database) as connection:
        contacts = constraints.wake(connection, today, at)
        ended = rulings.expired(connection, today, at)
        awake = deferrals.wake(connection, today, at)
        if contacts:
            refresh(database, contacts, today)
        if ended or awake:
            _derive_shared(database, connection, today)
    return [(identifier.type, identifier.value) for identifier in ended]


def _component(connection: sqlite3.Connection, numbers: set[int]) -> set[int]:
    """The contacts that joining pairs connect with ``numbers``."""
    reached, frontier = set(numbers), list(numbers)
    while frontier:
        number = frontier.pop()
        query = """SELECT b FROM pair WHERE a = ?1 AND weight >= ?2 AND verdict IN ('auto', 'review')
                   UNION SELECT a FROM pair WHERE b = ?1 AND weight >= ?2 AND verdict IN ('auto', 'review')"""
        for (other,) in connection.execute(query, (number, JOIN_WEIGHT)):
            if other not in reached:
                reached.add(other)
                frontier.append(other)
    return reached


def _touching(connection: sqlite3.Connection, numbers: set[int]) -> list[_Pair]:
    found: set[_Pair] = set()
    for number in numbers:
        for side in ("a", "b"):
            found |= {_Pair(*row) for row in connection.execute(f"{_LIVE_PAIRS} AND p.{side} = ?", (number,))}
    return sorted(found)


def _keys_touching(connection: sqlite3.Connection, numbers: set[int]) -> set[str]:
    keys: set[str] = set()
    query = """SELECT k.key FROM candidate_member m JOIN candidate k ON k.id = m.candidate
               WHERE m.contact = ? AND k.state <> 'settled'"""
    for number in numbers:
        keys |= {key for (key,) in connection.execute(query, (number,))}
    return keys


def _derive(
    pairs: Iterable[_Pair], limits: Iterable[Constraint], held: dict[int, int], left: Sequence[Remainder]
) -> list[_Derived]:
    """The groups; and between two of them, or a group and a contact, the strongest pair alone stands for all."""
    said = _said(limits)
    open_pairs = sorted(pair for pair in pairs if (pair.a, pair.b) not in said.apart)
    edges = [Edge(p.a, p.b, p.weight, groupable(p.verdict) and p.weight >= JOIN_WEIGHT) for p in open_pairs]
    vetoes = [(pair.a, pair.b) for pair in open_pairs if pair.verdict == "veto"]
    tree_of: dict[int, int] = {}
    gathered: dict[int, list[_Pair]] = {}
    members_of: dict[int, tuple[int, ...]] = {}
    for index, members in enumerate(groups(edges, [*said.apart, *vetoes])):
        members_of[index] = members
        tree_of.update(dict.fromkeys(members, index))
    between: dict[tuple[int, int], _Pair] = {}
    for pair in open_pairs:
        first, second = sorted(tree_of.get(number, -number) for number in (pair.a, pair.b))
        if first == second:
            gathered.setdefault(first, []).append(pair)
        elif (first, second) not in between or pair.weight > between[first, second].weight:
            between[first, second] = pair
    for pair in between.values():
        gathered[len(members_of)] = [pair]
        members_of[len(members_of)] = (pair.a, pair.b)
    return [_candidate(members_of[i], inside, said, held, left) for i, inside in gathered.items()]


class _Said(NamedTuple):
    """What stewards said of pairs; ``marks`` are for those that come back: a contact changed, an operation ended."""

    apart: set[tuple[int, int]]
    deferred: set[tuple[int, int]]
    marks: dict[tuple[int, int], str]


def _said(limits: Iterable[Constraint]) -> _Said:
    said = _Said(set(), set(), {})
    for limit in sorted(limits):
        pair = (limit.a, limit.b)
        if limit.told:
            said.marks[pair] = limit.told
        elif limit.told == "":
            said.deferred.add(pair)
        elif limit.stale:
            said.marks[pair] = f"changed since decision {limit.decision}"
        elif limit.kind == "cannot":
            said.apart.add(pair)
        elif limit.kind == "defer":
            said.deferred.add(pair)
    return said


def _candidate(
    members: tuple[int, ...],
    inside: Sequence[_Pair],
    said: _Said,
    held: dict[int, int],
    left: Sequence[Remainder],
) -> _Derived:
    mark = next((said.marks[two] for two in combinations(members, 2) if two in said.marks), "") if said.marks else ""
    return _Derived(
        kind="stitch" if all(pair.kind == "stitch" for pair in inside) else "duplicate",
        members=members,
        weight=max(pair.weight for pair in inside),
        verdict=_verdict(members, inside),
        state=_state(members, all((pair.a, pair.b) in said.deferred for pair in inside), held),
        mark=mark or remainders.mark_of(members, left),
    )


def _verdict(members: tuple[int, ...], inside: Sequence[_Pair]) -> str:
    """A group is automatic only if automatic pairs alone connect it and nothing inside speaks against it."""
    if len(members) == 2:
        return inside[0].verdict
    if any(pair.verdict in ("veto", "shared") for pair in inside):
        return "review"
    if len(members) > MOST_AUTOMATIC:
        return "review"
    certain = [Edge(pair.a, pair.b, pair.weight, pair.verdict == "auto") for pair in inside]
    return "auto" if groups(certain, ()) == [members] else "review"


def _state(members: tuple[int, ...], deferred: bool, held: dict[int, int]) -> str:
    keepers = {held.get(number) for number in members}
    if len(keepers) == 1 and keepers != {None}:
        return "staged"
    if deferred:
        return "deferred"
    return "open" if keepers == {None} else "waiting"


def verdict_among(numbers: Iterable[int], inside: Sequence[StoredPair]) -> str:
    """What the rules say of these contacts as one candidate, from the pairs among them, strongest first."""
    return _verdict(tuple(sorted(numbers)), [_Pair(p.a, p.b, p.kind, p.weight, p.verdict) for p in inside])


_KEY = "contacts:"


def _key(members: tuple[int, ...]) -> str:
    """What names a candidate. Not its kind: a pair that turns from stitch to duplicate is still the same."""
    return _KEY + "+".join(map(str, members))


def _members_of(key: str) -> list[int]:
    return [int(number) for number in key.removeprefix(_KEY).split("+")]


def _write(connection: sqlite3.Connection, found: Sequence[_Derived]) -> None:
    for one in found:
        row = connection.execute(
            f"""INSERT INTO candidate (key, kind, rank, verdict, size, state, mark) VALUES (?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT (key) DO UPDATE SET kind = excluded.kind, rank = excluded.rank,
                   verdict = excluded.verdict, state = excluded.state,
                   mark = coalesce(nullif(excluded.mark, ''), ({_ENDED_BADLY}), '')
               RETURNING id""",
            (_key(one.members), one.kind, -one.weight, one.verdict, len(one.members), one.state, one.mark),
        ).fetchone()
        connection.executemany(
            "INSERT OR IGNORE INTO candidate_member (candidate, contact) VALUES (?, ?)",
            [(row[0], number) for number in one.members],
        )


def _retire(connection: sqlite3.Connection, keys: Iterable[str], *, forget: bool = False) -> None:
    """Take candidates out of the queue that are not derived any more.

    They keep their row, so that they come back under their number when the act that ended them is taken back;
    with ``forget`` only those do that were decided on.
    """
    for key in keys:
        connection.execute("UPDATE candidate SET state = 'settled' WHERE key = ?", (key,))
        if forget:
            connection.execute("DELETE FROM candidate WHERE key = ? AND decision IS NULL", (key,))


def _derive_shared(database: Database, connection: sqlite3.Connection, today: date) -> None:
    ruled = {ruling.identifier for ruling in rulings.in_force(database, today)}
    deferred = deferrals.in_force(connection)
    stale = {key for (key,) in connection.execute("SELECT key FROM candidate WHERE kind = 'shared'")}
    kept = set()
    query = "SELECT kind, value, holders, weight FROM shared_identifier"
    for kind, value, holders, weight in connection.execute(query).fetchall():
        key = f"shared:{kind}:{value}"
        if (kind, value) in ruled:
            continue
        kept.add(key)
        connection.execute(
            """INSERT INTO candidate (key, kind, rank, verdict, size, identifier_kind, identifier_value, state)
               VALUES (?, 'shared', ?, 'shared', ?, ?, ?, ?)
               ON CONFLICT (key) DO UPDATE SET rank = excluded.rank, size = excluded.size, state = excluded.state
               WHERE (rank, size, state) IS NOT (excluded.rank, excluded.size, excluded.state)""",
            (key, -weight, holders, kind, value, "deferred" if (kind, value) in deferred else "open"),
        )
    _retire(connection, stale - kept)


def note_decision(connection: sqlite3.Connection, candidate: int, decision: int | None) -> None:
    """Remember on the candidate which decision settled it (None takes that back)."""
    connection.execute("UPDATE candidate SET decision = ? WHERE id = ?", (decision, candidate))
