"""The API as the rest of the program sees it: one client, one token, one pace."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

import httpx

from reviewer.genesys import bulk, contacts, conversations, graphs, history, search, writes
from reviewer.genesys.answers import Answer
from reviewer.genesys.bulk import BulkAnswer
from reviewer.genesys.calls import CallObserver, unobserved
from reviewer.genesys.connection import Connection
from reviewer.genesys.contacts import HeldIdentifier, Organization, ScanPage
from reviewer.genesys.conversations import ConversationPage
from reviewer.genesys.graphs import ClusterPage, ClusterScan, GraphSettings
from reviewer.genesys.history import ExternalSource, Note, Session
from reviewer.genesys.line import Line, open_http
from reviewer.genesys.patience import Patience, Retrying, untold
from reviewer.genesys.rate import Clock, Rate, RateSnapshot, Sleep
from reviewer.genesys.search import Hits
from reviewer.genesys.token import TokenSource
from reviewer.genesys.transport import MaySend, TokenCheck, Transport, always
from reviewer.genesys.writes import JsonFields

READ_BUDGET = 120.0
"""Seconds that one read is tried in all."""


class GenesysClient:
    """The calls this program makes, in an ``async with`` block of one event loop.

    ``share_left_free`` is the part of the allowed rate (0 to 0.9) that is left to others; ``read_budget`` is in
    seconds; ``on_call`` hears of every attempt and must not raise, with ``keep_bodies`` also what each carried;
    ``on_retrying`` hears why and in how many seconds a read is tried again, once until one succeeds. What ``sleep``
    raises ends the wait it was called for.

    Reads raise any ``ApiError`` but ``UnclearOutcome``. Writes return if they were done, raise
    ``UnclearOutcome`` if that is not known, any other ``ApiError`` if they were not done. There is no call that
    deletes: the service redirects a merged id to the living person.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        share_left_free: float = 0.0,
        read_budget: float = READ_BUDGET,
        on_call: CallObserver = unobserved,
        keep_bodies: bool = False,
        on_retrying: Retrying = untold,
        http_transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.connection = connection
        self._rate = Rate(share_left_free, clock=clock, sleep=sleep)
        self._http = open_http(connection, http_transport)
        secrets = (connection.client_secret,)
        line = Line(self._http, connection.timeout, on_call, clock, keep_bodies=keep_bodies, secrets=secrets)
        patience = Patience(connection, read_budget, clock, sleep, on_retrying)
        tokens = TokenSource(connection, line, patience, clock, self._rate.new_token)
        self._transport = Transport(connection, line, tokens, self._rate, patience)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    def rate(self) -> RateSnapshot:
        """Calls used and allowed in the present window, for the status line."""
        return self._rate.snapshot()

    def pace(self) -> float | None:
        """Calls a second that the rate allows this client; None where that is not known or without a limit."""
        return self._rate.pace

    def waiting(self) -> int:
        """Calls that wait for their turn now."""
        return self._rate.waiting

    def check_tokens(self, check: TokenCheck) -> None:
        """Let ``check`` be awaited before the first call with each new token; what it raises, that call raises.

        It may ask for the ``organization`` and for nothing else. A write that it keeps from going was not sent.
        """
        self._transport.check = check

    def trust_token(self) -> None:
        """Say that the token in use was checked."""
        self._transport.trust_token()

    async def organization(self) -> Organization:
        """The organisation that the credentials belong to."""
        return await contacts.organization(self._transport)

    def scan(self, limit: int = contacts.LARGEST_PAGE, cursor: str | None = None) -> AsyncIterator[ScanPage]:
        """Pages of every contact a scan shows, from ``cursor`` on; store ``next_cursor`` to resume.

        Empty and short pages come in the middle; only the last has no ``next_cursor``. Raises ``CursorExpired``.
        """
        return contacts.scan(self._transport, limit, cursor)

    async def contact(self, contact_id: str, expand: Sequence[str] = ()) -> bytes:
        """The living contact behind an id, as JSON; its id differs if the one asked for was merged."""
        return await contacts.contact(self._transport, contact_id, expand)

    async def unresolved(self, contact_id: str) -> bytes:
        """The very record of an id as JSON, an ancestor's included."""
        return await contacts.unresolved(self._transport, contact_id)

    async def bulk_contacts(self, ids: Iterable[str]) -> BulkAnswer:
        """The living contacts behind many ids, by the id asked for."""
        return await bulk.bulk_contacts(self._transport, ids)

    async def bulk_unresolved(self, ids: Iterable[str]) -> BulkAnswer:
        """The very records of many ids, ancestors included."""
        return await bulk.bulk_unresolved(self._transport, ids)

    async def identifiers(self, contact_id: str) -> list[HeldIdentifier]:
        """The identifiers that a contact has claimed."""
        return await contacts.identifiers(self._transport, contact_id)

    async def look_up(
        self, kind: str, value: str, external_source_id: str | None = None, division_id: str | None = None
    ) -> bytes | None:
        """The contact that has claimed an identifier, as JSON; ``None`` if nobody has.

        An identifier belongs to its contact's division; without ``division_id`` the service looks in the unassigned
        one. A phone number needs its country code and a leading plus.
        """
        return await contacts.look_up(self._transport, kind, value, external_source_id, division_id)

    async def search(self, text: str) -> Hits:
        """The curated contacts that words find, at most 1,000. A change is seen by it only after a while."""
        return await search.search(self._transport, text)

    async def notes(self, contact_id: str, merge_set: bool = True) -> list[Note]:
        """The newest 1,000 notes of a contact and of every record merged into it."""
        return await history.notes(self._transport, contact_id, merge_set)

    async def sessions(self, contact_id: str, merged: bool = True) -> list[Session]:
        """The journey sessions of a contact and of every record merged into it."""
        return await history.sessions(self._transport, contact_id, merged)

    async def external_sources(self) -> list[ExternalSource]:
        """The systems of record that external ids may come from."""
        return await history.external_sources(self._transport)

    def conversations(self, since: datetime, until: datetime) -> AsyncIterator[ConversationPage]:
        """Pages of the conversations between two instants, with the contacts that took part; some come twice."""
        return conversations.conversations(self._transport, since, until)

    async def graph_settings(self) -> GraphSettings:
        """Whether the service merges by itself. Raises ``PreviewAbsent``, ``PreviewChanged``."""
        return await graphs.settings(self._transport)

    async def latest_cluster_scan(self) -> ClusterScan | None:
        """The service's newest scan for duplicates. Raises ``PreviewAbsent`` where there are no such scans."""
        return await graphs.latest_scan(self._transport)

    def clusters(self, scan_id: str) -> AsyncIterator[ClusterPage]:
        """Pages of a scan's clusters."""
        return graphs.clusters(self._transport, scan_id)

    async def merge(
        self, contact_ids: Sequence[str], value_override: JsonFields | None = None, *, may_send: MaySend = always
    ) -> Answer:
        """Write: merge 2 to 25 contacts into a new one, with these values winning over the service's rule.

        ``may_send`` is asked when the rate lets the call go; if it may not, ``Withheld`` is raised.
        """
        return await writes.merge(self._transport, contact_ids, value_override, may_send)

    async def patch(self, contact_id: str, changes: Sequence[JsonFields], *, may_send: MaySend = always) -> Answer:
        """Write: change fields, each as ``{"field": "$.a.b", "action": …, "value": …}``; ``may_send`` as ``merge``."""
        return await writes.patch(self._transport, contact_id, changes, may_send)

    async def claim(
        self,
        contact_id: str,
        kind: str,
        value: str,
        external_source_id: str | None = None,
        *,
        may_send: MaySend = always,
    ) -> Answer:
        """Write: let an identifier point to this contact; ``may_send`` as ``merge``."""
        return await writes.claim(self._transport, contact_id, kind, value, external_source_id, may_send)

    async def release(
        self,
        contact_id: str,
        kind: str,
        value: str,
        external_source_id: str | None = None,
        *,
        may_send: MaySend = always,
    ) -> Answer:
        """Write: let an identifier of this contact go; ``may_send`` as ``merge``."""
        return await writes.release(self._transport, contact_id, kind, value, external_source_id, may_send)

    async def create(self, contact: JsonFields, *, may_send: MaySend = always) -> Answer:
        """Write: make a new contact; ``may_send`` as ``merge``."""
        return await writes.create(self._transport, contact, may_send)
