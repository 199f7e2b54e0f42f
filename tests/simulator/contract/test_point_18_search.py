"""Point 18 of the checklist: GET contacts and POST contacts/search."""

from pathlib import Path
from typing import Any

import pytest

from reviewer.simulator.knobs import Knobs
from reviewer.simulator.opening import Opening, open_organization
from reviewer.simulator.organization import Organization
from reviewer.simulator.serving import in_process
from tests.simulator.api import CONTACTS, SOURCE, Api, crm

SEARCH = f"{CONTACTS}/search"


async def found(api: Api, q: str = "", **query: Any) -> list[str]:
    """First names of the contacts that a search finds; both calls have to find the same."""
    simple = {"query": q} | ({"sortOrder": [query["sortOrder"]]} if "sortOrder" in query else {})
    divisions = {"divisionIds": query["divisionIds"].split(",")} if "divisionIds" in query else {}
    posted = await api.call("POST", SEARCH, {"operation": {"simpleSearch": simple}} | divisions)
    listing = await api.call("GET", CONTACTS, q=q, **query)
    names = [entity["firstName"] for entity in listing["entities"]]
    assert names == [entity["firstName"] for entity in posted["entities"]]
    assert listing["total"] == len(names)
    return names


def pass_by(api: Api, seconds: float = 1) -> None:
    """Time goes by, so that the index catches up."""
    api.organization.clock.advance(seconds)


@pytest.fixture
def lazy(api: Api) -> Api:
    """An organisation whose index catches up only when the test says so."""
    api.turn(search_delay_seconds=15.0)
    return api


async def test_point_18_a_contact_is_found_by_its_names_emails_phones_and_external_ids(api: Api) -> None:
    fields: dict[str, Any] = {
        "firstName": "José",
        "lastName": "García-Márquez",
        "title": "Director",
        "workEmail": "jose.garcia@example.com",
        "externalIds": [crm("0031t-77")],
        "cellPhone": {"display": "(702) 919-1300"},
        "instagramId": {"ids": [{"scopedId": "1"}], "handle": "pepe_g"},
    }
    await api.create(**fields)
    await api.create(firstName="Ada", lastName="Lovelace")
    pass_by(api)
    for q in ("jose", "MÁRQUEZ garcía", "jose.garcia@example.com", "0031t-77", "director", "pepe_g", "Garc", "josé"):
        assert await found(api, q) == ["José"], q
    for q in ("jose lovelace", "xyz", "arcia", "0031t-78"):
        assert await found(api, q) == [], q
    assert await found(api) == ["José", "Ada"]
    api.turn(search_prefix=False)
    assert await found(api, "Garc") == []


@pytest.mark.parametrize("q", ["+17029191300", "702 919 1300", "(702) 919-1300", "702.919.1300", "ada 7029191300"])
async def test_point_18_what_looks_like_a_phone_is_looked_for_in_e164(api: Api, q: str) -> None:
    await api.create(firstName="Ada", cellPhone={"display": "+1 702-919-1300"})
    pass_by(api)
    assert await found(api, q) == ["Ada"]


async def test_point_18_a_quoted_term_is_not_taken_for_a_phone(api: Api) -> None:
    await api.create(firstName="Ada", cellPhone={"display": "+1 702-919-1300"})
    await api.create(firstName="Bob", externalIds=[crm("7029191300")])
    pass_by(api)
    assert await found(api, "7029191300") == ["Ada"]
    assert await found(api, '"7029191300"') == ["Bob"]
    assert await found(api, '"17029191300"') == ["Ada"]


async def test_point_18_a_number_that_is_none_is_not_searchable(api: Api) -> None:
    await api.create(firstName="Ada", cellPhone={"display": "12345678901234567890"})
    pass_by(api)
    assert await found(api, "12345678901234567890") == []


@pytest.mark.parametrize("q", ['"', '""', "*", "AND", 'a" OR "b', "NOT ada", "words:ada", "^ada", "(", "%", "'"])
async def test_point_18_there_is_no_special_syntax(api: Api, q: str) -> None:
    await api.create(firstName="Eve")
    pass_by(api)
    assert await found(api, q) == []


async def test_point_18_only_curated_contacts_that_are_no_ancestors_are_found(
    api: Api, organization: Organization
) -> None:
    one, two, three = [(await api.create(firstName=name))["id"] for name in ("Ada", "Adam", "Adele")]
    stored = organization.contact(three)
    organization.contacts.write({**stored.contact, "type": "Identified"}, stored.modified)
    await api.merge(one, two, override={"firstName": "Adam"})
    pass_by(api)
    assert await found(api, "ada") == ["Adam"]
    assert await found(api, "adele") == []
    api.turn(search_shows_ancestors=True)
    assert await found(api, "ada") == ["Ada", "Adam", "Adam"]
    await api.call("POST", f"{CONTACTS}/{three}/promotion")
    pass_by(api)
    assert await found(api, "adele") == ["Adele"]


async def test_point_18_a_new_contact_is_found_after_the_delay(lazy: Api) -> None:
    await lazy.create(firstName="Ada")
    assert await found(lazy, "ada") == []
    pass_by(lazy, 14)
    assert await found(lazy, "ada") == []
    pass_by(lazy, 2)
    assert await found(lazy, "ada") == ["Ada"]


async def test_point_18_a_changed_contact_is_found_as_it_was_until_the_delay_is_over(lazy: Api) -> None:
    one = (await lazy.create(firstName="Ada", lastName="Byron"))["id"]
    pass_by(lazy, 20)
    await lazy.patch(one, ("$.lastName", "Update", "King"))
    pass_by(lazy, 10)
    await lazy.patch(one, ("$.lastName", "Update", "Lovelace"))
    assert await found(lazy, "byron") == ["Ada"] and await found(lazy, "king") == []
    (shown,) = (await lazy.call("GET", CONTACTS, q="ada"))["entities"]
    assert shown["lastName"] == "Byron"
    pass_by(lazy, 6)
    assert await found(lazy, "byron") == [] and await found(lazy, "king") == ["Ada"]
    assert await found(lazy, "lovelace") == []
    pass_by(lazy, 10)
    assert await found(lazy, "king") == [] and await found(lazy, "lovelace") == ["Ada"]


async def test_point_18_merged_contacts_are_found_until_the_delay_is_over(lazy: Api) -> None:
    one = (await lazy.create(firstName="Ada"))["id"]
    two = (await lazy.create(firstName="Adam"))["id"]
    pass_by(lazy, 20)
    await lazy.merge(one, two)
    entities = (await lazy.call("GET", CONTACTS, q="ada"))["entities"]
    assert [entity["id"] for entity in entities] == [one, two]
    assert all("mergedTo" not in entity for entity in entities)
    pass_by(lazy, 20)
    assert len(await found(lazy, "ada")) == 1


async def test_point_18_a_deleted_contact_is_found_until_the_delay_is_over(
    lazy: Api, organization: Organization
) -> None:
    one = (await lazy.create(firstName="Ada"))["id"]
    pass_by(lazy, 20)
    organization.state.sql.execute("DELETE FROM contacts WHERE id = ?", (one,))
    await lazy.get(one, status=404)
    assert await found(lazy, "ada") == ["Ada"]
    pass_by(lazy, 20)
    assert await found(lazy, "ada") == []


async def test_point_18_a_longer_search_window_is_not_needed_for_a_change_that_is_old(api: Api) -> None:
    """What nobody will ask for any more is not kept."""
    one = (await api.create(firstName="Ada"))["id"]
    for number in range(5):
        pass_by(api)
        await api.patch(one, ("$.title", "Update", f"title {number}"))
    (kept,) = api.organization.state.sql.execute("SELECT count(*) FROM search_versions").fetchone()
    assert kept == 1


async def test_point_18_a_refused_merge_leaves_no_trace_in_search(lazy: Api) -> None:
    one, two = [(await lazy.create(firstName=name))["id"] for name in ("Ada", "Adam")]
    pass_by(lazy, 20)
    lazy.turn(merge_set_limit=2)
    await lazy.merge(one, two, status=409)
    pass_by(lazy, 20)
    assert await found(lazy, "ada") == ["Ada", "Adam"]


async def test_point_18_contacts_are_sorted_by_four_fields_in_either_direction(api: Api) -> None:
    for first, last in (("bob", "Young"), ("Ada", "young"), ("Carl", "Abel")):
        await api.create(firstName=first, lastName=last)
    pass_by(api)
    assert await found(api, sortOrder="firstName:asc") == ["Ada", "bob", "Carl"]
    assert await found(api, sortOrder="lastName:desc") == ["bob", "Ada", "Carl"]
    several = {"simpleSearch": {"sortOrder": ["lastName:asc", "firstName:asc"]}}
    answer = await api.call("POST", SEARCH, {"operation": several})
    assert [entity["firstName"] for entity in answer["entities"]] == ["Carl", "Ada", "bob"]


@pytest.mark.parametrize("order", ["modifyDate:asc", "firstName", "firstName:up", ":asc", "seq:desc"])
async def test_point_18_no_other_field_can_be_sorted_by(api: Api, order: str) -> None:
    error = await api.call("GET", CONTACTS, sortOrder=order, status=400)
    assert error["details"][0]["fieldName"] == "sortOrder"
    await api.call("POST", SEARCH, {"operation": {"simpleSearch": {"sortOrder": [order]}}}, status=400)


@pytest.mark.parametrize(
    "query",
    [
        {"pageSize": "0"},
        {"pageNumber": "0"},
        {"pageSize": "100", "pageNumber": "11"},
        {"pageSize": "1001"},
        {"divisionIds": ",".join(str(number) for number in range(51))},
        {"expand": "everything"},
    ],
)
async def test_point_18_a_listing_beyond_its_limits_is_refused(api: Api, query: dict[str, str]) -> None:
    await api.call("GET", CONTACTS, status=400, **query)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"operation": {}},
        {"operation": {"complexSearch": {}}},
        {"operation": {"simpleSearch": {}, "otherSearch": {}}},
        {"operation": {"simpleSearch": []}},
        {"operation": {"simpleSearch": {"query": 5}}},
        {"operation": {"simpleSearch": {"ids": [str(number) for number in range(101)]}}},
        {"operation": {"simpleSearch": {}}, "pageSize": 100, "pageNumber": 11},
        {"operation": {"simpleSearch": {}}, "pageSize": "ten"},
        {"operation": {"simpleSearch": {}}, "divisionIds": [str(number) for number in range(51)]},
        {"operation": {"simpleSearch": {}}, "expand": ["everything"]},
        [],
    ],
)
async def test_point_18_a_search_beyond_its_limits_is_refused(api: Api, body: Any) -> None:
    await api.call("POST", SEARCH, body, status=400)


async def test_point_18_the_last_page_of_the_window_points_nowhere(api: Api) -> None:
    await api.people(45)
    pass_by(api)
    first = await api.call("GET", CONTACTS, q="Person", pageSize=20)
    assert (first["total"], first["pageCount"], len(first["entities"])) == (45, 3, 20)
    assert "previousUri" not in first
    second = await api.call("GET", first["nextUri"])
    assert second["pageNumber"] == 2 and "q=Person" in second["selfUri"]
    third = await api.call("GET", second["nextUri"])
    assert "nextUri" not in third and third["selfUri"] == first["lastUri"]
    assert await api.call("GET", third["firstUri"]) == first
    assert await api.call("GET", third["previousUri"]) == second
    ids = [entity["id"] for page in (first, second, third) for entity in page["entities"]]
    assert len(set(ids)) == 45
    far = await api.call("GET", CONTACTS, pageSize=500, pageNumber=2)
    assert (far["entities"], "nextUri" in far) == ([], False)


async def test_point_18_no_page_points_beyond_the_window_of_1000() -> None:
    organization = in_process(population=1300, knobs=Knobs(rate_limit=None))
    api = Api(organization)
    last = await api.call("GET", CONTACTS, pageSize=400, pageNumber=2)
    assert (len(last["entities"]), last["total"] > 1000, last["pageCount"]) == (400, True, 4)
    assert "nextUri" not in last and last["lastUri"] == last["selfUri"]
    await api.call("GET", CONTACTS, pageSize=400, pageNumber=3, status=400)
    await api.client.aclose()
    organization.state.close()


async def test_point_18_a_search_within_divisions_or_among_ids(api: Api) -> None:
    here = await api.create(firstName="Ada")
    there = await api.create(firstName="Adam", division={"id": "d1"})
    pass_by(api)
    assert await found(api, "ada", divisionIds="d1,d2") == ["Adam"]
    among = {"operation": {"simpleSearch": {"query": "ada", "ids": [here["id"], "unknown"]}}}
    assert [one["id"] for one in (await api.call("POST", SEARCH, among))["entities"]] == [here["id"]]
    among["operation"]["simpleSearch"]["ids"] = []
    assert (await api.call("POST", SEARCH, among))["entities"] == []
    assert there["division"]["id"] == "d1"


async def test_point_18_what_is_found_can_be_expanded(api: Api) -> None:
    await api.create(firstName="Ada", externalIds=[crm("7")])
    pass_by(api)
    body = {"operation": {"simpleSearch": {"query": "ada"}}, "expand": ["identifiers", "externalSources"]}
    for listing in (
        await api.call("GET", CONTACTS, q="ada", expand="identifiers,externalSources"),
        await api.call("POST", SEARCH, body),
    ):
        (contact,) = listing["entities"]
        assert contact["identifiers"][0]["value"] == "7"
        assert contact["externalIds"][0]["externalSource"]["name"] == "CRM"


async def test_point_18_results_may_be_partial(api: Api) -> None:
    assert "partialResults" not in await api.call("GET", CONTACTS)
    api.turn(search_partial=True)
    assert (await api.call("GET", CONTACTS))["partialResults"] is True


async def test_point_18_a_lone_surrogate_in_a_name_breaks_no_search(api: Api, organization: Organization) -> None:
    (one, _) = await api.people(2)
    stored = organization.contact(one)
    organization.contacts.write({**stored.contact, "firstName": "Half \ud83d"}, stored.modified)
    pass_by(api)
    answer = await api.call("GET", CONTACTS, q="half")
    assert answer["entities"][0]["firstName"] == "Half \ud83d"


async def test_point_18_a_seeded_population_is_searched_at_once() -> None:
    organization = in_process(population=150, knobs=Knobs(rate_limit=None, search_delay_seconds=60.0))
    api = Api(organization)
    curated = organization.contacts.count() - len(organization.contacts.unlisted(organization.clock.now()))
    assert (await api.call("GET", CONTACTS))["total"] == curated
    await api.client.aclose()
    organization.state.close()


async def test_point_18_the_index_survives_a_restart(tmp_path: Path) -> None:
    opening = Opening(state=tmp_path / "organization.db", population=0, rate_limit=None)
    first = open_organization(opening, Knobs(search_delay_seconds=0))
    first.sources.add(SOURCE, "CRM")
    api = Api(first)
    await api.create(firstName="Ada")
    assert await found(api, "ada") == ["Ada"]
    await api.create(firstName="Adam")
    await api.client.aclose()
    first.state.close()
    again = open_organization(opening, Knobs(search_delay_seconds=0))
    api = Api(again)
    await api.create(firstName="Adele")
    again.clock.advance(0.1)
    assert await found(api, "ad") == ["Ada", "Adam", "Adele"]
    await api.client.aclose()
    again.state.close()
