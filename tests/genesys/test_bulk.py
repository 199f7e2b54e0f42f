import json
from typing import Any

import httpx
import pytest

from reviewer.genesys.bulk import CHUNK, LONGEST_ROUNDS, BulkFailure
from reviewer.genesys.errors import BadAnswer, RequestRejected
from tests.genesys.service import ScriptedService, ok, raw, refusal


def found(asked: str, **entity: Any) -> dict[str, Any]:
    return {"id": asked, "success": True, "status": 200, "entity": {"id": asked} | entity}


def failed(asked: str, status: int = 404, retryable: bool = False) -> dict[str, Any]:
    error = {"code": "not.found", "message": "gone", "status": status, "retryable": retryable}
    return {"id": asked, "success": False, "status": status, "error": error}


def asked_ids(request: httpx.Request) -> list[str]:
    return [entity["id"] for entity in json.loads(request.content)["entities"]]


def echo(request: httpx.Request) -> httpx.Response:
    return ok(
        {"results": [found(asked) for asked in reversed(asked_ids(request))], "errorCount": 0, "errorIndexes": []}
    )


async def test_ids_are_asked_once_each_in_chunks_and_matched_in_any_order() -> None:
    service = ScriptedService(echo)
    ids = [f"c{number}" for number in range(CHUNK + 5)]
    async with service.client() as client:
        answer = await client.bulk_unresolved([*ids, *ids])
    assert [len(asked_ids(request)) for request in service.requests] == [CHUNK, 5]
    assert {asked: json.loads(body)["id"] for asked, body in answer.found.items()} == {asked: asked for asked in ids}
    assert not answer.failed
    assert service.requests[0].url.path == "/api/v2/externalcontacts/bulk/contacts/unresolved"


async def test_nothing_asked_is_nothing_sent() -> None:
    service = ScriptedService(echo)
    async with service.client() as client:
        assert not (await client.bulk_contacts([])).found
    assert not service.requests


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_a_chunk_that_is_too_large_is_halved_until_it_is_taken(status: int) -> None:
    def at_most_three(request: httpx.Request) -> httpx.Response:
        return echo(request) if len(asked_ids(request)) <= 3 else refusal(status)

    service = ScriptedService(at_most_three)
    ids = [f"c{number}" for number in range(10)]
    async with service.client() as client:
        answer = await client.bulk_contacts(ids)
    assert set(answer.found) == set(ids) and not answer.failed


async def test_an_id_that_is_refused_alone_costs_only_itself() -> None:
    def no_bad_id(request: httpx.Request) -> httpx.Response:
        return refusal(400, "bad.request", "no such shape") if "bad" in asked_ids(request) else echo(request)

    async with ScriptedService(no_bad_id).client() as client:
        answer = await client.bulk_unresolved(["a", "bad", "b"])
    assert set(answer.found) == {"a", "b"}
    assert answer.failed == {"bad": BulkFailure(400, "bad.request", "no such shape")}


async def test_other_refusals_are_not_taken_for_a_chunk_that_is_too_large() -> None:
    service = ScriptedService(refusal(415))
    async with service.client() as client:
        with pytest.raises(RequestRejected):
            await client.bulk_contacts(["a", "b"])
    assert len(service.requests) == 1


async def test_what_failed_is_told_one_by_one() -> None:
    results = [failed("b"), found("a"), {"id": "c", "success": True, "entity": {"id": "c"}}]
    async with ScriptedService(ok({"results": results, "errorCount": 2, "errorIndexes": [0, 2]})).client() as client:
        answer = await client.bulk_unresolved(["a", "b", "c"])
    assert set(answer.found) == {"a"}
    assert answer.failed["b"] == BulkFailure(404, "not.found", "gone")
    assert set(answer.failed) == {"b", "c"}, "an index among the errors counts even where success says otherwise"


async def test_an_id_that_the_answer_leaves_out_is_a_failure_and_not_gone() -> None:
    service = ScriptedService(ok({"results": [found("a")]}))
    async with service.client() as client:
        answer = await client.bulk_unresolved(["a", "b"])
    assert set(answer.found) == {"a"}
    assert answer.failed["b"].status == 0
    first, *again = (asked_ids(request) for request in service.requests)
    assert first == ["a", "b"] and len(again) > 3 and again == [["b"]] * len(again)
    assert sum(service.time.slept) <= LONGEST_ROUNDS


async def test_failures_that_may_pass_are_asked_again_after_a_pause() -> None:
    service = ScriptedService(ok({"results": [failed("a", 503, retryable=True), failed("b")]}), echo)
    async with service.client() as client:
        answer = await client.bulk_unresolved(["a", "b"])
    assert set(answer.found) == {"a"} and set(answer.failed) == {"b"}
    assert asked_ids(service.requests[1]) == ["a"] and service.time.slept


async def test_those_that_failed_in_passing_are_asked_again_together_when_all_have_been_asked() -> None:
    down = {f"c{number}" for number in range(0, 120, 40)}

    def busy(request: httpx.Request) -> httpx.Response:
        passed = len(service.requests) > 3 + 5
        results = [
            failed(one, 503, retryable=True) if one in down and not passed else found(one) for one in asked_ids(request)
        ]
        return ok({"results": results})

    service = ScriptedService(busy)
    async with service.client() as client:
        answer = await client.bulk_contacts(f"c{number}" for number in range(120))
    assert len(answer.found) == 120 and not answer.failed
    assert [len(asked_ids(request)) for request in service.requests] == [50, 50, 20] + [3] * 6


async def test_a_merged_id_is_found_under_the_id_asked_for() -> None:
    results = [found("old", id="new", mergeSet=[{"id": "old"}, {"id": "new"}])]
    async with ScriptedService(ok({"results": results})).client() as client:
        answer = await client.bulk_contacts(["old"])
    assert json.loads(answer.found["old"])["id"] == "new"


async def test_a_merged_id_is_found_even_if_the_result_bears_the_living_id_only() -> None:
    results = [found("new", mergeSet=[{"id": "old-1"}, {"id": "old-2"}, {"id": "new"}])]
    async with ScriptedService(ok({"results": results})).client() as client:
        answer = await client.bulk_contacts(["old-1", "old-2"])
    assert {asked: json.loads(body)["id"] for asked, body in answer.found.items()} == {"old-1": "new", "old-2": "new"}


async def test_an_unresolved_read_never_takes_another_record_for_the_one_asked() -> None:
    results = [found("old", id="new", mergeSet=[{"id": "old"}, {"id": "new"}])]
    async with ScriptedService(ok({"results": results})).client() as client:
        answer = await client.bulk_unresolved(["old"])
    assert not answer.found and set(answer.failed) == {"old"}


async def test_bytes_are_kept_and_a_lone_surrogate_costs_nobody_the_answer() -> None:
    plain = b'{"results":[{"id":"a","success":true,"entity":{ "id" : "a", "n":1.50 }}]}'
    odd = rb'{"results":[{"id":"a","entity":{"id":"a","firstName":"\ud800"}},{"id":"b","success":false,"entity":null}]}'
    async with ScriptedService(raw(plain), raw(odd)).client() as client:
        assert (await client.bulk_unresolved(["a"])).found == {"a": b'{ "id" : "a", "n":1.50 }'}
        answer = await client.bulk_unresolved(["a", "b"])
    assert json.loads(answer.found["a"])["firstName"] == "\ud800"
    assert set(answer.failed) == {"b"}


async def test_an_entity_without_an_id_is_a_failure_of_that_id() -> None:
    async with ScriptedService(ok({"results": [{"id": "a", "entity": {}}, found("b")]})).client() as client:
        answer = await client.bulk_unresolved(["a", "b"])
    assert set(answer.found) == {"b"} and "without an id" in answer.failed["a"].message


@pytest.mark.parametrize("body", [b"{}", b'{"results":{}}', b'{"results":[1]}', b'{"results":["\\ud800"]}', b"x"])
async def test_an_answer_that_is_no_bulk_answer_is_told(body: bytes) -> None:
    async with ScriptedService(raw(body)).client() as client:
        with pytest.raises(BadAnswer, match="bulk/contacts"):
            await client.bulk_contacts(["a"])
