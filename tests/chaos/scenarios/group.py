"""Twenty-six contacts become one in two merges, and a phone is not wanted."""

from collections.abc import Sequence

from reviewer.domain.golden_record import NOTHING
from tests.chaos.acts import ON_MERGES
from tests.chaos.desk import TrialDesk
from tests.chaos.scenarios.scenario import Contact, Promised
from tests.review.people import CERTAIN, person, phone

_SIZE = 26


class Group:
    """One more than a merge takes: twenty-five become the head, which is merged with the last."""

    name = "group"
    writes = ("merge", "merge", "patch")
    reads = ("token", "bulk_unresolved", "bulk_unresolved", "unresolved")
    acts = ON_MERGES

    def people(self, key: str, number: int) -> Sequence[Contact]:
        own: list[dict[str, object]] = [{} for _ in range(_SIZE)]
        own[0] = {"cellPhone": phone(_cell(number))}
        own[-1] = {"title": "Dr", "workPhone": phone(_work(number))}
        mail = f"{key}@mail.example"
        return (
            *(
                person(id_, personalEmail=mail, modifyDate=f"2026-10-01T09:00:{place:02}Z", **more)
                for place, (id_, more) in enumerate(zip(_ids(key), own, strict=True))
            ),
            person(f"{key}-other", firstName="Other"),
        )

    def approve(self, desk: TrialDesk, key: str, number: int) -> Promised:
        ids = _ids(key)
        decided = desk.approve(desk.candidate_of(ids, "duplicate", CERTAIN), {"cellPhone": NOTHING})
        mail, work = f"{key}@mail.example", _work(number)
        return Promised(
            decided.operation or 0,
            frozenset(ids),
            {"firstName": "Kim", "lastName": "Doe", "title": "Dr", "personalEmail": mail, "workPhone": work},
            free=[("Phone", _cell(number))],
            leads=[("Email", mail), ("Phone", work)],
        )


def _ids(key: str) -> list[str]:
    return [f"{key}-{place:02}" for place in range(_SIZE)]


def _cell(number: int) -> str:
    return f"+120293{number:05d}"


def _work(number: int) -> str:
    return f"+170393{number:05d}"
