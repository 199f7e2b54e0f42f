"""What is read behind the steward's back: on a connection of its own, in a thread, never while a key waits."""

from array import array
from dataclasses import replace

from reviewer.review import queue
from reviewer.review.desk import Desk
from reviewer.store.database import clear_errors, open_database
from reviewer.tui.candidate_list import TO_APPROVE


def wake(desk: Desk) -> None:
    """Bring back what was deferred until today, and end rulings that have run out.

    Raises ``ReviewerError`` as the database does.
    """
    with open_database(desk.database.path, create=False) as database, clear_errors(database.path):
        queue.wake(replace(desk, database=database))


def read_numbers(desk: Desk, kind: str | None) -> "array[int]":
    """The numbers of all open candidates, or of what waits for a second steward.

    Raises ``ReviewerError`` as the database does.
    """
    with open_database(desk.database.path, create=False) as database, clear_errors(database.path):
        desk = replace(desk, database=database)
        if kind == TO_APPROVE:
            from reviewer.review import approving

            return approving.candidates(desk)
        return queue.all_numbers(desk, kind=kind)
