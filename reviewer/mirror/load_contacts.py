"""Contacts from a file: one External Contact per line, marked with where it came from."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from reviewer.domain.record import ReadingRules, Record
from reviewer.mirror.first_lines import FirstLines
from reviewer.mirror.lines import Line, Lines, batches
from reviewer.mirror.progress import Progress, silent
from reviewer.mirror.reading import read_record
from reviewer.mirror.rejects import Rejects
from reviewer.mirror.taking_in import Taken, take_in
from reviewer.mirror.unchanged import sort_out
from reviewer.store.clock import now
from reviewer.store.database import Database

LINES_AT_ONCE = 2000
"""Lines that are stored in one transaction."""
TOO_LONG = "longer than any contact can be"


class ContactsReport(NamedTuple):
    """What was loaded; ``kept`` are contacts that the mirror already has from the service itself."""

    new: int
    changed: int
    equal: int
    kept: int
    rejected: int


def load_contacts(
    database: Database,
    lines: Lines,
    rules: ReadingRules,
    *,
    rejects: Rejects,
    progress: Progress = silent,
    clock: Callable[[], datetime] = now,
) -> ContactsReport:
    """Load contacts, their origin being ``file:`` and their source; a bad line is rejected and costs only itself.

    Of two lines with one id the first counts: the second is rejected, or counted as equal if it says the same.

    ``progress`` is told in bytes. Loading the same file again changes nothing. Raises ``DatabaseError``,
    ``FileError`` if the file cannot be read on.
    """
    taken, first_lines = Taken(), FirstLines()
    for batch in batches(iter(lines), LINES_AT_ONCE):
        origin = f"file:{lines.source}"
        whole = [line for line in _whole(batch, rejects) if first_lines.admits(line, rejects)]
        news, equal = sort_out(database, [line.content for line in whole], origin)
        records = _records([whole[place] for place in news], rules, rejects)
        taken.add(take_in(database, records, origin=origin, at=clock()))
        taken.equal += len(equal)
        progress("bytes of contacts", lines.consumed, lines.size)
    equal_lines = taken.equal + first_lines.repeated
    return ContactsReport(taken.new, taken.changed, equal_lines, taken.kept, rejects.count)


def _whole(batch: list[Line], rejects: Rejects) -> list[Line]:
    """The lines without blanks around them, those that were cut rejected."""
    for line in batch:
        if line.cut:
            rejects.add(line.number, TOO_LONG, line.content, cut=True)
    return [line._replace(content=line.content.strip()) for line in batch if not line.cut]


def _records(batch: list[Line], rules: ReadingRules, rejects: Rejects) -> list[Record]:
    records: list[Record] = []
    for line in batch:
        try:
            record = read_record(line.content, rules)
            _check_id(record.contact.id)
            records.append(record)
        except ValueError as error:
            rejects.add(line.number, str(error), line.content)
    return records


def _check_id(id_: str) -> None:
    """Ids are typed on command lines and stand in lists of them. Raises ``ValueError``."""
    if any(sign.isspace() or not sign.isprintable() for sign in id_):
        raise ValueError("its id has blanks or characters that cannot be seen")
