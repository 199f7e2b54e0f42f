"""Two contacts become one."""

from collections.abc import Sequence

from tests.chaos.acts import ON_MERGES
from tests.chaos.desk import TrialDesk
from tests.chaos.scenarios.scenario import Contact, Promised
from tests.review.people import SOURCE, TWO_FACTORS, person, phone

LATER = "2026-10-02T09:00:00Z"


class Pair:
    """Kim and Kimberly Doe with one email; the newer name wins."""

    name = "pair"
    writes = ("merge",)
    reads = ("token", "bulk_unresolved", "unresolved")
    acts = ON_MERGES

    def people(self, key: str, number: int) -> Sequence[Contact]:
        mail = f"{key}@mail.example"
        anchor = {"externalSource": {"id": SOURCE}, "value": key}
        return (
            person(f"{key}-a", personalEmail=mail, cellPhone=phone(f"+120291{number:05d}"), externalIds=[anchor]),
            person(f"{key}-b", firstName="Kimberly", personalEmail=mail, modifyDate=LATER),
            person(f"{key}-other", firstName="Other"),
        )

    def approve(self, desk: TrialDesk, key: str, number: int) -> Promised:
        ids = f"{key}-a", f"{key}-b"
        decided = desk.approve(desk.candidate_of(ids, "duplicate", TWO_FACTORS))
        mail, cell = f"{key}@mail.example", f"+120291{number:05d}"
        fields = {"firstName": "Kimberly", "lastName": "Doe", "personalEmail": mail}
        return Promised(
            decided.operation or 0,
            frozenset(ids),
            {**fields, "cellPhone": cell, "externalIds": [key]},
            leads=[("Email", mail), ("Phone", cell)],
        )
