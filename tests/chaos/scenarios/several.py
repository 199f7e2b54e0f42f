"""Four contacts become one, in one merge."""

from collections.abc import Sequence

from tests.chaos.acts import ON_MERGES
from tests.chaos.desk import TrialDesk
from tests.chaos.scenarios.pair import LATER
from tests.chaos.scenarios.scenario import Contact, Promised
from tests.review.people import TWO_FACTORS, person, phone


class Several:
    """Four Kim Does; one has the phone, one a title, and the newest the first name."""

    name = "several"
    writes = ("merge",)
    reads = ("token", "bulk_unresolved", "unresolved")
    acts = ON_MERGES

    def people(self, key: str, number: int) -> Sequence[Contact]:
        mail = f"{key}@mail.example"
        return (
            person(f"{key}-a", personalEmail=mail),
            person(f"{key}-b", personalEmail=mail, homePhone=phone(f"+120291{number:05d}")),
            person(f"{key}-c", personalEmail=mail, title="Dr"),
            person(f"{key}-d", firstName="Kimberly", personalEmail=mail, modifyDate=LATER),
            person(f"{key}-other", firstName="Other"),
        )

    def approve(self, desk: TrialDesk, key: str, number: int) -> Promised:
        ids = [f"{key}-{letter}" for letter in "abcd"]
        decided = desk.approve(desk.candidate_of(ids, "duplicate", TWO_FACTORS))
        mail, home = f"{key}@mail.example", f"+120291{number:05d}"
        fields = {"firstName": "Kimberly", "lastName": "Doe", "title": "Dr", "personalEmail": mail, "homePhone": home}
        leads = [("Email", mail), ("Phone", home)]
        return Promised(decided.operation or 0, frozenset(ids), fields, leads=leads)
