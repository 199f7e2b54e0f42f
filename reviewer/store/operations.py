"""The journal: operations, their steps, and what a live operation keeps for itself."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from reviewer.domain.errors import NotFoundError, RefusedError
from reviewer.domain.journal import END_STATES, State, check_transition
from reviewer.domain.plan import Step
from reviewer.domain.wire import encode
from reviewer.store.clock import moment_of, text_of
from reviewer.store.database import Database
from reviewer.store.storable import storable


class Operation(NamedTuple):
    """A plan being carried out. ``outcome`` is a sentence and ``differences`` JSON; both may hold record text."""

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


_COLUMNS = ", ".join(Operation._fields)
_STEP_COLUMNS = ", ".join(StepRow._fields)


def write(
    connection: sqlite3.Connection,
    *,
    decision: int,
    kind: str,
    steps: Sequence[Step],
    holds: Iterable[str],
    send_after: datetime,
    at: datetime,
) -> int:
    """Journal an approved plan as staged; call it inside the transaction of its decision.

    Raises ``RefusedError`` if a live operation keeps one of ``holds``.
    """
    row = connection.execute(
        """INSERT INTO operation (decision, kind, state, send_after, created_at, changed_at)
           VALUES (?, ?, ?, ?, ?, ?) RETURNING id""",
        (decision, kind, State.STAGED.value, text_of(send_after), text_of(at), text_of(at)),
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
        raise RefusedError(
            f"{what} is already part of operation {holder[0]}, which has not ended: "
            "wait for it, or take it back with undo"
        )
    connection.execute("INSERT INTO operation_hold (operation, subject) VALUES (?, ?)", (operation, subject))


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
    if new in END_STATES:
        connection.execute("UPDATE operation_hold SET live = 0 WHERE operation = ?", (number,))


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
    """The operation with this number. Raises ``NotFoundError``."""
    row = database.connection.execute(f"SELECT {_COLUMNS} FROM operation WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise NotFoundError(f"there is no operation {number}; `reviewer status` lists them")
    return _operation(row)


def of_decision(database: Database, decision: int) -> Operation | None:
    """The newest operation of a decision."""
    query = f"SELECT {_COLUMNS} FROM operation WHERE decision = ? ORDER BY id DESC LIMIT 1"
    row = database.connection.execute(query, (decision,)).fetchone()
    return _operation(row) if row else None


def steps(database: Database, operation: int) -> list[StepRow]:
    """The steps of an operation in their order."""
    query = f"SELECT {_STEP_COLUMNS} FROM operation_step WHERE operation = ? ORDER BY number"
    return [StepRow(*row) for row in database.connection.execute(query, (operation,))]


def in_states(database: Database, states: Iterable[State], limit: int = -1) -> list[Operation]:
    """Operations in these states, oldest first."""
    values = [state.value for state in states]
    marks = ", ".join("?" * len(values))
    query = f"SELECT {_COLUMNS} FROM operation WHERE state IN ({marks}) ORDER BY id LIMIT ?"
    return [_operation(row) for row in database.connection.execute(query, (*values, limit))]


def due(database: Database, at: datetime, limit: int = -1) -> list[Operation]:
    """Staged operations whose cool-off is over, in the order in which they may be sent."""
    query = f"SELECT {_COLUMNS} FROM operation WHERE state = ? AND send_after <= ? ORDER BY send_after, id LIMIT ?"
    return [_operation(row) for row in database.connection.execute(query, (State.STAGED.value, text_of(at), limit))]


def postpone(connection: sqlite3.Connection, until: datetime) -> int:
    """Let no staged operation be sent before ``until``; returns how many wait. Call it inside a transaction."""
    query = "UPDATE operation SET send_after = max(send_after, ?) WHERE state = ?"
    return connection.execute(query, (text_of(until), State.STAGED.value)).rowcount


def next_send(database: Database) -> datetime | None:
    """When the next staged operation may be sent, or None if none is staged."""
    query = "SELECT min(send_after) FROM operation WHERE state = ?"
    (earliest,) = database.connection.execute(query, (State.STAGED.value,)).fetchone()
    return moment_of(earliest) if earliest else None


def release(connection: sqlite3.Connection, numbers: Sequence[int], at: datetime) -> int:
    """End the cool-off of staged operations now; returns how many. Call it inside a transaction."""
    released = 0
    for number in numbers:
        released += connection.execute(
            "UPDATE operation SET send_after = ? WHERE id = ? AND state = ? AND send_after > ?",
            (text_of(at), number, State.STAGED.value, text_of(at)),
        ).rowcount
    return released


def counts(database: Database) -> dict[str, int]:
    """How many operations there are by state."""
    return dict(database.connection.execute("SELECT state, count(*) FROM operation GROUP BY state"))


def faulty(database: Database) -> int:
    """How many operations ended in a way that still waits for a steward.

    One that is not what was promised waits until its stop is acknowledged; one without effect, while its candidate
    is open and nothing was decided on it since; one that took effect in part always does.
    """
    query = """SELECT count(*) FROM operation o JOIN decision d ON d.id = o.decision
        WHERE o.state IN ('done with differences', 'partial', 'failed', 'void', 'merged elsewhere') AND CASE o.state
            WHEN 'partial' THEN 1
            WHEN 'done with differences' THEN
                EXISTS (SELECT 1 FROM line_stop s WHERE s.operation = o.id AND s.acknowledged_at IS NULL)
            ELSE d.undone_at IS NULL
                AND EXISTS (SELECT 1 FROM candidate k WHERE k.id = d.candidate AND k.state = 'open')
                AND NOT EXISTS (SELECT 1 FROM decision n WHERE n.candidate = d.candidate AND n.id > d.id
                    AND n.kind <> 'shared' AND n.undone_at IS NULL)
            END"""
    count: int = database.connection.execute(query).fetchone()[0]
    return count


def newest(database: Database, limit: int) -> list[Operation]:
    """The operations that changed last."""
    query = f"SELECT {_COLUMNS} FROM operation ORDER BY changed_at DESC, id DESC LIMIT ?"
    return [_operation(row) for row in database.connection.execute(query, (limit,))]


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
    query = """SELECT c.number, h.operation FROM contact c
               JOIN operation_hold h ON h.subject = 'contact:' || c.id AND h.live = 1 WHERE c.number = ?"""
    return dict(row for number in numbers for row in connection.execute(query, (number,)))


def _operation(row: tuple[object, ...]) -> Operation:
    values = list(row)
    values[3] = State(str(values[3]))
    return Operation(*values)  # type: ignore[arg-type]
