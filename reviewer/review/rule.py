"""Ruling on an identifier: remembered once, it counts at once for every pair that rests on it."""

from collections import Counter
from datetime import date

from reviewer.domain.contact import contact_from
from reviewer.domain.counterfactual import LEAST_QUEUED
from reviewer.domain.errors import RefusedError
from reviewer.domain.identifiers import Identifier, field_identifiers
from reviewer.domain.rulings import Ruling, RulingKind, compared_as
from reviewer.domain.wire import encode
from reviewer.review.decide import Decided
from reviewer.review.desk import Desk
from reviewer.review.views import CandidateView
from reviewer.store import audit, contacts, decisions, derivation, pairs, queue, rulings
from reviewer.store.transaction import transaction

MOST_HOLDERS = 30
"""Holders of an identifier up to which a ruling looks at every two of them."""

RULABLE = ("Phone", "Email", "SocialWhatsapp")
"""Identifiers that several persons may share; an account on a channel belongs to its channel's own rules."""


def rulable(view: CandidateView) -> list[Identifier]:
    """Identifiers of a candidate that can be ruled on: those that most of its contacts share come first."""
    if view.shared:
        return [Identifier(view.shared.kind, view.shared.value)]
    held: Counter[Identifier] = Counter()
    for record in view.basis.records:
        implied = {found.identifier for found in field_identifiers(contact_from(record))}
        held.update(identifier for identifier in implied if identifier.type in RULABLE)
    return [identifier for identifier, count in sorted(held.items(), key=lambda one: (-one[1], one[0])) if count > 1]


def rule(
    desk: Desk,
    identifier: Identifier,
    kind: RulingKind,
    *,
    until: date | None = None,
    note: str = "",
    candidate: int | None = None,
) -> Decided:
    """Rule on an identifier and judge again every pair whose contacts both hold it, in whatever spelling.

    ``until`` is the ruling's last day. Raises ``RefusedError`` if no contact holds the identifier, or if it is of
    a type that is not ruled on.
    """
    if identifier.type not in RULABLE:
        raise RefusedError(f"{identifier.type} is not ruled on; rulings are for {', '.join(RULABLE)}")
    if until is not None and until < desk.today:
        raise RefusedError(f"{until} is past: a ruling needs a last day to come, or none")
    holders = contacts.holders(desk.database, *identifier)
    if not holders:
        raise RefusedError(f"no contact in the mirror holds {identifier.type} {identifier.value}")
    with transaction(desk.database) as connection:
        number = _record(desk, identifier, kind, until, note, candidate, len(holders))
        rulings.write(connection, number, Ruling(identifier, kind, until), desk.moment)
        if candidate is not None and queue.read(desk.database, candidate).kind == "shared":
            derivation.note_decision(connection, candidate, number)
        touched = judge_again(desk, identifier)
    judged = f"{touched} {'pair' if touched == 1 else 'pairs'} judged again" if touched else "no pair rests on it"
    sentence = f"{identifier.type} {identifier.value} ruled {kind.value}; {judged}"
    return Decided(number, None, None, sentence, touched)


def judge_again(desk: Desk, identifier: Identifier) -> int:
    """Judge the pairs that rest on an identifier under the rulings in force; returns how many there are.

    Two who hold it and were no pair so far become one where that is worth a look now; in a crowd only the next
    detection finds those.
    """
    column, value = compared_as(identifier)
    with transaction(desk.database) as connection:
        resting = pairs.resting_on(desk.database, column, value)
        absent = pairs.absent_between_holders(desk.database, column, value, MOST_HOLDERS)
        if resting or absent:
            desk.rescore(desk.database, [*resting, *absent], desk.today)
        touched = {*resting, *pairs.drop_light(connection, absent, LEAST_QUEUED)}
        derivation.refresh(desk.database, {number for pair in touched for number in pair}, desk.today)
        derivation.refresh_shared(desk.database, desk.today)
    return len(touched)


def _record(
    desk: Desk,
    identifier: Identifier,
    kind: RulingKind,
    until: date | None,
    note: str,
    candidate: int | None,
    holders: int,
) -> int:
    at = desk.moment
    document = {
        "identifier": list(identifier),
        "ruling": kind.value,
        "until": until.isoformat() if until else None,
        "holders": holders,
    }
    with transaction(desk.database) as connection:
        number = decisions.write(
            connection,
            kind="shared",
            candidate=candidate or 0,
            document=encode(document),
            fingerprint="",
            rung="steward",
            steward=desk.steward.name,
            sudo_user=desk.steward.sudo_user,
            note=note,
            at=at,
        )
        audit.append(
            connection,
            at=at,
            steward=desk.steward.told,
            act=f"ruled {kind.value}",
            subject=f"decision:{number}",
            payload={"note": note, "document": document},
        )
    return number
