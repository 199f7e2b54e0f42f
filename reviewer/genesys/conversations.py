"""Conversations, as analytics tells of them: who of the external contacts took part in which."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from reviewer.genesys.bodies import Unreadable, converted, tolerant_object, typed
from reviewer.genesys.endpoints import CONVERSATION_DETAILS
from reviewer.genesys.errors import RequestRejected
from reviewer.genesys.transport import Transport

LONGEST_WINDOW = timedelta(days=31)
"""The longest interval that is asked for at once."""
SHORTEST_WINDOW = timedelta(hours=1)
"""An interval that is refused is halved down to about this; then the refusal is about something else."""
PER_PAGE = 100
MOST_HITS = 100_000
"""Conversations of one interval that paging reaches; with more the interval is halved."""
PURPOSES = frozenset(("customer", "external"))
"""Purposes of the participants that are external contacts (section 8 of the API contract)."""

_TOO_MUCH = (400, 413, 422)


class Conversation(NamedTuple):
    """A conversation and the ids of the contacts that took part, as they were then: some may be merged or gone."""

    id: str
    contact_ids: tuple[str, ...]


class ConversationPage(NamedTuple):
    """Some conversations of a window; ``completes`` is the window's end on its last page.

    ``unreadable`` has a reason for each entry that is no conversation.
    """

    conversations: list[Conversation]
    completes: datetime | None
    unreadable: list[str]


class _Participant(msgspec.Struct, rename="camel"):
    external_contact_id: str | None = None
    purpose: str | None = None


class _Conversation(msgspec.Struct, rename="camel"):
    conversation_id: str
    participants: list[_Participant] | None = None


class _Answer(msgspec.Struct, rename="camel"):
    conversations: list[_Conversation] | None = None
    total_hits: int | None = None
    unreadable: tuple[str, ...] = ()


async def conversations(transport: Transport, since: datetime, until: datetime) -> AsyncIterator[ConversationPage]:
    """The conversations between two instants, oldest windows first.

    The service counts a conversation to every interval that touches the day of its start, and an interval that it
    finds too long is asked for again in halves: one conversation may be told more than once.
    """
    longest, start = LONGEST_WINDOW, since
    while start < until:
        end = min(start + longest, until)
        try:
            async for found in _window(transport, start, end):
                yield found
        except _TooLong as refusal:
            if end - start <= SHORTEST_WINDOW:
                raise refusal.error from refusal
            longest = (end - start) / 2
            continue
        start = end


class _TooLong(Exception):
    """The service does not tell all of this window."""

    def __init__(self, error: RequestRejected) -> None:
        self.error = error


async def _window(transport: Transport, start: datetime, end: datetime) -> AsyncIterator[ConversationPage]:
    number = 1
    while True:
        try:
            answer = await transport.read(CONVERSATION_DETAILS, _sorted_out, body=_query(start, end, number))
        except RequestRejected as error:
            if error.status not in _TOO_MUCH:
                raise
            raise _TooLong(error) from error
        told, hits = answer.conversations or [], answer.total_hits or 0
        if hits > MOST_HITS and end - start > SHORTEST_WINDOW:
            raise _TooLong(RequestRejected(message=f"{hits} conversations in it", call=str(CONVERSATION_DETAILS)))
        got = len(told) + len(answer.unreadable)
        last = not got or (number * PER_PAGE >= hits if hits else got < PER_PAGE)
        yield ConversationPage([_conversation(one) for one in told], end if last else None, list(answer.unreadable))
        if last:
            return
        number += 1


def _sorted_out(body: bytes) -> _Answer:
    """The answer; where one conversation in it is not as agreed, without that one."""
    try:
        return typed(body, _Answer)
    except Unreadable:
        record = tolerant_object(body)
        told = record.get("conversations")
        if not isinstance(told, list):
            raise
    found: list[_Conversation] = []
    unreadable: list[str] = []
    for one in told:
        try:
            found.append(converted(one, _Conversation))
        except Unreadable as error:
            unreadable.append(f"a conversation that is {error}")
    rest = converted({"totalHits": record.get("totalHits")}, _Answer)
    return _Answer(found, rest.total_hits, tuple(unreadable))


def _query(start: datetime, end: datetime, number: int) -> dict[str, object]:
    return {
        "interval": f"{_instant(start)}/{_instant(end)}",
        "order": "asc",
        "orderBy": "conversationStart",
        "paging": {"pageSize": PER_PAGE, "pageNumber": number},
    }


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _conversation(one: _Conversation) -> Conversation:
    ids = (taking.external_contact_id for taking in one.participants or () if taking.purpose in PURPOSES)
    return Conversation(one.conversation_id, tuple(dict.fromkeys(id_ for id_ in ids if id_)))
