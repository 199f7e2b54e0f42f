"""How a candidate stands once something was decided on it: what, by whom, and how far that is."""

from reviewer.domain.journal import LIVE_STATES, State
from reviewer.domain.link_plan import between
from reviewer.domain.wire import JsonObject, decode_object
from reviewer.review.desk import Desk
from reviewer.store import decisions, operations, queue
from reviewer.store.clock import moment_of
from reviewer.store.decisions import Decision
from reviewer.store.operations import Operation
from reviewer.store.queue import Candidate


def sentence(desk: Desk, candidate: Candidate) -> str:
    """What was decided, as harmless a text as the steward's name is; nothing of an open candidate."""
    if candidate.state == queue.OPEN:
        return ""
    found = decisions.of_candidate(desk.database, candidate.id)
    if found is None:
        return _undecided(desk, candidate)
    if candidate.state == "deferred":
        return f"put off until {_until(decode_object(found.document))} by {who_decided(found)}"
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


def _live(desk: Desk, operation: Operation) -> str:
    by = who_decided(decisions.read(desk.database, operation.decision))
    return f"operation {operation.id}, which is {operation.state.value}, by {by}"


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
    if outcome := outcome_of(desk, operation):
        told += f": {outcome}"
    if operation.correlation_id and operation.correlation_id not in operation.outcome:
        told += f" (correlation id {operation.correlation_id})"
    return told


def outcome_of(desk: Desk, operation: Operation) -> str:
    """What is said of an operation; while a link is neither here nor there, that first. May hold record text.

    The outcome of one that has ended in between says so itself; whom the identity leads to by now is not known here.
    """
    if operation.kind != "link" or operation.state not in LIVE_STATES:
        return operation.outcome
    rows = operations.steps(desk.database, operation.id)
    told = between([(row.kind, decode_object(row.request), row.state) for row in rows])
    return "; ".join(filter(None, (told, operation.outcome)))


def who_decided(decision: Decision) -> str:
    """A decision in words: decision 16 (merge) of ada at 2026-11-23 12:00 UTC."""
    kind = "ruling" if decision.kind == "shared" else decision.kind
    at = f"{moment_of(decision.decided_at):%Y-%m-%d %H:%M} UTC"
    return f"decision {decision.id} ({kind}) of {decision.steward} at {at}"


def _until(document: JsonObject) -> str:
    """The day that a candidate was put off to, or the operations that it waits for."""
    numbers = document.get("operations")
    return f"operation {' and '.join(map(str, numbers))} has ended" if numbers else str(document.get("until"))


def _undecided(desk: Desk, candidate: Candidate) -> str:
    kept = operations.held_contacts(desk.database.connection, queue.members(desk.database, candidate.id))
    if kept and candidate.state in ("waiting", "staged"):
        live = [operations.read(desk.database, number) for number in sorted(set(kept.values()))]
        told = "; ".join(_live(desk, operation) for operation in live)
        return f"waits, for a contact of it is part of {told}" if candidate.state == "waiting" else f"part of {told}"
    if candidate.state == "settled":
        return "settled: its contacts make up other candidates now, or none"
    return candidate.state
