"""The rows of the queue: made what was derived, and written only where they differ."""

import json
import sqlite3
from collections.abc import Iterable, Sequence

from reviewer.store.deriving import Derived
from reviewer.store.near_pairs import as_set

_ENDED_BADLY = """(SELECT 'operation ' || o.id || iif(o.state = 'withdrawn', ' was withdrawn', ' ended ' || o.state)
    FROM operation o
    WHERE o.decision = k.decision AND o.state IN ('void', 'failed', 'merged elsewhere', 'partial', 'withdrawn')
    ORDER BY o.id DESC LIMIT 1)"""
"""Why an approved candidate is back in the queue. One whose decision was taken back does not name it any more: what is
withdrawn here was rejected by a second steward."""

_ROWS = f"""SELECT k.id, k.key, k.kind, k.rank, k.verdict, k.state, k.mark, k.decision,
    coalesce(iif(k.decision IS NULL, '', {_ENDED_BADLY}), '') FROM candidate k"""

_OF_CONTACTS = f"""{_ROWS} WHERE k.state <> 'settled' AND k.id IN (
    SELECT m.candidate FROM json_each(?) n CROSS JOIN candidate_member m ON m.contact = n.value)"""

_OF_KEYS = f"{_ROWS} WHERE k.key IN (SELECT value FROM json_each(?))"

_NEW = """CREATE TEMP TABLE IF NOT EXISTS new_candidate (
    id INTEGER PRIMARY KEY, key, kind, rank, verdict, size, state, mark)"""
"""New rows reach the queue by one statement: of each statement SQLite keeps the pages as they were before it, for the
queue has a trigger that may refuse, and so a statement for each row costs four times as much on a large queue."""

_KEY = "contacts:"

_Row = tuple[int, str, str, float, str, str, str, int | None, str]


def key_of(members: Sequence[int]) -> str:
    """What names a candidate. Not its kind: a pair that turns from stitch to duplicate is still the same."""
    return _KEY + "+".join(map(str, members))


def members_of(key: str) -> list[int]:
    """The contacts of a candidate of this key."""
    return [int(number) for number in key.removeprefix(_KEY).split("+")]


def make_all(connection: sqlite3.Connection, found: Sequence[Derived], *, forget: bool) -> None:
    """Make ``found`` all that there is of duplicates and stitches.

    What is not derived any more keeps its row, settled, so that it comes back under its number when the act that
    ended it is taken back; with ``forget`` only what was decided on does.
    """
    gone = _write(connection, found, connection.execute(f"{_ROWS} WHERE k.kind <> 'shared'"))
    forgotten = [row[0] for row in gone if forget and row[7] is None]
    connection.executemany("DELETE FROM candidate WHERE id = ?", ((number,) for number in forgotten))
    kept = {row[0] for row in gone if row[5] != "settled"}.difference(forgotten)
    settle(connection, sorted(kept))


def make_around(connection: sqlite3.Connection, found: Sequence[Derived], numbers: Iterable[int]) -> None:
    """Make ``found`` all that there is of candidates of these contacts; others of theirs keep their row, settled."""
    touching = connection.execute(_OF_CONTACTS, (as_set(numbers),)).fetchall()
    known = {row[0] for row in touching}
    keys = json.dumps([key_of(one.members) for one in found])
    named = connection.execute(_OF_KEYS, (keys,)).fetchall()
    gone = _write(connection, found, [*touching, *(row for row in named if row[0] not in known)])
    settle(connection, (row[0] for row in gone))


def not_derived(connection: sqlite3.Connection, found: Sequence[Derived], numbers: Iterable[int]) -> list[list[int]]:
    """The contacts of each candidate in the queue that touches one of ``numbers`` and is not among ``found``."""
    derived = {key_of(one.members) for one in found}
    rows = connection.execute(_OF_CONTACTS, (as_set(numbers),))
    return [members_of(row[1]) for row in rows if row[1] not in derived]


def settle(connection: sqlite3.Connection, numbers: Iterable[int]) -> None:
    """Take candidates out of the queue; their rows stay."""
    connection.executemany("UPDATE candidate SET state = 'settled' WHERE id = ?", ((number,) for number in numbers))


def _write(connection: sqlite3.Connection, found: Sequence[Derived], rows: Iterable[_Row]) -> list[_Row]:
    """Insert and update where ``found`` and the known ``rows`` differ; returns the rows that were not found again."""
    new = {key_of(one.members): one for one in found}
    gone, changed = [], []
    for row in rows:
        number, key, *is_now, _, ended = row
        one = new.pop(key, None)
        if one is None:
            gone.append(row)
            continue
        to_be = [one.kind, -one.weight, one.verdict, one.state, one.mark or ended]
        if to_be != is_now:
            changed.append((*to_be, number))
    connection.executemany(
        "UPDATE candidate SET kind = ?, rank = ?, verdict = ?, state = ?, mark = ? WHERE id = ?", changed
    )
    _insert(connection, new)
    return gone


def _insert(connection: sqlite3.Connection, new: dict[str, Derived]) -> None:
    """New rows with their contacts, in order, under numbers that no candidate had before."""
    if not new:
        return
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'candidate'").fetchone()
    first = (row[0] if row else 0) + 1
    connection.execute(_NEW)
    connection.execute("DELETE FROM new_candidate")
    connection.executemany(
        "INSERT INTO new_candidate VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (number, key, one.kind, -one.weight, one.verdict, len(one.members), one.state, one.mark)
            for number, (key, one) in enumerate(new.items(), first)
        ),
    )
    connection.execute(
        """INSERT INTO candidate (id, key, kind, rank, verdict, size, state, mark)
           SELECT id, key, kind, rank, verdict, size, state, mark FROM new_candidate ORDER BY id"""
    )
    connection.execute("DELETE FROM new_candidate")
    connection.executemany(
        "INSERT INTO candidate_member (candidate, contact) VALUES (?, ?)",
        ((number, contact) for number, one in enumerate(new.values(), first) for contact in one.members),
    )
