"""What the executor tells the mirror while it carries out a plan."""

from collections.abc import Sequence
from typing import Protocol


class Mirror(Protocol):
    """What the mirror takes in."""

    def take_in(self, bodies: Sequence[bytes]) -> None:
        """Contacts as they were just read."""

    def adopt(self, ids: Sequence[str], canonical: bytes) -> str:
        """A merged contact for those it was made of; returns its id."""
