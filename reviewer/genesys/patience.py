"""How long and how often a read is tried: jittered, growing pauses within a total time."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from reviewer.genesys.connection import Connection
from reviewer.genesys.endpoints import TOKEN, Endpoint
from reviewer.genesys.errors import ApiError, BadAnswer, CannotConnect, ServiceUnavailable, TooManyRequests
from reviewer.genesys.line import Lost, NotSent
from reviewer.genesys.rate import Clock, Sleep

T = TypeVar("T")
Retrying = Callable[[ApiError, float], None]
"""Hears why something is tried again, and in how many seconds."""

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 20.0
FIRST_CONTACT = 5.0
"""Seconds that a service which has never answered is tried: longer would only hide a wrong setting."""
BAD_ANSWERS = 3
"""Attempts at an answer that cannot be used: it may have been cut off, or there may be no such service here."""

PREVIEW_ATTEMPTS = 3
"""Attempts at a call that the service may break without notice: what only warns may not hold up the rest."""


def untold(error: ApiError, seconds: float) -> None:
    """Nobody is told that something is tried again."""


class Patience:
    """Repeats what has no effect until it succeeds, cannot succeed, or ``budget`` seconds are over.

    ``on_retrying`` hears the first fault since the last success, and the seconds until the next attempt.
    """

    def __init__(
        self, connection: Connection, budget: float, clock: Clock, sleep: Sleep, on_retrying: Retrying = untold
    ) -> None:
        self._connection = connection
        self._budget = budget
        self._clock = clock
        self._sleep = sleep
        self._on_retrying = on_retrying
        self._answered_before = False
        self._told = False

    async def persist(self, endpoint: Endpoint, attempt: Callable[[int], Awaitable[T]]) -> T:
        """The result of the first attempt that succeeds; attempts are counted from 1.

        Raises what the last attempt raised, as one of the exceptions of ``genesys.errors``.
        """
        started, number = self._clock(), 1
        while True:
            try:
                result = await attempt(number)
                self._answered_before, self._told = True, False
                return result
            except NotSent as fault:
                error: ApiError = not_connected(self._connection, endpoint, fault)
            except Lost as fault:
                error = ServiceUnavailable(fault.status, "", str(fault), fault.correlation_id, str(endpoint))
            except (TooManyRequests, ServiceUnavailable, BadAnswer) as refusal:
                if refusal.call != str(endpoint):
                    raise  # it is about the token, which has had its own attempts
                error = refusal
            pause = _pause(error, number)
            given_up = endpoint.preview and number >= PREVIEW_ATTEMPTS and not isinstance(error, TooManyRequests)
            if given_up or not self._worth_another(error, number, self._clock() + pause - started):
                raise error
            if not self._told:
                self._told = True
                self._on_retrying(error, pause)
            await self._sleep(pause)
            number += 1

    async def rounds(self, most: float) -> AsyncIterator[int]:
        """Counts from 1, a growing pause before each, for at most so many seconds (or the budget, if that is less).

        For asking again for those parts of an answer that failed.
        """
        started, number = self._clock(), 1
        while self._clock() + (pause := _growing(number)) - started <= min(most, self._budget):
            await self._sleep(pause)
            yield number
            number += 1

    def _worth_another(self, error: ApiError, number: int, seconds: float) -> bool:
        if isinstance(error, CannotConnect):
            if error.certificate:
                return False
            return seconds <= (self._budget if self._answered_before else min(FIRST_CONTACT, self._budget))
        if isinstance(error, BadAnswer) and (number >= BAD_ANSWERS or 300 <= error.status < 400):
            return False
        return seconds <= self._budget


def not_connected(connection: Connection, endpoint: Endpoint, fault: NotSent) -> CannotConnect:
    """The exception for a request that never left; it names the host and the settings to look at."""
    host = connection.login_host if endpoint is TOKEN else connection.api_host
    proxy = "" if connection.is_loopback else connection.proxy_host
    error = CannotConnect(host, str(fault), str(endpoint), proxy=proxy, certificate=fault.certificate)
    return error.naming(connection.address_setting)


def _pause(error: ApiError, number: int) -> float:
    """What the service asked for and a second on top of that, beside our own pause."""
    asked = error.retry_after if isinstance(error, TooManyRequests) else None
    return _growing(number) + (0.0 if asked is None else asked + 1.0)


def _growing(number: int) -> float:
    """Half to whole of a pause that doubles with each attempt."""
    longest: float = FIRST_PAUSE * 2 ** min(number - 1, 10)
    return min(LONGEST_PAUSE, longest) * random.uniform(0.5, 1.0)
