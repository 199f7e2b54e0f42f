"""Constraints between pairs that decisions make, carried through merges."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import combinations
from typing import NamedTuple

from reviewer.domain.journal import LIVE_STATES
from reviewer.store.clock import text_of
from reviewer.store.contacts import StoredContact, keep_content

_LIVE = ", ".join(f"'{state.value}'" for state in sorted(LIVE_STATES))


class Constraint(NamedTuple):
    """A constraint on contact numbers ``a < b``. ``stale`` if a contact changed since it was decided.

    ``told`` is set where it rests on operations: how they ended, for the mark of what comes back; empty while one of
    those that a steward waits for lives.
    """

    decision: int
    a: int
    b: int
    kind: str
    until: str | None
    stale: bool
    told: str | None


_AWAITED = f"""(SELECT CASE WHEN o.state IN ({_LIVE}) THEN '' ELSE 'operation ' || o.id
        || iif(o.state = 'withdrawn', ' was taken back', ' has ended: ' || o.state)
        || coalesce(', merged into ' || o.canonical, '') || ' (' || d.steward || ' waited for it)' END
    FROM awaited_operation w JOIN operation o ON o.id = w.operation JOIN decision d ON d.id = w.decision
    WHERE w.decision = k.decision ORDER BY o.state IN ({_LIVE}) DESC, o.changed_at DESC, o.id DESC LIMIT 1)"""
"""How what a steward waits for ended: empty while any of it lives, else of the one that ended last."""

_ASKED_AGAIN = """(SELECT 'operation ' || o.id || ' ended ' || o.state FROM operation o
    WHERE o.decision = k.decision AND o.state IN ('void', 'merged elsewhere') ORDER BY o.id DESC LIMIT 1)"""
"""An approval whose contacts others merged: what it said yes to is asked again of the living ones."""

_SELECT = f"""SELECT k.decision, min(k.a_now, k.b_now), max(k.a_now, k.b_now), k.kind, k.until,
    ca.content <> k.a_content OR cb.content <> k.b_content,
    CASE WHEN k.kind = 'defer' AND k.until IS NULL THEN {_AWAITED} WHEN k.kind = 'must' THEN {_ASKED_AGAIN} END
    FROM pair_constraint k JOIN contact ca ON ca.number = k.a_now JOIN contact cb ON cb.number = k.b_now
    WHERE k.ended_at IS NULL AND k.a_now <> k.b_now"""


def write(
    connection: sqlite3.Connection,
    decision: int,
    kind: str,
    contacts: Sequence[StoredContact],
    until: date | None = None,
) -> None:
    """Constrain every pair of ``contacts``; call it inside a transaction."""
    keep_content(connection, contacts)
    ordered = sorted(contacts, key=lambda contact: contact.number)
    connection.executemany(
        """INSERT INTO pair_constraint (decision, a, b, kind, until, a_now, b_now, a_content, b_content)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            (
                decision,
                a.id,
                b.id,
                kind,
                until.isoformat() if until else None,
                a.number,
                b.number,
                a.content,
                b.content,
            )
            for a, b in combinations(ordered, 2)
        ],
    )


def are_of(connection: sqlite3.Connection, decision: int) -> bool:
    """Whether a decision made any."""
    query = "SELECT 1 FROM pair_constraint WHERE decision = ? LIMIT 1"
    return connection.execute(query, (decision,)).fetchone() is not None


def end_of_decision(connection: sqlite3.Connection, decision: int, at: datetime) -> None:
    """End what a decision constrained; call it inside a transaction."""
    connection.execute(
        "UPDATE pair_constraint SET ended_at = ? WHERE decision = ? AND ended_at IS NULL",
        (text_of(at), decision),
    )


def in_force(connection: sqlite3.Connection, numbers: Iterable[int] | None = None) -> list[Constraint]:
    """Constraints that have not ended, all or those that touch one of ``numbers``."""
    if numbers is None:
        return [_constraint(row) for row in connection.execute(_SELECT)]
    touched = json.dumps(list(numbers))
    rows = {
        row: _constraint(row)
        for side in ("a", "b")
        for row in connection.execute(f"{_SELECT} AND k.{side}_now IN (SELECT value FROM json_each(?))", (touched,))
    }
    return list(rows.values())


def _constraint(row: tuple[int, int, int, str, str | None, int, str | None]) -> Constraint:
    decision, a, b, kind, until, stale, told = row
    return Constraint(decision, a, b, kind, until, bool(stale), told)


def wake(connection: sqlite3.Connection, today: date, at: datetime) -> list[int]:
    """End deferrals whose day has come; returns the contacts they were about."""
    rows = connection.execute(
        """UPDATE pair_constraint SET ended_at = ? WHERE ended_at IS NULL AND until <= ? AND kind = 'defer'
           RETURNING a_now, b_now""",
        (text_of(at), today.isoformat()),
    ).fetchall()
    return sorted({number for row in rows for number in row})


def carry(connection: sqlite3.Connection, merged: Sequence[int], canonical: StoredContact) -> None:
    """Let the constraints of merged contacts hold for what they became: distinct(A, C), A + B → M: distinct(M, C).

    One that had gone stale stays so: a merge is no answer to what changed before it.
    """
    keep_content(connection, [canonical])
    for number in merged:
        for side in ("a", "b"):
            connection.execute(
                f"""UPDATE pair_constraint SET {side}_now = ?1, {side}_content = iif(
                        {side}_content = (SELECT content FROM contact WHERE number = ?3), ?2, {side}_content)
                    WHERE {side}_now = ?3 AND ended_at IS NULL""",
                (canonical.number, canonical.content, number),
            )


def renew(connection: sqlite3.Connection, number: int, old: str, new: str) -> None:
    """A contact's content was changed by this program itself, as a steward approved: what was decided on it holds.

    ``old`` and ``new`` are content hashes; a constraint that rests on other content has gone stale, and stays so. Call
    it inside a transaction.
    """
    for side in ("a", "b"):
        connection.execute(
            f"""UPDATE pair_constraint SET {side}_content = ?
                WHERE {side}_now = ? AND {side}_content = ? AND ended_at IS NULL""",
            (new, number, old),
        )
