"""The organisation: its state, its rules where they are open, its clock, and who may call it."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reviewer.simulator.claims import Claims
from reviewer.simulator.clock import Clock
from reviewer.simulator.contacts import Contacts, Stored
from reviewer.simulator.errors import ApiError, not_found, usual
from reviewer.simulator.faults import Faults
from reviewer.simulator.graphs.scans import Scans
from reviewer.simulator.knobs import Knobs
from reviewer.simulator.search.history import History
from reviewer.simulator.search.index import Index
from reviewer.simulator.sources import Sources
from reviewer.simulator.state import State
from reviewer.simulator.tokens import Client, Tokens

STAR_DIVISION = "*"
DAY = 86_400_000
_KNOBS = "knobs changed"
_CLOCK = "clock offset"
UNFORESEEN = "external.contacts.unforeseen"


@dataclass
class Organization:
    """What every handler works on; one event loop serves it, one call at a time."""

    state: State
    knobs: Knobs = field(default_factory=Knobs)
    clock: Clock = field(default_factory=Clock)
    client: Client = field(default_factory=Client)
    name: str = "Embedded Organization"

    def __post_init__(self) -> None:
        sql = self.state.sql
        self.contacts = Contacts(sql)
        self.claims = Claims(sql)
        self.sources = Sources(sql)
        self.scans = Scans(sql)
        self.history = History(sql, self.clock.now, self.search_horizon)
        self.index = Index(sql, self.history)
        self.tokens = Tokens(self.client, self.clock)
        self.faults = Faults()
        self.id = self.state.fact("organization id", str(uuid.uuid4()))
        self.name = self.state.fact("organization name", self.name)

    def change_knobs(self, changes: Mapping[str, Any]) -> None:
        """Change these knobs, and keep that in the state. Raises ValueError."""
        self.knobs = self.knobs.changed(changes)
        kept = json.loads(self.state.fact(_KNOBS, "{}"))
        self.state.remember(_KNOBS, json.dumps({**kept, **changes}))

    def advance_clock(self, seconds: float) -> None:
        """Move the clock forward, and keep that in the state: contacts carry its dates."""
        self.clock.advance(seconds)
        self.state.remember(_CLOCK, repr(self.clock.offset))

    def take_up_kept(self) -> None:
        """Set knobs and clock as the state kept them. Raises ValueError for a knob that there is not any more."""
        self.knobs = self.knobs.changed(json.loads(self.state.fact(_KNOBS, "{}")))
        self.clock.offset = float(self.state.fact(_CLOCK, "0.0"))

    def contact(self, contact_id: str) -> Stored:
        """The contact with this very id. Raises ApiError 404."""
        found = self.contacts.find(contact_id, self.clock.now())
        if found is None:
            raise not_found(f"Contact {contact_id}")
        return found

    def canonical(self, contact_id: str) -> Stored:
        """The contact, or the living one that it became. Raises ApiError 404."""
        found = self.contacts.canonical(contact_id, self.clock.now())
        if found is None:
            raise not_found(f"Contact {contact_id}")
        return found

    def part_of(self, contact_id: str) -> Stored:
        """Whose identifiers, notes and sessions are meant by an id: a knob says it for ancestors."""
        return self.canonical(contact_id) if self.knobs.ancestor_parts == "redirect" else self.contact(contact_id)

    def error_body(self, error: ApiError, correlation: str) -> dict[str, Any]:
        """The body of an error's answer; a knob says whether its code is one that clients can know."""
        return error.body(correlation) | ({"code": UNFORESEEN} if self.knobs.codes == "unforeseen" else {})

    def changeable_part_of(self, contact_id: str) -> Stored:
        """The same of a change: a knob says whether an ancestor's are changed at all. Raises ApiError."""
        if self.knobs.write_ancestor_parts == "conflict" and self.contact(contact_id).is_ancestor:
            raise usual(409, message=f"Contact {contact_id} was merged and cannot be changed")
        return self.part_of(contact_id)

    def search_horizon(self) -> int:
        """The moment as of which search sees the contacts."""
        return self.clock.now() - round(self.knobs.search_delay_seconds * 1000)

    def expiry(self, contact_type: str, now: int) -> int | None:
        """When a contact of this type goes, if it does."""
        if contact_type == "Curated" or self.knobs.retention_days is None:
            return None
        return now + round(self.knobs.retention_days * DAY)
