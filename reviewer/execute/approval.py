"""An approval as it was recorded, and whether what would be sent now is still what it covers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from reviewer.domain.contact import contact_from
from reviewer.domain.errors import NotFoundError, ReviewerError
from reviewer.domain.fields import content, field_of, same
from reviewer.domain.fingerprint import RULES_VERSION, fingerprint
from reviewer.domain.identifiers import Identifier, field_identifiers
from reviewer.domain.plan import Step, StepKind
from reviewer.domain.rulings import Ruling
from reviewer.domain.wire import JsonObject, decode_object
from reviewer.store import decisions, rulings
from reviewer.store.database import Database
from reviewer.store.decisions import Decision
from reviewer.store.operations import StepRow


class DamagedApprovalError(ReviewerError):
    """What is stored of an approval is not what this program writes: nothing can be sent on it."""


class _Covered(msgspec.Struct):
    """The parts of a decision's document that its fingerprint covers.

    ``rulings`` are those that were in force on the members' identifiers: type, value, ruling, last day or nothing.
    """

    members: list[JsonObject]
    picks: dict[str, str]
    promise: dict[str, Any]
    steps: list[tuple[str, JsonObject]]
    verdict: str
    factors: list[str]
    rulings: list[tuple[str, str, str, str]] = []
    rules: str = RULES_VERSION


@dataclass(frozen=True)
class Approval:
    """What was said yes to: the decision, the members as they were shown, the promise and the steps."""

    decision: Decision
    covered: _Covered

    @property
    def members(self) -> dict[str, JsonObject]:
        """Contact id → record as it was shown, in the order of the columns."""
        return {record["id"]: record for record in self.covered.members}

    @property
    def promise(self) -> JsonObject:
        """Path → value of the golden record."""
        return dict(self.covered.promise)

    @property
    def steps(self) -> list[Step]:
        """The calls of the plan, as they were approved. Raises ``ValueError`` for a kind that is none."""
        return [Step(StepKind(kind), request) for kind, request in self.covered.steps]

    @property
    def merge_request(self) -> JsonObject:
        """The body of the merge as it was approved."""
        return self.covered.steps[0][1]


def read_approval(database: Database, decision: int) -> Approval:
    """The approval behind an operation. Raises ``DamagedApprovalError`` if there is none that can be read."""
    try:
        found = decisions.read(database, decision)
        approval = Approval(found, msgspec.convert(decode_object(found.document), _Covered))
        for record in approval.covered.members:
            contact_from(record)
    except (NotFoundError, ValueError) as error:
        raise DamagedApprovalError(f"decision {decision} cannot be read as an approval ({error})") from error
    return approval


def objection(approval: Approval, steps: Sequence[StepRow]) -> str:
    """Why nothing may be sent on this approval, whatever the contacts are now; empty if nothing speaks against it.

    The fingerprint covers the steps in the approval; so the journal may hold no other, and each must be about
    exactly the approved contacts.
    """
    if approval.decision.undone_at:
        return "the approval was taken back"
    if approval.decision.kind not in ("merge", "stitch") or not approval.decision.fingerprint:
        return "there is no approval of a merge"
    try:
        journaled = [(step.kind, decode_object(step.request)) for step in steps]
    except ValueError:
        return "the journaled calls cannot be read"
    if journaled != approval.covered.steps:
        return "the journaled calls are not those that were approved"
    kinds = [kind for kind, _ in journaled]
    if kinds[:1] != [StepKind.MERGE] or StepKind.MERGE in kinds[1:] or not set(kinds) <= set(StepKind):
        return "the journaled calls are no merge"
    if approval.merge_request.get("contactIds") != list(approval.members):
        return "the journaled merge is not about the approved contacts"
    if not isinstance(approval.merge_request.get("valueOverride"), dict):
        return "the journaled merge has no golden record"
    return ""


def still_holds(database: Database, approval: Approval, fresh: Mapping[str, JsonObject], today: date) -> bool:
    """Whether the fingerprint of the contacts as they are now is the approved one."""
    covered = approval.covered
    return approval.decision.fingerprint == fingerprint(
        members=fresh,
        picks=covered.picks,
        promise=covered.promise,
        steps=[{"kind": kind, "request": request} for kind, request in covered.steps],
        verdict=covered.verdict,
        factors=covered.factors,
        rulings=_rulings_on(database, fresh, today),
    )


def _rulings_on(database: Database, records: Mapping[str, JsonObject], today: date) -> list[Ruling]:
    identifiers = [
        implied.identifier for record in records.values() for implied in field_identifiers(contact_from(record))
    ]
    return rulings.on(database, identifiers, today)


def what_changed(database: Database, approval: Approval, fresh: Mapping[str, JsonObject], today: date) -> str:
    """What differs from the approval, in words: fields contact by contact, without their values, and rulings."""
    parts = [*_changed_contacts(approval, fresh), *_changed_rulings(database, approval, today)]
    if approval.covered.rules != RULES_VERSION:
        parts.append(f"the rules of this program, from version {approval.covered.rules} to {RULES_VERSION}")
    return "; ".join(parts) or "nothing that it names: the stored approval does not fit its fingerprint"


def _changed_rulings(database: Database, approval: Approval, today: date) -> list[str]:
    """Rulings on what the members held when they were approved; a new identifier is told as a changed field."""
    then = {Identifier(kind, value): _ruling_told(said, until) for kind, value, said, until in approval.covered.rulings}
    now = {
        found.identifier: _ruling_told(found.kind.value, found.until.isoformat() if found.until else "")
        for found in _rulings_on(database, approval.members, today)
    }
    none = "no ruling"
    return [
        f"the ruling on {one.type} {one.value}, from {then.get(one, none)} to {now.get(one, none)}"
        for one in dict.fromkeys((*then, *now))
        if then.get(one) != now.get(one)
    ]


def _ruling_told(ruling: str, until: str) -> str:
    return f"{ruling} until {until}" if until else ruling


def _changed_contacts(approval: Approval, fresh: Mapping[str, JsonObject]) -> list[str]:
    parts = []
    for id_, then in approval.members.items():
        old, new = content(then), content(fresh[id_])
        labels = [field_of(p).label for p in dict.fromkeys((*old, *new)) if not same(p, old.get(p), new.get(p))]
        if labels:
            parts.append(f"{', '.join(labels)} of {id_}")
        elif then.get("type") != fresh[id_].get("type") or then.get("division") != fresh[id_].get("division"):
            parts.append(f"type or division of {id_}")
        elif old != new:
            parts.append(f"the spelling of a value of {id_}")
    return parts
