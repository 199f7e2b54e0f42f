"""Being told to end by a signal: what is in flight is finished, and the exit status says by which it was."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress

from reviewer.exit_codes import ExitCode

_STATUSES = {
    signal.SIGHUP: ExitCode.HANGUP,
    signal.SIGINT: ExitCode.INTERRUPTED,
    signal.SIGTERM: ExitCode.TERMINATED,
}


class Ending:
    """``stop`` is set by the first of the signals that ask a process to end."""

    def __init__(self) -> None:
        self.stop = asyncio.Event()
        self.status = ExitCode.OK
        """The exit status of a run that was ended before it was through; OK until a signal came."""

    def heed_signals(self) -> None:
        """Listen from now on, in the running event loop."""
        for number in _STATUSES:
            asyncio.get_running_loop().add_signal_handler(number, self._end, number)

    def interruptible(self) -> Callable[[float], Awaitable[None]]:
        """A sleep for the client that raises ``Stopped`` once the process is told to end: waits are long at times."""
        from reviewer.genesys.errors import Stopped

        async def sleep(seconds: float) -> None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stop.wait(), seconds)
            if self.stop.is_set():
                raise Stopped

        return sleep

    def _end(self, number: signal.Signals) -> None:
        self.status = self.status or _STATUSES[number]
        self.stop.set()
