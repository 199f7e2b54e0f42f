"""Identifiers that several persons hold: a warning for each, with what it looks like and why."""

from collections import Counter
from collections.abc import Iterator
from math import log2

import numpy as np

from reviewer.detect.columns import Codes, Columns, Ints, Several
from reviewer.detect.evaluator import Evaluator
from reviewer.detect.holders import Sharing
from reviewer.domain.rulings import RulingKind
from reviewer.store.shared_identifiers import SharedRow

SWITCHBOARD_PEOPLE = 8
"""Persons from which a phone looks like a company's central number, and an email like a mailbox for a role."""


def shared_identifiers(columns: Columns, evaluator: Evaluator) -> Iterator[SharedRow]:
    """A warning for each phone and email that at least two persons hold and nobody has ruled on."""
    yield from _warnings("Phone", columns, columns.phones, evaluator.phones)
    yield from _warnings("Email", columns, columns.emails, evaluator.emails)


def _warnings(kind: str, columns: Columns, column: Several, sharing: Sharing) -> Iterator[SharedRow]:
    ruled = set(sharing.ruled)
    order = np.argsort(column.codes, kind="stable")
    contacts, codes = column.holders[order], column.codes[order]
    for value in np.flatnonzero(sharing.persons >= 2).tolist():
        if value == 0 or value in ruled:
            continue
        low, high = np.searchsorted(codes, [value, value + 1])
        guess, reason = _guess(
            kind, columns, contacts[low:high], int(sharing.persons[value]), bool(sharing.roles[value])
        )
        holders, persons = int(sharing.holders[value]), int(sharing.persons[value])
        weight = round(log2(holders) + log2(persons), 3)
        yield SharedRow(kind, column.vocabulary.values[value], holders, persons, weight, guess.value, reason)


def _guess(kind: str, columns: Columns, contacts: Ints, persons: int, role: bool) -> tuple[RulingKind, str]:
    """The ruling that the identifier looks like, and why."""
    if role:
        return RulingKind.ROLE_MAILBOX, "the address names a role, not a person"
    if persons >= SWITCHBOARD_PEOPLE:
        if kind == "Email":
            return RulingKind.ROLE_MAILBOX, f"{persons} people use it"
        return RulingKind.SWITCHBOARD, f"{persons} people have it"
    if _in_common(columns.surname[contacts]) or _in_common(columns.street[contacts]):
        what = "surname" if _in_common(columns.surname[contacts]) else "street"
        return RulingKind.HOUSEHOLD, f"most of its holders have one {what}"
    if _one_firm(columns, contacts):
        return RulingKind.DESK, "its holders write from one firm"
    if persons == 2:
        return RulingKind.RECYCLED, "two people who have neither a surname nor a street in common"
    return RulingKind.DESK, "several people who have neither a surname nor a street in common"


def _in_common(codes: Codes) -> bool:
    """Whether more than half of those who have a value, and at least two, have the same."""
    known = codes[codes > 0]
    if len(known) < 2:
        return False
    most = int(np.bincount(known).max())
    return most >= 2 and most * 2 > len(known)


def _one_firm(columns: Columns, contacts: Ints) -> bool:
    """Whether more than half of the holders have an email at one domain that few others use."""
    emails = columns.emails
    domains: Counter[str] = Counter()
    for contact in contacts.tolist():
        codes = emails.codes[emails.starts[contact] : emails.starts[contact + 1]].tolist()
        domains.update({emails.vocabulary.values[code].rpartition("@")[2] for code in codes})
    return bool(domains) and domains.most_common(1)[0][1] * 2 > len(contacts)
