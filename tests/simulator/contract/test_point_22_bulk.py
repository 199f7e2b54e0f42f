"""Point 22: bulk calls answer for each entry."""

from typing import Any

import pytest

from tests.simulator.api import BULK, Api, by_id, entries


async def test_point_22_bulk_answers_each_id_in_an_order_of_its_own(api: Api) -> None:
    ids = await api.people(30)
    merged = await api.merge(ids[0], ids[1])
    asked = {"entities": [{"id": one} for one in [*ids, "unknown"]]}
    for path, first_id in ((BULK, merged["id"]), (f"{BULK}/unresolved", ids[0])):
        answer = await api.call("POST", path, asked)
        results = answer["results"]
        assert sorted(one["id"] for one in results) == sorted([*ids, "unknown"])
        assert [one["id"] for one in results] != [*ids, "unknown"]
        by_id = {one["id"]: one for one in results}
        assert by_id[ids[0]]["entity"]["id"] == first_id
        assert (by_id["unknown"]["success"], by_id["unknown"]["error"]["status"]) == (False, 404)
        assert [results[index]["id"] for index in answer["errorIndexes"]] == ["unknown"]
        assert answer["errorCount"] == 1


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_point_22_bulk_has_a_limit(api: Api, status: int) -> None:
    api.turn(bulk_limit=2, bulk_status=status)
    await api.call("POST", BULK, {"entities": [{"id": str(number)} for number in range(3)]}, status=status)


def consistent(answer: dict[str, Any]) -> bool:
    """Whether a bulk answer's count and indexes of errors are those of its results."""
    wrong = [index for index, one in enumerate(answer["results"]) if not one["success"]]
    statuses = all((one["status"] == 200) is one["success"] for one in answer["results"])
    return statuses and answer["errorIndexes"] == wrong and answer["errorCount"] == len(wrong)


async def test_point_22_bulk_add_creates_each_as_a_single_call_would(api: Api) -> None:
    answer = await api.bulk("/add", *({"firstName": f" Person {number} "} for number in range(20)))
    assert consistent(answer) and answer["errorCount"] == 0
    names = [one["entity"]["firstName"] for one in answer["results"]]
    assert sorted(names) == sorted(f"Person {number}" for number in range(20))
    assert names != [f"Person {number}" for number in range(20)]
    for one in answer["results"]:
        assert await api.get(one["id"]) == one["entity"]


async def test_point_22_an_entry_that_fails_says_why_and_leaves_the_others_alone(api: Api) -> None:
    answer = await api.bulk("/add", {"firstName": "Good"}, {"personalEmail": "nobody"}, {"firstName": " "})
    assert consistent(answer) and answer["errorCount"] == 2
    assert api.organization.contacts.count() == 1
    error = next(one["error"] for one in answer["results"] if not one["success"] and one["error"]["details"])
    assert error["details"][0]["fieldName"] == "personalEmail"
    assert error["entity"] == {"personalEmail": "nobody"}
    assert (error["status"], error["retryable"], bool(error["message"] and error["code"])) == (400, False, True)


async def test_point_22_bulk_update_replaces_each_contact(api: Api) -> None:
    ids = await api.people(12)
    changes = [{"id": one, "lastName": f"New {number}"} for number, one in enumerate(ids)]
    answer = await api.bulk("/update", *changes, {"id": "unknown", "lastName": "x"}, {"lastName": "nobody's"})
    results = by_id(answer)
    assert consistent(answer) and answer["errorCount"] == 2
    assert results["unknown"]["status"] == 404
    for number, one in enumerate(ids):
        assert results[one]["entity"] == await api.get(one)
        assert results[one]["entity"]["lastName"] == f"New {number}"
        assert "firstName" not in results[one]["entity"]


async def test_point_22_bulk_remove_deletes_each_contact(api: Api) -> None:
    ids = await api.people(3)
    answer = await api.bulk("/remove", *entries(*ids[:2], "unknown", ids[0]))
    assert consistent(answer)
    assert (answer["errorCount"], by_id(answer)["unknown"]["status"]) == (2, 404), "the second time it is gone"
    assert by_id(answer)[ids[1]].keys() == {"id", "success", "status"}
    await api.get(ids[0], status=404)
    await api.get(ids[2])


@pytest.mark.parametrize("what", ["/add", "/update", "/remove"])
async def test_point_22_entries_that_a_partial_failure_strikes_have_no_effect(api: Api, what: str) -> None:
    ids = await api.people(10)
    given = [{"firstName": "New"} | ({} if what == "/add" else {"id": one}) for one in ids]
    fault = {"kind": "partial", "failing": 4, "retryable": True}
    await api.client.put("/simulator/faults", json={f"bulk_{what[1:]}": fault})
    answer = await api.bulk(what, *given)
    assert consistent(answer) and answer["errorCount"] == 4
    assert all(one["error"]["retryable"] for one in answer["results"] if not one["success"])
    new = [one for one in (await api.pages(200))[0]["entities"] if one["firstName"] == "New"]
    count = api.organization.contacts.count()
    assert (len(new), count) == {"/add": (6, 16), "/update": (6, 10), "/remove": (0, 4)}[what]


@pytest.mark.parametrize("body", [None, {}, {"entities": {}}, {"entities": ["x"]}])
async def test_point_22_a_body_without_entries_is_refused_as_a_whole(api: Api, body: Any) -> None:
    await api.call("POST", BULK, body, status=400)


@pytest.mark.parametrize("what", ["", "/unresolved", "/add", "/update", "/remove"])
async def test_point_22_the_limit_is_that_of_each_bulk_call_and_too_many_have_no_effect(api: Api, what: str) -> None:
    api.turn(bulk_limit=2)
    ids = await api.people(3)
    await api.bulk(what, *({"id": one, "firstName": "New"} for one in ids), status=400)
    assert api.organization.contacts.count() == 3
