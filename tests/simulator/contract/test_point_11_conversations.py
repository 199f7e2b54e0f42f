"""Point 11 of the checklist, as far as conversations go, and the query by which anonymous contacts are found."""

from typing import Any

import pytest

from reviewer.simulator import annexes
from reviewer.simulator.organization import Organization
from reviewer.simulator.serving import in_process
from reviewer.simulator.wire import moment_of
from tests.simulator.api import CONTACTS, Api

QUERY = "/api/v2/analytics/conversations/details/query"
NOVEMBER = "2026-11-01T00:00:00.000Z/2026-12-01T00:00:00.000Z"
NOON = moment_of("2026-11-10T12:00:00Z")
HOUR = 3_600_000


def talk(organization: Organization, contact_id: str, channel: str = "Voice", hours: float = 0) -> str:
    """Id of a conversation of ten minutes that began so many hours after noon of 10 November."""
    started = NOON + round(hours * HOUR)
    number = organization.state.sql.execute("SELECT count(*) FROM sessions").fetchone()[0]
    session = annexes.session_of(f"session-{number}", contact_id, channel, started, started + 600_000, "17029191300")
    annexes.insert_sessions(organization, [session])
    return str(session["conversation"]["id"])


async def query(api: Api, status: int = 200, **fields: Any) -> Any:
    return await api.call("POST", QUERY, {"interval": NOVEMBER} | fields, status=status)


def ids(answer: Any) -> list[str]:
    return [one["conversationId"] for one in answer.get("conversations", ())]


def external_contacts(answer: Any) -> list[str]:
    return [
        participant["externalContactId"]
        for one in answer["conversations"]
        for participant in one["participants"]
        if "externalContactId" in participant
    ]


def matches(dimension: str, value: str) -> dict[str, Any]:
    predicate = {"type": "dimension", "dimension": dimension, "operator": "matches", "value": value}
    return {"type": "and", "predicates": [predicate]}


async def test_point_11_a_conversation_keeps_its_contact_through_merges(api: Api, organization: Organization) -> None:
    one, two = await api.people(2)
    talk(organization, one)
    merged = await api.merge(one, two)
    assert external_contacts(await query(api)) == [one]
    for dimension, value, hits in (
        ("externalContactId", one, 1),
        ("externalContactId", merged["id"], 0),
        ("canonicalExternalContactId", merged["id"], 1),
        ("canonicalExternalContactId", one, 0),
    ):
        assert (await query(api, segmentFilters=[matches(dimension, value)]))["totalHits"] == hits


async def test_point_11_a_conversation_outlives_its_contact(api: Api, organization: Organization) -> None:
    (one,) = await api.people(1)
    organization.state.sql.execute("UPDATE contacts SET type = 'Ephemeral', expires = ?", (organization.clock.now(),))
    talk(organization, one)
    await api.call("GET", f"{CONTACTS}/{one}", status=404)
    assert external_contacts(await query(api)) == [one]


async def test_point_11_a_participant_has_the_shape_of_the_service(api: Api, organization: Organization) -> None:
    (one,) = await api.people(1)
    conversation = talk(organization, one, "Instagram")
    (found,) = (await query(api))["conversations"]
    customer, agent = found["participants"]
    assert (found["conversationId"], found["conversationStart"]) == (conversation, "2026-11-10T12:00:00.000Z")
    assert (customer["purpose"], customer["externalContactId"]) == ("customer", one)
    (session,) = customer["sessions"]
    assert (session["mediaType"], session["messageType"], session["addressFrom"]) == (
        "message",
        "Instagram",
        "17029191300",
    )
    assert (agent["purpose"], "externalContactId" in agent) == ("agent", False)
    (shown,) = (await api.get(one, "/journey/sessions"))["entities"]
    assert shown["conversation"]["id"] == conversation


async def test_point_11_all_days_that_the_interval_touches_count(api: Api, organization: Organization) -> None:
    (one,) = await api.people(1)
    conversation = talk(organization, one)
    evening = "2026-11-10T20:00:00Z/2026-11-10T21:00:00Z"
    assert ids(await query(api, interval=evening)) == [conversation]
    assert ids(await query(api, interval="2026-11-11T00:00:00Z/2026-11-12T00:00:00Z")) == []
    api.turn(analytics_whole_days=False)
    assert ids(await query(api, interval=evening)) == []
    assert ids(await query(api, interval="2026-11-10T14:00:00+02:00/2026-11-10T15:00:00+02:00")) == [conversation]
    assert ids(await query(api, interval="2026-11-10T11:00:00/2026-11-10T12:00:00")) == []


@pytest.mark.parametrize(
    "interval",
    [
        None,
        "",
        "2026-11-01T00:00:00Z",
        "yesterday/today",
        "2026-11-01/2026-11-02",
        "2026-11-02T00:00:00Z/2026-11-01T00:00:00Z",
        "2026-11-01T00:00:00Z/2026-11-01T00:00:00Z",
        "2026-10-01T00:00:00Z/2026-11-01T00:00:01Z",
        5,
    ],
)
async def test_point_11_an_interval_that_cannot_be_is_refused(api: Api, interval: Any) -> None:
    error = await query(api, status=400, interval=interval)
    assert "interval" in error["message"]


async def test_point_11_the_longest_interval_is_a_knob(api: Api) -> None:
    await query(api, interval="2026-10-01T00:00:00Z/2026-11-01T00:00:00Z")
    api.turn(analytics_days=7.0)
    await query(api, status=400, interval="2026-11-01T00:00:00Z/2026-11-08T00:00:01Z")


async def test_point_11_conversations_come_in_pages_in_either_order(api: Api, organization: Organization) -> None:
    (one,) = await api.people(1)
    told = [talk(organization, one, hours=number) for number in range(5)]
    first = await query(api, paging={"pageSize": 2})
    last = await query(api, paging={"pageSize": 2, "pageNumber": 3})
    assert (ids(first), ids(last), first["totalHits"]) == (told[:2], told[4:], 5)
    assert ids(await query(api, order="desc", orderBy="conversationEnd")) == told[::-1]
    beyond = await query(api, paging={"pageSize": 2, "pageNumber": 4})
    assert beyond == {"totalHits": 5}
    api.turn(analytics_empty="list")
    assert (await query(api, paging={"pageSize": 2, "pageNumber": 4}))["conversations"] == []


@pytest.mark.parametrize(
    "paging",
    [{"pageSize": 0}, {"pageSize": 101}, {"pageNumber": 0}, {"pageSize": "ten"}, {"pageSize": True}, 5, [1]],
)
async def test_point_11_paging_that_cannot_be_is_refused(api: Api, paging: Any) -> None:
    await query(api, status=400, paging=paging)


async def test_point_11_pages_reach_only_so_far(api: Api) -> None:
    await query(api, paging={"pageSize": 100, "pageNumber": 1000})
    await query(api, status=400, paging={"pageSize": 100, "pageNumber": 1001})
    api.turn(analytics_hits=100)
    await query(api, status=400, paging={"pageSize": 100, "pageNumber": 2})


async def test_point_11_segments_and_conversations_are_filtered(api: Api, organization: Organization) -> None:
    one, two = await api.people(2)
    call, message = talk(organization, one), talk(organization, two, "Instagram")
    either = {"type": "or", "predicates": [*matches("purpose", "customer")["predicates"], *external()["predicates"]]}
    assert ids(await query(api, segmentFilters=[either])) == [call, message]
    both = {"type": "and", "clauses": [matches("externalContactId", two), matches("mediaType", "message")]}
    assert ids(await query(api, segmentFilters=[both])) == [message]
    # All predicates of a filter have to be true of one and the same segment.
    agent = {"type": "and", "clauses": [matches("externalContactId", two), matches("purpose", "agent")]}
    assert ids(await query(api, segmentFilters=[agent])) == []
    assert ids(await query(api, segmentFilters=[matches("purpose", "agent")])) == [call, message]
    exists = {"type": "and", "predicates": [{"dimension": "messageType", "operator": "exists"}]}
    assert ids(await query(api, segmentFilters=[exists])) == [message]
    assert ids(await query(api, conversationFilters=[matches("conversationId", call)])) == [call]


def external() -> dict[str, Any]:
    return matches("purpose", "external")


@pytest.mark.parametrize(
    "fields",
    [
        {"segmentFilters": [matches("queueId", "1")]},
        {"segmentFilters": [{"type": "and", "predicates": [{"type": "metric", "metric": "tSegmentDuration"}]}]},
        {"segmentFilters": [{"type": "and"}]},
        {"segmentFilters": [{"predicates": matches("purpose", "agent")["predicates"]}]},
        {"segmentFilters": [{"type": "and", "predicates": [{"dimension": "purpose", "operator": "like"}]}]},
        {"segmentFilters": [{"type": "and", "predicates": [{"dimension": "purpose", "operator": "matches"}]}]},
        {"segmentFilters": {}},
        {"conversationFilters": [matches("conversationStart", "1")]},
        {"evaluationFilters": [{}]},
        {"aggregations": [{}]},
        {"order": "up"},
        {"orderBy": "id"},
    ],
)
async def test_point_11_what_is_not_served_is_refused_and_never_ignored(api: Api, fields: dict[str, Any]) -> None:
    await query(api, status=400, **fields)


async def test_point_11_the_query_needs_its_permission(api: Api) -> None:
    client = api.organization.client
    client.permissions = client.permissions - {"analytics:conversationDetail:view"}
    await query(api, status=403)


async def test_point_11_every_anonymous_contact_of_a_population_has_a_conversation_on_its_channel() -> None:
    organization = in_process(population=300)
    api = Api(organization)
    organization.knobs = organization.knobs.changed({"analytics_days": 1100.0, "rate_limit": None})
    found: list[dict[str, Any]] = []
    interval, number = "2024-01-01T00:00:00Z/2026-11-02T00:00:00Z", 1
    while page := (await query(api, interval=interval, paging={"pageSize": 100, "pageNumber": number})).get(
        "conversations"
    ):
        found += page
        number += 1
    channels = {
        participant["externalContactId"]: participant["sessions"][0].get("messageType")
        for one in found
        for participant in one["participants"]
        if "externalContactId" in participant
    }
    unlisted = organization.contacts.unlisted(organization.clock.now())
    assert unlisted and set(unlisted) <= set(channels)
    for one in unlisted:
        contact = organization.contact(one).contact
        if "instagramId" in contact:
            assert channels[one] == "Instagram"
        if "whatsAppId" in contact:
            assert channels[one] == "WhatsApp"
    gone = [one for one in channels if organization.contacts.find(one, organization.clock.now()) is None]
    assert len(gone) >= 2
    await api.client.aclose()
    organization.state.close()
