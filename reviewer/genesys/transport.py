"""Reads that persist and writes that are sent once: the two ways in which this program talks to the API."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import NamedTuple, TypeVar

import httpx

from reviewer.domain.wire import encode
from reviewer.genesys.answers import Answer, answer_of, read_error, write_error
from reviewer.genesys.bodies import Unreadable, json_object
from reviewer.genesys.connection import Connection
from reviewer.genesys.endpoints import ORGANIZATION, Endpoint
from reviewer.genesys.errors import ApiError, BadAnswer, TooManyRequests, UnclearOutcome, Withheld
from reviewer.genesys.line import Line, Lost, NotSent
from reviewer.genesys.patience import Patience, not_connected
from reviewer.genesys.rate import Rate
from reviewer.genesys.said import correlation_of, guessable
from reviewer.genesys.token import TokenSource

T = TypeVar("T")
Query = Mapping[str, str | int]
MaySend = Callable[[], bool]
TokenCheck = Callable[[], Awaitable[object]]


def always() -> bool:
    """A write that nothing can call back while it waits for its turn."""
    return True


class _Asked(NamedTuple):
    """A call to be made; ``content`` is its body as it is sent."""

    endpoint: Endpoint
    path: str
    query: Query | None = None
    content: bytes | None = None
    may_send: MaySend = always


class Transport:
    """Carries calls to the API with a token, at the pace that its answers allow."""

    def __init__(self, connection: Connection, line: Line, tokens: TokenSource, rate: Rate, patience: Patience) -> None:
        self._connection = connection
        self._line = line
        self._tokens = tokens
        self._rate = rate
        self._patience = patience
        self.check: TokenCheck | None = None
        """Awaited before the first call with a token, but for the one that tells whose token it is."""
        self._checking = asyncio.Lock()
        self._checked = ""

    def trust_token(self) -> None:
        """Take the token in use as checked."""
        self._checked = self._tokens.present

    async def read(
        self,
        endpoint: Endpoint,
        decode: Callable[[bytes], T],
        *,
        contact_id: str | None = None,
        scan_id: str | None = None,
        query: Query | None = None,
        body: object = None,
    ) -> T:
        """What ``decode`` makes of the answer's body; it raises ``Unreadable`` for a body that is not as agreed.

        The path takes the id of a contact or of a cluster scan, whichever it is about.

        Repeated on 429, 5xx, connection faults and unreadable bodies until the budget is over.
        Raises any ``ApiError`` but ``UnclearOutcome``.
        """
        if endpoint.writes:
            raise ValueError(f"{endpoint} has an effect and may not be repeated")
        path = endpoint.path(contact_id if scan_id is None else scan_id)
        asked = _Asked(endpoint, path, query, None if body is None else encode(body))

        async def attempt(number: int) -> T:
            response, token = await self._send(asked, number)
            if not response.is_success:
                raise self._heeded(read_error(endpoint, response, *self._secrets(token)))
            try:
                return decode(response.content)
            except Unreadable as error:
                said = (response.status_code, "", str(error), correlation_of(response), str(endpoint))
                raise BadAnswer(*said).naming(self._connection.address_setting) from error

        return await self._patience.persist(endpoint, attempt)

    async def write(
        self, endpoint: Endpoint, *, contact_id: str | None = None, body: object, may_send: MaySend = always
    ) -> Answer:
        """Send a call that has an effect, once. Returns only if it was done.

        ``may_send`` is asked when its turn has come, just before it goes; if not, ``Withheld`` is raised.

        Raises ``UnclearOutcome`` if it was sent and its outcome is not known; any other ``ApiError`` means that
        it was not done. A 401 has no effect, so after one the call is sent again with a new token.
        """
        if not endpoint.writes:
            raise ValueError(f"{endpoint} is a read")
        asked = _Asked(endpoint, endpoint.path(contact_id), content=encode(body), may_send=may_send)
        try:
            response, token = await self._send(asked, 1)
        except NotSent as fault:
            raise not_connected(self._connection, endpoint, fault) from fault
        except Lost as fault:
            raise UnclearOutcome(fault.status, "", str(fault), fault.correlation_id, str(endpoint)) from fault
        if not response.is_success:
            raise self._heeded(write_error(endpoint, response, *self._secrets(token)))
        try:
            json_object(response.content)
        except Unreadable as error:
            said = (response.status_code, "", str(error), correlation_of(response), str(endpoint))
            raise UnclearOutcome(*said) from error
        return answer_of(response)

    def rounds(self, most: float) -> AsyncIterator[int]:
        """Pauses before a partly failed read is asked for again, for at most so many seconds in all."""
        return self._patience.rounds(most)

    async def _send(self, asked: _Asked, number: int) -> tuple[httpx.Response, str]:
        """The answer and the token that it was given to; a refused token is renewed once."""
        token = await self._tokens.token()
        response = await self._send_with(token, asked, number)
        if response.status_code == 401:
            token = await self._tokens.renew(token)
            response = await self._send_with(token, asked, number)
        return response, token

    async def _send_with(self, token: str, asked: _Asked, number: int) -> httpx.Response:
        if self.check is not None and asked.endpoint is not ORGANIZATION and token != self._checked:
            await self._check(token, self.check)
        ticket = await self._rate.admit()
        try:
            if not asked.may_send():
                raise Withheld(call=str(asked.endpoint))
            response = await self._line.send(asked.endpoint, self._request(token, asked), number)
        except (Withheld, NotSent):
            self._rate.unused(ticket)
            raise
        except BaseException:
            self._rate.lost(ticket)  # whatever ended it, a cancelled call included, is no longer on its way
            raise
        if response.status_code == 401:
            self._rate.unused(ticket)  # nobody's token, so nobody's rate
        else:
            self._rate.answered(ticket, response.headers)
        return response

    async def _check(self, token: str, check: TokenCheck) -> None:
        async with self._checking:
            if token != self._checked:
                await check()
                self._checked = token

    def _secrets(self, token: str) -> tuple[str, ...]:
        """What must not be repeated of an answer, whoever put it there."""
        secret = self._connection.client_secret
        return (token,) if guessable(secret) else (token, secret)

    def _request(self, token: str, asked: _Asked) -> httpx.Request:
        headers = {"Authorization": f"Bearer {token}"}
        if asked.content is not None:
            headers["Content-Type"] = "application/json"
        return self._line.http.build_request(
            asked.endpoint.method,
            self._connection.api_url + asked.path,
            params=asked.query,
            content=asked.content,
            headers=headers,
        )

    def _heeded(self, error: ApiError) -> ApiError:
        """The error in this connection's words; after a 429 all of this token wait as the service asked."""
        if not isinstance(error, TooManyRequests):
            return error.naming(self._connection.address_setting)
        seconds = self._rate.seconds_to_room() if error.retry_after is None else error.retry_after
        if seconds is not None:
            self._rate.refused(seconds)
        said = (error.status, error.code, error.message, error.correlation_id, error.call)
        return TooManyRequests(*said, retry_after=seconds)
