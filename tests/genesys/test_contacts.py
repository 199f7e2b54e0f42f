import json

import httpx
import pytest

from reviewer.domain.contact import decode_contact
from reviewer.genesys.contacts import ScanPage
from reviewer.genesys.errors import BadAnswer, CursorExpired, MissingPermission, RequestRejected
from tests.genesys.service import ScriptedService, ok, raw, refusal

PREFIX = "/api/v2/externalcontacts"


def listing(*entities: object, after: str | None = None, **more: object) -> httpx.Response:
    return ok({"entities": list(entities), "cursors": {"after": after} if after else {}} | more)


async def scanned(service: ScriptedService, **options: object) -> list[ScanPage]:
    async with service.client(read_budget=20) as client:
        return [page async for page in client.scan(**options)]  # type: ignore[arg-type]


async def test_a_scan_goes_on_over_empty_and_short_pages_until_there_is_no_cursor() -> None:
    service = ScriptedService(
        listing({"id": "1"}, {"id": "2"}, after="A"), listing(after="B"), listing({"id": "3"}, after="C"), listing()
    )
    pages = await scanned(service, limit=50)
    assert [len(page.contacts) for page in pages] == [2, 0, 1, 0]
    assert [page.next_cursor for page in pages] == ["A", "B", "C", None]
    assert [dict(request.url.params) for request in service.requests] == [
        {"limit": "50"},
        {"limit": "50", "cursor": "A"},
        {"limit": "50", "cursor": "B"},
        {"limit": "50", "cursor": "C"},
    ]
    assert service.requests[0].url.path == f"{PREFIX}/scan/contacts"


async def test_a_scan_resumes_at_a_cursor() -> None:
    service = ScriptedService(listing({"id": "9"}))
    (page,) = await scanned(service, cursor="a+b/c=&d")
    assert service.requests[0].url.params["cursor"] == "a+b/c=&d"
    assert page.next_cursor is None


async def test_contacts_keep_their_bytes() -> None:
    one, two = b'{ "id":"1", "n" : 1.50, "u":"\\u00e9" }', '{"id":"2","name":"Ayşe"}'.encode()
    service = ScriptedService(raw(b'{"entities": [' + one + b" , " + two + b'],"pageSize":"odd"}'))
    (page,) = await scanned(service)
    assert page.contacts == [one, two]


async def test_a_lone_surrogate_costs_nobody_the_page() -> None:
    body = (
        rb'{"entities":[{"id":"1","firstName":"\ud800x"},{"id":"2","firstName":"Ay\u015fe"}],"cursors":{"after":"B"}}'
    )
    service = ScriptedService(raw(body), listing())
    page = (await scanned(service))[0]
    assert page.next_cursor == "B" and not page.rejected
    assert [json.loads(contact)["firstName"] for contact in page.contacts] == ["\ud800x", "Ayşe"]
    assert all(contact.isascii() for contact in page.contacts), "escapes stay, so the bytes are valid JSON"
    assert [decode_contact(contact).id for contact in page.contacts] == ["1", "2"]


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (b'{"id":"2","customFields":' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"}", "nested too deeply"),
        (b'{"id":"2","customFields":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
        (rb'{"id":"2","firstName":"\ud800","n":' + b"9" * 5000 + b"}", "not JSON"),
        (b'{"id":"2","n":NaN}', "not JSON"),
    ],
    ids=["objects in objects", "lists in lists", "an endless number", "no number"],
)
async def test_a_contact_that_no_reader_takes_costs_only_itself(odd: bytes, reason: str) -> None:
    one, three = rb'{"id":"1","note":"a \"[{,}]\" b"}', rb'{"id":"3","firstName":"\udfff"}'
    body = b'{"selfUri":"/x","entities": [' + b" , ".join((one, odd, three)) + b'],"cursors":{"after":"B"}}'
    page = (await scanned(ScriptedService(raw(body), listing())))[0]
    assert page.ids == ["1", "3"] and page.contacts[0] == one and page.next_cursor == "B"
    ((rejected, why),) = page.rejected
    assert rejected == odd and reason in why


async def test_a_lone_surrogate_in_one_contact_read_by_id_is_kept() -> None:
    async with ScriptedService(raw(rb'{"id":"1","firstName":"\udfff"}')).client() as client:
        assert json.loads(await client.unresolved("1")) == {"id": "1", "firstName": "\udfff"}


async def test_records_that_are_no_contacts_are_set_aside_with_a_reason() -> None:
    broken = (
        b'{"entities":[{"id":"1"},{"firstName":"no id"},{"id":5},{"id":" "},null,"x",{"id":"2","n":"\xff"},{"id":"3"}]}'
    )
    (page,) = await scanned(ScriptedService(raw(broken)))
    assert page.contacts == [b'{"id":"1"}', b'{"id":"3"}']
    assert [bytes(rejected.body)[:6] for rejected in page.rejected] == [
        b'{"firs',
        b'{"id":',
        b'{"id":',
        b"null",
        b'"x"',
        b'{"id":',
    ]
    assert all(rejected.reason for rejected in page.rejected)
    assert page.ids == ["1", "3"]


@pytest.mark.parametrize("odd", [b'{"id":"2","n":"\xff"}', b'{"id":" "}', b'{"id":""}', b"7"])
async def test_one_record_that_is_no_contact_costs_only_itself(odd: bytes) -> None:
    (page,) = await scanned(ScriptedService(raw(b'{"entities":[{"id":"1"},' + odd + b',{"id":"3"}]}')))
    assert (page.contacts, page.ids) == ([b'{"id":"1"}', b'{"id":"3"}'], ["1", "3"])
    assert [rejected.body for rejected in page.rejected] == [odd]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"entities":[{"id":"1"}',
        b"{}",
        b'{"message":"ok"}',
        b'{"entities":5}',
        b'{"entities":null}',
        b'{"entities":[{"id":"\\ud800"}],"cursors":7}',
        b'{"entities":"\\ud800"}',
        b"[" * 100_000,
        b'{"a":NaN,"entities":[]}',
    ],
)
async def test_a_page_that_is_no_page_ends_the_scan_with_its_call_and_correlation_id(body: bytes) -> None:
    with pytest.raises(BadAnswer, match=r"GET .*/scan/contacts.*corr-raw"):
        await scanned(ScriptedService(raw(body)))


async def test_unknown_fields_and_values_break_nothing() -> None:
    entity = {"id": "1", "type": "Hologram", "new": {"deep": [1, {}]}, "mergeSet": None}
    (page,) = await scanned(ScriptedService(listing(entity, brandNew={"x": 1})))
    assert json.loads(page.contacts[0]) == entity


@pytest.mark.parametrize("status", [400, 404, 409, 410, 422])
async def test_an_expired_cursor_is_told_as_such(status: int) -> None:
    with pytest.raises(CursorExpired, match="start it from the beginning") as caught:
        await scanned(ScriptedService(refusal(status)), cursor="old")
    assert caught.value.status == status and caught.value.correlation_id == f"corr-{status}"


async def test_a_refused_scan_without_a_cursor_is_no_expired_cursor() -> None:
    with pytest.raises(RequestRejected):
        await scanned(ScriptedService(refusal(400)))
    with pytest.raises(MissingPermission):
        await scanned(ScriptedService(refusal(403)), cursor="good")


async def test_a_cursor_that_stands_still_does_not_scan_for_ever() -> None:
    service = ScriptedService(listing({"id": "1"}, after="A"))
    with pytest.raises(BadAnswer, match=r"scan/contacts.*cursor.*correlation id corr-ok"):
        await scanned(service)
    assert len(service.requests) == 1 + 3, "a page of an answer that cannot be used is asked for three times"


@pytest.mark.parametrize("length", [2, 3, 7])
async def test_cursors_that_lead_in_a_circle_do_not_scan_for_ever(length: int) -> None:
    def next_page(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params.get("cursor", "0"))
        return listing({"id": str(number)}, after=str(number + 1 if number < length + 3 else 4))

    service = ScriptedService(next_page)
    with pytest.raises(BadAnswer, match=r"scan/contacts.*cursor leads back"):
        await scanned(service)
    assert len(service.requests) < 8 * (length + 3)


@pytest.mark.parametrize("limit", [9, 201])
async def test_a_page_size_that_the_service_refuses_is_not_sent(limit: int) -> None:
    with pytest.raises(ValueError, match="10 to 200"):
        await scanned(ScriptedService(listing()), limit=limit)


async def test_one_contact_is_read_with_what_is_to_be_expanded() -> None:
    service = ScriptedService(raw(b'{"id": "c2"}'))
    async with service.client() as client:
        assert await client.contact("c1", expand=("identifiers", "division")) == b'{"id": "c2"}'
        assert await client.unresolved("c1") == b'{"id": "c2"}'
    assert [str(request.url.raw_path, "ascii") for request in service.requests] == [
        f"{PREFIX}/contacts/c1?expand=identifiers%2Cdivision",
        f"{PREFIX}/contacts/c1/unresolved",
    ]


async def test_a_look_up_finds_the_holder_or_nobody() -> None:
    service = ScriptedService(ok({"id": "c1"}), refusal(404))
    async with service.client() as client:
        assert await client.look_up("ExternalId", "42", "source") == b'{"id":"c1"}'
        assert await client.look_up("Phone", "+17029191300") is None
    assert service.requests[0].method == "POST"
    assert service.requests[0].url.path == f"{PREFIX}/identifierlookup/contacts"
    assert service.bodies[0] == {"type": "ExternalId", "value": "42", "externalSource": {"id": "source"}}


async def test_identifiers_of_unknown_types_are_read() -> None:
    body = {
        "entities": [
            {"type": "Telepathy", "value": "42", "externalSource": {"id": "s"}, "x": 1},
            {"type": "Email", "value": "a"},
        ]
    }
    async with ScriptedService(ok(body)).client() as client:
        first, second = await client.identifiers("c1")
    assert (first.type, first.value, first.external_source and first.external_source.id) == ("Telepathy", "42", "s")
    assert (second.type, second.external_source) == ("Email", None)
