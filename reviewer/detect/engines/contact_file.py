"""What an engine reads: a Parquet file of all live contacts with their comparable columns and their blocking keys."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from reviewer.detect.engines.keys import KeyRule, blocking_keys, is_nameless, spellings
from reviewer.parquet import Kind, write_rows
from reviewer.store import comparable_export
from reviewer.store.database import Database

COLUMNS = {
    "number": Kind.WHOLE, **comparable_export.KINDS, "nameless": Kind.FLAG, "spellings": Kind.TEXTS, "keys": Kind.TEXTS
}  # fmt: skip
"""``number`` is the contact's in the store; ``spellings`` and ``keys`` are those of ``detect.engines.keys``."""

_NAMES = tuple(comparable_export.KINDS)
_TELL_STEP = 10_000


def write_contacts(database: Database, path: Path, rules: Sequence[KeyRule], progress: Callable[[int], None]) -> int:
    """Write the file, a batch at a time; returns how many contacts there are. Raises ``MissingExtraError``."""
    return write_rows(path, COLUMNS, _rows(database, rules, progress))


def _rows(database: Database, rules: Sequence[KeyRule], progress: Callable[[int], None]) -> Iterator[list[Any]]:
    for done, (number, _, values) in enumerate(comparable_export.rows(database), 1):
        contact = dict(zip(_NAMES, values, strict=True))
        yield [number, *values, is_nameless(contact), spellings(contact) or None, blocking_keys(contact, rules)]
        if done % _TELL_STEP == 0:
            progress(done)
