"""The verdict on a trial: what the organisation and the journal say, held against what was approved.

It knows nothing of how the executor works: it reads the organisation's state file and the database with SQL of its
own, and what was promised from the scenario.
"""

import json
from collections.abc import Iterator
from hashlib import sha256

from tests.chaos.acts import Act
from tests.chaos.evidence import Evidence
from tests.chaos.executing import BUSY, ENDED, FAULT, SETTLE_SECONDS
from tests.chaos.judged_calls import merges_of, of_operation, repeated, target_of, unapproved, unintended
from tests.chaos.judged_ends import END_STATES, ended_untruly
from tests.chaos.scenarios.scenario import Kind, Promised
from tests.chaos.truth import Call

_LIVE_ACTS = frozenset({"staged", "sending", "unclear", "confirmed", "following up"})
_KILLED = -9


def violations(evidence: Evidence) -> list[str]:
    """Everything that must not be; empty if all is well."""
    return [
        *_of_processes(evidence),
        *_of_the_journal(evidence),
        *unapproved(evidence),
        *unintended(evidence),
        *repeated(evidence),
        *_sent_though_changed(evidence),
        *ended_untruly(evidence),
    ]


def _of_processes(evidence: Evidence) -> Iterator[str]:
    for status in evidence.statuses:
        if status not in (ENDED, FAULT, _KILLED):
            yield f"an executor ended with {status}: see its words"
    for status in evidence.rivals:
        if status != BUSY:
            yield f"a second executor was let in while the first was stopped (it ended with {status})"
    for acted in evidence.acted(Act.APPROVES_OVER):
        if acted.was in _LIVE_ACTS:
            yield f"another merge of a member was approved while its operation was {acted.was}"


def _of_the_journal(evidence: Evidence) -> Iterator[str]:
    for number, state, outcome in evidence.rows("SELECT id, state, outcome FROM operation"):
        if state not in END_STATES:
            yield f"operation {number} is stuck: {state} ({outcome})"
    for (subject,) in evidence.rows("SELECT subject FROM operation_hold WHERE live = 1"):
        yield f"{subject} is still kept, though nothing is live"
    query = "SELECT s.operation, o.state FROM line_stop s JOIN operation o ON o.id = s.operation"
    for number, state in evidence.rows(query):
        if state != "done with differences":
            yield f"operation {number} stopped the line, and is {state}"
    if broken := _broken_entry(evidence):
        yield f"the audit is broken at entry {broken}"


def _broken_entry(evidence: Evidence) -> int:
    """The first entry of the audit that does not follow from the one before it (design, point 12); 0 if all do."""
    previous = "0" * 64
    query = "SELECT id, at, steward, act, subject, payload, salt, payload_hash, hash FROM audit ORDER BY id"
    for place, (number, *said, payload, salt, payload_hash, hash_) in enumerate(evidence.rows(query), start=1):
        chained = json.dumps([previous, *said, payload_hash], separators=(",", ":")).encode("ascii")
        if (
            number != place
            or hash_ != sha256(chained).hexdigest()
            or payload_hash != sha256(salt + payload).hexdigest()
        ):
            return int(number)
        previous = hash_
    return 0


def _sent_though_changed(evidence: Evidence) -> Iterator[str]:
    """What was sent although somebody had changed what it rests on, and that had been read. Only where it is alone."""
    if len(evidence.promised) > 1:
        return
    promised = evidence.promised[0]
    for acted in evidence.acted(Act.CHANGES):
        for call in _resting_on(evidence, promised, acted.contact):
            if _was_read_between(evidence, "before POST bulk/contacts/unresolved", acted.at, call.at):
                yield f"call {call.number} ({call.endpoint}) was sent although {acted.contact} had been changed"
    for acted in evidence.acted(Act.TAKES_IDENTITY):
        for call in evidence.ours:
            claims = call.endpoint == "claim" and (call.body or {}).get("operation") == "Claim"
            looked_up = _was_read_between(evidence, "before POST identifierlookup/contacts", acted.at, call.at)
            if claims and looked_up and _identity_of(call) in evidence.taken:
                yield f"call {call.number} claims what had been claimed for {acted.contact}"


def _resting_on(evidence: Evidence, promised: Promised, contact: str) -> list[Call]:
    """The calls before each of which a contact has to be as it was approved."""
    if promised.kind is Kind.MERGE:
        return [one for one in merges_of(evidence, promised) if contact in one.body["contactIds"]]
    return of_operation(evidence, promised)[:1] if contact in promised.ids else []


def _identity_of(call: Call) -> tuple[str, str]:
    identifier = call.body["identifier"]
    return identifier["type"], identifier["value"]


def _was_read_between(evidence: Evidence, what: str, since: float, until: float) -> bool:
    return any(one.what == what and since < one.at < until for one in evidence.trace)


def stalled(evidence: Evidence) -> bool:
    """Whether the machine let the organisation be slower than the design assumes: then a trial says nothing."""
    if any(status != BUSY for status in evidence.rivals):
        return False  # whose call is whose cannot be told
    for call in evidence.ours:
        twin = evidence.late_twin(call)
        if twin is not None and twin.at - call.at > SETTLE_SECONDS * 0.9:
            return True
        if call.fault == "late" and twin is None:
            return True
        if call.at - _given_up(evidence, call.endpoint, target_of(call), call.at) > SETTLE_SECONDS * 0.5:
            return True
    return False


_SENT = {
    "merge": "before POST contacts/merge",
    "create": "before POST contacts",
    "patch": "before PATCH contacts/{contactId}",
    "claim": "before PATCH contacts/{contactId}/identifiers",
}
"""The boundary before a call, by the organisation's name of it."""


def _given_up(evidence: Evidence, endpoint: str, target: str, at: float) -> float:
    """When the process that made a call stopped waiting for it, or ``at`` if it did not before then."""
    made = [
        one
        for one in evidence.trace
        if one.what == _SENT.get(endpoint) and target in one.target and one.at <= at + 0.002
    ]
    if not made:
        return at
    after = [
        one.at
        for one in evidence.trace
        if one.process == made[-1].process and one.number > made[-1].number and one.what.startswith("after")
    ]
    return min([at, *after[:1], *([evidence.gone[made[-1].process]] if made[-1].process in evidence.gone else [])])
