"""POST analytics/conversations/details/query: which conversations there were, and who took part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from reviewer.simulator.analytics import filters
from reviewer.simulator.analytics.conversations import DIVISION, conversation_of, facts_of
from reviewer.simulator.analytics.filters import Test
from reviewer.simulator.call import Call
from reviewer.simulator.errors import bad_request
from reviewer.simulator.organization import Organization
from reviewer.simulator.wire import load, milliseconds

PATH = "/api/v2/analytics/conversations/details/query"
DAY = 86_400_000
PAGE_SIZE, PAGE_SIZE_MOST = 25, 100
ORDERS = ("asc", "desc", "unordered")
ORDER_BY = {
    "conversationStart": "createdDate",
    "segmentStart": "createdDate",
    "conversationEnd": "endedDate",
    "segmentEnd": "endedDate",
}
"""The date of a session that each of them is; every conversation here has one segment."""
CANONICAL = "canonicalExternalContactId"
NOT_SERVED = ("evaluationFilters", "surveyFilters", "resolutionFilters", "aggregations")


@dataclass(frozen=True)
class Query:
    """What is asked for: milliseconds of the interval, the tests, the order and the page."""

    start: int
    end: int
    segments: Sequence[Test]
    conversations: Sequence[Test]
    canonical: bool
    """Whether a filter asks for the canonical contact, which costs a look-up for each conversation."""
    order_by: str
    newest_first: bool
    size: int
    number: int


def query_conversations(organization: Organization, call: Call) -> Any:
    """Conversations by their start, with the contact that each was with at the time: no merge changes it.

    Raises ApiError 400 for an interval that is missing, malformed or too long, a page too far, or a filter that is
    not served here.
    """
    query = read(organization, call.object())
    rows = organization.state.sql.execute(
        "SELECT contact, body FROM sessions WHERE created >= ? AND created < ? ORDER BY created, seq",
        (query.start, query.end),
    )
    found = [
        (session, contact_id)
        for contact_id, body in rows
        if meets(organization, session := load(body), contact_id, query)
    ]
    found.sort(key=lambda one: str(one[0][query.order_by]), reverse=query.newest_first)
    first = (query.number - 1) * query.size
    shown = [conversation_of(session, contact_id) for session, contact_id in found[first : first + query.size]]
    answer: dict[str, Any] = {"totalHits": len(found)}
    return answer | ({"conversations": shown} if shown or organization.knobs.analytics_empty == "list" else {})


def read(organization: Organization, body: Mapping[str, Any]) -> Query:
    """The query of a request's body."""
    for name in NOT_SERVED:
        if body.get(name):
            raise filters.not_served(name)
    order, order_by = body.get("order") or "asc", body.get("orderBy") or "conversationStart"
    if order not in ORDERS:
        raise bad_request(f"order must be one of {', '.join(ORDERS)}")
    if order_by not in ORDER_BY:
        raise bad_request(f"orderBy must be one of {', '.join(ORDER_BY)}")
    start, end = interval(organization, body.get("interval"))
    size, number = paging(organization, body.get("paging"))
    return Query(
        start,
        end,
        filters.tests_of("segmentFilters", body.get("segmentFilters"), filters.SEGMENT_DIMENSIONS),
        filters.tests_of("conversationFilters", body.get("conversationFilters"), filters.CONVERSATION_DIMENSIONS),
        CANONICAL in str(body.get("segmentFilters")),
        ORDER_BY[order_by],
        order == "desc",
        size,
        number,
    )


def interval(organization: Organization, given: Any) -> tuple[int, int]:
    """From and to in milliseconds; all days that the interval touches count as a whole, unless a knob says no."""
    parts = given.split("/") if isinstance(given, str) else []
    if len(parts) != 2:
        raise bad_request("interval is required: two ISO-8601 moments joined by a slash")
    start, end = moment(parts[0]), moment(parts[1])
    if not start < end:
        raise bad_request("interval must begin before it ends")
    days = organization.knobs.analytics_days
    if end - start > days * DAY:
        raise bad_request(f"interval must not be longer than {days:g} days")
    if organization.knobs.analytics_whole_days:
        return start - start % DAY, end + -end % DAY
    return start, end


def moment(text: str) -> int:
    """Milliseconds since 1970; a moment without a zone is UTC. A bare date is none."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as wrong:
        raise bad_request(f"interval: {text!r} is no ISO-8601 moment") from wrong
    if "T" not in text:
        raise bad_request(f"interval: {text!r} needs a time of day")
    return milliseconds(found if found.tzinfo else found.replace(tzinfo=UTC))


def paging(organization: Organization, given: Any) -> tuple[int, int]:
    """Page size and number."""
    spec = given if given is not None else {}
    if not isinstance(spec, Mapping):
        raise bad_request("paging must be an object")
    size, number = spec.get("pageSize", PAGE_SIZE), spec.get("pageNumber", 1)
    if not whole(size) or not 1 <= size <= PAGE_SIZE_MOST:
        raise bad_request(f"paging.pageSize must be a number from 1 to {PAGE_SIZE_MOST}")
    if not whole(number) or number < 1:
        raise bad_request("paging.pageNumber must be a number from 1")
    if size * number > organization.knobs.analytics_hits:
        raise bad_request(f"paging must not reach beyond {organization.knobs.analytics_hits} results")
    return size, number


def whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def meets(organization: Organization, session: Mapping[str, Any], contact_id: str, query: Query) -> bool:
    """Whether a conversation passes every filter; of segments, each filter needs one segment that passes it."""
    if query.conversations:
        facts: dict[str, str | None] = {
            "conversationId": session["conversation"]["id"],
            "originatingDirection": session["originatingDirection"].lower(),
            "divisionId": DIVISION,
        }
        if not all(test(facts) for test in query.conversations):
            return False
    if not query.segments:
        return True
    customer, agent = facts_of(session, contact_id)
    customer[CANONICAL] = canonical_of(organization, contact_id) if query.canonical else contact_id
    agent[CANONICAL] = None
    return all(test(customer) or test(agent) for test in query.segments)


def canonical_of(organization: Organization, contact_id: str) -> str:
    """The living contact that a conversation's contact became; its own id where it is gone."""
    found = organization.contacts.canonical(contact_id, organization.clock.now())
    return found.id if found else contact_id
