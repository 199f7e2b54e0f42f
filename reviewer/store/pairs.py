"""Pairs with their levels and weights, as the detector scored them, and as other tools suspected them."""

import sqlite3
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple

from reviewer.domain.levels import ORDER, probability, weight_of
from reviewer.store.comparables import SEVERAL
from reviewer.store.database import Database
from reviewer.store.storable import storable
from reviewer.store.transaction import transaction


class PairRow(NamedTuple):
    """A scored pair of contact numbers ``a < b``.

    ``weight`` is log2 posterior odds; ``levels`` one byte an attribute; ``reasons`` the JSON text
    ``{"reasons": [...], "factors": [...]}``.
    """

    a: int
    b: int
    kind: str
    weight: float
    probability: float
    levels: bytes | None
    verdict: str
    reasons: str


class StoredPair(NamedTuple):
    """A pair as it is kept; ``source`` is detect, load or carried (through a merge or a change, to be scored again)."""

    id: int
    a: int
    b: int
    kind: str
    weight: float
    probability: float
    levels: bytes | None
    verdict: str
    reasons: str
    source: str
    model: str


_COLUMNS = ", ".join(StoredPair._fields)
_UPSERT = """INSERT INTO pair (a, b, kind, weight, probability, levels, verdict, reasons, source, model)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (a, b) DO UPDATE SET kind = excluded.kind, weight = excluded.weight, probability = excluded.probability,
    levels = excluded.levels, verdict = excluded.verdict, reasons = excluded.reasons, source = excluded.source,
    model = excluded.model"""


_BY_MODEL = "source = 'detect' AND model = ? AND length(levels) = ?"


def scored_by(database: Database, model_version: str) -> Iterable[tuple[int, int, bool, bytes]]:
    """(a, b, whether it is a stitch, levels) of the pairs that the detector scored by this model."""
    query = f"SELECT a, b, kind = 'stitch', levels FROM pair WHERE {_BY_MODEL}"
    return database.connection.execute(query, (model_version, len(ORDER)))


def not_scored_by(database: Database, model_version: str) -> Iterable[tuple[int, int]]:
    """All other pairs: of another model, loaded, carried, or of contacts that have changed."""
    query = f"SELECT a, b FROM pair WHERE ({_BY_MODEL}) IS NOT TRUE"
    return database.connection.execute(query, (model_version, len(ORDER)))


def tally(database: Database) -> dict[str, int]:
    """How many pairs there are (``pairs``), of each kind and of each verdict."""
    counts: Counter[str] = Counter()
    query = "SELECT kind, verdict, count(*) FROM pair GROUP BY kind, verdict"
    for kind, verdict, count in database.connection.execute(query):
        counts.update({"pairs": count, kind: count, verdict: count})
    return dict(counts)


def update_scores(database: Database, rows: Iterable[PairRow], model_version: str = "") -> None:
    """Store new scores of some pairs; the others stay as they are."""
    with transaction(database) as connection:
        for chunk in _chunks(rows):
            connection.executemany(_UPSERT, [(*row, "detect", model_version) for row in chunk])


def _chunks(rows: Iterable[PairRow], size: int = 20_000) -> Iterable[list[PairRow]]:
    chunk: list[PairRow] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


class LoadedPair(NamedTuple):
    """A pair that another tool suspects, ``a < b``, with what it said of it."""

    a: int
    b: int
    source: str
    weight: float | None
    probability: float | None
    reason: str


_UPSERT_LOADED = """INSERT INTO loaded_pair (a, b, source, weight, probability, reason) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET weight = excluded.weight, probability = excluded.probability, reason = excluded.reason
WHERE (weight, probability, reason) IS NOT (excluded.weight, excluded.probability, excluded.reason)"""

_INSERT_UNSCORED = """INSERT OR IGNORE INTO pair (a, b, kind, weight, probability, verdict, reasons, source)
VALUES (?, ?, 'duplicate', ?, ?, 'review', '{"reasons": ["suspected by another tool"], "factors": []}', 'load')"""


def write_loaded(database: Database, pairs: Sequence[LoadedPair]) -> int:
    """Keep what another tool suspects, and let each pair stand to be scored unless it was already.

    Returns how many of them are new from that source, or now said differently.
    """
    with transaction(database) as connection:
        before = connection.total_changes
        connection.executemany(_UPSERT_LOADED, [_said(pair) for pair in pairs])
        news = connection.total_changes - before
        connection.executemany(_INSERT_UNSCORED, [(pair.a, pair.b, *_believed(pair)) for pair in pairs])
    return news


_SUSPECTED = "EXISTS (SELECT 1 FROM loaded_pair l WHERE l.a = pair.a AND l.b = pair.b)"


def withdraw_loaded(database: Database, source: str, kept: Container[tuple[int, int]]) -> int:
    """Forget what a source said of pairs that are not among ``kept``; returns how many those were.

    Where no other tool suspects such a pair, it waits to be judged (``withdrawn``), and is not automatic until then.
    """
    with transaction(database) as connection:
        said = connection.execute("SELECT a, b FROM loaded_pair WHERE source = ?", (storable(source),)).fetchall()
        old = [pair for pair in said if pair not in kept]
        connection.executemany(
            "DELETE FROM loaded_pair WHERE a = ? AND b = ? AND source = ?", [(*pair, storable(source)) for pair in old]
        )
        connection.executemany(
            f"""UPDATE pair SET source = 'load', verdict = iif(verdict = 'auto', 'review', verdict)
                WHERE a = ? AND b = ? AND NOT {_SUSPECTED}""",
            old,
        )
    return len(old)


def withdrawn(database: Database) -> list[tuple[int, int]]:
    """Pairs that stood for what another tool suspected, and that no tool suspects any more."""
    query = f"SELECT a, b FROM pair WHERE source = 'load' AND NOT {_SUSPECTED} ORDER BY a, b"
    return list(database.connection.execute(query))


def drop(connection: sqlite3.Connection, dropped: Iterable[tuple[int, int]]) -> None:
    """Let these pairs be none any more; call it inside a transaction."""
    connection.executemany("DELETE FROM pair WHERE a = ? AND b = ?", dropped)


def _said(pair: LoadedPair) -> tuple[object, ...]:
    return pair.a, pair.b, storable(pair.source), pair.weight, pair.probability, storable(pair.reason)


def _believed(pair: LoadedPair) -> tuple[float, float]:
    """The weight and the probability of a pair of which another tool may have said only one, or neither."""
    if pair.weight is not None:
        return pair.weight, pair.probability if pair.probability is not None else probability(pair.weight)
    if pair.probability is not None:
        return weight_of(pair.probability), pair.probability
    return 0.0, 0.5


def to_score(database: Database, after: int, limit: int) -> list[tuple[int, int, int]]:
    """(number, a, b) of pairs of live contacts that are not scored as they stand, in order from ``after`` on.

    They were loaded, carried through a merge, or rest on a contact that has changed.
    """
    query = """SELECT p.id, p.a, p.b FROM pair p JOIN contact ca ON ca.number = p.a JOIN contact cb ON cb.number = p.b
               WHERE p.id > ? AND p.source <> 'detect' AND ca.state = 'live' AND cb.state = 'live'
               ORDER BY p.id LIMIT ?"""
    return database.connection.execute(query, (after, limit)).fetchall()


def distrust_all(connection: sqlite3.Connection) -> int:
    """Let every pair stand to be scored again, none of them automatic until then; returns how many there are.

    Call it inside a transaction.
    """
    return connection.execute(
        "UPDATE pair SET source = 'carried', verdict = iif(verdict = 'auto', 'review', verdict)"
    ).rowcount


def distrust(connection: sqlite3.Connection, numbers: Sequence[int]) -> None:
    """Let pairs of contacts that have changed stand to be scored again; until then none of them is automatic.

    Call it inside a transaction.
    """
    for side in ("a", "b"):
        connection.executemany(
            f"""UPDATE pair SET source = 'carried', verdict = iif(verdict = 'auto', 'review', verdict)
                WHERE {side} = ?""",
            [(number,) for number in numbers],
        )


def waiting_of(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[tuple[int, int]]:
    """The pairs of these contacts that wait to be scored again."""
    found: set[tuple[int, int]] = set()
    for number in numbers:
        for side in ("a", "b"):
            query = f"SELECT a, b FROM pair WHERE {side} = ? AND source <> 'detect'"
            found.update(connection.execute(query, (number,)).fetchall())
    return sorted(found)


def loaded(database: Database) -> list[tuple[int, int]]:
    """Pairs of live contacts that other tools suspect: they are scored whatever blocking proposes."""
    query = """SELECT DISTINCT l.a, l.b FROM loaded_pair l JOIN contact ca ON ca.number = l.a
               JOIN contact cb ON cb.number = l.b WHERE ca.state = 'live' AND cb.state = 'live' ORDER BY 1, 2"""
    return list(database.connection.execute(query))


def said_of(database: Database, a: int, b: int) -> list[LoadedPair]:
    """What other tools said of the pair ``a < b``."""
    query = "SELECT a, b, source, weight, probability, reason FROM loaded_pair WHERE a = ? AND b = ? ORDER BY source"
    return [LoadedPair(*row) for row in database.connection.execute(query, (a, b))]


def between(database: Database, numbers: Sequence[int]) -> list[StoredPair]:
    """The pairs among these contacts, strongest first."""
    marks = ", ".join("?" * len(numbers))
    query = f"SELECT {_COLUMNS} FROM pair WHERE a IN ({marks}) AND b IN ({marks}) ORDER BY weight DESC, a, b"
    return [StoredPair(*row) for row in database.connection.execute(query, (*numbers, *numbers))]


def neighbours(connection: sqlite3.Connection, numbers: Iterable[int]) -> set[int]:
    """The contacts that are in a pair with one of these."""
    query = "SELECT b FROM pair WHERE a = ?1 UNION SELECT a FROM pair WHERE b = ?1"
    return {near for number in numbers for (near,) in connection.execute(query, (number,))}


_HELD = """WITH held AS MATERIALIZED (SELECT k.contact FROM comparable k JOIN contact c ON c.number = k.contact
    WHERE c.state = 'live' AND instr(char(10) || k.{column} || char(10), char(10) || ?1 || char(10)))"""


def absent_between_holders(database: Database, column: str, value: str, most: int) -> list[tuple[int, int]]:
    """Every two live contacts that are compared with ``value`` in a column of several values and are no pair yet.

    None where more than ``most`` contacts are: there is no end of them. Raises ``ValueError`` as ``resting_on``.
    """
    if column not in SEVERAL:
        raise ValueError(f"{column} is no column of several values")
    query = f"""{_HELD.format(column=column)}
        SELECT x.contact, y.contact FROM held x JOIN held y ON x.contact < y.contact
        WHERE (SELECT count(*) FROM held) <= ?2
            AND NOT EXISTS (SELECT 1 FROM pair p WHERE p.a = x.contact AND p.b = y.contact)"""
    return sorted(database.connection.execute(query, (value, most)).fetchall()) if value else []


def drop_light(connection: sqlite3.Connection, among: Iterable[tuple[int, int]], least: float) -> set[tuple[int, int]]:
    """Let those of the pairs that weigh less than this be none; returns those that stay. Call it in a transaction."""
    there = "SELECT 1 FROM pair WHERE a = ? AND b = ?"
    looked_at = list(among)
    connection.executemany(
        "DELETE FROM pair WHERE a = ? AND b = ? AND weight < ?", [(*one, least) for one in looked_at]
    )
    return {pair for pair in looked_at if connection.execute(there, pair).fetchone()}


def resting_on(database: Database, column: str, value: str) -> list[tuple[int, int]]:
    """Pairs of contacts that were both compared with ``value`` in a column of several values: what a ruling touches.

    The column and not the identifiers, for these have a mailbox in several spellings. Raises ``ValueError`` for a
    column of one value.
    """
    if column not in SEVERAL:
        raise ValueError(f"{column} is no column of several values")
    query = f"""WITH held AS MATERIALIZED (SELECT contact FROM comparable
                    WHERE instr(char(10) || {column} || char(10), char(10) || ?1 || char(10)))
                SELECT p.a, p.b FROM held x JOIN pair p ON p.a = x.contact JOIN held y ON y.contact = p.b"""
    return sorted(database.connection.execute(query, (value,)).fetchall()) if value else []


def carry(connection: sqlite3.Connection, merged: Sequence[int], canonical: int) -> list[tuple[int, int]]:
    """Let pairs of merged contacts go on as pairs of what they became; returns those, to be scored again.

    A carried pair is never automatic: the merged contact was not what was scored. Call it inside a transaction.
    """
    marks = ", ".join("?" * len(merged))
    rows = connection.execute(
        f"""SELECT a, b, kind, weight, probability, levels, verdict, reasons, source, model FROM pair
            WHERE a IN ({marks}) OR b IN ({marks}) ORDER BY weight, a, b""",
        (*merged, *merged),
    ).fetchall()
    connection.execute(f"DELETE FROM pair WHERE a IN ({marks}) OR b IN ({marks})", (*merged, *merged))
    carried: dict[tuple[int, int], None] = {}
    for a, b, *rest in rows:
        others = [number for number in (a, b) if number not in merged]
        if not others or others[0] == canonical:
            continue
        pair = (min(others[0], canonical), max(others[0], canonical))
        if pair not in carried and connection.execute("SELECT 1 FROM pair WHERE a = ? AND b = ?", pair).fetchone():
            continue  # scored as it stands
        rest[4] = "review" if rest[4] == "auto" else rest[4]
        rest[6] = "carried"
        connection.execute(_UPSERT, (*pair, *rest))
        carried[pair] = None
    _carry_loaded(connection, merged, canonical)
    return list(carried)


def _carry_loaded(connection: sqlite3.Connection, merged: Sequence[int], canonical: int) -> None:
    for number in merged:
        rows = connection.execute(
            "SELECT a, b, source, weight, probability, reason FROM loaded_pair WHERE a = ? OR b = ?", (number, number)
        ).fetchall()
        connection.execute("DELETE FROM loaded_pair WHERE a = ? OR b = ?", (number, number))
        for a, b, *said in rows:
            other = b if a == number else a
            if other not in merged and other != canonical:
                pair = (min(other, canonical), max(other, canonical))
                connection.execute("INSERT OR IGNORE INTO loaded_pair VALUES (?, ?, ?, ?, ?, ?)", (*pair, *said))
