"""Who approved an operation: its proposer, and the other stewards that it needs."""

import hashlib
import sqlite3
from array import array
from datetime import datetime
from typing import NamedTuple

from reviewer.domain.persons import Person
from reviewer.domain.statement import Statement
from reviewer.store.clock import text_of
from reviewer.store.database import Database
from reviewer.store.decisions import Decision
from reviewer.store.operations import Operation
from reviewer.store.storable import storable

PROPOSER, APPROVER = "proposer", "approver"


class Approval(NamedTuple):
    """One steward's yes to an operation; ``principal`` and ``signature`` are empty where it is not signed."""

    id: int
    operation: int
    role: str
    steward: str
    sudo_user: str | None
    uid: int | None
    at: str
    fingerprint: str
    note: str
    principal: str
    signature: str

    @property
    def person(self) -> Person:
        """Who said yes."""
        return Person(self.steward, self.sudo_user)


_COLUMNS = ", ".join(Approval._fields)


def write(
    connection: sqlite3.Connection,
    *,
    operation: int,
    role: str,
    person: Person,
    uid: int | None,
    at: datetime,
    fingerprint: str,
    note: str,
) -> int:
    """Record a yes, not signed yet; returns its number. Call it inside a transaction."""
    row = connection.execute(
        """INSERT INTO approval (operation, role, steward, sudo_user, uid, at, fingerprint, note)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id""",
        (operation, role, person.name, person.sudo_user, uid, text_of(at), fingerprint, storable(note)),
    ).fetchone()
    return int(row[0])


def sign(connection: sqlite3.Connection, number: int, principal: str, signature: str) -> None:
    """Keep the signature of a yes; call it inside a transaction."""
    query = "UPDATE approval SET principal = ?, signature = ? WHERE id = ?"
    connection.execute(query, (principal, signature, number))


def read(database: Database, number: int) -> Approval:
    """The yes with this number."""
    row = database.connection.execute(f"SELECT {_COLUMNS} FROM approval WHERE id = ?", (number,)).fetchone()
    return Approval(*row)


def of_operation(database: Database, operation: int) -> list[Approval]:
    """All who said yes to an operation, the proposer first."""
    query = f"SELECT {_COLUMNS} FROM approval WHERE operation = ? ORDER BY role = 'approver', id"
    return [Approval(*row) for row in database.connection.execute(query, (operation,))]


def count_waiting(database: Database, person: Person) -> tuple[int, int]:
    """How many operations wait for a second steward, and for how many ``person`` can be that (see ``may_be_one``)."""
    own = "?1 IN (a.steward, coalesce(a.sudo_user, a.steward)) OR coalesce(a.sudo_user, a.steward) = ?2"
    query = f"""SELECT count(*), coalesce(sum(
                    NOT EXISTS (SELECT 1 FROM approval a WHERE a.operation = o.id AND ({own}))), 0)
                FROM operation o WHERE o.state = 'planned'"""
    waiting, open_to = database.connection.execute(query, (person.id, person.name)).fetchone()
    return int(waiting), int(open_to)


def waiting_candidates(database: Database) -> "array[int]":
    """Numbers of the candidates of what waits for a second steward, oldest first."""
    query = """SELECT d.candidate FROM operation o JOIN decision d ON d.id = o.decision
               WHERE o.state = 'planned' AND d.candidate > 0 ORDER BY o.id"""
    return array("q", (number for (number,) in database.connection.execute(query)))


def statement(approval: Approval, operation: Operation, decision: Decision, organization: str) -> Statement:
    """What the signature of a yes covers, from what is stored."""
    return Statement(
        organization=organization,
        decision=decision.id,
        operation=operation.id,
        kind=operation.kind,
        fingerprint=approval.fingerprint,
        document=hashlib.sha256(decision.document).hexdigest(),
        needed=operation.approvals_needed,
        role=approval.role,
        steward=approval.person.id,
        note=approval.note,
        at=approval.at,
    )
