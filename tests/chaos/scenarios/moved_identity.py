"""An account is released from an anonymous contact and claimed for a person; or claimed back, if that is refused."""

from collections.abc import Sequence

from tests.chaos.acts import ON_SINGLE_CALLS
from tests.chaos.desk import TrialDesk
from tests.chaos.scenarios.free_identity import account_of
from tests.chaos.scenarios.scenario import Contact, Kind, Promised
from tests.review.people import SOCIAL, person


class MovedIdentity:
    """Jane Doe, and an anonymous contact that has her Instagram account."""

    name = "link"
    writes = ("claim", "claim", "patch")
    reads = ("token", "bulk_unresolved", "unresolved", "identifiers", "lookup")
    acts = ON_SINGLE_CALLS

    def people(self, key: str, number: int) -> Sequence[Contact]:
        account = {"ids": [{"scopedId": account_of(number)}]}
        return (
            person(f"{key}-a", firstName="Jane"),
            {"id": f"{key}-b", "type": "Ephemeral", "division": {"id": "home"}, "instagramId": account},
            person(f"{key}-other", firstName="Other"),
        )

    def approve(self, desk: TrialDesk, key: str, number: int) -> Promised:
        master, holder, account = f"{key}-a", f"{key}-b", account_of(number)
        decided = desk.approve_link(desk.candidate_of([master, holder], "stitch", SOCIAL))
        return Promised(
            decided.operation or 0,
            frozenset({master, holder}),
            {"firstName": "Jane", "lastName": "Doe", "instagramId": [account]},
            leads=[("SocialInstagram", account)],
            kind=Kind.LINK,
            master=master,
            stays={holder: {"instagramId": [account]}},
        )
