"""What a steward was shown when deciding, as the audit has it: a row can be edited, the chain cannot."""

from reviewer.domain.wire import JsonObject, decode_object, digest
from reviewer.review.desk import Desk
from reviewer.store import audit
from reviewer.store.decisions import Decision


def as_shown(desk: Desk, decision: Decision) -> tuple[JsonObject, bool]:
    """The document of a decision, as the audit has it if it does; and whether the decision's own row says otherwise."""
    stored = decode_object(decision.document)
    for entry in audit.entries(desk.database, f"decision:{decision.id}"):
        if entry.act.startswith("decided ") and entry.payload is not None and audit.payload_fits(entry):
            audited = decode_object(entry.payload).get("document")
            if isinstance(audited, dict):
                return audited, digest(audited) != digest(stored)
    return stored, False
