"""Erasing what has been kept long enough: payloads of the audit, requests and answers of operations that have ended."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from reviewer.domain.journal import END_STATES
from reviewer.store.audit_check import ERASING
from reviewer.store.clock import text_of

_ENDED = ", ".join("?" * len(END_STATES))
_STATES: Sequence[str] = sorted(state.value for state in END_STATES)


def old_payloads(connection: sqlite3.Connection, before: datetime) -> list[int]:
    """Numbers of audit entries that are older than ``before`` and whose payloads nothing needs any more.

    What belongs to an operation that has not ended is kept: the executor holds it against what it sends.
    """
    erasing = ", ".join("?" * len(ERASING))
    query = f"""SELECT a.id FROM audit a WHERE a.at < ? AND a.payload IS NOT NULL AND a.act NOT IN ({erasing})
        AND NOT EXISTS (SELECT 1 FROM operation o WHERE o.state NOT IN ({_ENDED})
                        AND a.subject IN ('operation:' || o.id, 'decision:' || o.decision))
        ORDER BY a.id"""
    return [number for (number,) in connection.execute(query, (text_of(before), *ERASING, *_STATES))]


def old_operations(connection: sqlite3.Connection, before: datetime) -> list[int]:
    """Numbers of operations that ended before ``before`` and whose answers are still there."""
    query = f"""SELECT o.id FROM operation o WHERE o.state IN ({_ENDED}) AND o.changed_at < ?
        AND EXISTS (SELECT 1 FROM operation_step s WHERE s.operation = o.id AND s.answer IS NOT NULL) ORDER BY o.id"""
    return [number for (number,) in connection.execute(query, (*_STATES, text_of(before)))]
