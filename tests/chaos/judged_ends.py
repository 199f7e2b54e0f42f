"""Whether each operation ended as what is true: its state, and its sentence where a contact was touched."""

from collections.abc import Callable, Iterator, Mapping

from tests.chaos.evidence import Evidence, Row
from tests.chaos.judged_calls import changed_by, merges_of, of_operation
from tests.chaos.plan import Act
from tests.chaos.scenarios.scenario import Promised
from tests.chaos.truth import Call, plain

_MOST_UNCLEAR = 3
_MERGING = (Act.MERGES_THE_SAME, Act.MERGES_AS_PROMISED, Act.MERGES_ONE, Act.MERGES_ALL)


def ended_untruly(evidence: Evidence) -> Iterator[str]:
    """What is wrong about the ends."""
    for promised in evidence.promised:
        row = evidence.operation(promised.operation)
        judge = _BY_STATE.get(row.state)
        if judge is not None:  # one that has not ended is told elsewhere
            for told in (*judge(evidence, promised, row), *_in_general(evidence, promised, row)):
                yield f"operation {row.id} is {row.state} ({row.outcome}), but {told}"


def _in_general(evidence: Evidence, promised: Promised, row: Row) -> Iterator[str]:
    disturbed = _is_disturbed(evidence, promised)
    if row.state != "done" and not disturbed and not _refusals(of_operation(evidence, promised)):
        yield "nobody changed anything and the service refused nothing: it should be done"
    if row.state != "withdrawn" and any(one.was == "staged" for one in evidence.acted(Act.TAKES_BACK)) and disturbed:
        yield "it was taken back"
    for call in of_operation(evidence, promised):
        touched = changed_by(evidence.effect_of(call)[1])
        told = f"may have reached {touched}" in row.outcome or touched in row.differences
        if touched and touched != row.canonical and not told:
            yield f"its {call.endpoint} reached {touched}, and nothing says so"


def _is_disturbed(evidence: Evidence, promised: Promised) -> bool:
    """Whether somebody else touched its contacts or its approval: the acts are all about the first one."""
    return promised is evidence.promised[0] and bool(evidence.acted(*Act))


def _refusals(calls: list[Call]) -> list[Call]:
    return [one for one in calls if one.status and 400 <= one.status < 500 and one.status not in (401, 408, 429)]


def _merged(evidence: Evidence, promised: Promised) -> bool:
    """Whether a merge that this operation sent took effect."""
    return any(evidence.effect_of(call)[0] for call in merges_of(evidence, promised))


def _same_by_others(evidence: Evidence, promised: Promised) -> bool:
    """Whether a colleague merged just these contacts, when the executor had put it on disk that it would."""
    same = evidence.acted(Act.MERGES_THE_SAME, Act.MERGES_AS_PROMISED)
    intended = [one for one in same if one.was in ("sending", "unclear")]
    sent = same and merges_of(evidence, promised)
    return promised is evidence.promised[0] and bool(intended or sent)


def wanting(evidence: Evidence, promised: Promised, canonical: str) -> list[str]:
    """Where the organisation is not as promised."""
    truth, found = evidence.truth, []
    if truth.merged_from(canonical) != promised.ids:
        found.append(f"{canonical} was merged from {sorted(truth.merged_from(canonical))}")
    if (said := plain(truth.contact(canonical))) != dict(promised.fields):
        found.append(f"{canonical} says {said}, promised was {dict(promised.fields)}")
    for kind, value in promised.free:
        if owner := truth.owner(kind, value):
            found.append(f"{kind} {value} leads to {owner}")
    for kind, value in promised.leads:
        if (owner := truth.owner(kind, value)) != truth.head(canonical):
            found.append(f"{kind} {value} leads to {owner}")
    return found


def _done(evidence: Evidence, promised: Promised, row: Row) -> Iterator[str]:
    if not _merged(evidence, promised) and not _same_by_others(evidence, promised):
        yield "no merge of it took effect"
    merges = merges_of(evidence, promised)
    heard = not evidence.plan.interruption.startswith("killed")  # a refusal may have died with whom it was told
    if heard and merges and merges[-1] in _refusals(merges) and f"answered {merges[-1].status}" not in row.outcome:
        yield "the service refused its merge, and nothing says so"
    if not _changed_unseen(evidence, row.canonical, merges):
        yield from wanting(evidence, promised, row.canonical)


def _changed_unseen(evidence: Evidence, canonical: str, merges: list[Call]) -> bool:
    """Whether somebody changed the merged contact after the executor had read it for the last time."""
    acts = [one for one in evidence.acted(Act.CHANGES, *_MERGING) if one.contact]
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


def _void(evidence: Evidence, promised: Promised, row: Row) -> Iterator[str]:
    if _merged(evidence, promised):
        yield "its merge took effect"
    if not _is_disturbed(evidence, promised):
        yield "nobody touched its contacts"
    untouched = not any(evidence.truth.merged_into(one) for one in promised.ids)
    if untouched and not evidence.is_in_queue(promised):
        yield f"its candidate is {row.candidate}, not back in the queue"


def _merged_elsewhere(evidence: Evidence, promised: Promised, row: Row) -> Iterator[str]:
    if _merged(evidence, promised) and "had a part in it cannot be told" not in row.outcome:
        yield "its own merge took effect"
    heads = {evidence.truth.head(one) for one in promised.ids}
    if not evidence.acted(*_MERGING) or len(heads) > 1 or heads <= promised.ids:
        yield f"nobody else merged its contacts: they lead to {sorted(heads)}"


def _failed(evidence: Evidence, promised: Promised, row: Row) -> Iterator[str]:
    merges = merges_of(evidence, promised)
    if _merged(evidence, promised):
        yield "its merge took effect"
    if not _refusals(merges) and len([one for one in merges if one.status != 401]) < _MOST_UNCLEAR:
        yield "the service refused nothing"
    untouched = not any(evidence.truth.merged_into(one) for one in promised.ids)
    if untouched and not evidence.is_in_queue(promised):
        yield f"its candidate is {row.candidate}, not back in the queue"


def _withdrawn(evidence: Evidence, promised: Promised, row: Row) -> Iterator[str]:
    taken = evidence.acted(Act.TAKES_BACK)
    if not taken or not _is_disturbed(evidence, promised):
        yield "nobody took it back"
    elif late := [one for one in of_operation(evidence, promised) if one.number > taken[0].after]:
        yield f"call {late[0].number} was sent after that"
    if _merged(evidence, promised):
        yield "its merge took effect"


_BY_STATE: Mapping[str, Callable[[Evidence, Promised, Row], Iterator[str]]] = {
    "done": _done,
    "done with differences": _with_differences,
    "partial": _partial,
    "void": _void,
    "merged elsewhere": _merged_elsewhere,
    "failed": _failed,
    "withdrawn": _withdrawn,
}
END_STATES = frozenset(_BY_STATE)
