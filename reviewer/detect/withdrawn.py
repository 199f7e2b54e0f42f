"""Pairs that another tool does not suspect any more: only those stay that detection would find by itself."""

from datetime import date

from reviewer.detect.blocking import block
from reviewer.detect.columns import columns_of
from reviewer.detect.run import score_pairs
from reviewer.detect.scoring import FLOOR
from reviewer.store import comparables, contacts, derivation, operations, pairs
from reviewer.store.database import Database
from reviewer.store.transaction import transaction

FEW_PAIRS = 200
"""Up to so many, the candidates that rest on them are derived again one by one; above, all of them in one go."""


def drop_withdrawn(database: Database, *, today: date) -> list[tuple[int, int]]:
    """Take withdrawn pairs away that nothing else speaks for, and derive their candidates again; returns those pairs.

    The next detection would not find them; it finds fewer than stay here only where an identifier or a name is too
    common to compare all who have it. A pair of a contact that a live operation keeps stays too.
    """
    waiting = pairs.withdrawn(database)
    unfounded = set(waiting) - _found_anyway(database, waiting, today)  # before the lock: it reads every contact
    with transaction(database) as connection:
        still = unfounded.intersection(pairs.withdrawn(database))
        held = operations.held_contacts(connection, {number for pair in still for number in pair})
        gone = sorted(pair for pair in still if held.keys().isdisjoint(pair))
        pairs.drop(connection, gone)
        numbers = {number for pair in gone for number in pair}
        if len(gone) > FEW_PAIRS:
            derivation.rebuild(database, today)
        else:
            derivation.refresh(database, numbers, today)
    return gone


def _found_anyway(database: Database, waiting: list[tuple[int, int]], today: date) -> set[tuple[int, int]]:
    """Those of the pairs that blocking proposes and that weigh enough."""
    if not waiting:
        return set()
    columns = columns_of(comparables.rows(database, sorted({number for pair in waiting for number in pair})))
    blocks = block(columns, contacts=contacts.counts(database).get("live", 0))
    proposed = zip(columns.numbers[blocks.a].tolist(), columns.numbers[blocks.b].tolist(), strict=True)
    heavy = {(row.a, row.b) for row in score_pairs(database, waiting, today=today) if row.weight >= FLOOR}
    return heavy.intersection(proposed)
