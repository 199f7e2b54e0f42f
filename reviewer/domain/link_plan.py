"""Linking a channel identity to a contact as a plan of its own: no contact is merged for it.

An identity that leads to nobody is claimed. One that an anonymous contact holds is released there and claimed here:
two calls, between which it leads to nobody; so the plan has, as approved, the call that claims it back. The field that
shows the identity is set after the claim, and the end is proved by a look-up.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, NamedTuple

from reviewer.domain.contact import contact_from, headline, is_ancestor
from reviewer.domain.errors import RefusedError
from reviewer.domain.fields import field_of, shown
from reviewer.domain.golden_record import golden_record, promised
from reviewer.domain.identifiers import Identifier, from_wire, own_form, wire_form
from reviewer.domain.identity_field import FieldValue, linked_field
from reviewer.domain.override import writable
from reviewer.domain.plan import Step, StepKind
from reviewer.domain.wire import JsonObject

ANONYMOUS_TYPES = ("Ephemeral", "Identified")
"""Types of contacts that the service made by itself, whose life ends with their last interaction."""


class LinkPlan(NamedTuple):
    """The steps of a link; the master contact as it will be (path → value); what that costs, in sentences.

    The sentences and the promise hold record text.
    """

    steps: tuple[Step, ...]
    promise: JsonObject
    costs: tuple[str, ...]


def link_plan(master: JsonObject, identity: Identifier, holder: JsonObject | None) -> LinkPlan:
    """The plan that links ``identity`` to ``master``.

    ``identity`` is spelled as the service takes it, an external id as ``own_form`` has it; ``holder`` is the record
    that the identity leads to now, the master's own included, or None.

    Raises ``RefusedError`` where it cannot be linked: the master was merged, the holder is a known person or in
    another division, the master's field holds another value, or nothing is left to do.
    """
    _check_standing(master)
    owned = holder is not None and holder["id"] == master["id"]
    if holder is not None and not owned:
        _check_holder(master, identity, holder)
    setting = linked_field(master, identity)
    if owned and setting is None:
        raise RefusedError(f"{_named(identity)} leads to {master['id']} already: nothing is left to do")
    steps = _steps(str(master["id"]), identity, None if owned or holder is None else str(holder["id"]), setting)
    promise = promised(golden_record([master], {})) | ({setting.path: setting.value} if setting else {})
    return LinkPlan(tuple(steps), promise, tuple(_costs(identity, setting, holder, owned=owned)))


def _steps(master: str, identity: Identifier, holder: str | None, setting: FieldValue | None) -> list[Step]:
    return [
        *([_identifier_step(StepKind.RELEASE, holder, identity)] if holder else []),
        _identifier_step(StepKind.CLAIM, master, identity),
        *([_set(master, setting)] if setting else []),
        Step(StepKind.VERIFY, wire_form(identity)),
        *([_identifier_step(StepKind.CLAIM_BACK, holder, identity)] if holder else []),
    ]


def _identifier_step(kind: StepKind, contact: str, identity: Identifier) -> Step:
    operation = "Release" if kind is StepKind.RELEASE else "Claim"
    return Step(kind, {"contactId": contact, "operation": operation, "identifier": wire_form(identity)})


def _set(contact: str, setting: FieldValue) -> Step:
    value = writable(setting.path, setting.value)
    return Step(
        StepKind.SET,
        {"contactId": contact, "changes": [{"field": f"$.{setting.path}", "action": "Update", "value": value}]},
    )


def _check_standing(record: JsonObject) -> None:
    if is_ancestor(contact_from(record)):
        raise RefusedError(f"{record['id']} was merged into another contact: link to the contact that it became")


def _check_holder(master: JsonObject, identity: Identifier, holder: JsonObject) -> None:
    if holder.get("type") not in ANONYMOUS_TYPES:
        raise RefusedError(
            f"{_named(identity)} leads to {headline(contact_from(holder))} ({holder['id']}), a known person: "
            "settle first whether the two are one"
        )
    _check_standing(holder)
    if _division(master) != _division(holder):
        raise RefusedError(
            f"{_named(identity)} leads to {holder['id']} in division {_division(holder)}, and {master['id']} is in "
            f"{_division(master)}: an identifier belongs to one division"
        )


def _division(record: JsonObject) -> str:
    return str((record.get("division") or {}).get("id") or "*")


def _costs(identity: Identifier, setting: FieldValue | None, holder: JsonObject | None, *, owned: bool) -> list[str]:
    leads = "leads to this contact already" if owned else "will lead to this contact, from its next interaction on"
    told = [f"{_named(identity)} {leads}"]
    if setting is None:
        told.append("no field of it is changed")
    else:
        told.append(f"{field_of(setting.path).label} is set to {shown(setting.path, setting.value)}")
    if holder is not None and not owned:
        told += [
            f"{holder['id']} stays as an empty shell: its sessions, notes and conversations stay with it and are not "
            "shown here; its own fields may go on showing the identity",
            "two calls: between them the identity leads to nobody, and an interaction that comes in then may make a "
            "new contact that takes it",
            f"if this contact cannot get it, it is claimed back for {holder['id']}",
        ]
    return told


def _named(identity: Identifier) -> str:
    kind, value = identity
    return f"{kind} {value.partition('/')[2] if kind == 'ExternalId' else value}"


def approved_holder(steps: Sequence[Step]) -> str | None:
    """The contact that a link releases the identity from, if it does."""
    return next((str(step.request["contactId"]) for step in steps if step.kind is StepKind.RELEASE), None)


_UNSEEN = ("Cc", "Cf", "Cs")
"""Categories of characters that nobody typed on purpose: controls, formats, halves of surrogate pairs."""

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
"""What may be an address: one that its field would refuse must not be claimed before that."""


def asked_identity(kind: str, value: str, source: str | None = None) -> Identifier:
    """An identity as somebody wrote it, as the service takes it; an external id with its source.

    Raises ``RefusedError`` for a value that cannot be claimed.
    """
    written = value.strip()
    if not written:
        raise RefusedError(f"a {kind} needs a value")
    if any(unicodedata.category(sign) in _UNSEEN for sign in written):
        raise RefusedError(f"{written} cannot be linked: it holds a character that cannot be seen")
    if kind == "Email" and not _EMAIL.fullmatch(written):
        raise RefusedError(f"{written} cannot be linked: it is no email address")
    if kind == "Phone":
        number = "".join(sign for sign in written if sign not in " ()-./\u00a0")
        if not (number.startswith("+") and number[1:].isdecimal() and number.isascii()):
            raise RefusedError(f"{written} cannot be linked: a phone needs its country code and a leading +")
        return Identifier(kind, number)
    if kind == "SocialWhatsapp":
        digits = written.removeprefix("+")
        if not (digits.isdecimal() and digits.isascii()):
            raise RefusedError(f"{written} cannot be linked: a WhatsApp number is digits with its country code")
        return Identifier(kind, digits)
    if kind == "ExternalId" and not source:
        raise RefusedError("an ExternalId needs the external source that it comes from")
    return Identifier(kind, written) if kind == "Email" else own_form(kind, written, source)


def between(steps: Sequence[tuple[str, JsonObject, str]]) -> str:
    """In words, what a link's identity leads to while it is neither here nor there; empty where it is.

    ``steps`` are kind, request and state of each, as journaled.
    """
    done = {kind for kind, _, state in steps if state == "done"}
    released = next((request for kind, request, _ in steps if kind == StepKind.RELEASE), None)
    if released is None or StepKind.RELEASE not in done or done & {StepKind.CLAIM, StepKind.CLAIM_BACK}:
        return ""
    claim = next((request for kind, request, _ in steps if kind == StepKind.CLAIM), None)
    wanted = f", not yet claimed for {claim['contactId']}" if claim else ""
    identity = from_wire(released["identifier"])
    return f"{_named(identity)} is released from {released['contactId']}{wanted}: it leads to nobody"


def is_change_of(change: Any, promise: JsonObject) -> bool:
    """Whether a change of a SET step sets one promised value, and no other."""
    if not isinstance(change, dict) or change.keys() != {"field", "action", "value"} or change["action"] != "Update":
        return False
    path = str(change["field"]).removeprefix("$.")
    return path in promise and change == {**change, "field": f"$.{path}", "value": writable(path, promise[path])}
