"""The rate that a token has: so many requests in each window of a minute."""

import math

from reviewer.simulator.errors import ApiError
from reviewer.simulator.knobs import Knobs
from reviewer.simulator.tokens import Token

WINDOW = 60_000
UNLIMITED = 1_000_000
"""What the headers say is allowed where there is no limit."""


def headers(token: Token | None, knobs: Knobs, now: int) -> dict[str, str]:
    """The inin-ratelimit headers of an answer; ``reset`` is in seconds to the end of the window."""
    remaining = WINDOW - (now - token.window) if token else WINDOW
    return {
        "inin-ratelimit-count": str(token.count if token else 0),
        "inin-ratelimit-allowed": str(UNLIMITED if knobs.rate_limit is None else knobs.rate_limit),
        "inin-ratelimit-reset": str(max(1, math.ceil(remaining / 1000))),
    }


def count(token: Token, knobs: Knobs, now: int) -> None:
    """Count a request. Raises ApiError 429 where the window is used up."""
    if now - token.window >= WINDOW or now < token.window:
        token.window, token.count = now, 0
    if knobs.rate_limit is not None and token.count >= knobs.rate_limit:
        raise exceeded(max(1, math.ceil((WINDOW - (now - token.window)) / 1000)), retry_after=knobs.retry_after)
    token.count += 1


def exceeded(seconds: int, *, retry_after: bool) -> ApiError:
    message = f"Rate limit exceeded the maximum. Retry the request in [{seconds}] seconds"
    return ApiError(
        429,
        "too.many.requests.retry.after",
        message,
        headers={"Retry-After": str(seconds)} if retry_after else None,
    )
