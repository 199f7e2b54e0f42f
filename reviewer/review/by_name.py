"""What is decided on where there is no candidate: contacts that a steward named, and what is to be done to them."""

from collections.abc import Sequence

from reviewer.review.candidate import columns_of, letter, ruled_on
from reviewer.review.desk import Desk
from reviewer.review.views import Basis, CandidateView
from reviewer.store.contacts import StoredContact


def view_by_name(
    desk: Desk, kind: str, members: Sequence[StoredContact], basis: Basis, after: tuple[str, ...]
) -> CandidateView:
    """The contacts of ``basis`` with what an approval of it does (``after``): nothing was found or weighed."""
    records = basis.records
    members = members[: len(records)]
    return CandidateView(
        id=0,
        kind=kind,
        verdict="",
        weight=0.0,
        probability=0.0,
        state="",
        mark="",
        columns=columns_of(desk, members, records, [letter(index) for index in range(len(members))]),
        rows=(),
        reasons=(),
        factors=(),
        would_be="",
        would_be_rejected="",
        to_judge="",
        standing="",
        model="",
        prior=0.0,
        bars=(),
        classes=(),
        pairs=(),
        said=(),
        rulings=ruled_on(desk, records),
        after=after,
        consequences=(),
        refusal="",
        shared=None,
        seen="",
        basis=basis,
    )
