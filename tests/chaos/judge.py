"""The verdict on a trial: what the organisation and the journal say, held against what was approved.

It knows nothing of how the executor works: it reads the organisation's state file and the database with SQL of its
own, and what was promised from the scenario.
"""

import json
from collections.abc import Iterator
from hashlib import sha256

from tests.chaos.evidence import Evidence
from tests.chaos.executing import BUSY, ENDED, FAULT, SETTLE_SECONDS
from tests.chaos.judged_calls import merges_of, repeated, target_of, unapproved, unintended
from tests.chaos.judged_ends import END_STATES, ended_untruly
from tests.chaos.plan import Act

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
    """A merge that was sent although a member was read after somebody had changed it. Only where no other is sent."""
    if len(evidence.promised) > 1:
        return
    for acted in evidence.acted(Act.CHANGES):
        reads = [one.at for one in evidence.trace if one.what == "before POST bulk/contacts/unresolved"]
        read_since = [at for at in reads if at > acted.at]
        for call in merges_of(evidence, evidence.promised[0]):
            if acted.contact in evidence.promised[0].ids and read_since and call.at > read_since[0]:
                yield f"the merge was sent (call {call.number}) although {acted.contact} had been changed"


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


def _given_up(evidence: Evidence, endpoint: str, target: str, at: float) -> float:
    """When the process that made a call stopped waiting for it, or ``at`` if it did not before then."""
    method = "POST" if endpoint in ("merge", "create") else "PATCH"
    made = [
        one
        for one in evidence.trace
        if one.what.startswith(f"before {method} contacts") and target in one.target and one.at <= at + 0.002
    ]
    if not made:
        return at
    after = [
        one.at
        for one in evidence.trace
        if one.process == made[-1].process and one.number > made[-1].number and one.what.startswith("after")
    ]
    return min([at, *after[:1], *([evidence.gone[made[-1].process]] if made[-1].process in evidence.gone else [])])
