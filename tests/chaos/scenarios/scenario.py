"""What a scenario is: contacts, an approval, and what the organisation must look like when it was carried out."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from tests.chaos.acts import Act
from tests.chaos.desk import TrialDesk

Contact = dict[str, Any]
Identity = tuple[str, str]
"""Type and value of an identifier."""


class Kind(StrEnum):
    """How what was promised is to be judged."""

    MERGE = "merge"
    LINK = "link"
    COMPENSATION = "compensation"


class Promised(NamedTuple):
    """What was approved, as the steward would say it; the executor's own words are not used.

    Of a merge: ``ids`` become one contact whose fields are exactly ``fields`` (as ``truth.plain`` has them); the
    identifiers in ``free`` lead to nobody afterwards, those in ``leads`` to that contact. Of a link: ``fields`` and
    ``leads`` are those of ``master``, one of the ``ids``. Of a compensation: they are those of the contact that is made
    anew. The contacts in ``stays`` stay what they are, or become what is said there.
    """

    operation: int
    ids: frozenset[str]
    fields: Mapping[str, Any]
    free: Sequence[Identity] = ()
    leads: Sequence[Identity] = ()
    kind: Kind = Kind.MERGE
    master: str = ""
    stays: Mapping[str, Mapping[str, Any]] = {}
    suspected: bool = True
    """Whether it is about a candidate, which has to return where nothing came of it."""


class Scenario(Protocol):
    """One kind of plan. ``key`` is a word that no other trial has; ``number`` (0 to 99,999) is for identifiers."""

    @property
    def name(self) -> str:
        """How it is called on the command line and in the table."""

    @property
    def writes(self) -> Sequence[str]:
        """The organisation's names of the calls that its plan makes, in their order: where its writes can fail."""

    @property
    def reads(self) -> Sequence[str]:
        """The same of the reads around them."""

    @property
    def acts(self) -> Sequence[Act]:
        """What somebody else may do meanwhile."""

    def people(self, key: str, number: int) -> Sequence[Contact]:
        """The contacts of one trial as they stand in the organisation, members first, ``KEY-other`` last."""

    def approve(self, desk: TrialDesk, key: str, number: int) -> Promised:
        """Approve the plan in the trial's database."""
