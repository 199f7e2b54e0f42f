"""Candidates that a steward put aside until an operation has ended: with it they come back, however it ended."""

import sqlite3
from collections.abc import Iterable


def write(connection: sqlite3.Connection, decision: int, operations: Iterable[int]) -> None:
    """Let what ``decision`` put off wait for these operations; call it inside a transaction."""
    connection.executemany(
        "INSERT INTO awaited_operation (decision, operation) VALUES (?, ?)",
        [(decision, operation) for operation in operations],
    )


def waiting_for(connection: sqlite3.Connection, operation: int) -> set[int]:
    """Numbers of the contacts whose candidates wait for an operation: they are derived again when it ends."""
    query = """SELECT k.a_now, k.b_now FROM awaited_operation w JOIN pair_constraint k ON k.decision = w.decision
               WHERE w.operation = ? AND k.ended_at IS NULL"""
    return {number for row in connection.execute(query, (operation,)) for number in row}
