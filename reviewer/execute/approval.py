"""An approval as it was recorded, and whether the contacts are still what it covers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from reviewer.domain.contact import contact_from
from reviewer.domain.fields import content, field_of, same
from reviewer.domain.fingerprint import fingerprint
from reviewer.domain.identifiers import field_identifiers
from reviewer.domain.rulings import Ruling
from reviewer.domain.wire import JsonObject, decode_object
from reviewer.store import decisions, rulings
from reviewer.store.database import Database
from reviewer.store.decisions import Decision


@dataclass(frozen=True)
class Approval:
    """What was said yes to: the decision, the members as they were shown, the promise and the steps."""

    decision: Decision
    document: JsonObject

    @property
    def members(self) -> dict[str, JsonObject]:
        """Contact id → record as it was shown, in the order of the columns."""
        return {str(record["id"]): record for record in self.document["members"]}

    @property
    def promise(self) -> JsonObject:
        """Path → value of the golden record."""
        return dict(self.document["promise"])


def read_approval(database: Database, decision: int) -> Approval:
    """The approval behind an operation. Raises ``NotFoundError``."""
    found = decisions.read(database, decision)
    return Approval(found, decode_object(found.document))


def still_holds(database: Database, approval: Approval, fresh: Mapping[str, JsonObject], today: date) -> bool:
    """Whether the fingerprint of the contacts as they are now is the approved one."""
    document = approval.document
    return approval.decision.fingerprint == fingerprint(
        members=fresh,
        picks=document["picks"],
        promise=document["promise"],
        steps=[{"kind": kind, "request": request} for kind, request in document["steps"]],
        verdict=document["verdict"],
        factors=document["factors"],
        rulings=_rulings_on(database, fresh, today),
    )


def _rulings_on(database: Database, records: Mapping[str, JsonObject], today: date) -> list[Ruling]:
    identifiers = [
        implied.identifier for record in records.values() for implied in field_identifiers(contact_from(record))
    ]
    return rulings.on(database, identifiers, today)


def what_changed(approval: Approval, fresh: Mapping[str, JsonObject]) -> str:
    """The changed fields in words, contact by contact; names no values."""
    parts = []
    for id_, then in approval.members.items():
        old, new = content(then), content(fresh[id_])
        labels = [field_of(p).label for p in dict.fromkeys((*old, *new)) if not same(p, old.get(p), new.get(p))]
        if labels:
            parts.append(f"{', '.join(labels)} of {id_}")
        elif then.get("type") != fresh[id_].get("type") or then.get("division") != fresh[id_].get("division"):
            parts.append(f"type or division of {id_}")
    return "; ".join(parts) or "a ruling on an identifier of these contacts, or the stored approval itself"
