"""The queue as the workbench reads it: windows by keyset, never an offset, never a count of rows."""

from array import array
from collections.abc import Sequence
from typing import NamedTuple

from reviewer.domain.errors import NotFoundError
from reviewer.store.database import Database

OPEN = "open"
KINDS = ("duplicate", "stitch", "shared")


class Candidate(NamedTuple):
    """A candidate. ``rank`` is minus the match weight; the identifier is set where ``kind`` is shared."""

    id: int
    kind: str
    rank: float
    verdict: str
    size: int
    identifier_kind: str | None
    identifier_value: str | None
    state: str
    mark: str
    decision: int | None


_COLUMNS = ", ".join(Candidate._fields)
Position = tuple[float, int]
"""Where a window starts: after the candidate with this (rank, id)."""

START: Position = (float("-inf"), 0)


def window(
    database: Database,
    *,
    kind: str | None = None,
    state: str = OPEN,
    after: Position = START,
    limit: int = 50,
) -> list[Candidate]:
    """The next ``limit`` candidates after a position, strongest first.

    In two steps, those of the same rank and those after it: SQLite would walk through all of the same rank that
    stand before the position, and weights are often equal.
    """
    narrowed, values = ("AND kind = ?", (kind,)) if kind else ("", ())
    query = f"SELECT {_COLUMNS} FROM candidate WHERE state = ? {narrowed} AND"
    rank, number = after
    same = (state, *values, rank, number, limit)
    rows = database.connection.execute(f"{query} rank = ? AND id > ? ORDER BY id LIMIT ?", same).fetchall()
    rest = (state, *values, rank, limit - len(rows))
    rows += database.connection.execute(f"{query} rank > ? ORDER BY rank, id LIMIT ?", rest).fetchall()
    return [Candidate(*row) for row in rows]


def ids(database: Database, *, kind: str | None = None, state: str = OPEN) -> "array[int]":
    """The numbers of all candidates in the queue's order, as one array of 64-bit integers."""
    narrowed, values = ("AND kind = ?", (kind,)) if kind else ("", ())
    query = f"SELECT id FROM candidate WHERE state = ? {narrowed} ORDER BY rank, id"
    return array("q", (row[0] for row in database.connection.execute(query, (state, *values))))


def read(database: Database, number: int) -> Candidate:
    """The candidate with this number. Raises ``NotFoundError``."""
    row = database.connection.execute(f"SELECT {_COLUMNS} FROM candidate WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise NotFoundError(f"there is no candidate {number}; `reviewer queue` lists them")
    return Candidate(*row)


def rows(database: Database, numbers: Sequence[int]) -> list[Candidate]:
    """The candidates with these numbers, in that order; missing ones are left out."""
    marks = ", ".join("?" * len(numbers))
    query = f"SELECT {_COLUMNS} FROM candidate WHERE id IN ({marks})"
    found = {row[0]: Candidate(*row) for row in database.connection.execute(query, tuple(numbers))}
    return [found[number] for number in numbers if number in found]


def members(database: Database, candidate: int) -> list[int]:
    """Numbers of a candidate's contacts (none for a shared identifier: its holders are looked up)."""
    query = "SELECT contact FROM candidate_member WHERE candidate = ? ORDER BY contact"
    return [number for (number,) in database.connection.execute(query, (candidate,))]


def first_names(database: Database, numbers: Sequence[int], most: int = 3) -> dict[int, list[str]]:
    """Candidate number → headlines of its first contacts; record text."""
    marks = ", ".join("?" * len(numbers))
    query = f"""SELECT m.candidate, c.name FROM candidate_member m JOIN contact c ON c.number = m.contact
                WHERE m.candidate IN ({marks}) ORDER BY m.candidate, m.contact"""
    found: dict[int, list[str]] = {}
    for candidate, name in database.connection.execute(query, tuple(numbers)):
        shown = found.setdefault(candidate, [])
        if len(shown) < most:
            shown.append(name)
    return found


def holding(database: Database, contact: int) -> list[int]:
    """Numbers of the open candidates that a contact is part of."""
    query = """SELECT m.candidate FROM candidate_member m JOIN candidate k ON k.id = m.candidate
               WHERE m.contact = ? AND k.state = 'open' ORDER BY m.candidate"""
    return [number for (number,) in database.connection.execute(query, (contact,))]


def counts(database: Database) -> dict[str, dict[str, int]]:
    """State → kind → number of candidates; kept by triggers, so it costs the same at any size."""
    found: dict[str, dict[str, int]] = {}
    for state, kind, n in database.connection.execute("SELECT state, kind, n FROM candidate_count WHERE n > 0"):
        found.setdefault(state, {})[kind] = n
    return found
