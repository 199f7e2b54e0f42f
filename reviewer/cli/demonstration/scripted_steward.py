"""A steward who follows a script: knows the people, looks at each candidate, and decides as a person would."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from reviewer.domain.errors import RefusedError
from reviewer.domain.identifiers import Identifier
from reviewer.domain.rulings import RulingKind
from reviewer.review import candidate, decide, defer, queue, rule, undo
from reviewer.review.desk import Desk
from reviewer.review.views import CandidateView
from reviewer.store.queue import START

MOST_ROUNDS = 10_000


def work_through(desk: Desk, person_of: Mapping[str, str]) -> Counter[str]:
    """Decide on every open candidate; ``person_of`` is what this steward knows. Returns what was done, counted.

    The first decision is taken back and made again, and one candidate is put off, as it happens in real work.
    """
    done: Counter[str] = Counter()
    _think_twice(desk, person_of, done)
    for _ in range(MOST_ROUNDS):
        rows = queue.window(desk, after=START, limit=1)
        if not rows:
            break
        done[_decide(desk, candidate.view(desk, rows[0].id), person_of)] += 1
    return done


def _think_twice(desk: Desk, person_of: Mapping[str, str], done: Counter[str]) -> None:
    for row in queue.window(desk, limit=1):
        _decide(desk, candidate.view(desk, row.id), person_of)
        if undo.undo(desk).candidate == row.id and queue.row(desk, row.id).state == "open":
            done["taken back, and the candidate returned"] += 1


def _decide(desk: Desk, view: CandidateView, person_of: Mapping[str, str]) -> str:
    if view.shared:
        kind = RulingKind(view.shared.guess)
        rule.rule(desk, Identifier(view.shared.kind, view.shared.value), kind, candidate=view.id)
        return f"identifier ruled {kind.value}"
    one_person = _largest_person(view, person_of)
    if len(one_person) < 2:
        decide.distinct(desk, view)
        return "distinct"
    others = [column.contact_id for column in view.columns if column.contact_id not in one_person]
    try:
        chosen = candidate.view(desk, view.id, left_out=others) if others else view
        act = decide.stitch if chosen.kind == "stitch" else decide.merge
        act(desk, chosen)
        return "stitched" if chosen.kind == "stitch" else "merged"
    except RefusedError:
        defer.defer(desk, view, desk.today + timedelta(days=7))
        return "put off for a week"


def _largest_person(view: CandidateView, person_of: Mapping[str, str]) -> set[str]:
    """The contacts of the person who has most of them in this candidate."""
    by_person: dict[str, set[str]] = {}
    for column in view.columns:
        by_person.setdefault(person_of.get(column.contact_id, column.contact_id), set()).add(column.contact_id)
    return max(by_person.values(), key=len)
