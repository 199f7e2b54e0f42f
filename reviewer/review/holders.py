"""The view of a shared identifier: who holds it, and what it looks like."""

from reviewer.domain.fields import fields_of
from reviewer.domain.identifiers import Identifier
from reviewer.domain.wire import decode_object, digest
from reviewer.review import comparison_rows, standing
from reviewer.review.desk import Desk
from reviewer.review.views import Basis, CandidateView, SharedView
from reviewer.store import contacts, rulings, shared_identifiers
from reviewer.store.queue import Candidate

MOST_SHOWN = 12
"""Most holders that are laid side by side; the number of all is said."""


def shared_view(desk: Desk, candidate: Candidate) -> CandidateView:
    """What is shown of a warning about an identifier."""
    from reviewer.review.candidate import columns_of, letter

    identifier = Identifier(candidate.identifier_kind or "", candidate.identifier_value or "")
    numbers = contacts.holders(desk.database, *identifier)
    members = list(contacts.by_numbers(desk.database, numbers[:MOST_SHOWN]).values())
    records = [decode_object(member.raw) for member in members]
    columns = columns_of(desk, members, records, [letter(index) for index in range(len(members))])
    warning = shared_identifiers.find(desk.database, *identifier)
    in_force = rulings.on(desk.database, [identifier], desk.today)
    ruled = in_force[0].kind.value if in_force else ""
    reason = warning.reason if warning else ""
    return CandidateView(
        id=candidate.id,
        kind=candidate.kind,
        verdict=candidate.verdict,
        weight=-candidate.rank,
        probability=warning.shared if warning else 1.0,
        state=candidate.state,
        mark=candidate.mark,
        columns=columns,
        rows=comparison_rows.rows(records, columns, fields_of(records, (desk.rules.born_path,)), None, {}, desk.rules),
        reasons=(reason,) if reason else (),
        factors=(),
        would_be="",
        would_be_rejected="",
        to_judge="",
        standing=standing.sentence(desk, candidate),
        model="",
        prior=0.0,
        bars=(),
        classes=(),
        pairs=(),
        said=(),
        rulings=(),
        after=(),
        consequences=(),
        refusal="a shared identifier is ruled on, not merged",
        shared=SharedView(
            *identifier,
            holders=len(numbers),
            persons=warning.persons if warning else len(numbers),
            guess=warning.guess if warning else "household",
            reason=reason,
            ruled=ruled,
            certainty=warning.certainty if warning else 0.0,
            shared=warning.shared if warning else 1.0,
        ),
        seen=digest([list(identifier), numbers, ruled]),
        basis=Basis(tuple(records), {}, {}, ()),
    )
