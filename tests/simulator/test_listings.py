"""Listings in pages: notes and external sources."""

from reviewer.simulator.organization import Organization
from tests.simulator.api import CONTACTS, Api


async def test_notes_come_in_pages_newest_first(api: Api, organization: Organization) -> None:
    (one,) = await api.people(1)
    for number in range(3):
        await api.call("POST", f"{CONTACTS}/{one}/notes", {"noteText": f"note {number}"})
        organization.clock.advance(1)
    page = await api.get(one, "/notes", pageSize=2)
    assert [note["noteText"] for note in page["entities"]] == ["note 2", "note 1"]
    assert (page["total"], page["pageCount"]) == (3, 2)
    assert page["nextUri"].endswith("pageNumber=2")
    oldest = await api.get(one, "/notes", sortOrder="createDate:asc")
    assert oldest["entities"][0]["noteText"] == "note 0"
    for wrong in ({"pageSize": 101}, {"pageSize": 100, "pageNumber": 11}, {"sortOrder": "id:asc"}):
        await api.get(one, "/notes", status=400, **wrong)
    await api.call("POST", f"{CONTACTS}/{one}/notes", {"noteText": ""}, status=400)


async def test_external_sources_are_found_by_the_beginning_of_their_name(api: Api) -> None:
    path = "/api/v2/externalcontacts/externalsources"
    (source,) = (await api.call("GET", path, name="cr"))["entities"]
    assert source["name"] == "CRM"
    assert "{{externalId.value}}" in source["linkConfiguration"]["uriTemplate"]
    assert await api.call("GET", f"{path}/{source['id']}") == source
    assert (await api.call("GET", path, name="rm"))["entities"] == []
    await api.call("GET", f"{path}/unknown", status=404)
