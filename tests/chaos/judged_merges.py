"""The ends of merges, of one call or of two."""

from collections.abc import Callable, Iterator, Mapping

from tests.chaos.acts import MERGING, Act
from tests.chaos.evidence import Evidence, Row
from tests.chaos.judged_calls import changed_by, merges_of, of_operation, refusals, sends
from tests.chaos.judged_state import wanting as wanting_anywhere
from tests.chaos.scenarios.scenario import Promised
from tests.chaos.truth import Call

_MOST_UNCLEAR = 3


def _merged(evidence: Evidence, promised: Promised) -> bool:
    """Whether a merge that this operation sent took effect."""
    return any(evidence.effect_of(call)[0] for call in merges_of(evidence, promised))


def _all_merged(evidence: Evidence, promised: Promised) -> bool:
    """Whether all the merges of its plan took effect."""
    merges = [step for step in evidence.approved[promised.operation] if step.kind == "merge"]
    effects = [call for call in merges_of(evidence, promised) if evidence.effect_of(call)[0]]
    return all(any(sends(evidence, promised, step, call) for call in effects) for step in merges)


def _same_by_others(evidence: Evidence, promised: Promised) -> bool:
    """Whether a colleague merged just these contacts, when the executor had put it on disk that it would."""
    same = evidence.acted(Act.MERGES_THE_SAME, Act.MERGES_AS_PROMISED)
    intended = [one for one in same if one.was != "staged"]
    sent = same and merges_of(evidence, promised)
    return promised is evidence.promised[0] and bool(intended or sent)


def _is_disturbed(evidence: Evidence, promised: Promised) -> bool:
    return promised is evidence.promised[0] and bool(evidence.acted(*Act))


def wanting(evidence: Evidence, promised: Promised, canonical: str) -> list[str]:
    """Where the organisation is not as promised."""
    came_from = evidence.truth.merged_from(canonical)
    found = [] if came_from == _sources(evidence, promised) else [f"{canonical} was merged from {sorted(came_from)}"]
    return found + list(wanting_anywhere(evidence.truth, promised, canonical))


def _sources(evidence: Evidence, promised: Promised) -> frozenset[str]:
    """What the result was to be merged from: the members; of a large group the head, made of some, and the rest."""
    first, *more = [step.request for step in evidence.approved[promised.operation] if step.kind == "merge"]
    if not more:
        return promised.ids
    heads = {into for one in first["contactIds"] if (into := evidence.truth.merged_into(one))}
    made_of = frozenset(id_ for head in heads for id_ in evidence.truth.merged_from(head))
    return frozenset({*heads, *(promised.ids - made_of)})


def _done(evidence: Evidence, promised: Promised, row: Row) -> Iterator[str]:
    if not _all_merged(evidence, promised) and not _same_by_others(evidence, promised):
        yield "not all of its merges took effect"
    merges = merges_of(evidence, promised)
    heard = not evidence.plan.interruption.startswith("killed")  # a refusal may have died with whom it was told
    if heard and merges and merges[-1] in refusals(merges) and f"answered {merges[-1].status}" not in row.outcome:
        yield "the service refused its merge, and nothing says so"
    if not _changed_unseen(evidence, row.canonical, merges):
        yield from wanting(evidence, promised, row.canonical)


def _changed_unseen(evidence: Evidence, canonical: str, merges: list[Call]) -> bool:
    """Whether somebody changed the merged contact after the executor had read it for the last time."""
    acts = [one for one in evidence.acted(Act.CHANGES, *MERGING) if one.contact]
    content = "before GET contacts/{contactId}/unresolved"
    reads = [one for one in evidence.trace if one.what == content and canonical in one.target]
    seen = [*(one.at for one in reads), *(one.at for one in merges)]
    return any(all(one.at > at for at in seen) for one in acts)


def _with_differences(evidence: Evidence, promised: Promised, row: Row) -> Iterator[str]:
    said_yes = any(call.status == 200 for call in merges_of(evidence, promised))
    if not said_yes and not _merged(evidence, promised) and not _same_by_others(evidence, promised):
        yield "no merge of it took effect, nor did the service say that one had"
    if not row.stopped_the_line:
        yield "the line was not stopped"
    reached = [changed_by(evidence.effect_of(call)[1]) for call in of_operation(evidence, promised)]
    elsewhere = [one for one in reached if one and one != row.canonical]
    merged_on = evidence.truth.merged_into(row.canonical)  # then its identities lead to another contact
    if not elsewhere and not merged_on and not wanting(evidence, promised, row.canonical):
        yield "the organisation is just as promised"


def _partial(evidence: Evidence, promised: Promised, row: Row) -> Iterator[str]:
    if not _merged(evidence, promised) and not _same_by_others(evidence, promised):
        yield "no merge of it took effect"
    merged_on = evidence.truth.merged_into(row.canonical)
    if not merged_on and not wanting(evidence, promised, row.canonical):
        yield "the organisation is just as promised"
    rest = sorted(one for one in promised.ids if not evidence.truth.merged_into(one))
    if untold := [one for one in rest if one not in row.outcome]:
        yield f"nothing says that {untold} were not merged"
    if rest and not merged_on and not evidence.is_in_queue({row.canonical, *rest}):
        yield f"{row.canonical} and {rest} are not back in the queue"


def _void(evidence: Evidence, promised: Promised, row: Row) -> Iterator[str]:
    if _merged(evidence, promised):
        yield "its merge took effect"
    if not _is_disturbed(evidence, promised):
        yield "nobody touched its contacts"
    yield from _not_in_queue(evidence, promised, row)


def _not_in_queue(evidence: Evidence, promised: Promised, row: Row) -> Iterator[str]:
    untouched = not any(evidence.truth.merged_into(one) for one in promised.ids)
    if untouched and not evidence.is_in_queue(promised.ids):
        yield f"its candidate is {row.candidate}, not back in the queue"


def _merged_elsewhere(evidence: Evidence, promised: Promised, row: Row) -> Iterator[str]:
    if _merged(evidence, promised) and "had a part in it cannot be told" not in row.outcome:
        yield "its own merge took effect"
    heads = {evidence.truth.head(one) for one in promised.ids}
    if not evidence.acted(*MERGING) or len(heads) > 1 or heads <= promised.ids:
        yield f"nobody else merged its contacts: they lead to {sorted(heads)}"


def _failed(evidence: Evidence, promised: Promised, row: Row) -> Iterator[str]:
    merges = merges_of(evidence, promised)
    if _merged(evidence, promised):
        yield "its merge took effect"
    if not refusals(merges) and len([one for one in merges if one.status != 401]) < _MOST_UNCLEAR:
        yield "the service refused nothing"
    yield from _not_in_queue(evidence, promised, row)


def _withdrawn(evidence: Evidence, promised: Promised, row: Row) -> Iterator[str]:
    if _merged(evidence, promised):
        yield "its merge took effect"


ENDS: Mapping[str, Callable[[Evidence, Promised, Row], Iterator[str]]] = {
    "done": _done,
    "done with differences": _with_differences,
    "partial": _partial,
    "void": _void,
    "merged elsewhere": _merged_elsewhere,
    "failed": _failed,
    "withdrawn": _withdrawn,
}
"""Of merges."""
