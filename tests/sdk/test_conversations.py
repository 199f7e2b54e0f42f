"""Conversations through the SDK: how anonymous contacts are found."""

from typing import Any

from reviewer.simulator.serving import ServedOrganization
from tests.sdk.client import Sdk

OCTOBER = "2026-10-01T00:00:00.000Z/2026-10-31T00:00:00.000Z"


def query(sdk: Sdk, interval: str = OCTOBER, **fields: Any) -> Any:
    body = sdk.model("ConversationQuery", interval=interval, order="asc", order_by="conversationStart", **fields)
    return sdk.post_analytics_conversations_details_query(body)


def customers(sdk: Sdk) -> Any:
    """A filter of segments: those of customers, however the service names them."""
    predicates = [
        sdk.model("SegmentDetailQueryPredicate", type="dimension", dimension="purpose", operator="matches", value=value)
        for value in ("customer", "external")
    ]
    return sdk.model("SegmentDetailQueryFilter", type="or", predicates=predicates)


def test_anonymous_contacts_are_found_by_their_conversations(sdk: Sdk, served: ServedOrganization) -> None:
    found, number = [], 1
    while page := query(
        sdk, paging=sdk.model("PagingSpec", page_size=10, page_number=number), segment_filters=[customers(sdk)]
    ).conversations:
        found += page
        number += 1
    contacts = {
        participant.external_contact_id
        for conversation in found
        for participant in conversation.participants
        if participant.purpose in ("customer", "external")
    }
    assert contacts & set(served.read("anonymous"))
    assert len(found) == query(sdk).total_hits
    starts = [conversation.conversation_start for conversation in found]
    assert starts == sorted(starts)


def test_a_page_beyond_the_last_has_no_conversations(sdk: Sdk) -> None:
    beyond = query(sdk, paging=sdk.model("PagingSpec", page_size=100, page_number=900))
    assert (beyond.conversations, beyond.total_hits > 0) == (None, True)


def test_every_conversation_of_the_population_is_understood(sdk: Sdk, served: ServedOrganization) -> None:
    served.write("knobs", {"analytics_days": 1100})
    whole, number, kinds = "2024-01-01T00:00:00Z/2026-11-30T00:00:00Z", 1, set()
    while page := query(sdk, whole, paging=sdk.model("PagingSpec", page_size=100, page_number=number)).conversations:
        kinds |= {
            session.message_type or session.media_type
            for conversation in page
            for participant in conversation.participants
            for session in participant.sessions
        }
        number += 1
    assert kinds >= {"voice", "email", "chat", "Instagram", "WhatsApp", "FacebookMessenger"}
