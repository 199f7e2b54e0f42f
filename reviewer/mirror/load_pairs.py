"""Suspected pairs of any other tool: kept as they were said, and in the queue until a steward has decided."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from reviewer.mirror.fetching import Fetching
from reviewer.mirror.lines import Line, LineSource, batches
from reviewer.mirror.pair_lines import Suspicion, suspicions
from reviewer.mirror.progress import Progress, silent
from reviewer.mirror.rejects import Rejects
from reviewer.store import pairs
from reviewer.store.database import Database
from reviewer.store.pairs import LoadedPair
from reviewer.store.trails import UNKNOWN, Trail, trails

PAIRS_AT_ONCE = 2000
"""Lines that are stored in one transaction."""


class PairsReport(NamedTuple):
    """``pairs`` are those that were understood; ``news`` of them were not known so from this source before.

    ``fetched`` is how many contacts came from the service because the mirror did not know them.
    """

    pairs: int
    news: int
    fetched: int
    rejected: int


async def load_pairs(
    database: Database,
    lines: LineSource,
    *,
    source: str,
    fetching: Fetching | None,
    rejects: Rejects,
    progress: Progress = silent,
) -> PairsReport:
    """Load suspected pairs; they wait in the store to be scored (``pairs.to_score``).

    Ids that the mirror does not know are fetched, or rejected without ``fetching``; merged ones stand for what they
    became. What was decided stays decided, and loading again changes nothing. Raises ``UnknownPairsError``,
    ``ApiError``, ``DatabaseError``, ``FileError`` if the file cannot be read on.
    """
    count = news = fetched = 0
    for batch in batches(suspicions(iter(lines), rejects), PAIRS_AT_ONCE):
        ids = list(dict.fromkeys(id_ for _, said in batch for id_ in (said.id_a, said.id_b)))
        found = trails(database, ids)
        unknown = [id_ for id_, trail in found.items() if trail.reason == UNKNOWN]
        if unknown and fetching is not None:
            answer = await fetching.fetch(unknown)
            fetched += answer.taken.new
            found |= trails(database, unknown)
            found |= {id_: Trail(None, reason) for id_, reason in answer.failed.items()}
        ready = list(_resolved(batch, found, source, rejects))
        news += pairs.write_loaded(database, ready)
        count += len(ready)
        progress(f"{lines.unit} of pairs", lines.consumed, lines.size)
    return PairsReport(count, news, fetched, rejects.count)


def _resolved(
    batch: Iterable[tuple[Line, Suspicion]], found: dict[str, Trail], source: str, rejects: Rejects
) -> Iterator[LoadedPair]:
    for line, said in batch:
        try:
            a, b = _number(said.id_a, found), _number(said.id_b, found)
            if a == b:
                raise ValueError("both ids are one contact" + (", already merged" if said.id_a != said.id_b else ""))
        except ValueError as error:
            rejects.add(line.number, str(error), line.content)
        else:
            yield LoadedPair(min(a, b), max(a, b), source, said.weight, said.probability, said.reason)


def _number(id_: str, found: dict[str, Trail]) -> int:
    trail = found[id_]
    if trail.number is None:
        raise ValueError(f"{id_}: {trail.reason}")
    return trail.number
