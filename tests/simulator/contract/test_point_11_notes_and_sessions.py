"""Point 11: notes, sessions and conversations stay where they are."""

from typing import Any

import pytest

from reviewer.simulator.annexes import insert_sessions, session_of
from reviewer.simulator.organization import Organization
from tests.simulator.api import CONTACTS, Api, ids_of


async def test_point_11_notes_and_sessions_stay_where_they_are(api: Api) -> None:
    one, two = await api.people(2)
    note = await api.call("POST", f"{CONTACTS}/{one}/notes", {"noteText": "Prefers email."})
    merged = await api.merge(one, two)
    assert (await api.get(merged["id"], "/notes"))["entities"] == []
    whole = await api.get(merged["id"], "/notes", expand="mergeset")
    assert ids_of(whole["entities"]) == [note["id"]]
    assert (whole["total"], whole["entities"][0]["entityId"]) == (1, one)


async def test_point_11_sessions_are_listed_with_those_of_merged_contacts_on_request(
    api: Api, organization: Organization
) -> None:
    one, two = await api.people(2)
    insert_sessions(organization, [session_of(f"s{number}", one, "Voice", number, number + 9) for number in range(3)])
    merged = await api.merge(one, two)
    assert (await api.get(merged["id"], "/journey/sessions"))["entities"] == []
    first = await api.get(merged["id"], "/journey/sessions", includeMerged="true", pageSize=2)
    assert ids_of(first["entities"]) == ["s2", "s1"]
    rest = await api.call("GET", first["nextUri"])
    assert ids_of(rest["entities"]) == ["s0"]
    assert "nextUri" not in rest
    assert rest["entities"][0]["externalContact"]["id"] == one


async def test_point_11_the_conversation_of_a_session_keeps_its_contact(api: Api, organization: Organization) -> None:
    one, two = await api.people(2)
    insert_sessions(organization, [session_of("s1", one, "Voice", 1, 2)])
    merged = await api.merge(one, two)
    found = await api.get(merged["id"], "/journey/sessions", includeMerged="true")
    assert [session["externalContact"]["id"] for session in found["entities"]] == [one]


async def test_point_11_a_note_is_read_by_its_id_on_its_own_contact_only(api: Api) -> None:
    one, two = await api.people(2)
    note = await api.note(one, "Prefers email.")
    merged = await api.merge(one, two)
    assert await api.get(one, f"/notes/{note['id']}") == note
    await api.get(merged["id"], f"/notes/{note['id']}", status=404)
    await api.get(one, "/notes/unknown", status=404)
    await api.get(one, f"/notes/{note['id']}", expand="mergeset", status=400)


def segments(*ids: str) -> dict[str, Any]:
    return {"segments": [{"id": one} for one in ids]}


async def test_point_11_segments_stay_and_are_listed_with_those_of_merged_contacts_on_request(api: Api) -> None:
    one, two = await api.people(2)
    path = f"{CONTACTS}/{one}/journey/segments"
    await api.call("POST", path, {"assign": segments("s1", "s2")})
    await api.call("POST", path, {"unassign": segments("s2"), "assign": segments("s3")})
    merged = await api.merge(one, two)
    assert (await api.get(merged["id"], "/journey/segments"))["entities"] == []
    found = (await api.get(merged["id"], "/journey/segments", includeMerged="true"))["entities"]
    assert sorted(assignment["segment"]["id"] for assignment in found) == ["s1", "s3"]
    assert {assignment["externalContact"]["id"] for assignment in found} == {one}
    own = (await api.get(one, "/journey/segments", limit=1))["entities"]
    assert len(own) == 1 and own[0]["dateAssigned"]


@pytest.mark.parametrize("count", [0, 11])
async def test_point_11_one_to_ten_segments_are_changed_at_a_time(api: Api, count: int) -> None:
    (one,) = await api.people(1)
    path = f"{CONTACTS}/{one}/journey/segments"
    await api.call("POST", path, {"assign": segments(*map(str, range(count)))}, status=400)
    await api.call("POST", path, {"assign": {"segments": ["x"]}}, status=400)
    await api.call("GET", path, limit=501, status=400)
