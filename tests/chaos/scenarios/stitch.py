"""An anonymous contact and a person with the same account become one; where the account leads is looked up."""

from collections.abc import Sequence

from tests.chaos.acts import ON_MERGES
from tests.chaos.desk import TrialDesk
from tests.chaos.scenarios.scenario import Contact, Promised
from tests.review.people import SOCIAL, person


class Stitch:
    """Jane Doe and an Instagram account that nobody knew the name of."""

    name = "stitch"
    writes = ("merge",)
    reads = ("token", "bulk_unresolved", "unresolved", "identifiers", "lookup")
    acts = ON_MERGES

    def people(self, key: str, number: int) -> Sequence[Contact]:
        account = {"ids": [{"scopedId": _account(number)}]}
        anonymous = {"id": f"{key}-b", "type": "Ephemeral", "division": {"id": "home"}, "instagramId": account}
        return (
            person(f"{key}-a", firstName="Jane", instagramId=account),
            anonymous,
            person(f"{key}-other", firstName="Other"),
        )

    def approve(self, desk: TrialDesk, key: str, number: int) -> Promised:
        ids = f"{key}-a", f"{key}-b"
        decided = desk.approve(desk.candidate_of(ids, "stitch", SOCIAL))
        fields = {"firstName": "Jane", "lastName": "Doe", "instagramId": [_account(number)]}
        leads = [("SocialInstagram", _account(number))]
        return Promised(decided.operation or 0, frozenset(ids), fields, leads=leads)


def _account(number: int) -> str:
    return f"17841{number:08d}"
