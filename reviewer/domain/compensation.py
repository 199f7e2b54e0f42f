"""Compensation: what it takes to make a merged person anew, as exact calls, and what cannot come back.

The service has no unmerge. A person is re-created in this order: the merged contact gives back what only they had and
lets their identifiers go, which by then it mostly has; a new contact is made, which claims what its fields hold; it
claims what no field holds; each identifier is looked up. Nothing is ever deleted: the service redirects a merged id to
the living person.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from reviewer.domain import not_coming_back
from reviewer.domain.contact import contact_from, headline
from reviewer.domain.errors import RefusedError
from reviewer.domain.giving_back import GivenBack, given_back
from reviewer.domain.identifiers import Identifier, field_identifiers, wire_form
from reviewer.domain.new_contact import new_contact
from reviewer.domain.plan import Step, StepKind, spellings
from reviewer.domain.wire import JsonObject

MERGED = "(the merged contact)"
"""What stands for its id in a plan that is made before the merge."""

NOT_KNOWN = "whether it was created is not known"
"""How the reason begins for which a creation without an answer is never sent again."""


def made_by(step: int) -> JsonObject:
    """What stands in a request for the id of the contact that the step with this number makes."""
    return {"step": step}


class Member(NamedTuple):
    """A member of a merge as it was read just before it.

    ``claims`` is what it had claimed; None where that was not read, and its fields have to tell.
    """

    record: JsonObject
    claims: frozenset[Identifier] | None

    @property
    def id(self) -> str:
        """Its old id, an alias of the merged contact since."""
        return str(self.record["id"])

    @property
    def held(self) -> list[Identifier]:
        """What its fields imply, claimed or not."""
        implied = field_identifiers(contact_from(self.record))
        return list(dict.fromkeys(one.identifier for one in implied))

    @property
    def owned(self) -> list[Identifier]:
        """What led to it, as far as that is known: what it had claimed, else what its fields imply."""
        if self.claims is None:
            return self.held
        return [*(one for one in self.held if one in self.claims), *sorted(self.claims - set(self.held))]


class Compensation(NamedTuple):
    """What it takes to re-create some members: the calls in their order, and in words what they do not bring back.

    ``contacts`` are their old ids and ``names`` who they were; ``stays`` says what goes on as the merge left it, and
    what that rests on. The sentences hold record text.
    """

    contacts: tuple[str, ...]
    names: tuple[str, ...]
    steps: tuple[Step, ...]
    lost: tuple[str, ...]
    stays: tuple[str, ...]


def compensation(
    members: Sequence[Member],
    contacts: Collection[str],
    promise: Mapping[str, Any],
    canonical: str = MERGED,
    *,
    now: JsonObject | None = None,
    claims: frozenset[Identifier] | None = None,
) -> Compensation:
    """The plan that makes ``contacts`` anew, which are some of the ``members`` of a merge.

    ``promise`` is what the merge made the contact ``canonical``, path → value. ``now`` and ``claims`` are that contact
    and what leads to it today, where they were read: then only what is left to do is planned. Raises ``RefusedError``
    for a contact that is no member, and where nobody would be left in the merged contact.
    """
    leaving = [member for member in members if member.id in contacts]
    others = [member for member in members if member.id not in contacts]
    _check(leaving, others, contacts)
    back = given_back(_records(leaving), _records(others), promise, now)
    going = _going(leaving, others)
    steps = [*_giving(canonical, back), *_releasing(canonical, leaving, going, claims)]
    for member in leaving:
        steps += _making(member, going[member.id], claims, number=len(steps) + 1)
    lost = [said for member in leaving for said in _lost(member, going[member.id], canonical, claims)]
    return Compensation(
        tuple(member.id for member in leaving),
        tuple(headline(contact_from(member.record)) for member in leaving),
        tuple(steps),
        tuple(lost),
        (*(said for member in leaving for said in _stays(member, going[member.id])), *back.staying),
    )


def _check(leaving: Sequence[Member], others: Sequence[Member], contacts: Collection[str]) -> None:
    if unknown := sorted(set(contacts) - {member.id for member in leaving}):
        raise RefusedError(f"{', '.join(unknown)} was no member of this merge, or what is kept of it was erased")
    if not others:
        raise RefusedError(
            "one of them has to stay in the merged contact, which is never deleted: leave out the one that it is to be"
        )


def _records(members: Sequence[Member]) -> list[JsonObject]:
    return [member.record for member in members]


def _going(leaving: Sequence[Member], others: Sequence[Member]) -> dict[str, list[Identifier]]:
    """What belonged to each of those who leave and to nobody who stays; of two who leave, the first has it."""
    taken = {identifier for member in others for identifier in (*member.held, *member.owned)}
    found = {}
    for member in leaving:
        found[member.id] = [one for one in member.owned if one not in taken]
        taken.update(found[member.id])
    return found


def _giving(canonical: str, back: GivenBack) -> list[Step]:
    return [Step(StepKind.SET, {"contactId": canonical, "changes": back.changes})] if back.changes else []


def _releasing(
    canonical: str,
    leaving: Sequence[Member],
    going: Mapping[str, Sequence[Identifier]],
    claims: frozenset[Identifier] | None,
) -> Iterator[Step]:
    for member in leaving:
        for identifier in _led_here(going[member.id], claims):
            for wire in _wire_forms(member, identifier):
                yield Step(StepKind.RELEASE, {"contactId": canonical, "operation": "Release", "identifier": wire})


def _making(
    member: Member, going: Sequence[Identifier], claims: frozenset[Identifier] | None, number: int
) -> Iterator[Step]:
    """The creation, which is step ``number``; what no field of the new contact claims; and the proof."""
    new, held = made_by(number), member.held
    yield Step(StepKind.CREATE, {"contact": new_contact(member.record), "insteadOf": member.id})
    led_here = _led_here(going, claims)
    for identifier in led_here:
        if identifier not in held:
            for wire in _wire_forms(member, identifier):
                yield Step(StepKind.CLAIM, {"contactId": new, "operation": "Claim", "identifier": wire})
    for identifier in led_here:
        yield Step(StepKind.VERIFY, {"contactId": new, **_wire_forms(member, identifier)[0]})


def _led_here(identifiers: Sequence[Identifier], claims: frozenset[Identifier] | None) -> list[Identifier]:
    """Those that lead to the merged contact today; all where that is not known."""
    return [one for one in identifiers if claims is None or one in claims]


def _wire_forms(member: Member, identifier: Identifier) -> list[JsonObject]:
    """An identifier as the service takes it; an email in each of its spellings: whether it folds them is open."""
    wire = wire_form(identifier)
    written = spellings([member.record], identifier) if identifier.type == "Email" else []
    return [{**wire, "value": value} for value in written] or [wire]


def _lost(
    member: Member, going: Sequence[Identifier], canonical: str, claims: frozenset[Identifier] | None
) -> Iterator[str]:
    yield from not_coming_back.sentences(member.record, canonical)
    gone = [one for one in going if one not in _led_here(going, claims)]
    if gone:
        yield f"{_told(gone)}: does not lead to {canonical} now; the new contact has it only if nobody else took it"


def _stays(member: Member, going: Sequence[Identifier]) -> Iterator[str]:
    shared = [one for one in member.held if one not in going]
    if shared:
        yield f"{_told(shared)}: others hold it too, so it goes on leading to where it leads now"
    if going and member.claims is None:
        yield "what led to it was not read before the merge: the calls go by what its fields held"


def _told(identifiers: Sequence[Identifier]) -> str:
    return ", ".join(f"{one.type} {wire_form(one)['value']}" for one in identifiers)
