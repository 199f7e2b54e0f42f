"""Conversations through analytics: windows, pages, refusals of what is too long."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from reviewer.genesys.conversations import LONGEST_WINDOW, MOST_HITS, PER_PAGE, SHORTEST_WINDOW, ConversationPage
from reviewer.genesys.errors import BadAnswer, MissingPermission, RequestRejected
from tests.genesys.service import ScriptedService, ok, raw, refusal

NOON = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
NOTHING = {"conversations": None, "totalHits": 0}


def conversation(number: int, *participants: tuple[str, str | None]) -> dict[str, Any]:
    taking = [{"participantId": "x", "purpose": purpose, "externalContactId": id_} for purpose, id_ in participants]
    return {"conversationId": f"v{number}", "participants": taking, "divisionIds": ["home"]}


async def read(service: ScriptedService, span: timedelta) -> list[ConversationPage]:
    async with service.client() as client:
        return [page async for page in client.conversations(NOON, NOON + span)]


def intervals(service: ScriptedService) -> list[str]:
    return [body["interval"] for body in service.bodies]


async def test_contacts_of_customers_and_external_people_are_found_and_no_others() -> None:
    told = conversation(
        1, ("customer", "c1"), ("agent", "c2"), ("external", "c3"), ("customer", None), ("customer", "c1")
    )
    (page,) = await read(ScriptedService(ok({"conversations": [told], "totalHits": 1})), timedelta(days=1))
    assert [one.contact_ids for one in page.conversations] == [("c1", "c3")]
    assert page.completes == NOON + timedelta(days=1)


async def test_pages_are_read_to_the_last_one() -> None:
    full = [conversation(number) for number in range(PER_PAGE)]
    service = ScriptedService(
        ok({"conversations": full, "totalHits": PER_PAGE + 1}),
        ok({"conversations": [conversation(900)], "totalHits": PER_PAGE + 1}),
    )
    pages = await read(service, timedelta(days=1))
    assert [len(page.conversations) for page in pages] == [PER_PAGE, 1]
    assert [page.completes is not None for page in pages] == [False, True]
    assert [body["paging"] for body in service.bodies] == [
        {"pageSize": PER_PAGE, "pageNumber": number} for number in (1, 2)
    ]


async def test_without_a_number_of_hits_a_short_page_is_the_last() -> None:
    full = [conversation(number) for number in range(PER_PAGE)]
    service = ScriptedService(ok({"conversations": full}), ok({}))
    assert len(await read(service, timedelta(days=1))) == 2


async def test_a_long_time_is_asked_for_in_windows_that_the_service_takes() -> None:
    service = ScriptedService(ok(NOTHING))
    await read(service, LONGEST_WINDOW * 2 + timedelta(days=1))
    assert intervals(service) == [
        "2026-11-01T12:00:00.000Z/2026-12-02T12:00:00.000Z",
        "2026-12-02T12:00:00.000Z/2027-01-02T12:00:00.000Z",
        "2027-01-02T12:00:00.000Z/2027-01-03T12:00:00.000Z",
    ]


async def test_a_window_that_is_refused_is_halved_and_the_next_ones_stay_short() -> None:
    def at_most_a_week(request: httpx.Request) -> httpx.Response:
        one, other = (datetime.fromisoformat(text) for text in json.loads(request.content)["interval"].split("/"))
        return ok(NOTHING) if other - one <= timedelta(days=7) else refusal(400, "bad.request", "too long")

    service = ScriptedService(at_most_a_week)
    pages = await read(service, LONGEST_WINDOW)
    assert [page.completes for page in pages][-1] == NOON + LONGEST_WINDOW
    assert len(service.requests) == 3 + 8


async def test_a_refusal_that_is_not_about_the_length_is_raised_in_the_end() -> None:
    service = ScriptedService(refusal(400, "bad.request", "Wrong field."))
    with pytest.raises(RequestRejected, match="Wrong field"):
        await read(service, SHORTEST_WINDOW * 4)
    assert len(service.requests) == 3


async def test_more_conversations_than_paging_reaches_are_asked_for_in_halves() -> None:
    service = ScriptedService(ok({"conversations": [conversation(1)], "totalHits": MOST_HITS + 1}), ok(NOTHING))
    await read(service, timedelta(days=2))
    assert len(service.requests) == 3


async def test_a_conversation_that_cannot_be_read_costs_only_itself() -> None:
    told = [conversation(1, ("customer", "c1")), {"participants": []}, conversation(2, ("customer", "half \ud800"))]
    answer = raw(json.dumps({"conversations": told, "totalHits": 3}).encode())
    (page,) = await read(ScriptedService(answer), timedelta(days=1))
    assert [one.id for one in page.conversations] == ["v1", "v2"] and len(page.unreadable) == 1


async def test_what_is_no_answer_and_a_missing_permission_are_named() -> None:
    with pytest.raises(BadAnswer, match=r"details/query.*corr-raw"):
        await read(ScriptedService(raw(b"<html>")), timedelta(days=1))
    with pytest.raises(MissingPermission, match="analytics:conversationDetail:view"):
        await read(ScriptedService(refusal(403)), timedelta(days=1))
