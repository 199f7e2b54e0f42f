"""Why nothing may be sent for an operation, whatever its contacts are now: what the executor and a dry run ask."""

from reviewer.execute.approval import Approval, is_of_its_kind, objection
from reviewer.execute.consent import Consent
from reviewer.store import operations
from reviewer.store.database import Database
from reviewer.store.operations import Operation


async def objection_to(database: Database, operation: Operation, approval: Approval, consent: Consent) -> str:
    """What speaks against it; empty if nothing does.

    Raises ``SettingsError`` where signatures have to be checked and cannot be.
    """
    if not is_of_its_kind(approval, operation.kind):
        return f"the journal calls it {operation.kind!r}, but {approval.decision.kind!r} was approved"
    against = objection(approval, operations.steps(database, operation.id))
    return against or await consent.objection(database, operation)
