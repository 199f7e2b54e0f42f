"""Two contacts become one, and the work phones are not wanted: one is removed, the other released."""

from collections.abc import Sequence

from reviewer.domain.golden_record import NOTHING
from tests.chaos.acts import ON_MERGES
from tests.chaos.desk import TrialDesk
from tests.chaos.scenarios.pair import LATER
from tests.chaos.scenarios.scenario import Contact, Promised
from tests.review.people import TWO_FACTORS, person, phone

_SLOTS = ("workPhone", "cellPhone", "homePhone", "otherPhone")


class Removal:
    """The older work phone finds no slot in the result: it stays as an identifier, and needs a call of its own."""

    name = "removal"
    writes = ("merge", "patch", "claim")
    reads = ("token", "bulk_unresolved", "unresolved", "identifiers")
    acts = ON_MERGES

    def people(self, key: str, number: int) -> Sequence[Contact]:
        mail = f"{key}@mail.example"
        phones = {slot: phone(_phone(area, number)) for area, slot in enumerate(_SLOTS)}
        return (
            person(f"{key}-a", personalEmail=mail, **phones),
            person(f"{key}-b", personalEmail=mail, workPhone=phone(_phone(4, number)), modifyDate=LATER),
            person(f"{key}-other", firstName="Other"),
        )

    def approve(self, desk: TrialDesk, key: str, number: int) -> Promised:
        ids = f"{key}-a", f"{key}-b"
        candidate = desk.candidate_of(ids, "duplicate", TWO_FACTORS)
        decided = desk.approve(candidate, {"workPhone": NOTHING})
        mail = f"{key}@mail.example"
        kept = {slot: _phone(area, number) for area, slot in enumerate(_SLOTS) if slot != "workPhone"}
        return Promised(
            decided.operation or 0,
            frozenset(ids),
            {"firstName": "Kim", "lastName": "Doe", "personalEmail": mail, **kept},
            free=[("Phone", _phone(0, number)), ("Phone", _phone(4, number))],
            leads=[("Email", mail), *(("Phone", value) for value in kept.values())],
        )


def _phone(area: int, number: int) -> str:
    return f"+1{(202, 703, 415, 312, 617)[area]}92{number:05d}"
