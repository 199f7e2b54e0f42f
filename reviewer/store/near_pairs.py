"""Pairs of live contacts, all of them or those near some contacts: read by the set, however many it holds."""

import json
import sqlite3
from collections.abc import Iterable, Iterator

from reviewer.domain.grouping import JOIN_WEIGHT
from reviewer.store.deriving import JudgedPair

_SELECT = "SELECT p.a, p.b, p.kind, p.weight, p.verdict FROM"
_LIVE = """JOIN contact ca ON ca.number = p.a JOIN contact cb ON cb.number = p.b
    WHERE ca.state = 'live' AND cb.state = 'live'"""

_TOUCHING = f"""{_SELECT} json_each(?1) n CROSS JOIN pair p ON p.a = n.value {_LIVE}
    UNION ALL {_SELECT} json_each(?1) n CROSS JOIN pair p ON p.b = n.value {_LIVE}"""

_CONNECTED = """WITH RECURSIVE reached (number) AS (
        SELECT value FROM json_each(?1)
        UNION SELECT p.b FROM reached r JOIN pair p ON p.a = r.number AND p.weight >= ?2
            AND p.verdict IN ('auto', 'review')
        UNION SELECT p.a FROM reached r JOIN pair p ON p.b = r.number AND p.weight >= ?2
            AND p.verdict IN ('auto', 'review'))
    SELECT number FROM reached"""


def all_pairs(connection: sqlite3.Connection) -> Iterator[JudgedPair]:
    """All pairs of live contacts, in order of their contacts."""
    rows = connection.execute(f"{_SELECT} pair p {_LIVE} ORDER BY p.a, p.b")
    return map(JudgedPair._make, rows)


def touching(connection: sqlite3.Connection, numbers: Iterable[int]) -> set[JudgedPair]:
    """The pairs of which a contact is among these."""
    return set(map(JudgedPair._make, connection.execute(_TOUCHING, (as_set(numbers),))))


def connected(connection: sqlite3.Connection, numbers: Iterable[int]) -> set[int]:
    """These contacts, and those that pairs which may join connect with them."""
    return {number for (number,) in connection.execute(_CONNECTED, (as_set(numbers), JOIN_WEIGHT))}


def as_set(numbers: Iterable[int]) -> str:
    """Numbers as a value for ``json_each``: one statement for all of them."""
    return json.dumps(list(numbers))
