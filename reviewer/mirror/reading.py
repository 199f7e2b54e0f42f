"""From bytes to records, and from what went wrong to a reason that somebody can act on."""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from reviewer.domain.contact import Contact
from reviewer.domain.identifiers import PHONE_FIELDS
from reviewer.domain.record import ReadingRules, Record, make_record

_E164 = re.compile(r"\+[0-9]{2,20}").fullmatch
"""A little wider than the standard: extensions and short codes are the service's business."""


class Unreadable(NamedTuple):
    """Bytes that are no contact, and why."""

    content: bytes
    reason: str


def read_record(raw: bytes, rules: ReadingRules) -> Record:
    """The record in ``raw``. Raises ``ValueError`` whose text is the reason, without anything of the record."""
    try:
        record = make_record(raw, rules)
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at character {error.pos + 1}") from None
    _check_dates(record.contact)
    _check_phones(record.contact)
    return record


def _check_dates(contact: Contact) -> None:
    """The service decides by its own dates who wins a merge: one that cannot be read may not count as none.

    Raises ``ValueError``. A date of birth is a field like others, written by people: it is kept as it came, and what
    is no date does not count as one.
    """
    name, text = "createDate", contact.create_date
    try:
        if text:
            datetime.fromisoformat(text)
        name, text = "modifyDate", contact.modify_date
        if text:
            datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"its {name} is no date") from None


def _check_phones(contact: Contact) -> None:
    """What people wrote may be any text; what the service says is E.164 has to be, for contacts are joined by it.

    Raises ``ValueError``.
    """
    slots = (contact.work_phone, contact.cell_phone, contact.home_phone, contact.other_phone)
    for phone in slots:
        if phone and phone.e164 and not _E164(phone.e164):
            raise ValueError(f"the e164 of its {PHONE_FIELDS[slots.index(phone)]} is no phone number")


def read_records(bodies: Iterable[bytes], rules: ReadingRules) -> tuple[list[Record], list[Unreadable]]:
    """The records among ``bodies``, and those that are none."""
    records: list[Record] = []
    unreadable: list[Unreadable] = []
    for body in bodies:
        try:
            records.append(read_record(body, rules))
        except ValueError as error:
            unreadable.append(Unreadable(body, str(error)))
    return records, unreadable
