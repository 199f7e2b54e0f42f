"""The journey segments that contacts are assigned to; like notes, they stay with their contact in a merge."""

from typing import Any

from reviewer.simulator.annexes import owners
from reviewer.simulator.call import Call
from reviewer.simulator.contacts import reference
from reviewer.simulator.errors import bad_request
from reviewer.simulator.organization import Organization
from reviewer.simulator.wire import timestamp

DEFAULT, MOST_LISTED, MOST_CHANGED = 25, 500, 10


def list_segments(organization: Organization, call: Call) -> Any:
    """GET contacts/{id}/journey/segments: its own; with includeMerged those of the whole merge set."""
    limit = call.number("limit", DEFAULT, 1, MOST_LISTED)
    contact_ids = owners(organization, call.path["id"], call.flag("includeMerged"))
    marks = ", ".join("?" * len(contact_ids))
    rows = organization.state.sql.execute(
        f"SELECT segment, contact, assigned FROM segments WHERE contact IN ({marks})"
        " ORDER BY assigned DESC, segment LIMIT ?",
        (*contact_ids, limit),
    )
    return {"entities": [shown(*row) for row in rows]}


def change_segments(organization: Organization, call: Call) -> Any:
    """POST contacts/{id}/journey/segments: assign some, unassign others, at most ten in all."""
    stored = organization.changeable_part_of(call.path["id"])
    assigned, unassigned = (ids_of(call.object(), what) for what in ("assign", "unassign"))
    if not 1 <= len(assigned) + len(unassigned) <= MOST_CHANGED:
        raise bad_request(f"There must be 1 to {MOST_CHANGED} segments")
    now = organization.clock.now()
    with organization.state.transaction() as sql:
        sql.executemany(
            "INSERT OR IGNORE INTO segments VALUES (?, ?, ?)", [(stored.id, segment, now) for segment in assigned]
        )
        sql.executemany(
            "DELETE FROM segments WHERE contact = ? AND segment = ?", [(stored.id, segment) for segment in unassigned]
        )
    call.effect = f"segments of {stored.id}: {len(assigned)} assigned, {len(unassigned)} unassigned"
    return {}


def ids_of(body: dict[str, Any], what: str) -> list[str]:
    """Ids of the segments under ``assign`` or ``unassign``. Raises ApiError where they are none."""
    part = body.get(what) or {}
    segments = part.get("segments", []) if isinstance(part, dict) else None
    if not isinstance(segments, list):
        raise bad_request(f"{what}.segments must be a list")
    ids = [one.get("id") if isinstance(one, dict) else None for one in segments]
    if not all(isinstance(one, str) and one for one in ids):
        raise bad_request(f"each of {what}.segments needs an id")
    return [str(one) for one in ids]


def shown(segment_id: str, contact_id: str, assigned: int) -> dict[str, Any]:
    """An assignment as the API shows it."""
    return {
        "segment": {"id": segment_id, "selfUri": f"/api/v2/journey/segments/{segment_id}"},
        "externalContact": reference(contact_id),
        "dateAssigned": timestamp(assigned),
    }
