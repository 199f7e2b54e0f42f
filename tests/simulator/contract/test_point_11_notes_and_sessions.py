"""Point 11: notes, sessions and conversations stay where they are."""

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
