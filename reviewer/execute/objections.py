"""Why nothing may be sent for an operation, whatever its contacts are now: what the executor and a dry run ask."""

from reviewer.domain.journal import END_STATES, State
from reviewer.execute.approval import Approval, is_of_its_kind, objection
from reviewer.execute.consent import Consent
from reviewer.store import audit, operations
from reviewer.store.clock import moment_of
from reviewer.store.database import Database
from reviewer.store.operations import Operation

_PAST_STAGING = END_STATES | {State.CONFIRMED, State.FOLLOWING_UP}
"""What the audit says of an operation that is never staged again."""


async def objection_to(database: Database, operation: Operation, approval: Approval, consent: Consent) -> str:
    """What speaks against it; empty if nothing does.

    Raises ``SettingsError`` where signatures have to be checked and cannot be.
    """
    if not is_of_its_kind(approval, operation.kind):
        return f"the journal calls it {operation.kind!r}, but {approval.decision.kind!r} was approved"
    against = went_further(database, operation) or objection(approval, operations.steps(database, operation.id))
    return against or await consent.objection(database, operation)


def went_further(database: Database, operation: Operation) -> str:
    """That a staged operation was sent before, as the audit has it: nothing leads from there back to staged.

    Empty where the audit says nothing of the kind; only a journal that was edited by hand differs from it.
    """
    if operation.state is not State.STAGED:
        return ""
    for entry in audit.entries(database, f"operation:{operation.id}"):
        if entry.act in _PAST_STAGING:
            at = f"{moment_of(entry.at):%Y-%m-%d %H:%M} UTC"
            return f"the journal calls it staged, but the audit has it as {entry.act} at {at}: look at its contacts"
    return ""
