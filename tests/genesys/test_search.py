"""A search is read to its end, and says where that is not all there is."""

import httpx

from reviewer.genesys.search import MOST, PER_PAGE
from tests.genesys.service import ScriptedService, ok


async def test_all_pages_are_read() -> None:
    service = ScriptedService(
        ok({"entities": [{"id": "a", "lastName": "Roe"}], "nextUri": "/x?pageNumber=2"}),
        ok({"entities": [{"id": "b"}]}),
    )
    async with service.client() as client:
        hits = await client.search("Lee Roe")
    assert hits.complete and [b'"a"' in hits.contacts[0], b'"b"' in hits.contacts[1]] == [True, True]
    first, second = (request.url.params for request in service.requests)
    assert (first["q"], first["pageNumber"], second["pageNumber"]) == ("Lee Roe", "1", "2")
    assert int(first["pageSize"]) == PER_PAGE


async def test_results_that_the_service_calls_partial_are_not_complete() -> None:
    service = ScriptedService(ok({"entities": [], "partialResults": True}))
    async with service.client() as client:
        assert not (await client.search("Lee")).complete


async def test_beyond_the_window_nothing_is_asked_for() -> None:
    def page(request: httpx.Request) -> httpx.Response:
        return ok({"entities": [{"id": request.url.params["pageNumber"]}], "nextUri": "/more"})

    service = ScriptedService(page)
    async with service.client() as client:
        hits = await client.search("Lee")
    assert not hits.complete and len(service.requests) == MOST // PER_PAGE == len(hits.contacts)
