"""What a scenario is: contacts, an approval, and what the organisation must look like when it was carried out."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from tests.chaos.desk import TrialDesk

Contact = dict[str, Any]


class Promised(NamedTuple):
    """What was approved, as the steward would say it; the executor's own words are not used.

    ``ids`` become one contact whose fields are exactly ``fields`` (as ``truth.plain`` has them); the identifiers in
    ``free`` lead to nobody afterwards, those in ``leads`` to that contact.
    """

    operation: int
    ids: frozenset[str]
    fields: Mapping[str, Any]
    free: Sequence[tuple[str, str]] = ()
    leads: Sequence[tuple[str, str]] = ()


class Scenario(Protocol):
    """One kind of plan. ``key`` is a word that no other trial has; ``number`` (0 to 99,999) is for identifiers."""

    @property
    def name(self) -> str:
        """How it is called on the command line and in the table."""

    @property
    def writes(self) -> Sequence[str]:
        """The organisation's names of the calls that its plan makes: where its writes can fail."""

    @property
    def reads(self) -> Sequence[str]:
        """The same of the reads around them."""

    def people(self, key: str, number: int) -> Sequence[Contact]:
        """The contacts of one trial as they stand in the organisation, members first, ``KEY-other`` last."""

    def approve(self, desk: TrialDesk, key: str, number: int) -> Promised:
        """Approve the plan in the trial's database."""
