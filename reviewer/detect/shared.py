"""Identifiers that several persons hold: a warning for each, with what it looks like and why."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewer.detect.columns import Codes, Columns, Flags, Ints, Several
from reviewer.detect.evaluator import Evaluator
from reviewer.detect.holders import Sharing
from reviewer.detect.sorting import distinct_with_counts
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


class _Holding(NamedTuple):
    """Who holds the values to warn of: contact ``contacts[i]`` has the value number ``values[i]`` of ``size``."""

    contacts: Ints
    values: Ints
    size: int


def _warnings(kind: str, columns: Columns, column: Several, sharing: Sharing) -> Iterator[SharedRow]:
    wanted = sharing.persons >= 2
    wanted[[0, *sharing.ruled]] = False
    codes = np.flatnonzero(wanted)
    entries = np.flatnonzero(wanted[column.codes])
    holding = _Holding(column.holders[entries], np.searchsorted(codes, column.codes[entries]), len(codes))
    holders, persons = sharing.holders[codes], sharing.persons[codes]
    same_surname = _in_common(holding, columns.surname)
    same_street = _in_common(holding, columns.street)
    one_firm = _of_one_firm(holding, columns) if kind == "Phone" else np.zeros(len(codes), dtype=np.bool_)
    weights = np.round(np.log2(holders) + np.log2(persons), 3)
    told = zip(codes, holders, persons, weights, sharing.roles[codes], same_surname, same_street, one_firm, strict=True)
    for code, held, people, weight, role, surname, street, firm in told:
        guess, reason = _guess(
            kind, int(people), bool(role), "surname" if surname else "street" if street else "", firm
        )
        value = column.vocabulary.values[code]
        yield SharedRow(kind, value, int(held), int(people), float(weight), guess.value, reason)


def _guess(kind: str, persons: int, role: bool, in_common: str, one_firm: bool) -> tuple[RulingKind, str]:
    """The ruling that the identifier looks like, and why."""
    if role:
        return RulingKind.ROLE_MAILBOX, "the address names a role, not a person"
    if persons >= SWITCHBOARD_PEOPLE:
        crowd = RulingKind.ROLE_MAILBOX if kind == "Email" else RulingKind.SWITCHBOARD
        return crowd, f"{persons} people have it"
    if in_common:
        return RulingKind.HOUSEHOLD, f"most of its holders have one {in_common}"
    if one_firm:
        switchboard = persons >= SWITCHBOARD_STAFF
        return RulingKind.SWITCHBOARD if switchboard else RulingKind.DESK, "most of its holders write from one firm"
    if persons == 2:
        return RulingKind.RECYCLED, "two people who have neither a surname nor a street in common"
    return RulingKind.DESK, "several people who have neither a surname nor a street in common"


def _in_common(holding: _Holding, codes: Codes) -> Flags:
    """Of which values more than half of those holders who have a code, and at least two, have the same."""
    theirs = codes[holding.contacts]
    known = theirs > 0
    values, theirs = holding.values[known], theirs[known]
    having = np.bincount(values, minlength=holding.size)
    value, _, count = _counted(values, theirs)
    found = np.zeros(holding.size, dtype=np.bool_)
    found[value[(count >= 2) & (count * 2 > having[value])]] = True
    return found


def _of_one_firm(holding: _Holding, columns: Columns) -> Flags:
    """Of which values more than half of the holders have an email at one domain that few others use."""
    emails = columns.emails
    domains = emails.vocabulary.derived("domain", lambda email: email.rpartition("@")[2])
    in_use = np.bincount(emails.codes, minlength=len(emails.vocabulary)) > 0
    addresses = np.bincount(domains[in_use], minlength=int(domains.max(initial=0)) + 1)
    entry, domain, _ = _counted(*_emails_of(holding.contacts, emails, domains))
    value, used, users = _counted(holding.values[entry], domain)
    holders = np.bincount(holding.values, minlength=holding.size)
    found = np.zeros(holding.size, dtype=np.bool_)
    found[value[(users * 2 > holders[value]) & (addresses[used] <= FIRM_SHARE * users)]] = True
    return found


def _emails_of(contacts: Ints, emails: Several, domains: Codes) -> tuple[Ints, Codes]:
    """The domains of each contact's emails: (which of ``contacts``, domain)."""
    many = emails.counts[contacts]
    ends = np.cumsum(many)
    where = np.repeat(emails.starts[contacts] - (ends - many), many) + np.arange(int(many.sum()), dtype=np.int64)
    return np.repeat(np.arange(len(contacts), dtype=np.int64), many), domains[emails.codes[where]]


def _counted(first: Ints, second: NDArray[np.integer]) -> tuple[Ints, Ints, Ints]:
    """The distinct pairs of two columns, and how often each is there."""
    width = int(second.max(initial=0)) + 1
    pairs, counts = distinct_with_counts(first * np.int64(width) + second)
    return pairs // width, pairs % width, counts
