"""Two persons were merged who are two: one of them is made anew, and gets back what was theirs."""

from collections.abc import Sequence

from tests.chaos.acts import ON_SINGLE_CALLS
from tests.chaos.colleague import Colleague
from tests.chaos.desk import TrialDesk
from tests.chaos.scenarios.pair import LATER
from tests.chaos.scenarios.scenario import Contact, Kind, Promised
from tests.review.people import TWO_FACTORS, person, phone


class Compensation:
    """Kim Doe and Lee Roe share an email. Lee alone has a phone, and a cookie, which stands in no field."""

    name = "compensation"
    writes = ("patch", "claim", "create", "claim")
    reads = ("token", "bulk_unresolved", "unresolved", "identifiers", "lookup", "search")
    acts = ON_SINGLE_CALLS

    def people(self, key: str, number: int) -> Sequence[Contact]:
        mail = f"{key}@mail.example"
        lee = {"firstName": "Lee", "lastName": _name(key), "otherPhone": phone(_phone(number))}
        return (
            person(f"{key}-a", personalEmail=mail),
            person(f"{key}-b", personalEmail=mail, modifyDate=LATER, **lee),
            person(f"{key}-other", firstName="Other"),
        )

    def approve(self, desk: TrialDesk, key: str, number: int) -> Promised:
        kim, lee, cookie = f"{key}-a", f"{key}-b", f"cookie-{key}"
        Colleague(desk.truth).claim(lee, "Cookie", cookie)
        merged = desk.carried_out(desk.approve(desk.candidate_of([kim, lee], "duplicate", TWO_FACTORS)))
        decided, canonical = desk.approve_anew(merged, lee)
        mail = f"{key}@mail.example"
        return Promised(
            decided.operation or 0,
            frozenset({canonical}),
            {"firstName": "Lee", "lastName": _name(key), "personalEmail": mail, "otherPhone": _phone(number)},
            leads=[("Phone", _phone(number)), ("Cookie", cookie)],
            kind=Kind.COMPENSATION,
            stays={canonical: {"firstName": "Kim", "lastName": "Doe", "personalEmail": mail}},
            suspected=False,
        )


def _name(key: str) -> str:
    return f"Roe {key}"


def _phone(number: int) -> str:
    return f"+141593{number:05d}"
