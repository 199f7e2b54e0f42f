"""The line to the service: one request, sent once, and what became of it."""

import asyncio
import re
import ssl
from collections.abc import Sequence

import httpx

from reviewer import __version__
from reviewer.genesys.calls import CallObserver, CallOutcome, CallRecord, Exchange
from reviewer.genesys.connection import Connection
from reviewer.genesys.endpoints import TOKEN, Endpoint
from reviewer.genesys.rate import Clock
from reviewer.genesys.said import blotted, correlation_of, guessable, said
from reviewer.genesys.window import told_by

MOST_AT_ONCE = 20
"""Connections that are kept open and used at the same time."""

_IS_CODE = re.compile(r"[\w.-]{0,100}", re.ASCII).fullmatch
"""A code is a word; what looks like a sentence may quote a record, and is left out of the list of calls."""

_NEVER_OPENED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


class NotSent(Exception):
    """No connection could be opened; the service never saw the request."""

    def __init__(self, reason: str, *, certificate: bool = False) -> None:
        super().__init__(reason)
        self.certificate = certificate


class Lost(Exception):
    """The request went out, wholly or in part, and no whole answer came back.

    ``begun`` is the answer as far as it came, without its body; None if not even its headers did.
    """

    def __init__(self, reason: str, begun: httpx.Response | None = None) -> None:
        super().__init__(reason)
        self.begun = begun

    @property
    def status(self) -> int:
        """The status of the answer that began; 0 if none did."""
        return self.begun.status_code if self.begun is not None else 0

    @property
    def correlation_id(self) -> str:
        """The id of the call, where the headers had come; else empty."""
        return correlation_of(self.begun) if self.begun is not None else ""


def open_http(connection: Connection, transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """An HTTP client that verifies TLS, follows no redirect, and takes nothing from the process environment.

    Raises ``SettingsError`` if the private CA file cannot be used.
    """
    return httpx.AsyncClient(
        verify=connection.ssl_context(),
        proxy=_proxy(connection),
        transport=transport,
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(connection.timeout, pool=None),
        limits=httpx.Limits(max_connections=MOST_AT_ONCE, max_keepalive_connections=MOST_AT_ONCE),
        headers={"Accept": "application/json", "User-Agent": f"reviewer/{__version__}"},
    )


class Line:
    """Sends requests and tells the observer of each attempt. ``seconds`` bounds each phase of one.

    With ``keep_bodies`` the observer gets what a call carried. The token and ``secrets`` are blotted out of all that
    it gets, whoever put them there.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        seconds: float,
        observe: CallObserver,
        clock: Clock,
        *,
        keep_bodies: bool = False,
        secrets: Sequence[str] = (),
    ) -> None:
        self.http = http
        self._seconds = seconds
        self._observe = observe
        self._clock = clock
        self._keep_bodies = keep_bodies
        self._secrets = tuple(secrets)
        # A request waits here for a free connection, so that waiting is never taken for a lost answer.
        self._free = asyncio.Semaphore(MOST_AT_ONCE)

    async def send(self, endpoint: Endpoint, request: httpx.Request, attempt: int) -> httpx.Response:
        """The answer, whatever its status, with its whole body. Raises ``NotSent`` or ``Lost``."""
        async with self._free:
            started = self._clock()
            response, outcome = None, CallOutcome.CANCELLED
            try:
                response = await self._exchange(request)
                outcome = CallOutcome.ANSWERED
                return response
            except NotSent:
                outcome = CallOutcome.NOT_SENT
                raise
            except Lost as lost:
                response, outcome = lost.begun, CallOutcome.LOST
                raise
            finally:
                milliseconds = round((self._clock() - started) * 1000)
                hidden = (*self._secrets, *_credentials(request))
                record = _record(endpoint, request, response, milliseconds, attempt, outcome, hidden)
                if self._keep_bodies and endpoint is not TOKEN:
                    answer = response.content if response is not None and outcome is CallOutcome.ANSWERED else b""
                    # Where a word was blotted out of a text that is kept whole would tell what it was.
                    hidden = (*(one for one in self._secrets if not guessable(one)), *_credentials(request))
                    record = record._replace(exchange=_exchange_of(request, answer, hidden))
                self._observe(record)

    async def _exchange(self, request: httpx.Request) -> httpx.Response:
        begun = None
        try:
            # Connecting has its own limit, so whatever this one cuts short may have been sent.
            async with asyncio.timeout(2 * self._seconds):
                begun = await self.http.send(request, stream=True)
                await begun.aread()
                return begun
        except _NEVER_OPENED as error:
            raise NotSent(str(error) or "no connection in time", certificate=_is_certificate(error)) from error
        except (httpx.TimeoutException, TimeoutError) as error:
            raise Lost(f"no {'whole ' if begun else ''}answer within {self._seconds:g} seconds", begun) from error
        except (httpx.RequestError, OSError) as error:
            raise Lost(str(error) or "the connection was dropped", begun) from error
        finally:
            if begun is not None and not begun.is_closed:
                await begun.aclose()


def _record(
    endpoint: Endpoint,
    request: httpx.Request,
    response: httpx.Response | None,
    milliseconds: int,
    attempt: int,
    outcome: CallOutcome,
    hidden: Sequence[str],
) -> CallRecord:
    """What is known of an attempt without its bodies; ``hidden`` is blotted out of what the service says."""
    record = CallRecord(
        endpoint.method,
        endpoint.template,
        0,
        "",
        milliseconds,
        attempt,
        outcome,
        target=request.url.raw_path.partition(b"?")[0].decode("ascii"),
        writes=endpoint.writes,
        sent=0 if outcome is CallOutcome.NOT_SENT else len(request.content),
    )
    if response is None:
        return record
    whole = outcome is CallOutcome.ANSWERED
    error = said(response, hidden) if whole and not response.is_success else None
    told = told_by(response.headers)
    return record._replace(
        status=response.status_code,
        correlation_id=error.correlation_id if error else blotted(correlation_of(response), hidden),
        code=error.code if error and _IS_CODE(error.code) else "",
        received=response.num_bytes_downloaded or (len(response.content) if whole else 0),
        rate_used=told.used if told else 0,
        rate_allowed=told.allowed if told else 0,
    )


def _credentials(request: httpx.Request) -> tuple[str, ...]:
    """The token, or the client's id and secret in one, that the request was sent with."""
    given = request.headers.get("Authorization", "").partition(" ")[2]
    return (given,) if given else ()


def _exchange_of(request: httpx.Request, answer: bytes, hidden: Sequence[str]) -> Exchange:
    query = request.url.query.decode("ascii")
    return Exchange(blotted(query, hidden), _blotted(request.content, hidden), _blotted(answer, hidden))


def _blotted(body: bytes, hidden: Sequence[str]) -> bytes:
    return blotted(body.decode("utf-8", "surrogateescape"), hidden).encode("utf-8", "surrogateescape")


def _proxy(connection: Connection) -> httpx.Proxy | None:
    if not connection.proxy or connection.is_loopback:
        return None
    context = connection.ssl_context() if connection.proxy.startswith("https:") else None
    return httpx.Proxy(connection.proxy, ssl_context=context)


def _is_certificate(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(cause):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
