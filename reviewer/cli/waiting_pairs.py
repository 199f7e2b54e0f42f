"""Pairs that wait for a score: loaded ones, and those whose contacts have changed or were merged."""

from datetime import date

from reviewer.cli.desk import rescore
from reviewer.store import derivation, pairs
from reviewer.store.database import Database

PAIRS_AT_ONCE = 500_000
"""Each call of the detector reads the columns of all contacts once."""


def score_waiting(database: Database, today: date) -> int:
    """Have the detector judge the pairs that wait, and derive the candidates again; returns how many pairs."""
    _drop_withdrawn(database, today)
    count = last = 0
    numbers: set[int] = set()
    while waiting := pairs.to_score(database, last, PAIRS_AT_ONCE):
        rescore(database, [(a, b) for _, a, b in waiting], today)
        last = waiting[-1][0]
        count += len(waiting)
        numbers.update(number for _, a, b in waiting for number in (a, b))
    if count:
        derivation.refresh(database, numbers, today)
        derivation.refresh_shared(database, today)
    return count


def _drop_withdrawn(database: Database, today: date) -> None:
    """The detector is imported only where there is something to withdraw."""
    if pairs.withdrawn(database):
        from reviewer.detect.withdrawn import drop_withdrawn

        drop_withdrawn(database, today=today)
