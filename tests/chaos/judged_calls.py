"""What reached the organisation: nothing that nobody approved, and each step at most once."""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from tests.chaos.evidence import Evidence, Step
from tests.chaos.scenarios.scenario import Promised
from tests.chaos.truth import Call

_ROUNDED = 0.002
"""The organisation tells times in whole milliseconds."""

_TARGET = re.compile(r"/contacts/([^/]+)(?:/identifiers)?$")


def unapproved(evidence: Evidence) -> Iterator[str]:
    """Calls of the executor that are no step of an approval, and deletions by anybody."""
    for call in evidence.ours:
        if not any(sends(evidence, promised, step, call) for promised, step in _all_steps(evidence)):
            yield f"call {call.number} ({call.endpoint} {call.path} {call.body}) was never approved"
    for promised in evidence.promised:
        if evidence.steps(promised.operation) != evidence.approved[promised.operation]:
            yield f"operation {promised.operation}: the steps in the journal are not those that were approved"


def unintended(evidence: Evidence) -> Iterator[str]:
    """Calls that reached the organisation before it was on disk that they would be sent."""
    intents = [one.at for one in evidence.trace if one.what == "after writing: sending"]
    for place, call in enumerate((one for one in evidence.ours if one.status != 401), start=1):
        if sum(at <= call.at + _ROUNDED for at in intents) < place:
            yield f"call {call.number} ({call.endpoint}) was sent before the intent was on disk"
            return


def repeated(evidence: Evidence) -> Iterator[str]:
    """Steps that took effect more than once, or were sent again while that could not be known to be harmless."""
    for promised, step in _all_steps(evidence):
        calls = [call for call in evidence.ours if sends(evidence, promised, step, call)]
        effects = [call for call in calls if evidence.effect_of(call)[0]]
        told = f"operation {promised.operation}: its {step.kind}"
        if len(effects) > 1:
            yield f"{told} took effect {len(effects)} times"
        for earlier, later in pairwise(calls):
            twin = evidence.late_twin(earlier)
            if evidence.effect_of(earlier)[0] and evidence.effect_of(earlier)[0] < later.number:
                yield f"{told} was sent again (call {later.number}) after it had taken effect"
            elif twin is not None and twin.number > later.number:
                yield f"{told} was sent again (call {later.number}) while the service was still at work on it"
            elif _undecided_too_soon(evidence, earlier, later):
                yield f"{told} was sent again (call {later.number}) before the settle time was over"


def _undecided_too_soon(evidence: Evidence, earlier: Call, later: Call) -> bool:
    """Whether a call without an answer was repeated before its settle time was over."""
    from tests.chaos.executing import SETTLE_SECONDS

    said_no = earlier.status is not None and 400 <= earlier.status < 500 and earlier.status != 408
    return not said_no and later.at - earlier.at < SETTLE_SECONDS - 0.01


def _all_steps(evidence: Evidence) -> Iterator[tuple[Promised, Step]]:
    for promised in evidence.promised:
        for step in evidence.approved[promised.operation]:
            yield promised, step


def target_of(call: Call) -> str:
    """The contact that a call is addressed to; empty for a merge."""
    found = _TARGET.search(call.path)
    return found[1] if found and call.endpoint in ("patch", "claim") else ""


def sends(evidence: Evidence, promised: Promised, step: Step, call: Call) -> bool:
    """Whether a call is this step of this approval."""
    body, request = call.body or {}, step.request
    if step.kind == "merge":
        return call.endpoint == "merge" and body == _merge_now(evidence, promised, request)
    if step.kind == "create":
        return call.endpoint == "create" and body == request["contact"]
    if target_of(call) not in _subjects(evidence, promised, request):
        return False
    if step.kind in ("remove", "set"):
        return call.endpoint == "patch" and all(one in request["changes"] for one in body.get("changes", ()))
    if step.kind in ("release", "claim", "claim back"):
        named = {name: request[name] for name in ("operation", "identifier")}
        return call.endpoint == "claim" and body == named
    return False


def _merge_now(evidence: Evidence, promised: Promised, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """A merge with the id of the contact that an earlier one made of the members it names."""
    ids = []
    for one in request["contactIds"]:
        members = [one]
        if isinstance(one, dict):
            members = evidence.approved[promised.operation][one["step"] - 1].request["contactIds"]
            made = {evidence.truth.merged_into(id_) for id_ in members}
            members = list(made) if len(made) == 1 else []
        ids += members
    return {**request, "contactIds": ids}


def _subjects(evidence: Evidence, promised: Promised, request: Mapping[str, Any]) -> set[str]:
    """Whom a step may be about: the contact it names, the one it made, or the one that the members were merged into."""
    named = request.get("contactId")
    if isinstance(named, str):
        return {named}
    if named is not None:
        return set(made_by(evidence, promised))
    merged = {into for one in promised.ids if (into := evidence.truth.merged_into(one))}
    return merged | {on for one in merged if (on := evidence.truth.merged_into(one))}


def made_by(evidence: Evidence, promised: Promised) -> list[str]:
    """Contacts that an operation created, by the organisation's own record of what its calls did."""
    bodies = [step.request["contact"] for step in evidence.approved[promised.operation] if step.kind == "create"]
    calls = [call for call in evidence.ours if call.endpoint == "create" and call.body in bodies]
    effects = [evidence.effect_of(call)[1] for call in calls]
    return [effect.removeprefix("created ") for effect in effects if effect]


def of_operation(evidence: Evidence, promised: Promised) -> list[Call]:
    """The calls that an operation made."""
    steps = evidence.approved[promised.operation]
    return [call for call in evidence.ours if any(sends(evidence, promised, step, call) for step in steps)]


def merges_of(evidence: Evidence, promised: Promised) -> list[Call]:
    """The merges that an operation sent."""
    return [call for call in of_operation(evidence, promised) if call.endpoint == "merge"]


def refusals(calls: list[Call]) -> list[Call]:
    """Those of the calls that the service refused."""
    return [one for one in calls if one.status and 400 <= one.status < 500 and one.status not in (401, 408, 429)]


def changed_by(effect: str) -> str:
    """The contact that a change or a release took effect on."""
    found = re.match(r"changed ([^:]+):|(?:Claim|Release) .* of (\S+)$", effect)
    return (found[1] or found[2]) if found else ""
