"""An approval as it was recorded, and whether what would be sent now is still what it covers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from reviewer.domain.contact import contact_from
from reviewer.domain.errors import NotFoundError
from reviewer.domain.fields import content, field_of, same
from reviewer.domain.fingerprint import RULES_VERSION, fingerprint
from reviewer.domain.identifiers import Identifier, field_identifiers
from reviewer.domain.plan import Step, StepKind
from reviewer.domain.plan_shapes import PLAN_SHAPES
from reviewer.domain.rulings import Ruling, RulingKind
from reviewer.domain.wire import JsonObject, decode_object
from reviewer.execute.faults import DamagedApprovalError
from reviewer.execute.judgement import Judgement, judged_now
from reviewer.store import audit, decisions, rulings
from reviewer.store.database import Database
from reviewer.store.decisions import Decision
from reviewer.store.operations import StepRow


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


_PARTS = {
    "members": "the contacts as they were shown",
    "picks": "the picks",
    "promise": "the golden record",
    "steps": "the steps",
    "verdict": "the verdict",
    "factors": "the factors",
    "rulings": "the rulings",
    "rules": "the version of the rules",
}
"""Parts of a decision's document that its fingerprint covers, in words."""


@dataclass(frozen=True)
class Approval:
    """What was said yes to: the decision, the members as they were shown, the promise and the steps."""

    decision: Decision
    covered: _Covered
    audited: str | None
    """The fingerprint that the audit has of it; None where it was erased, empty where its entry was changed or is gone.
    """
    altered: tuple[str, ...] = ()
    """Parts that are not as the audit has them."""

    @property
    def members(self) -> dict[str, JsonObject]:
        """Contact id → record as it was shown, in the order of the columns."""
        return {record["id"]: record for record in self.covered.members}

    @property
    def promise(self) -> JsonObject:
        """Path → value of the golden record."""
        return dict(self.covered.promise)

    @property
    def judgement(self) -> Judgement:
        """The verdict and the factors as they were shown."""
        return Judgement(self.covered.verdict, tuple(self.covered.factors))

    @property
    def steps(self) -> list[Step]:
        """The calls of the plan, as they were approved. Raises ``ValueError`` for a kind that is none."""
        return [Step(StepKind(kind), request) for kind, request in self.covered.steps]

    @property
    def computed(self) -> str:
        """The fingerprint of what is stored, all of it as it was. Raises ``ValueError`` for a ruling that is none."""
        covered = self.covered
        return fingerprint(
            members=self.members,
            picks=covered.picks,
            promise=covered.promise,
            steps=_plain(covered.steps),
            verdict=covered.verdict,
            factors=covered.factors,
            rulings=[_ruling(*one) for one in covered.rulings],
            rules=covered.rules,
        )

    @property
    def fits_its_fingerprint(self) -> bool:
        """Whether what is stored is what was said yes to, by itself and by the audit."""
        computed = self.computed
        return self.decision.fingerprint == computed and self.audited in (None, computed)

    @property
    def merge_request(self) -> JsonObject:
        """The body of the merge as it was approved; of the first, where there are two."""
        return self.covered.steps[0][1]

    @property
    def merge_ids(self) -> list[str]:
        """Ids of the contacts that this merge takes."""
        return list(self.merge_request["contactIds"])

    @property
    def rest(self) -> list[str]:
        """Ids of the contacts that are left for a second merge, with the head that the first one makes."""
        return [id_ for id_ in self.members if id_ not in self.merge_ids]


def read_approval(database: Database, decision: int) -> Approval:
    """The approval behind an operation. Raises ``DamagedApprovalError`` if there is none that can be read."""
    try:
        found = decisions.read(database, decision)
        document = decode_object(found.document)
        covered = msgspec.convert(document, _Covered)
        audited, altered = _audited(database, decision, document)
        approval = Approval(found, covered, audited, altered)
        for record in approval.covered.members:
            contact_from(record)
    except (NotFoundError, ValueError) as error:
        raise DamagedApprovalError(f"decision {decision} cannot be read as an approval ({error})") from error
    return approval


def _audited(database: Database, decision: int, document: JsonObject) -> tuple[str | None, tuple[str, ...]]:
    """The fingerprint in the audit entry of a decision, and the parts of its document that differ from it.

    The fingerprint is empty where that entry was changed or is gone, None where it was erased.
    """
    is_erased = False
    for entry in audit.entries(database, f"decision:{decision}"):
        if entry.act.startswith("decided "):
            if entry.payload is not None:
                return _held_against(entry, document)
            is_erased = True
    return None if is_erased else "", ()


def _held_against(entry: audit.Entry, document: JsonObject) -> tuple[str, tuple[str, ...]]:
    if entry.payload is None or not audit.payload_fits(entry):
        return "", ()
    payload = decode_object(entry.payload)
    then = payload.get("document") or {}
    altered = [told for part, told in _PARTS.items() if then.get(part) != document.get(part)]
    return str(payload.get("fingerprint")), tuple(altered)


def _plain(steps: Sequence[tuple[str, JsonObject]]) -> list[JsonObject]:
    return [{"kind": kind, "request": request} for kind, request in steps]


def _ruling(kind: str, value: str, said: str, until: str) -> Ruling:
    """A ruling as a document has it. Raises ``ValueError`` if it is none."""
    return Ruling(Identifier(kind, value), RulingKind(said), date.fromisoformat(until) if until else None)


def is_of_its_kind(approval: Approval, kind: str) -> bool:
    """Whether the journal calls the operation what was approved."""
    return kind == approval.decision.kind


def objection(approval: Approval, steps: Sequence[StepRow]) -> str:
    """Why nothing may be sent on this approval, whatever the contacts are now; empty if nothing speaks against it.

    The fingerprint covers the steps in the approval; so the journal may hold no other, and the approval must still have
    that fingerprint. Each step must be one that a plan is made of: no other call is ever sent, whoever wrote it down.
    """
    if approval.decision.undone_at:
        return "the approval was taken back"
    kind = approval.decision.kind
    has_shape = PLAN_SHAPES.get(kind)
    if has_shape is None or not approval.decision.fingerprint:
        return "there is no approval of a plan"
    try:
        journaled = [(step.kind, decode_object(step.request)) for step in steps]
    except ValueError:
        return "the journaled calls cannot be read"
    if journaled != approval.covered.steps:
        return "the journaled calls are not those that were approved"
    try:
        if not approval.fits_its_fingerprint:
            altered = f": changed in it since are {', '.join(approval.altered)}" if approval.altered else ""
            return f"the stored approval does not fit its fingerprint{altered}"
        if not has_shape(approval.steps, list(approval.members), approval.promise):
            return f"the journaled calls are not those of a {kind}"
    except ValueError:
        return "the stored approval cannot be read"
    return ""


def still_holds(
    database: Database, approval: Approval, fresh: Mapping[str, JsonObject], today: date, *, begun: bool = False
) -> bool:
    """Whether the fingerprint of the contacts as they are now, and as they are judged now, is the approved one.

    Once the plan has ``begun``, some of them have become one: what is judged then is not what was approved.
    """
    covered = approval.covered
    judged = approval.judgement if begun else _judged(database, approval)
    return approval.decision.fingerprint == fingerprint(
        members=fresh,
        picks=covered.picks,
        promise=covered.promise,
        steps=_plain(covered.steps),
        verdict=judged.verdict,
        factors=judged.factors,
        rulings=_rulings_on(database, fresh, today),
    )


def _judged(database: Database, approval: Approval) -> Judgement:
    """How the members are judged now; as they were, where no candidate was judged or nothing can be said yet."""
    if not approval.judgement.verdict:
        return approval.judgement
    return judged_now(database, list(approval.members)) or approval.judgement


def _rulings_on(database: Database, records: Mapping[str, JsonObject], today: date) -> list[Ruling]:
    identifiers = [
        implied.identifier for record in records.values() for implied in field_identifiers(contact_from(record))
    ]
    return rulings.on(database, identifiers, today)


def what_changed(
    database: Database, approval: Approval, fresh: Mapping[str, JsonObject], today: date, *, begun: bool = False
) -> str:
    """What differs from the approval, in words: fields contact by contact, without their values, and rulings."""
    parts = [
        *_changed_contacts(approval, fresh),
        *_changed_rulings(database, approval, today),
        *([] if begun else _changed_judgement(database, approval)),
    ]
    if approval.covered.rules != RULES_VERSION:
        parts.append(f"the rules of this program, from version {approval.covered.rules} to {RULES_VERSION}")
    return "; ".join(parts) or "something that the approval does not name"


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


def _changed_judgement(database: Database, approval: Approval) -> list[str]:
    then = approval.judgement
    now = _judged(database, approval)
    parts = []
    if then.verdict != now.verdict:
        parts.append(f"the verdict, from {then.verdict} to {now.verdict}")
    if sorted(then.factors) != sorted(now.factors):
        old, new = (", ".join(sorted(one.factors)) or "none" for one in (then, now))
        parts.append(f"the factors, from {old} to {new}")
    return parts


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
