"""The line to the service: one request, sent once, and what became of it."""

import asyncio
import ssl

import httpx

from reviewer import __version__
from reviewer.genesys.calls import CallObserver, CallOutcome, CallRecord
from reviewer.genesys.connection import Connection
from reviewer.genesys.endpoints import Endpoint
from reviewer.genesys.rate import Clock

MOST_AT_ONCE = 20
"""Connections that are kept open and used at the same time."""

_NEVER_OPENED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


class NotSent(Exception):
    """No connection could be opened; the service never saw the request."""

    def __init__(self, reason: str, *, certificate: bool = False) -> None:
        super().__init__(reason)
        self.certificate = certificate


class Lost(Exception):
    """The request went out, wholly or in part, and no whole answer came back."""


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
    """Sends requests and tells the observer of each attempt. ``seconds`` bounds each phase of one."""

    def __init__(self, http: httpx.AsyncClient, seconds: float, observe: CallObserver, clock: Clock) -> None:
        self.http = http
        self._seconds = seconds
        self._observe = observe
        self._clock = clock
        # A request waits here for a free connection, so that waiting is never taken for a lost answer.
        self._free = asyncio.Semaphore(MOST_AT_ONCE)

    async def send(self, endpoint: Endpoint, request: httpx.Request, attempt: int) -> httpx.Response:
        """The answer, whatever its status, with its whole body. Raises ``NotSent`` or ``Lost``."""
        async with self._free:
            started = self._clock()
            status, correlation_id, outcome = 0, "", CallOutcome.CANCELLED
            try:
                response = await self._exchange(request)
                status, correlation_id = response.status_code, correlation_of(response)
                outcome = CallOutcome.ANSWERED
                return response
            except NotSent:
                outcome = CallOutcome.NOT_SENT
                raise
            except Lost:
                outcome = CallOutcome.LOST
                raise
            finally:
                milliseconds = round((self._clock() - started) * 1000)
                self._observe(
                    CallRecord(
                        endpoint.method, endpoint.template, status, correlation_id, milliseconds, attempt, outcome
                    )
                )

    async def _exchange(self, request: httpx.Request) -> httpx.Response:
        try:
            # Connecting has its own limit, so whatever this one cuts short may have been sent.
            async with asyncio.timeout(2 * self._seconds):
                return await self.http.send(request)
        except _NEVER_OPENED as error:
            raise NotSent(str(error) or "no connection in time", certificate=_is_certificate(error)) from error
        except (httpx.TimeoutException, TimeoutError) as error:
            raise Lost(f"no answer within {self._seconds:g} seconds") from error
        except (httpx.RequestError, OSError) as error:
            raise Lost(str(error) or "the connection was dropped") from error


def correlation_of(response: httpx.Response) -> str:
    """The id under which the service's support finds this call; empty if the answer names none."""
    return str(response.headers.get("ININ-Correlation-Id", ""))


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
