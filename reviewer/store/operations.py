"""The journal: operations, their steps, and what a live operation keeps for itself."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from reviewer.domain.errors import HeldError, NotFoundError, RefusedError
from reviewer.domain.journal import END_STATES, State, check_transition
from reviewer.domain.plan import Step
from reviewer.domain.wire import encode
from reviewer.store import left_open
from reviewer.store.clock import is_moment, moment_of, text_of
from reviewer.store.database import Database
from reviewer.store.storable import storable


class Operation(NamedTuple):
    """A plan being carried out. ``outcome`` is a sentence and ``differences`` JSON; both may hold record text.

    ``calls`` is how many its plan needs; with ``outside_window`` it may be sent outside of the execution windows.
    """

    id: int
    decision: int
    kind: str
    state: State
    send_after: str
    created_at: str
    changed_at: str
    canonical: str | None
    outcome: str
    differences: str
    correlation_id: str
    calls: int
    outside_window: int
    approvals_needed: int = 0
    """How many stewards other than the proposer have to approve it before it is staged."""
    approvals_why: str = ""


class StepRow(NamedTuple):
    """A step: its request as JSON bytes, and what is known of its call.

    ``boot`` and ``boot_seconds`` are when its outcome became unclear, on a clock that cannot be set.
    """

    operation: int
    number: int
    kind: str
    request: bytes
    state: str
    sent_at: str | None
    answered_at: str | None
    status: int | None
    answer: bytes | None
    correlation_id: str
    error: str
    boot: str
    boot_seconds: float


COLUMNS = ", ".join(Operation._fields)
"""Columns of an operation, for whoever reads lists of them; ``as_operation`` takes such a row."""


class UnreadableRow(NamedTuple):
    """An operation whose row says something that this program never writes: edited by hand, or of a newer program."""

    id: int
    reason: str


_STATES = ", ".join(f"'{state.value}'" for state in State)


_STEP_COLUMNS = ", ".join(StepRow._fields)


def write(
    connection: sqlite3.Connection,
    *,
    decision: int,
    kind: str,
    steps: Sequence[Step],
    calls: int,
    holds: Iterable[str],
    send_after: datetime,
    at: datetime,
    approvals_needed: int = 0,
    approvals_why: str = "",
) -> int:
    """Journal a plan, which takes so many ``calls``, as planned; call it inside the transaction of its decision.

    ``approvals_needed`` is how many others than who decides have to approve, ``approvals_why`` says why: ``stage``
    is possible only then. Raises ``HeldError`` if a live operation keeps one of ``holds``.
    """
    row = connection.execute(
        """INSERT INTO operation
               (decision, kind, state, calls, send_after, created_at, changed_at, approvals_needed, approvals_why)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id""",
        (
            decision,
            kind,
            State.PLANNED.value,
            calls,
            text_of(send_after),
            text_of(at),
            text_of(at),
            approvals_needed,
            storable(approvals_why),
        ),
    ).fetchone()
    operation = int(row[0])
    for number, step in enumerate(steps, start=1):
        connection.execute(
            "INSERT INTO operation_step (operation, number, kind, request, state) VALUES (?, ?, ?, ?, 'pending')",
            (operation, number, step.kind.value, encode(step.request)),
        )
    for subject in dict.fromkeys(map(storable, holds)):
        _hold(connection, operation, subject)
    return operation


def _hold(connection: sqlite3.Connection, operation: int, subject: str) -> None:
    holder = connection.execute(
        "SELECT operation FROM operation_hold WHERE subject = ? AND live = 1", (subject,)
    ).fetchone()
    if holder:
        what = subject.partition(":")[2]
        raise HeldError(f"{what} is already part of operation {holder[0]}, which has not ended")
    connection.execute("INSERT INTO operation_hold (operation, subject) VALUES (?, ?)", (operation, subject))


def stage(connection: sqlite3.Connection, number: int, send_after: datetime, at: datetime) -> None:
    """Let a planned operation that has all its approvals cool off until ``send_after``; call it in a transaction.

    Raises ``ForbiddenTransitionError``; the database itself refuses an operation that lacks an approval.
    """
    move(connection, number, State.APPROVED, at)
    move(connection, number, State.STAGED, at, send_after=text_of(send_after))


def keep(connection: sqlite3.Connection, operation: int, subject: str) -> bool:
    """Let a live operation keep one more subject; False if another one keeps it already. Call it in a transaction."""
    cursor = connection.execute(
        "INSERT OR IGNORE INTO operation_hold (operation, subject) VALUES (?, ?)", (operation, storable(subject))
    )
    return cursor.rowcount == 1


def move(connection: sqlite3.Connection, number: int, new: State, at: datetime, **columns: object) -> None:
    """Move an operation to ``new`` and set other columns; at an end it lets go of its contacts.

    Raises ``ForbiddenTransitionError`` if the journal's table does not have that move. Call it inside a
    transaction.
    """
    row = connection.execute("SELECT state FROM operation WHERE id = ?", (number,)).fetchone()
    check_transition(State(row[0]), new)
    names = "".join(f", {name} = ?" for name in columns)
    connection.execute(
        f"UPDATE operation SET state = ?, changed_at = ?{names} WHERE id = ?",
        (new.value, text_of(at), *_stored(columns), number),
    )
    left_open.resolved(connection, number, new, at)
    if new in END_STATES:
        connection.execute("UPDATE operation_hold SET live = 0 WHERE operation = ?", (number,))


def lead_to(connection: sqlite3.Connection, number: int, canonical: str, at: datetime) -> None:
    """Say which contact came out of an operation that goes on; call it inside a transaction."""
    query = "UPDATE operation SET canonical = ?, changed_at = ? WHERE id = ?"
    connection.execute(query, (storable(canonical), text_of(at), number))


def update_step(connection: sqlite3.Connection, operation: int, number: int, **columns: object) -> None:
    """Set columns of a step; call it inside a transaction."""
    names = ", ".join(f"{name} = ?" for name in columns)
    connection.execute(
        f"UPDATE operation_step SET {names} WHERE operation = ? AND number = ?",
        (*_stored(columns), operation, number),
    )


def _stored(columns: Mapping[str, object]) -> list[object]:
    """The values of columns; a message of the service may hold text that SQLite does not take."""
    return [storable(value) if isinstance(value, str) else value for value in columns.values()]


def read(database: Database, number: int) -> Operation:
    """The operation with this number. Raises ``NotFoundError``, ``RefusedError`` for one that cannot be read."""
    row = database.connection.execute(f"SELECT {COLUMNS} FROM operation WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise NotFoundError(f"there is no operation {number}; `reviewer status` lists them")
    if not _is_state(row[3]):
        raise RefusedError(f"operation {number} cannot be read: its state {row[3]!r} is none")
    return as_operation(row)


def of_decision(database: Database, decision: int) -> Operation | None:
    """The newest operation of a decision that can be read."""
    query = f"SELECT {COLUMNS} FROM operation WHERE decision = ? AND state IN ({_STATES}) ORDER BY id DESC LIMIT 1"
    row = database.connection.execute(query, (decision,)).fetchone()
    return as_operation(row) if row else None


def steps(database: Database, operation: int) -> list[StepRow]:
    """The steps of an operation in their order."""
    query = f"SELECT {_STEP_COLUMNS} FROM operation_step WHERE operation = ? ORDER BY number"
    return [StepRow(*row) for row in database.connection.execute(query, (operation,))]


def in_states(database: Database, states: Iterable[State], limit: int = -1) -> list[Operation]:
    """Operations in these states, oldest first."""
    values = [state.value for state in states]
    marks = ", ".join("?" * len(values))
    query = f"SELECT {COLUMNS} FROM operation WHERE state IN ({marks}) ORDER BY id LIMIT ?"
    return [as_operation(row) for row in database.connection.execute(query, (*values, limit))]


def numbers(database: Database, states: Iterable[State]) -> list[int]:
    """Numbers of the operations in these states, the oldest first."""
    values = [state.value for state in states]
    query = f"SELECT id FROM operation WHERE state IN ({', '.join('?' * len(values))}) ORDER BY id"
    return [number for (number,) in database.connection.execute(query, values)]


def unclear_steps(database: Database) -> list[StepRow]:
    """Of each unclear operation the first step whose outcome is not known; without one, its first step.

    Their requests and answers are left out: there may be many.
    """
    columns = ", ".join({"request": "x''", "answer": "NULL"}.get(name, f"s.{name}") for name in StepRow._fields)
    query = f"""SELECT {columns} FROM operation o JOIN operation_step s ON s.operation = o.id WHERE o.state = ?
                ORDER BY o.id, s.state IN ('sending', 'unclear'), s.number DESC"""
    rows = map(StepRow._make, database.connection.execute(query, (State.UNCLEAR.value,)))
    return list({row.operation: row for row in rows}.values())


def due(
    database: Database,
    at: datetime,
    limit: int = -1,
    *,
    after: Operation | None = None,
    outside_window: bool = False,
) -> list[Operation]:
    """Staged operations whose cool-off is over, in the order in which they may be sent; only those ``after`` one.

    With ``outside_window`` only those that may be sent outside of the execution windows.
    """
    query = f"""SELECT {COLUMNS} FROM operation {_due_where(outside_window)} AND (send_after, id) > (?, ?)
                ORDER BY send_after, id LIMIT ?"""
    place = (after.send_after, after.id) if after else ("", 0)
    rows = database.connection.execute(query, (State.STAGED.value, text_of(at), *place, limit))
    return [as_operation(row) for row in rows]


def due_count(database: Database, at: datetime, *, outside_window: bool = False) -> int:
    """How many operations ``due`` gives."""
    query = f"SELECT count(*) FROM operation {_due_where(outside_window)}"
    count: int = database.connection.execute(query, (State.STAGED.value, text_of(at))).fetchone()[0]
    return count


def _due_where(outside_window: bool) -> str:
    only = " AND outside_window = 1" if outside_window else ""
    return f"WHERE state = ? AND send_after <= ? AND {is_moment('send_after')}{only}"


def postpone(connection: sqlite3.Connection, until: datetime) -> int:
    """Let no staged operation be sent before ``until``; returns how many wait. Call it inside a transaction."""
    query = "UPDATE operation SET send_after = max(send_after, ?) WHERE state = ?"
    return connection.execute(query, (text_of(until), State.STAGED.value)).rowcount


def next_send(database: Database) -> datetime | None:
    """When the next staged operation may be sent, or None if none is staged."""
    query = f"""SELECT send_after FROM operation WHERE state = ? AND {is_moment("send_after")}
                ORDER BY send_after LIMIT 1"""
    row = database.connection.execute(query, (State.STAGED.value,)).fetchone()
    return moment_of(row[0]) if row else None


def release(
    connection: sqlite3.Connection, numbers: Sequence[int], at: datetime, *, outside_window: bool = False
) -> int:
    """End the cool-off of staged operations now; returns how many. Call it inside a transaction.

    With ``outside_window`` they may be sent outside of the execution windows too.
    """
    released = 0
    if outside_window:
        marked = "UPDATE operation SET outside_window = 1 WHERE id = ? AND state = ?"
        connection.executemany(marked, [(number, State.STAGED.value) for number in numbers])
    for number in numbers:
        released += connection.execute(
            "UPDATE operation SET send_after = ? WHERE id = ? AND state = ? AND send_after > ?",
            (text_of(at), number, State.STAGED.value, text_of(at)),
        ).rowcount
    return released


def counts(database: Database) -> dict[str, int]:
    """How many operations there are by state."""
    return dict(database.connection.execute("SELECT state, count(*) FROM operation GROUP BY state"))


def newest(database: Database, limit: int) -> list[Operation]:
    """The operations that changed last."""
    query = f"""SELECT {COLUMNS} FROM operation INDEXED BY operation_changed
                WHERE state IN ({_STATES}) AND {is_moment("changed_at")}
                ORDER BY changed_at DESC, id DESC LIMIT ?"""
    return [as_operation(row) for row in database.connection.execute(query, (limit,))]


def unreadable(database: Database) -> list[UnreadableRow]:
    """Operations that cannot be read, with the reason in words; they stay as they are, and nothing is sent for them."""
    query = f"""SELECT id, state, send_after FROM operation WHERE state NOT IN ({_STATES})
                OR (state = 'staged' AND NOT {is_moment("send_after")}) ORDER BY id"""
    return [
        UnreadableRow(number, f"its state {state!r} is none" if not _is_state(state) else _no_moment(send_after))
        for number, state, send_after in database.connection.execute(query)
    ]


def _is_state(value: object) -> bool:
    return value in list(State)


def _no_moment(value: object) -> str:
    return f"{value!r} is no time to be sent at"


def holder_of(database: Database, subject: str) -> int | None:
    """The live operation that keeps ``subject`` for itself, or None."""
    query = "SELECT operation FROM operation_hold WHERE subject = ? AND live = 1"
    row = database.connection.execute(query, (storable(subject),)).fetchone()
    return int(row[0]) if row else None


def held_contacts(connection: sqlite3.Connection, numbers: Iterable[int] | None = None) -> dict[int, int]:
    """Contact number → the live operation that keeps it; of all contacts, or of ``numbers`` at the price of those."""
    if numbers is None:
        query = """SELECT c.number, h.operation FROM operation_hold h JOIN contact c ON c.id = substr(h.subject, 9)
                   WHERE h.live = 1 AND h.subject >= 'contact:' AND h.subject < 'contact;'"""
        return dict(connection.execute(query))
    query = """SELECT c.number, h.operation FROM json_each(?) n CROSS JOIN contact c ON c.number = n.value
               JOIN operation_hold h ON h.subject = 'contact:' || c.id AND h.live = 1"""
    return dict(connection.execute(query, (json.dumps(list(numbers)),)))


def as_operation(row: tuple[object, ...]) -> Operation:
    """The operation of a row of ``COLUMNS``."""
    values = list(row)
    values[3] = State(str(values[3]))
    return Operation(*values)  # type: ignore[arg-type]
