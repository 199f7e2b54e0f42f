"""Operations as lists that are walked: what is staged, under way, ended, and which ends wait for a steward.

Every list is read in windows by keyset, so that a screenful costs the same among ten thousand as among ten.
"""

import sqlite3
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from reviewer.domain.forecast import Waiting
from reviewer.store.clock import is_moment, moment_of, text_of
from reviewer.store.database import Database
from reviewer.store.operations import COLUMNS, Operation, as_operation
from reviewer.store.storable import storable

_UNDER_WAY = "state IN ('sending', 'unclear', 'confirmed', 'following up')"
_ENDED = "state IN ('done', 'done with differences', 'partial', 'merged elsewhere', 'failed', 'void', 'withdrawn')"
_FAULTY = "state IN ('done with differences', 'partial', 'failed', 'void', 'merged elsewhere')"

_WAITS = f"""{_FAULTY}
    AND NOT EXISTS (SELECT 1 FROM operation_seen n WHERE n.operation = operation.id)
    AND CASE state
        WHEN 'partial' THEN 1
        WHEN 'done with differences' THEN
            EXISTS (SELECT 1 FROM line_stop s WHERE s.operation = operation.id AND s.acknowledged_at IS NULL)
        ELSE EXISTS (SELECT 1 FROM decision d LEFT JOIN candidate k ON k.id = d.candidate
            WHERE d.id = operation.decision AND d.undone_at IS NULL AND (d.candidate = 0 OR k.state = 'open'
            AND NOT EXISTS (SELECT 1 FROM decision n WHERE n.candidate = d.candidate AND n.id > d.id
                AND n.kind <> 'shared' AND n.undone_at IS NULL)))
        END"""
"""Whether an end waits for a steward.

One that is not what was promised waits until its stop is acknowledged; one without effect, while its candidate is
open and nothing was decided on it since; one that took effect in part, or had no candidate to return to, always does.
Each until a steward has seen it.
"""


class _Order(NamedTuple):
    """Which operations, by what, the word of SQL for which way, and the index that has them in that order.

    A row that was edited so that it has no place in that order is left out; ``operations.unreadable`` tells of it.

    The index is named to SQLite, which would rather sort: it does not know how many there are.
    """

    where: str
    by: str
    way: str
    by_index: str

    @property
    def source(self) -> str:
        """What stands behind FROM."""
        return f"operation INDEXED BY {self.by_index} WHERE {self.where} AND {is_moment(self.by)}"


class Listing(Enum):
    """A list of operations that can be walked."""

    STAGED = _Order("state = 'staged'", "send_after", "ASC", "operation_staged")
    """What waits to be sent, in the order in which it is due."""
    UNDER_WAY = _Order(_UNDER_WAY, "changed_at", "DESC", "operation_under_way")
    """What is being sent, or whose outcome is not known yet, newest first."""
    ENDED = _Order(_ENDED, "changed_at", "DESC", "operation_ended")
    TO_LOOK_AT = _Order(_WAITS, "changed_at", "DESC", "operation_faulty")
    """Ends that wait for a steward, newest first."""


class Key(NamedTuple):
    """The place of an operation in a list."""

    at: str
    id: int


class Seen(NamedTuple):
    """That a steward has looked at an end; ``note`` is what they found."""

    operation: int
    at: str
    steward: str
    note: str


def key(listing: Listing, operation: Operation) -> Key:
    """Where an operation stands in a list."""
    return Key(operation.send_after if listing is Listing.STAGED else operation.changed_at, operation.id)


def window(
    database: Database, listing: Listing, limit: int, *, behind: Key | None = None, before: Key | None = None
) -> list[Operation]:
    """At most ``limit`` operations in the order of the list.

    The first ones of all, or those right ``behind`` a place, or right ``before`` one; ``before=LAST`` is the end.
    """
    order = listing.value
    forward = order.way == "ASC"
    place, reverse = (behind, False) if before is None else (before, True)
    ascending = forward is not reverse
    where = "" if place in (None, LAST) else f"AND ({order.by}, id) {'>' if ascending else '<'} (?, ?)"
    values = () if place in (None, LAST) or place is None else tuple(place)
    way = "ASC" if ascending else "DESC"
    query = f"""SELECT {COLUMNS} FROM {order.source} {where}
        ORDER BY {order.by} {way}, id {way} LIMIT ?"""
    found = [as_operation(row) for row in database.connection.execute(query, (*values, limit))]
    return found[::-1] if reverse else found


LAST = Key("", -1)
"""The place behind the last operation of a list."""


def number_before(database: Database, listing: Listing, place: Key) -> int:
    """How many operations of a list stand before a place."""
    order = listing.value
    sign = "<" if order.way == "ASC" else ">"
    query = f"SELECT count(*) FROM {order.source} AND ({order.by}, id) {sign} (?, ?)"
    count: int = database.connection.execute(query, tuple(place)).fetchone()[0]
    return count


def number_in(database: Database, listing: Listing) -> int:
    """How many operations a list has."""
    count: int = database.connection.execute(f"SELECT count(*) FROM {listing.value.source}").fetchone()[0]
    return count


def numbers_in(database: Database, listing: Listing) -> list[int]:
    """The numbers of all operations of a list, in its order."""
    order = listing.value
    query = f"SELECT id FROM {order.source} ORDER BY {order.by} {order.way}, id {order.way}"
    return [number for (number,) in database.connection.execute(query)]


def staged_kinds(database: Database) -> dict[str, int]:
    """Kind → how many operations of it are staged."""
    query = "SELECT kind, count(*) FROM operation WHERE state = 'staged' GROUP BY kind ORDER BY kind"
    return dict(database.connection.execute(query))


def faulty(database: Database) -> int:
    """How many operations ended in a way that still waits for a steward."""
    return number_in(database, Listing.TO_LOOK_AT)


def waits(database: Database, number: int) -> bool:
    """Whether the end of an operation still waits for a steward."""
    query = f"SELECT count(*) FROM operation WHERE id = ? AND {_WAITS}"
    return bool(database.connection.execute(query, (number,)).fetchone()[0])


def mark_seen(connection: sqlite3.Connection, number: int, steward: str, note: str, at: datetime) -> None:
    """Keep that a steward has looked at the end of an operation; call it inside a transaction."""
    connection.execute(
        "INSERT INTO operation_seen (operation, at, steward, note) VALUES (?, ?, ?, ?)",
        (number, text_of(at), steward, storable(note)),
    )


def seen(database: Database, number: int) -> Seen | None:
    """Who has looked at the end of an operation, if somebody did: as such, or at how it stopped the line."""
    query = """SELECT operation, at, steward, note FROM operation_seen WHERE operation = ?
        UNION ALL SELECT operation, acknowledged_at, acknowledged_by, note FROM line_stop
            WHERE operation = ? AND acknowledged_at IS NOT NULL
        ORDER BY 2 DESC LIMIT 1"""
    row = database.connection.execute(query, (number, number)).fetchone()
    return Seen(*row) if row else None


def first_outside_window(database: Database) -> datetime | None:
    """When the first of those is due that may be sent outside of the windows."""
    query = f"""SELECT send_after FROM operation INDEXED BY operation_any_hour
        WHERE state = 'staged' AND outside_window = 1 AND {is_moment("send_after")} ORDER BY send_after LIMIT 1"""
    first = database.connection.execute(query).fetchone()
    return moment_of(first[0]) if first else None


def waiting(database: Database) -> Waiting | None:
    """What is staged, in sum; None where nothing is."""
    query = f"""SELECT count(*), sum(calls), min(send_after), max(send_after) FROM operation
        WHERE state = 'staged' AND {is_moment("send_after")}"""
    operations, calls, first, last = database.connection.execute(query).fetchone()
    return Waiting(operations, calls, moment_of(first), moment_of(last)) if operations else None
