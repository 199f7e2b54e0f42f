"""Which contact each merged id leads to today, and by which operation, for the systems that keep old ids."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reviewer.domain.wire import decode_object, encode
from reviewer.store import contacts, snapshots
from reviewer.store.database import Database
from reviewer.store.trails import trails

_CHUNK = 400


class MergeMade(NamedTuple):
    """A merge that took effect as an operation, and who approved it; ``merged_at`` is the service's time if it told."""

    operation: int
    decision: int
    approved_by: str
    approved_at: str
    rung: str
    state: str
    merged_at: str


class Alias(NamedTuple):
    """A merged id. ``canonical`` is the contact that it leads to today, '' with a ``reason`` where there is none.

    ``made`` is None for a merge of others; ``merged_at`` is '' where it is not known; ``recreated_as`` is the new id of
    a person who was made anew, else ''.
    """

    id: str
    canonical: str
    reason: str
    merged_at: str
    made: MergeMade | None
    recreated_as: str


def aliases(database: Database) -> Iterator[Alias]:
    """Every merged id: those that operations merged, oldest first, then those that others did, as far as is known."""
    connection = database.connection
    made, recreated = _made(connection), _recreated(connection)
    ids = list(dict.fromkeys((*made, *(id_ for id_, _ in contacts.aliases(database)))))
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        found = trails(database, chunk)
        living = _ids(connection, [trail.number for trail in found.values() if trail.number is not None])
        theirs = _merged_at(connection, [id_ for id_ in chunk if id_ not in made])
        for id_ in chunk:
            trail, merge = found[id_], made.get(id_)
            canonical = living.get(trail.number, "") if trail.number is not None else ""
            yield Alias(
                id=id_,
                canonical="" if canonical == id_ else canonical,  # of what merged it the mirror has not heard yet
                reason=trail.reason,
                merged_at=merge.merged_at if merge else theirs.get(id_, ""),
                made=merge,
                recreated_as=recreated.get((merge.operation, id_), "") if merge else "",
            )


def _made(connection: sqlite3.Connection) -> dict[str, MergeMade]:
    """Merged id → its merge, by the requests; where one was erased, by the snapshots, which keep the ids."""
    found: dict[str, MergeMade] = {}
    heads: dict[tuple[int, int], str] = {}
    for number, request, answer, *parts in connection.execute(f"{_MERGES} ORDER BY s.operation, s.number"):
        made = MergeMade(*parts)
        told = decode_object(answer) if answer else {}
        if told.get("createDate"):
            made = made._replace(merged_at=str(told["createDate"]))
        heads[made.operation, number] = str(told.get("id") or "")
        for one in decode_object(request).get("contactIds", ()):
            id_ = heads.get((made.operation, int(one["step"])), "") if isinstance(one, dict) else str(one)
            if id_:
                found[id_] = made
    kept = f"{_MERGES} AND s.request = ?"
    for number, _, _, *parts in connection.execute(kept, (encode({}),)).fetchall():
        made = MergeMade(*parts)
        for id_ in snapshots.ids_of(connection, made.operation, number):
            found.setdefault(id_, made)
    return found


_APPROVED_BY = """coalesce(d.sudo_user, d.steward) || coalesce((
    SELECT ', ' || group_concat(coalesce(a.sudo_user, a.steward), ', ') FROM approval a
    WHERE a.operation = o.id AND a.role = 'approver'), '')"""
"""The person who decided, and who approved it beside them."""

_MERGES = f"""SELECT s.number, s.request, s.answer, s.operation, o.decision, {_APPROVED_BY}, d.decided_at, d.rung,
        o.state, coalesce(s.answered_at, o.changed_at)
    FROM operation_step s JOIN operation o ON o.id = s.operation JOIN decision d ON d.id = o.decision
    WHERE s.kind = 'merge' AND s.state = 'done'"""


def _recreated(connection: sqlite3.Connection) -> dict[tuple[int, str], str]:
    """Operation that merged it and old id → new id."""
    query = "SELECT of_operation, contact, recreated_as FROM recreation WHERE recreated_as IS NOT NULL"
    return {(operation, id_): new for operation, id_, new in connection.execute(query)}


def _ids(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, str]:
    marks = ", ".join("?" * len(numbers))
    return dict(connection.execute(f"SELECT number, id FROM contact WHERE number IN ({marks})", tuple(numbers)))


def _merged_at(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, str]:
    """When others merged these: a merge makes a new contact, so it is the day on which that was made."""
    marks = ", ".join("?" * len(ids))
    into: dict[str, str] = {}
    for id_, raw, head in connection.execute(f"SELECT id, raw, merged_into FROM contact WHERE id IN ({marks})", ids):
        into[id_] = str((decode_object(raw).get("mergedTo") or {}).get("id") or head)
    targets = tuple(set(into.values()))
    marks = ", ".join("?" * len(targets))
    made = dict(connection.execute(f"SELECT id, raw FROM contact WHERE id IN ({marks})", targets))
    dates = {id_: str(decode_object(raw).get("createDate") or "") for id_, raw in made.items()}
    return {id_: dates.get(target, "") for id_, target in into.items()}


def merged_by(database: Database, id_: str) -> int | None:
    """The operation that merged a contact, or None."""
    query = """SELECT s.operation, s.request FROM operation_hold h JOIN operation_step s ON s.operation = h.operation
               WHERE h.subject = ? AND s.kind = 'merge' AND s.state = 'done' ORDER BY s.operation, s.number"""
    for operation, request in database.connection.execute(query, (f"contact:{id_}",)):
        if id_ in decode_object(request).get("contactIds", ()):
            return int(operation)
    return None
