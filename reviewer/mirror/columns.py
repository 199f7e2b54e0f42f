"""The comparable columns made anew, when the way of reading contacts has changed."""

from reviewer.domain.comparable import NORMALISER_VERSION
from reviewer.domain.record import ReadingRules
from reviewer.domain.wire import digest
from reviewer.mirror.progress import Progress, silent
from reviewer.mirror.reading import read_record
from reviewer.store import contacts, stamp
from reviewer.store.database import Database

CONTACTS_AT_ONCE = 2000
_STAMP = "columns"


def renew_columns(database: Database, rules: ReadingRules, progress: Progress = silent) -> int:
    """Make the columns of every contact anew if they were made under other rules; returns how many.

    The rules are stamped when all is done, so one that was interrupted starts over. Raises ``DatabaseError``.
    """
    wanted = digest([NORMALISER_VERSION, *rules])
    if stamp.read(database, _STAMP) == wanted:
        return 0
    count = last = 0
    while rows := contacts.raw_after(database, last, CONTACTS_AT_ONCE):
        contacts.renew_columns(database, [(number, read_record(raw, rules)) for number, raw in rows])
        last = rows[-1][0]
        count += len(rows)
        progress("contacts read anew", count, 0)
    stamp.write(database, _STAMP, wanted)
    return count
