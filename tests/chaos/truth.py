"""The organisation as its own state file has it: what no fault can spoil on the way."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from reviewer.simulator.serving import ServedOrganization


class Call(NamedTuple):
    """A write that reached the organisation: ``at`` is seconds since 1970, ``effect`` what it did.

    ``late`` marks the record of an effect that came after the caller had been dropped; ``correlation`` is the same in
    both records then.
    """

    number: int
    at: float
    endpoint: str
    path: str
    body: Any
    status: int | None
    effect: str
    fault: str
    correlation: str
    late: bool


class Truth:
    """A served organisation: its records are read from its state file, each time on a connection of its own."""

    def __init__(self, served: ServedOrganization, state: Path) -> None:
        self.served = served
        self._state = state

    def _rows(self, query: str, *values: object) -> list[Any]:
        with closing(sqlite3.connect(f"file:{self._state}?mode=ro", uri=True, timeout=15)) as connection:
            return connection.execute(query, values).fetchall()

    def body(self, contact_id: str) -> bytes | None:
        """The very record of an id as the API shows it; None where there is none."""
        rows = self._rows("SELECT body FROM contacts WHERE id = ?", contact_id)
        return bytes(rows[0][0]) if rows else None

    def contact(self, contact_id: str) -> dict[str, Any]:
        """The very record of an id, decoded; empty where there is none."""
        body = self.body(contact_id)
        found: dict[str, Any] = json.loads(body) if body else {}
        return found

    def merged_into(self, contact_id: str) -> str | None:
        """The contact that this one was merged into directly."""
        return (self.contact(contact_id).get("mergedTo") or {}).get("id")

    def head(self, contact_id: str) -> str:
        """The living contact at the end of that way."""
        while (target := self.merged_into(contact_id)) is not None:
            contact_id = target
        return contact_id

    def merged_from(self, contact_id: str) -> frozenset[str]:
        """Ids of the contacts that were merged into this one directly."""
        return frozenset(one["id"] for one in self.contact(contact_id).get("mergedFrom") or ())

    def living_of_name(self, last_name: str) -> list[str]:
        """Ids of the contacts of a last name that were not merged into another."""
        query = "SELECT id FROM contacts WHERE json_extract(body, '$.lastName') = ?"
        return [id_ for (id_,) in self._rows(query, last_name) if self.merged_into(id_) is None]

    def owner(self, kind: str, value: str) -> str | None:
        """The contact that an identifier leads to."""
        rows = self._rows("SELECT contact FROM claims WHERE type = ? AND value = ?", kind, value)
        return str(rows[0][0]) if rows else None

    def last_call(self) -> int:
        """The number of the last call so far; 0 before the first."""
        number: int | None = self._rows("SELECT max(number) FROM calls")[0][0]
        return number or 0

    def calls(self, after: int) -> list[Call]:
        """The writes that came after a number, oldest first."""
        rows = self._rows("SELECT number, body FROM calls WHERE number > ? ORDER BY number", after)
        return [_call(number, json.loads(body)) for number, body in rows]

    @contextmanager
    def without_faults(self) -> Iterator[None]:
        """Set the faults that still await aside, so that they strike the executor and nobody else."""
        waiting = self.served.read("faults")
        self.served.write("faults", {})
        try:
            yield
        finally:
            self.served.write("faults", waiting)


def _call(number: int, entry: Mapping[str, Any]) -> Call:
    return Call(
        number=number,
        at=datetime.fromisoformat(entry["at"]).timestamp(),
        endpoint=entry["endpoint"],
        path=entry.get("path", ""),
        body=entry.get("body"),
        status=entry.get("status"),
        effect=entry.get("effect") or "",
        fault=entry.get("fault") or "",
        correlation=entry.get("correlationId", ""),
        late=bool(entry.get("late")),
    )


def plain(contact: Mapping[str, Any]) -> dict[str, Any]:
    """What a contact says, in a form that can be compared: phones as E.164, accounts and external ids as their ids."""
    return {name: _plain(value) for name, value in contact.items() if name not in _OF_THE_SERVICE}


_OF_THE_SERVICE = frozenset(
    "id division type createDate modifyDate mergedFrom mergedTo mergeSet canonicalContact selfUri".split()
)
"""What a contact says about itself, not about a person."""


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        if "e164" in value:
            return value["e164"]
        return [_plain(one) for one in value["ids"]] if "ids" in value else value.get("scopedId", value.get("value"))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return sorted(map(_plain, value))
    return value
