"""From bytes to records, and from what went wrong to a reason that somebody can act on."""

import json
from collections.abc import Iterable
from typing import NamedTuple

from reviewer.domain.record import ReadingRules, Record, make_record


class Unreadable(NamedTuple):
    """Bytes that are no contact, and why."""

    content: bytes
    reason: str


def read_record(raw: bytes, rules: ReadingRules) -> Record:
    """The record in ``raw``. Raises ``ValueError`` whose text is the reason, without anything of the record."""
    try:
        return make_record(raw, rules)
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None


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
