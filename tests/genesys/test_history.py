import pytest

from reviewer.genesys.errors import BadAnswer
from tests.genesys.service import ScriptedService, ok, raw


async def test_notes_of_all_pages_come_with_those_of_the_merge_set() -> None:
    first = {
        "id": "n1",
        "noteText": "hello",
        "createDate": "2026-01-01T00:00:00Z",
        "entityId": "old",
        "createdBy": {"id": "u"},
    }
    service = ScriptedService(
        ok({"entities": [first], "pageNumber": 1, "pageCount": 2}), ok({"entities": [{"id": "n2"}], "pageCount": 2})
    )
    async with service.client() as client:
        notes = await client.notes("c1")
    assert [note.id for note in notes] == ["n1", "n2"]
    assert (notes[0].note_text, notes[0].contact_id) == ("hello", "old")
    assert notes[0].created_by is not None and notes[0].created_by.id == "u"
    assert [request.url.params["pageNumber"] for request in service.requests] == ["1", "2"]
    assert service.requests[0].url.params["expand"] == "mergeset"
    assert service.requests[0].url.params["sortOrder"] == "createDate:desc"


async def test_notes_end_where_the_service_lists_no_more() -> None:
    service = ScriptedService(ok({"entities": [{"id": "n"}], "pageCount": 500}))
    async with service.client() as client:
        assert len(await client.notes("c1", merge_set=False)) == 10
    assert "expand" not in service.requests[0].url.params
    assert service.requests[-1].url.params["pageNumber"] == "10", "page size times number may not exceed 1000"


async def test_sessions_go_on_at_the_place_that_the_next_address_names() -> None:
    service = ScriptedService(
        ok(
            {
                "entities": [{"id": "s1", "type": "new-kind", "customerIdType": "cookie"}],
                "nextUri": "/x?after=a%2Bb&y=1",
            }
        ),
        ok({"entities": [{"id": "s2", "externalContact": {"id": "old"}}]}),
    )
    async with service.client() as client:
        sessions = await client.sessions("c1")
    assert [session.id for session in sessions] == ["s1", "s2"]
    assert sessions[0].customer_id_type == "cookie"
    assert sessions[1].external_contact is not None and sessions[1].external_contact.id == "old"
    assert service.requests[0].url.params["includeMerged"] == "true"
    assert service.requests[1].url.params["after"] == "a+b"


async def test_a_listing_that_goes_in_circles_ends() -> None:
    service = ScriptedService(
        ok({"entities": [], "nextUri": "/x?after=a"}), ok({"entities": [], "nextUri": "/x?after=b"})
    )
    service.replies.extend([ok({"entities": [], "nextUri": "/x?after=a"})])
    async with service.client() as client:
        with pytest.raises(BadAnswer, match="read before"):
            await client.sessions("c1")


async def test_external_sources_of_all_pages_are_read() -> None:
    link = {"uriTemplate": "https://crm.example/{{externalId.value}}"}
    service = ScriptedService(
        ok(
            {
                "entities": [{"id": "s1", "name": "CRM", "active": True, "linkConfiguration": link}],
                "cursors": {"after": "A"},
            }
        ),
        ok({"entities": [{"id": "s2"}], "cursors": {}}),
    )
    async with service.client() as client:
        first, second = await client.external_sources()
    assert first.name == "CRM" and first.link_configuration is not None
    assert first.link_configuration.uri_template == link["uriTemplate"]
    assert second.name == ""
    assert service.requests[1].url.params["cursor"] == "A"


async def test_a_note_with_half_a_character_is_read() -> None:
    async with ScriptedService(raw(rb'{"entities":[{"id":"n","noteText":"\ud800"}]}')).client() as client:
        (note,) = await client.notes("c1")
    assert note.note_text == "\ud800"


async def test_a_note_of_another_shape_names_the_call() -> None:
    async with ScriptedService(ok({"entities": [{"id": "n", "noteText": 5}]})).client() as client:
        with pytest.raises(BadAnswer, match="notes"):
            await client.notes("c1")
