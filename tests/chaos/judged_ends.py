"""Whether each operation ended as what is true: its state, and its sentence where a contact was touched."""

from collections.abc import Iterator

from tests.chaos import judged_merges, judged_single_calls
from tests.chaos.acts import Act
from tests.chaos.evidence import Evidence, Row
from tests.chaos.judged_calls import changed_by, of_operation, refusals
from tests.chaos.scenarios.scenario import Kind, Promised

END_STATES = frozenset(judged_merges.ENDS)


def ended_untruly(evidence: Evidence) -> Iterator[str]:
    """What is wrong about the ends."""
    for promised in evidence.promised:
        row = evidence.operation(promised.operation)
        if row.state not in END_STATES:
            continue  # one that has not ended is told elsewhere
        for told in (*_of_its_kind(evidence, promised, row), *_in_general(evidence, promised, row)):
            yield f"operation {row.id} is {row.state} ({row.outcome}), but {told}"


def _of_its_kind(evidence: Evidence, promised: Promised, row: Row) -> Iterator[str]:
    if promised.kind is Kind.MERGE:
        yield from judged_merges.ENDS[row.state](evidence, promised, row)
    else:
        yield from judged_single_calls.ENDS[row.state](evidence, promised, row)
        yield from judged_single_calls.in_general(evidence, promised, row)


def _in_general(evidence: Evidence, promised: Promised, row: Row) -> Iterator[str]:
    acts = evidence.acts if promised is evidence.promised[0] else []  # they are all about the first one
    disturbed = any(one.accepted for one in acts)
    if row.state != "done" and not disturbed and not refusals(of_operation(evidence, promised)):
        yield "nobody changed anything and the service refused nothing: it should be done"
    taken = [one for one in acts if one.accepted and one.act is Act.TAKES_BACK]
    if row.state != "withdrawn" and any(one.was == "staged" for one in taken):
        yield "it was taken back"
    if row.state == "withdrawn" and not taken:
        yield "nobody took it back"
    for call in of_operation(evidence, promised) if row.state == "withdrawn" and taken else ():
        if call.number > taken[0].after:
            yield f"call {call.number} was sent after that"
    yield from _touched_untold(evidence, promised, row)


def _touched_untold(evidence: Evidence, promised: Promised, row: Row) -> Iterator[str]:
    """Contacts that a call reached which it was not meant for, where nothing says so."""
    meant = {row.canonical, *(() if promised.kind is Kind.MERGE else promised.ids)}
    for call in of_operation(evidence, promised):
        touched = changed_by(evidence.effect_of(call)[1])
        told = touched in row.outcome or touched in row.differences
        if touched and touched not in meant and not told:
            yield f"its {call.endpoint} reached {touched}, and nothing says so"
