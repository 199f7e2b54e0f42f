"""What operations that ended in part left unmerged: contacts that were approved to be one with what came of them."""

import json
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

_PARTIAL = """SELECT c.number, o.id FROM operation o JOIN contact c ON c.id = o.canonical
    WHERE o.state = 'partial' AND c.state = 'live'"""

_LEFT = """SELECT c.number FROM operation_hold h JOIN contact c ON c.id = substr(h.subject, 9)
    WHERE h.operation = ? AND h.subject >= 'contact:' AND h.subject < 'contact;' AND c.state = 'live'"""


class Remainder(NamedTuple):
    """The operation that ended in part, the contact that came of it, and the living contacts that it left out."""

    operation: int
    head: int
    rest: frozenset[int]

    def mark(self) -> str:
        """Why a candidate of the head and some of the rest is in the queue."""
        return f"operation {self.operation} ended partial"


def remainders(connection: sqlite3.Connection, numbers: Iterable[int] | None = None) -> list[Remainder]:
    """Of all operations, or of those that made one of the contacts ``numbers``, at the price of those."""
    if numbers is None:
        heads = connection.execute(_PARTIAL).fetchall()
    else:
        query = f"{_PARTIAL} AND c.number IN (SELECT value FROM json_each(?))"
        heads = connection.execute(query, (json.dumps(list(numbers)),)).fetchall()
    found = []
    for head, operation in heads:
        rest = frozenset(number for (number,) in connection.execute(_LEFT, (operation,))) - {head}
        if rest:
            found.append(Remainder(operation, head, rest))
    return found


def mark_of(members: Iterable[int], left: Iterable[Remainder]) -> str:
    """The mark of a candidate of these contacts; empty where no operation left them."""
    held = set(members)
    return next((one.mark() for one in left if one.head in held and not one.rest.isdisjoint(held)), "")
