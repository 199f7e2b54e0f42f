"""The organisation's own clock, which tests can move."""

import time


class Clock:
    """Real time plus an offset; cursors, tokens, rate windows and expiry all follow it."""

    def __init__(self, offset_seconds: float = 0.0) -> None:
        self.offset = offset_seconds

    def now(self) -> int:
        """Milliseconds since 1970."""
        return round((time.time() + self.offset) * 1000)

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        self.offset += seconds
