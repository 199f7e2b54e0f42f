"""Identifiers that several persons hold: a warning for each, with what it looks like and why."""

from collections import Counter
from collections.abc import Iterator, Mapping
from math import log2

import numpy as np

from reviewer.detect.columns import Codes, Columns, Ints, Several
from reviewer.detect.evaluator import Evaluator
from reviewer.detect.holders import Sharing
from reviewer.domain.rulings import RulingKind
from reviewer.store.shared_identifiers import SharedRow

SWITCHBOARD_PEOPLE = 8
"""Persons from which a phone looks like a company's central number, and an email like a mailbox for a role."""

SWITCHBOARD_STAFF = 4
"""The same where they all write from one firm."""

FIRM_SHARE = 4
"""A domain is a firm's, not a mail provider's, if it has at most this many addresses for each holder that uses it."""


def shared_identifiers(columns: Columns, evaluator: Evaluator) -> Iterator[SharedRow]:
    """A warning for each phone and email that at least two persons hold and nobody has ruled on."""
    yield from _warnings("Phone", columns, columns.phones, evaluator.phones)
    yield from _warnings("Email", columns, columns.emails, evaluator.emails)


def _warnings(kind: str, columns: Columns, column: Several, sharing: Sharing) -> Iterator[SharedRow]:
    ruled, domains = set(sharing.ruled), _addresses_by_domain(columns)
    order = np.argsort(column.codes, kind="stable")
    contacts, codes = column.holders[order], column.codes[order]
    for value in np.flatnonzero(sharing.persons >= 2).tolist():
        if value == 0 or value in ruled:
            continue
        low, high = np.searchsorted(codes, [value, value + 1])
        holders, persons = int(sharing.holders[value]), int(sharing.persons[value])
        if sharing.roles[value]:
            guess, reason = RulingKind.ROLE_MAILBOX, "the address names a role, not a person"
        else:
            guess, reason = _guess(kind, columns, contacts[low:high], persons, domains)
        weight = round(log2(holders) + log2(persons), 3)
        yield SharedRow(kind, column.vocabulary.values[value], holders, persons, weight, guess.value, reason)


def _guess(
    kind: str, columns: Columns, contacts: Ints, persons: int, domains: Mapping[str, int]
) -> tuple[RulingKind, str]:
    """The ruling that the identifier looks like, and why."""
    if persons >= SWITCHBOARD_PEOPLE:
        crowd = RulingKind.ROLE_MAILBOX if kind == "Email" else RulingKind.SWITCHBOARD
        return crowd, f"{persons} people have it"
    for what, codes in (("surname", columns.surname), ("street", columns.street)):
        if _in_common(codes[contacts]):
            return RulingKind.HOUSEHOLD, f"most of its holders have one {what}"
    if kind == "Phone" and _one_firm(columns, contacts, domains):
        switchboard = persons >= SWITCHBOARD_STAFF
        return RulingKind.SWITCHBOARD if switchboard else RulingKind.DESK, "most of its holders write from one firm"
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


def _addresses_by_domain(columns: Columns) -> Mapping[str, int]:
    return Counter(email.rpartition("@")[2] for email in columns.emails.vocabulary.values)


def _one_firm(columns: Columns, contacts: Ints, domains: Mapping[str, int]) -> bool:
    """Whether more than half of the holders have an email at one domain that few others use."""
    emails = columns.emails
    used: Counter[str] = Counter()
    for contact in contacts.tolist():
        codes = emails.codes[emails.starts[contact] : emails.starts[contact + 1]].tolist()
        used.update({emails.vocabulary.values[code].rpartition("@")[2] for code in codes})
    if not used:
        return False
    domain, users = used.most_common(1)[0]
    return users * 2 > len(contacts) and domains[domain] <= FIRM_SHARE * users
