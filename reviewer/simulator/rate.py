"""The rate that a token has: so many requests in each window of time."""

import math
from collections.abc import Callable, Mapping

from reviewer.simulator.errors import ApiError, usual
from reviewer.simulator.knobs import Knobs
from reviewer.simulator.tokens import Token, Window

UNLIMITED = 1_000_000
"""What the headers say is allowed where there is no limit."""

ROUNDED: Mapping[str, Callable[[float], int]] = {"up": math.ceil, "down": math.floor, "nearest": round}


def headers(token: Token | None, knobs: Knobs, now: int) -> dict[str, str]:
    """The inin-ratelimit headers of an answer; ``reset`` is in seconds to the end of the window."""
    return {
        "inin-ratelimit-count": str(token.window.count if token else 0),
        "inin-ratelimit-allowed": str(UNLIMITED if knobs.rate_limit is None else knobs.rate_limit),
        "inin-ratelimit-reset": str(seconds_left(token.window if token else opened(knobs, now), knobs, now)),
    }


def count(token: Token, endpoint: str, knobs: Knobs, now: int) -> None:
    """Count a request. Raises ApiError 429 where a window is used up: the token's, or the endpoint's own."""
    token.window = current(token.window, knobs, now)
    check(token.window, knobs.rate_limit, "client.credentials.token.rate.per.minute", knobs, now)
    own = knobs.endpoint_limits.get(endpoint)
    if own is not None:
        window = token.endpoint_windows[endpoint] = current(token.endpoint_windows.get(endpoint), knobs, now)
        check(window, own, f"external.contacts.{endpoint}.rate.per.minute", knobs, now)
        window.count += 1
    token.window.count += 1


def check(window: Window, limit: int | None, key: str, knobs: Knobs, now: int) -> None:
    if limit is not None and window.count >= limit:
        seconds = max(1, seconds_left(window, knobs, now))
        raise exceeded(seconds, retry_after=knobs.retry_after, limit={"key": key, "value": limit})


def opened(knobs: Knobs, now: int) -> Window:
    """A window that begins now or, where windows follow the clock, began at its last full multiple."""
    length = milliseconds(knobs)
    return Window(now - now % length if knobs.rate_windows == "clock" else now)


def current(window: Window | None, knobs: Knobs, now: int) -> Window:
    """The window that a request falls into: the one so far, or a new one."""
    over = window is None or not 0 <= now - window.began < milliseconds(knobs)
    return opened(knobs, now) if over or window is None else window


def seconds_left(window: Window, knobs: Knobs, now: int) -> int:
    """Whole seconds to the end of a window, rounded as the knob says."""
    remaining = (window.began + milliseconds(knobs) - now) / 1000
    return max(0, ROUNDED[knobs.rate_reset_rounding](remaining))


def milliseconds(knobs: Knobs) -> int:
    return round(knobs.rate_window_seconds * 1000)


def exceeded(seconds: int, *, retry_after: bool, limit: Mapping[str, object] | None = None) -> ApiError:
    """429; ``limit`` names the limit that was reached."""
    refused = usual(429, message=f"Rate limit exceeded the maximum. Retry the request in [{seconds}] seconds")
    refused.headers = {"Retry-After": str(seconds)} if retry_after else {}
    refused.limit = {**limit, "namespace": "external.contacts"} if limit else None
    return refused
