"""What hangs on a contact and is not moved by a merge: notes and journey sessions."""

import uuid
from collections.abc import Sequence
from typing import Any

from reviewer.simulator.analytics.conversations import conversation_id
from reviewer.simulator.call import Call
from reviewer.simulator.contacts import PATH, reference
from reviewer.simulator.errors import invalid_fields, invalid_parameter, not_found
from reviewer.simulator.organization import Organization
from reviewer.simulator.wire import dump, load, moment_of, timestamp

NOTE_EXPAND = frozenset(("author", "externalDataSources", "division", "mergeset"))
NOTE_EXPAND_ONE = NOTE_EXPAND - {"mergeset"}
NOTE_LIMIT, PRODUCT_LIMIT = 32_000, 1000


def list_notes(organization: Organization, call: Call) -> Any:
    """GET contacts/{id}/notes: its own; with expand=mergeset those of the whole merge set."""
    whole_set = "mergeset" in call.expand(NOTE_EXPAND)
    size = call.number("pageSize", 20, 1, 100)
    page = call.number("pageNumber", 1, 1, PRODUCT_LIMIT)
    order = call.parameter("sortOrder", "createDate:desc").lower()
    if size * page > PRODUCT_LIMIT:
        raise invalid_parameter("pageNumber", f"pageSize * pageNumber must not exceed {PRODUCT_LIMIT}")
    if order not in ("createdate:asc", "createdate:desc"):
        raise invalid_parameter("sortOrder", "must be createDate:asc or createDate:desc")
    contact_id = call.path["id"]
    rows = texts(organization, "notes", owners(organization, contact_id, whole_set), order.endswith("desc"))
    first = (page - 1) * size
    uri = f"{PATH}/{contact_id}/notes?pageSize={size}&pageNumber="
    listing: dict[str, Any] = {
        "entities": [load(body) for body in rows[first : first + size]],
        "pageSize": size,
        "pageNumber": page,
        "total": len(rows),
        "pageCount": max(1, -(-len(rows) // size)),
        "selfUri": f"{uri}{page}",
        "firstUri": f"{uri}1",
    }
    return listing | ({"nextUri": f"{uri}{page + 1}"} if first + size < len(rows) else {})


def get_note(organization: Organization, call: Call) -> Any:
    """GET contacts/{id}/notes/{note}: a note of this very contact."""
    call.expand(NOTE_EXPAND_ONE)
    stored = organization.part_of(call.path["id"])
    row = organization.state.sql.execute(
        "SELECT body FROM notes WHERE id = ? AND contact = ?", (call.path["note"], stored.id)
    ).fetchone()
    if row is None:
        raise not_found(f"Note {call.path['note']} of contact {stored.id}")
    return row[0]


def owners(organization: Organization, contact_id: str, whole_set: bool) -> list[str]:
    """Whose annexes are asked for."""
    stored = organization.part_of(contact_id)
    if whole_set and stored.head:
        return [member.id for member in organization.contacts.members(stored.head)]
    return [stored.id]


def texts(organization: Organization, table: str, contact_ids: Sequence[str], newest_first: bool) -> list[bytes]:
    """The stored bodies of ``notes`` or ``sessions`` of some contacts, by date of creation."""
    marks = ", ".join("?" * len(contact_ids))
    rows = organization.state.sql.execute(
        f"SELECT created, seq, body FROM {table} WHERE contact IN ({marks})", tuple(contact_ids)
    ).fetchall()
    return [body for _, _, body in sorted(rows, reverse=newest_first)]


def create_note(organization: Organization, call: Call) -> Any:
    """POST contacts/{id}/notes."""
    stored = organization.changeable_part_of(call.path["id"])
    text = call.object().get("noteText")
    if not isinstance(text, str) or not 1 <= len(text) <= NOTE_LIMIT:
        said = f"must be text of 1 to {NOTE_LIMIT} characters"
        raise invalid_fields(organization.knobs.validation_status, {"noteText": said})
    note = note_of(str(uuid.uuid4()), stored.id, text, organization.clock.now(), organization.client.id)
    with organization.state.transaction():
        insert_notes(organization, [note])
    call.effect = f"noted {note['id']} on {stored.id}"
    return note


def note_of(note_id: str, contact_id: str, text: str, created: int, author: str) -> dict[str, Any]:
    """A note as the API shows it."""
    when = timestamp(created)
    return {
        "id": note_id,
        "entityId": contact_id,
        "entityType": "contact",
        "noteText": text,
        "createDate": when,
        "modifyDate": when,
        "createdBy": {"id": author, "selfUri": f"/api/v2/users/{author}"},
        "selfUri": f"{PATH}/{contact_id}/notes/{note_id}",
    }


def insert_notes(organization: Organization, notes: Sequence[dict[str, Any]]) -> None:
    insert(organization, "notes", notes, "createDate", [note["entityId"] for note in notes])


def insert_sessions(organization: Organization, sessions: Sequence[dict[str, Any]]) -> None:
    insert(organization, "sessions", sessions, "createdDate", [one["externalContact"]["id"] for one in sessions])


def insert(
    organization: Organization, table: str, bodies: Sequence[dict[str, Any]], date: str, contact_ids: Sequence[str]
) -> None:
    organization.state.sql.executemany(
        f"INSERT INTO {table} (id, contact, created, body) VALUES (?, ?, ?, ?)",
        [
            (body["id"], contact_id, moment_of(body[date]), dump(body))
            for body, contact_id in zip(bodies, contact_ids, strict=True)
        ],
    )


def list_sessions(organization: Organization, call: Call) -> Any:
    """GET contacts/{id}/journey/sessions: newest first; ``after`` of the next page stands in nextUri."""
    size = call.number("pageSize", 25, 1, 200)
    first = call.number("after", 0, 0, 10_000_000)
    merged = call.flag("includeMerged")
    contact_id = call.path["id"]
    rows = texts(organization, "sessions", owners(organization, contact_id, merged), newest_first=True)
    uri = f"{PATH}/{contact_id}/journey/sessions?pageSize={size}&includeMerged={str(merged).lower()}"
    listing: dict[str, Any] = {"entities": [load(body) for body in rows[first : first + size]], "selfUri": uri}
    return listing | ({"nextUri": f"{uri}&after={first + size}"} if first + size < len(rows) else {})


MESSAGING = frozenset(("WhatsApp", "Instagram", "Facebook", "Twitter", "Line"))


def session_of(
    session_id: str, contact_id: str, channel: str, created: int, ended: int, address: str = ""
) -> dict[str, Any]:
    """A session of a conversation as the API shows it; ``address`` is who the customer is on the channel."""
    conversation = conversation_id(session_id)
    customer = {"customerId": address, "customerIdType": channel.lower()} if address else {}
    kind = {"type": "Message", "messageType": channel} if channel in MESSAGING else {"type": channel}
    return {
        "id": session_id,
        "type": "conversation",
        **customer,
        "externalContact": reference(contact_id),
        "conversation": {"id": conversation, "selfUri": f"/api/v2/conversations/{conversation}"},
        "conversationChannels": [kind],
        "originatingDirection": "Inbound",
        "createdDate": timestamp(created),
        "endedDate": timestamp(ended),
        "selfUri": f"/api/v2/journey/sessions/{session_id}",
    }
