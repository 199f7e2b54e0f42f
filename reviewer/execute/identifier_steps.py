"""CLAIM and RELEASE: an identifier leads to a contact, or to that contact no longer."""

from dataclasses import dataclass

from reviewer.domain.answer import Difference
from reviewer.domain.contact import contact_from, headline
from reviewer.domain.identifiers import Identifier, from_wire
from reviewer.domain.plan import StepKind
from reviewer.domain.wire import JsonObject
from reviewer.execute.approval import Approval
from reviewer.execute.index_lag import IndexLag
from reviewer.execute.reading import as_contact
from reviewer.execute.step_work import Finding, Standing, hindered
from reviewer.genesys.answers import Answer
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.errors import NotFound
from reviewer.genesys.transport import MaySend

_OPEN, _DONE = Finding(Standing.OPEN), Finding(Standing.DONE)


async def held_by(client: GenesysClient, contact: str) -> frozenset[Identifier]:
    """The identifiers that a contact has claimed, in this program's spelling."""
    return frozenset(
        from_wire({"type": one.type, "value": one.value, "externalSource": {"id": source.id} if source else None})
        for one in await client.identifiers(contact)
        for source in (one.external_source,)
    )


async def holder_of(client: GenesysClient, identifier: JsonObject, division: str | None) -> JsonObject:
    """The living contact that an identifier leads to in a division; an empty object for nobody."""
    source = (identifier.get("externalSource") or {}).get("id")
    body = await client.look_up(identifier["type"], identifier["value"], source, division)
    return as_contact(body) if body else {}


def who(record: JsonObject) -> str:
    """A contact that was looked up, by name and id; record text."""
    if not record:
        return "nobody"
    name = headline(contact_from(record))
    return str(record["id"]) if name == record["id"] else f"{name} ({record['id']})"


async def standing_of(client: GenesysClient, contact: str) -> tuple[JsonObject, str]:
    """A contact as it is, and why nothing may be claimed for it or released from it (empty if it may)."""
    try:
        record = as_contact(await client.unresolved(contact))
    except NotFound:
        return {}, f"the service does not know {contact} any more"
    target = (record.get("mergedTo") or {}).get("id")
    return record, f"{contact} was merged into {target} meanwhile" if target else ""


def division_of(record: JsonObject) -> str | None:
    """The division that a contact's identifiers belong to."""
    return (record.get("division") or {}).get("id")


def named(identifier: JsonObject) -> str:
    """An identifier in words; record text."""
    return f"{identifier['type']} {identifier['value']}"


@dataclass(frozen=True)
class Claiming:
    """CLAIM. It is never sent for what another contact holds: an organisation may let it take that away unasked."""

    client: GenesysClient
    lag: IndexLag
    act: str = "claimed"

    async def find(self, request: JsonObject, approval: Approval, *, new: bool) -> Finding:
        """Whether the contact holds it; it is hindered where another one does.

        What this plan released may be shown at its old contact for a while: that is asked again until it is not; and
        what is claimed back is claimed whatever is shown, since to claim what one has does nothing.
        """
        contact, identifier = str(request["contactId"]), request["identifier"]
        record, gone = await standing_of(self.client, contact)
        if gone:
            return hindered(gone, new=new)
        released = _released(approval, identifier)
        may_be_behind = new and contact in released
        if not may_be_behind and from_wire(identifier) in await held_by(self.client, contact):
            return _DONE

        async def holder() -> JsonObject:
            return await holder_of(self.client, identifier, division_of(record))

        found = await self.lag.ask(holder, lambda record: record.get("id") in released - {contact})
        if found.get("id", contact) != contact:
            return Finding(Standing.HINDERED, f"{named(identifier)} leads to {who(found)} now")
        return _DONE if found and not may_be_behind else _OPEN

    async def send(self, request: JsonObject, may_send: MaySend) -> Answer:
        """Claim it."""
        identifier = request["identifier"]
        source = (identifier.get("externalSource") or {}).get("id")
        return await self.client.claim(
            request["contactId"], identifier["type"], identifier["value"], source, may_send=may_send
        )

    def differences(self, request: JsonObject, before: bytes | None, answer: bytes) -> list[Difference]:
        """None: whom it leads to is looked up at the end of the plan."""
        return []


def _released(approval: Approval, identifier: JsonObject) -> set[str]:
    """Contacts that this plan releases an identifier from."""
    return {
        str(step.request["contactId"])
        for step in approval.steps
        if step.kind is StepKind.RELEASE and from_wire(step.request["identifier"]) == from_wire(identifier)
    }


@dataclass(frozen=True)
class Releasing:
    """RELEASE from the contact that the request names."""

    client: GenesysClient
    act: str = "released"

    async def find(self, request: JsonObject, approval: Approval, *, new: bool) -> Finding:
        """Whether the contact still holds it."""
        contact = str(request["contactId"])
        _, gone = await standing_of(self.client, contact)
        if gone:
            return hindered(gone, new=new)
        return _OPEN if from_wire(request["identifier"]) in await held_by(self.client, contact) else _DONE

    async def send(self, request: JsonObject, may_send: MaySend) -> Answer:
        """Release it."""
        identifier = request["identifier"]
        source = (identifier.get("externalSource") or {}).get("id")
        return await self.client.release(
            request["contactId"], identifier["type"], identifier["value"], source, may_send=may_send
        )

    def differences(self, request: JsonObject, before: bytes | None, answer: bytes) -> list[Difference]:
        """None: that the contact let go is seen by the step after it."""
        return []
