"""An account that leads to nobody is claimed for a person, and the field that shows it is set."""

from collections.abc import Sequence

from reviewer.domain.identifiers import Identifier
from tests.chaos.acts import ON_SINGLE_CALLS
from tests.chaos.desk import TrialDesk
from tests.chaos.scenarios.scenario import Contact, Kind, Promised
from tests.review.people import person


class FreeIdentity:
    """Jane Doe, and her Instagram account, which the organisation has not met yet."""

    name = "claim"
    writes = ("claim", "patch")
    reads = ("token", "bulk_unresolved", "unresolved", "identifiers", "lookup")
    acts = ON_SINGLE_CALLS

    def people(self, key: str, number: int) -> Sequence[Contact]:
        return (person(f"{key}-a", firstName="Jane"), person(f"{key}-other", firstName="Other"))

    def approve(self, desk: TrialDesk, key: str, number: int) -> Promised:
        master, account = f"{key}-a", account_of(number)
        decided = desk.approve_claim(master, Identifier("SocialInstagram", account))
        return Promised(
            decided.operation or 0,
            frozenset({master}),
            {"firstName": "Jane", "lastName": "Doe", "instagramId": [account]},
            leads=[("SocialInstagram", account)],
            kind=Kind.LINK,
            master=master,
            suspected=False,
        )


def account_of(number: int) -> str:
    return f"17842{number:08d}"
