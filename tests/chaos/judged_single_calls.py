"""The ends of plans of single calls: a link, and a compensation, which makes a person anew."""

import json
from collections.abc import Callable, Iterator, Mapping

from tests.chaos.acts import MERGING, Act
from tests.chaos.evidence import Evidence, Row
from tests.chaos.judged_calls import made_by, of_operation, refusals
from tests.chaos.judged_state import CHANGED, changed, wanting
from tests.chaos.scenarios.scenario import Kind, Promised
from tests.chaos.truth import Call

MOST_UNCLEAR = 3
_NOT_KNOWN = "is not known"
"""How an end says that an answer never came, and that nothing tells what the call did."""


def _effects(evidence: Evidence, promised: Promised) -> list[Call]:
    """Its calls that took effect."""
    return [call for call in of_operation(evidence, promised) if evidence.effect_of(call)[0]]


def _acts(evidence: Evidence, promised: Promised) -> set[Act]:
    """What somebody else did to its contacts: the acts are all about the first one."""
    return {one.act for one in evidence.acts if one.accepted} if promised is evidence.promised[0] else set()


def _came_out(evidence: Evidence, promised: Promised, row: Row) -> str:
    """The contact that it is all about at the end."""
    if promised.kind is Kind.LINK:
        return promised.master
    made = made_by(evidence, promised)
    return made[0] if made else row.canonical


def _wanting(evidence: Evidence, promised: Promised, row: Row, *, leniently: bool = False) -> list[str]:
    also = CHANGED if leniently and Act.CHANGES in _acts(evidence, promised) else None
    return list(wanting(evidence.truth, promised, _came_out(evidence, promised, row), also=also))


def _done(evidence: Evidence, promised: Promised, row: Row) -> Iterator[str]:
    if promised.kind is Kind.COMPENSATION and made_by(evidence, promised) != [row.canonical]:
        yield f"it made {made_by(evidence, promised)}, and says {row.canonical}"
    if not any(one.act in MERGING and _is_unseen(evidence, one.at) for one in evidence.acts if one.accepted):
        yield from _wanting(evidence, promised, row, leniently=True)


def _is_unseen(evidence: Evidence, at: float) -> bool:
    """Whether the executor looked nothing up any more after that."""
    return all(one.at < at for one in evidence.trace if one.what == "before POST identifierlookup/contacts")


def _with_differences(evidence: Evidence, promised: Promised, row: Row) -> Iterator[str]:
    if not row.stopped_the_line:
        yield "the line was not stopped"
    if not _effects(evidence, promised):
        yield "none of its calls took effect"
    if not _acts(evidence, promised):
        yield "nobody else did anything"
    if not _wanting(evidence, promised, row) and not _acts(evidence, promised) & {*MERGING}:
        yield "the organisation is just as promised"


def _partial(evidence: Evidence, promised: Promised, row: Row) -> Iterator[str]:
    unread = "could not be looked up" in row.outcome or _NOT_KNOWN in row.outcome
    if not _effects(evidence, promised) and _NOT_KNOWN not in row.outcome:
        yield "none of its calls took effect"
    merged_on = _acts(evidence, promised) & {*MERGING}
    if not unread and not merged_on and not _wanting(evidence, promised, row):
        yield "the organisation is just as promised"


def _nothing_came_of_it(evidence: Evidence, promised: Promised, row: Row) -> Iterator[str]:
    """What holds of every end that says so."""
    then = evidence.before[promised.operation]
    yield from changed(evidence.truth, promised, then, _acts(evidence, promised))
    if made := made_by(evidence, promised):
        yield f"it made {made}"
    untouched = not any(evidence.truth.merged_into(one) for one in promised.ids)
    if promised.suspected and untouched and not evidence.is_in_queue(promised.ids):
        yield f"its candidate is {row.candidate}, not back in the queue"


def _failed(evidence: Evidence, promised: Promised, row: Row) -> Iterator[str]:
    yield from _nothing_came_of_it(evidence, promised, row)
    calls = of_operation(evidence, promised)
    hindered = _acts(evidence, promised) & {*MERGING, Act.CHANGES, Act.TAKES_IDENTITY}
    if not refusals(calls) and not hindered and len([one for one in calls if one.status != 401]) < MOST_UNCLEAR:
        yield "the service refused nothing"


def _void(evidence: Evidence, promised: Promised, row: Row) -> Iterator[str]:
    yield from _nothing_came_of_it(evidence, promised, row)
    yield from _without_effect(evidence, promised)
    if not _acts(evidence, promised):
        yield "nobody touched its contacts"


def _without_effect(evidence: Evidence, promised: Promised) -> Iterator[str]:
    for call in _effects(evidence, promised):
        yield f"its call {call.number} ({call.endpoint}) took effect"


def _merged_elsewhere(evidence: Evidence, promised: Promised, row: Row) -> Iterator[str]:
    yield from _without_effect(evidence, promised)
    heads = {evidence.truth.head(one) for one in promised.ids}
    if not _acts(evidence, promised) & {*MERGING} or len(heads) > 1 or heads <= promised.ids:
        yield f"nobody else merged its contacts: they lead to {sorted(heads)}"


def _withdrawn(evidence: Evidence, promised: Promised, row: Row) -> Iterator[str]:
    yield from _without_effect(evidence, promised)


def in_general(evidence: Evidence, promised: Promised, row: Row) -> Iterator[str]:
    """What holds at every end: nobody is made twice, nothing is lost without a word."""
    said = f"{row.outcome} {row.differences} {row.canonical}"
    for id_ in made_by(evidence, promised):
        if id_ not in said and _NOT_KNOWN not in said:
            yield f"it made {id_}, and nothing says so"
    if promised.kind is Kind.COMPENSATION:
        alive = evidence.truth.living_of_name(promised.fields["lastName"])
        if len(alive) > 1:
            yield f"{promised.fields['lastName']} is there {len(alive)} times: {alive}"
    for (kind, value), owner in evidence.before[promised.operation].leads.items():
        now = evidence.truth.owner(kind, value)
        if (kind, value) in promised.leads and owner != now and not _is_told(row, value, now):
            yield f"{kind} {value} led to {owner} and leads to {now}, and nothing says so"


def _is_told(row: Row, value: str, now: str | None) -> bool:
    """Whether an end says where an identifier leads that it was to move: it is done, or it tells."""
    if row.state == "done":
        return True
    differing = json.dumps(json.loads(row.differences), ensure_ascii=False)
    words = f"{row.outcome} {differing}"
    return value in words or "has given back" in words or _NOT_KNOWN in words or (now is not None and now in words)


ENDS: Mapping[str, Callable[[Evidence, Promised, Row], Iterator[str]]] = {
    "done": _done,
    "done with differences": _with_differences,
    "partial": _partial,
    "void": _void,
    "merged elsewhere": _merged_elsewhere,
    "failed": _failed,
    "withdrawn": _withdrawn,
}
"""Of plans of single calls."""
