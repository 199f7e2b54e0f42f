"""How a candidate stands once something was decided on it: what, by whom, and how far that is."""

from reviewer.domain.journal import State
from reviewer.domain.wire import decode_object
from reviewer.review.desk import Desk
from reviewer.store import decisions, operations, queue
from reviewer.store.clock import moment_of
from reviewer.store.decisions import Decision
from reviewer.store.queue import Candidate


def sentence(desk: Desk, candidate: Candidate) -> str:
    """What was decided, as harmless a text as the steward's name is; nothing of an open candidate."""
    if candidate.state == queue.OPEN:
        return ""
    found = decisions.of_candidate(desk.database, candidate.id)
    if found is None:
        return _undecided(candidate)
    if candidate.state == "deferred":
        return f"put off until {decode_object(found.document).get('until', 'a later day')} by {who_decided(found)}"
    operation = operations.of_decision(desk.database, found.id)
    if operation is None or operation.state is State.WITHDRAWN:
        return f"{candidate.state} by {who_decided(found)}"
    if operation.state is State.PLANNED:
        return (
            f"operation {operation.id} waits for a second steward ({operation.approvals_why}), by {who_decided(found)}"
        )
    if operation.state is State.STAGED:
        send_after = f"{moment_of(operation.send_after):%Y-%m-%d %H:%M} UTC"
        return f"staged as operation {operation.id}, sent from {send_after}, by {who_decided(found)}"
    return f"operation {operation.id} is {operation.state.value}, by {who_decided(found)}"


def came_of(desk: Desk, decision: Decision) -> str:
    """What has come of a decision that something was to be sent for; empty for the others. May hold record text."""
    operation = operations.of_decision(desk.database, decision.id)
    if operation is None:
        return ""
    if operation.state is State.PLANNED:
        return f"operation {operation.id} waits for a second steward: {operation.approvals_why}"
    if operation.state is State.STAGED:
        return f"operation {operation.id} is staged, sent from {moment_of(operation.send_after):%Y-%m-%d %H:%M} UTC"
    told = f"operation {operation.id} is {operation.state.value}"
    if operation.outcome:
        told += f": {operation.outcome}"
    if operation.correlation_id and operation.correlation_id not in operation.outcome:
        told += f" (correlation id {operation.correlation_id})"
    return told


def who_decided(decision: Decision) -> str:
    """A decision in words: decision 16 (merge) of ada at 2026-11-23 12:00 UTC."""
    kind = "ruling" if decision.kind == "shared" else decision.kind
    at = f"{moment_of(decision.decided_at):%Y-%m-%d %H:%M} UTC"
    return f"decision {decision.id} ({kind}) of {decision.steward} at {at}"


def _undecided(candidate: Candidate) -> str:
    if candidate.state == "waiting":
        return "waits: one of its contacts is part of an operation that has not ended"
    if candidate.state == "staged":
        return "staged: its contacts are part of an operation that has not ended"
    if candidate.state == "settled":
        return "settled: its contacts make up other candidates now, or none"
    return candidate.state
