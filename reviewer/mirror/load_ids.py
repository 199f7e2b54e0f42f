"""Contacts by their ids: those that no scan shows, the anonymous ones above all."""

from typing import NamedTuple

from reviewer.mirror.fetching import Fetching
from reviewer.mirror.identity import read_id
from reviewer.mirror.lines import Line, Lines, batches
from reviewer.mirror.progress import Progress, silent
from reviewer.mirror.rejects import Rejects
from reviewer.mirror.taking_in import Taken

IDS_AT_ONCE = 500
"""Ids that are asked for and stored together."""


class IdsReport(NamedTuple):
    """What was fetched; ``aliases`` are ids that were merged into another contact, which came in their place."""

    new: int
    changed: int
    equal: int
    aliases: int
    rejected: int


async def load_ids(fetching: Fetching, lines: Lines, *, rejects: Rejects, progress: Progress = silent) -> IdsReport:
    """Fetch the contacts with these ids: one a line, as it is or as JSON (a text, or an object with ``id``).

    An id that the service does not know is rejected with the service's reason. Raises ``ApiError``,
    ``DatabaseError``, ``FileError`` if the file cannot be read on.
    """
    taken, aliases = Taken(), 0
    for batch in batches(iter(lines), IDS_AT_ONCE):
        wanted = _ids(batch, rejects)
        fetched = await fetching.fetch(list(wanted))
        for id_, reason in fetched.failed.items():
            rejects.add(wanted[id_].number, reason, wanted[id_].content)
        taken.add(fetched.taken)
        aliases += fetched.aliases
        progress("bytes of ids", lines.consumed, lines.size)
    return IdsReport(taken.new, taken.changed, taken.equal, aliases, rejects.count)


def _ids(batch: list[Line], rejects: Rejects) -> dict[str, Line]:
    """Each id and the first line that has it."""
    found: dict[str, Line] = {}
    for line in batch:
        try:
            found.setdefault(read_id(line), line)
        except ValueError as error:
            rejects.add(line.number, str(error), line.content, cut=line.cut)
    return found
