"""Contacts that the service does not have any more."""

from collections.abc import Collection
from datetime import datetime

from reviewer.store import contacts, derivation
from reviewer.store.database import Database
from reviewer.store.transaction import transaction


def note_gone(database: Database, ids: Collection[str], at: datetime) -> int:
    """Mark the living contacts of the mirror among ``ids`` as gone, and take their candidates out of the queue.

    Returns how many they were. Joins a running transaction.
    """
    with transaction(database):
        known = [one for one in contacts.by_ids(database, list(ids)).values() if one.state == "live"]
        numbers = contacts.mark_gone(database, [one.id for one in known if one.origin == "api"])
        derivation.refresh(database, numbers, at.date())
    return len(numbers)
