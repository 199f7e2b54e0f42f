"""What a scan makes of contacts that change while it is under way; a knob says it, and a seed of which."""

import random

from reviewer.simulator.organization import Organization

STEADY, MISSED, MOVED = "steady", "missed", "moved"
FATES = {
    "missed": (STEADY, MISSED),
    "repeated": (STEADY, MOVED),
    "mixed": (STEADY, MISSED, MOVED),
}


class Changes:
    """The contacts that were created, changed or merged since a scan began, and what befalls each."""

    def __init__(self, organization: Organization, began: int) -> None:
        """``began`` is the number of the latest change when the scan began."""
        self._knobs = organization.knobs
        self._changed = [] if self._knobs.changes_during_scan == STEADY else organization.contacts.changed_since(began)

    def fate(self, contact_id: str) -> str:
        """The same for a contact and a seed, each time."""
        chance = random.Random(f"{self._knobs.scan_seed} {contact_id}")
        return chance.choice(FATES[self._knobs.changes_during_scan])

    def out_of_place(self) -> frozenset[int]:
        """Sequence numbers of the contacts that are not shown where their place is."""
        return frozenset(stored.seq for _, stored in self._changed if self.fate(stored.id) != STEADY)

    def moved_after(self, change: int) -> list[tuple[int, bytes]]:
        """The curated contacts that moved to the end by a later change than that; each with its change's number."""
        return [
            (number, stored.body)
            for number, stored in self._changed
            if number > change and stored.type == "Curated" and not stored.is_ancestor and self.fate(stored.id) == MOVED
        ]
