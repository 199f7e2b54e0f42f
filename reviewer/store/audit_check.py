"""Checking the audit's chain, without the network: against itself, and against roots that were kept elsewhere.

Whoever can write to the database can write the whole chain anew; only a root that they cannot reach tells then.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from reviewer.domain.wire import decode_object
from reviewer.store import audit
from reviewer.store.audit import GENESIS, Entry
from reviewer.store.database import Database

ERASING = ("forgot a person", "erased old payloads")
"""Acts that erase payloads and name the entries; they hold nothing personal, and are never erased themselves."""


class Root(NamedTuple):
    """A hash that the chain had; ``entry`` is the number of its entry, where it was kept along with it."""

    entry: int | None
    hash: str


class Fault(NamedTuple):
    """The first entry that does not hold, and why."""

    entry: int
    sentence: str


class Checked(NamedTuple):
    """What a check found: the first fault if there is one, the number of entries and of erased payloads."""

    fault: Fault | None
    entries: int
    erased: int


def check(database: Database, roots: Sequence[Root] = ()) -> Checked:
    """Hold every entry against the one before it, its payload, the roots, and the record of what was erased."""
    known = {root.entry: root.hash for root in roots if root.entry is not None}
    missing = {root.hash for root in roots if root.entry is None}
    previous, expected, held = GENESIS, 1, 0
    erased, recorded = set[int](), set[int]()
    for entry in audit.entries(database):
        if sentence := _against_chain(entry, previous, expected):
            return Checked(Fault(min(entry.id, expected), sentence), expected - 1, len(erased))
        if entry.id in known and known[entry.id] != entry.hash:
            return Checked(_rewritten(held, entry.id), expected - 1, len(erased))
        held = entry.id if entry.id in known or entry.hash in missing else held
        missing.discard(entry.hash)
        if entry.payload is None:
            erased.add(entry.id)
        elif entry.act in ERASING:
            recorded |= _numbers(decode_object(entry.payload).get("entries", ()))
        previous, expected = entry.hash, entry.id + 1
    last = max([audit.last_given(database), *known])
    return Checked(_at_the_end(expected, last, missing, held, erased - recorded), expected - 1, len(erased))


def first_broken(database: Database) -> int | None:
    """The number of the first entry that does not hold by itself, or None if all do."""
    fault = check(database).fault
    return fault.entry if fault else None


def ranges(numbers: Iterable[int]) -> list[list[int]]:
    """Numbers as [first, last] of each run, as an erasing entry names them."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def _numbers(runs: Iterable[Sequence[int]]) -> set[int]:
    return {number for first, last in runs for number in range(first, last + 1)}


def _against_chain(entry: Entry, previous: str, expected: int) -> str:
    if entry.id != expected:
        return f"entry {expected} is missing"
    chained = audit.chain(previous, entry.at, entry.steward, entry.act, entry.subject, entry.payload_hash)
    if entry.hash != chained or not audit.payload_fits(entry):
        return f"entry {entry.id} does not fit the chain: it, or what stood before it, was changed"
    return ""


def _rewritten(held: int, entry: int) -> Fault:
    first = held + 1
    which = f"entry {entry}" if first == entry else f"one of the entries {first} to {entry}"
    return Fault(
        first, f"the chain is not the one that the root of entry {entry} was taken from: {which} was rewritten"
    )


def _at_the_end(expected: int, last: int, missing: set[str], held: int, unrecorded: set[int]) -> Fault | None:
    if last >= expected:
        return Fault(expected, f"the entries from {expected} to {last} were cut off")
    if missing:
        root = min(missing)
        return Fault(held + 1, f"no entry has the root {root}: the chain was rewritten or cut after entry {held}")
    if unrecorded:
        entry = min(unrecorded)
        return Fault(entry, f"the payload of entry {entry} was erased, and no entry says by whom")
    return None
