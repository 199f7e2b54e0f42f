"""The calls that change something. Each is sent once; none deletes a contact.

Every function returns an ``Answer`` only if the service said that it was done, raises ``UnclearOutcome`` if that
is not known, and any other ``ApiError`` if it was not done.
"""

from collections.abc import Mapping, Sequence

from reviewer.genesys.answers import Answer
from reviewer.genesys.contacts import identifier
from reviewer.genesys.endpoints import CREATE, EDIT, EDIT_IDENTIFIERS, MERGE
from reviewer.genesys.transport import MaySend, Transport, always

FEWEST_MERGED, MOST_MERGED = 2, 25
"""Contacts that one merge takes (section 2.1 of the API contract)."""

JsonFields = Mapping[str, object]


async def merge(
    transport: Transport,
    contact_ids: Sequence[str],
    value_override: JsonFields | None,
    may_send: MaySend = always,
) -> Answer:
    """Merge contacts into a new one; the answer's body is that contact.

    ``may_send`` is asked just before the call goes. Raises ``ValueError`` unless these are 2 to 25 different ids,
    ``Withheld`` if it may not go.
    """
    if len(set(contact_ids)) != len(contact_ids) or not FEWEST_MERGED <= len(contact_ids) <= MOST_MERGED:
        raise ValueError(f"a merge takes {FEWEST_MERGED} to {MOST_MERGED} different contacts")
    body: dict[str, object] = {"contactIds": list(contact_ids)}
    if value_override is not None:
        body["valueOverride"] = value_override
    return await transport.write(MERGE, body=body, may_send=may_send)


async def patch(
    transport: Transport, contact_id: str, changes: Sequence[JsonFields], may_send: MaySend = always
) -> Answer:
    """Change fields: each change is ``{"field": "$.a.b", "action": …, "value": …}``; the body is the contact."""
    return await transport.write(EDIT, contact_id=contact_id, body={"changes": list(changes)}, may_send=may_send)


async def claim(
    transport: Transport,
    contact_id: str,
    kind: str,
    value: str,
    external_source_id: str | None,
    may_send: MaySend = always,
) -> Answer:
    """Let an identifier point to this contact; the body is the identifier."""
    claimed = identifier(kind, value, external_source_id)
    return await _identifier_request(transport, "Claim", contact_id, claimed, may_send)


async def release(
    transport: Transport,
    contact_id: str,
    kind: str,
    value: str,
    external_source_id: str | None,
    may_send: MaySend = always,
) -> Answer:
    """Let an identifier of this contact go; the body is the identifier."""
    released = identifier(kind, value, external_source_id)
    return await _identifier_request(transport, "Release", contact_id, released, may_send)


async def create(transport: Transport, contact: JsonFields, may_send: MaySend = always) -> Answer:
    """Make a new contact; the body is that contact with its id."""
    return await transport.write(CREATE, body=contact, may_send=may_send)


async def _identifier_request(
    transport: Transport, operation: str, contact_id: str, claimed: JsonFields, may_send: MaySend
) -> Answer:
    body = {"operation": operation, "identifier": claimed}
    return await transport.write(EDIT_IDENTIFIERS, contact_id=contact_id, body=body, may_send=may_send)
