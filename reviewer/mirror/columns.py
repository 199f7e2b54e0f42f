"""The comparable columns made anew, when the way of reading contacts has changed."""

from collections.abc import Iterator, Sequence
from datetime import date

from reviewer.domain.comparable import NORMALISER_VERSION
from reviewer.domain.record import ReadingRules, Record
from reviewer.domain.wire import digest
from reviewer.mirror.progress import Progress, silent
from reviewer.mirror.reading import read_record
from reviewer.store import contacts, derivation, pairs, stamp
from reviewer.store.database import Database
from reviewer.store.transaction import transaction

CONTACTS_AT_ONCE = 2000
_STAMP = "columns"


def renew_columns(database: Database, rules: ReadingRules, *, today: date, progress: Progress = silent) -> int:
    """Make the columns of every contact anew if they were made under other rules; returns how many.

    All pairs then wait to be scored again, and none is automatic until they are. The rules are stamped when all is
    done, so one that was interrupted starts over. Raises ``DatabaseError``.
    """
    wanted = digest([NORMALISER_VERSION, *rules])
    if stamp.read(database, _STAMP) == wanted:
        return 0
    count = last = 0
    while rows := contacts.raw_after(database, last, CONTACTS_AT_ONCE):
        contacts.renew_columns(database, list(_readable(rows, rules)))
        last = rows[-1][0]
        count += len(rows)
        progress("contacts read anew", count, 0)
    with transaction(database) as connection:
        if pairs.distrust_all(connection):
            derivation.rebuild(database, today)
        stamp.write(database, _STAMP, wanted)
    return count


def _readable(rows: Sequence[tuple[int, bytes]], rules: ReadingRules) -> Iterator[tuple[int, Record]]:
    """The records; one that cannot be read any more keeps the columns it has."""
    for number, raw in rows:
        try:
            yield number, read_record(raw, rules)
        except ValueError:
            continue
