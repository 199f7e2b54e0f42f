"""Child processes of one trial: forked, so that each starts in milliseconds, and killed with us, however we end."""

import ctypes
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

LONGEST_SECONDS = 60.0
"""A process that neither ends nor stops in this time hangs."""

CRASHED = 70
_STEP = 0.002
_SET_PARENT_DEATH_SIGNAL = 1


class Hangs(Exception):
    """A process that should have ended or stopped long ago."""


class Child:
    """A forked process that runs a function and ends with the status which that returns."""

    def __init__(self, run: Callable[[], int], words: Path) -> None:
        parent = os.getpid()
        self.pid = os.fork()
        self.is_stopped = False
        self.status: int | None = None
        """The exit status, negative for a signal; None while it lives."""
        if self.pid == 0:
            _be_a_child(run, words, parent)

    def wait(self) -> bool:
        """Wait until it has ended or stopped; True if it stopped. Raises ``Hangs``."""
        deadline = time.monotonic() + LONGEST_SECONDS
        while self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG | os.WUNTRACED)
            if pid and os.WIFSTOPPED(status):
                self.is_stopped = True
                return True
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > deadline:
                self.kill()
                raise Hangs(f"process {self.pid} has neither ended nor stopped in {LONGEST_SECONDS:g} seconds")
            else:
                time.sleep(_STEP)
        return False

    def ended_within(self, seconds: float) -> bool:
        """Let it run for so long; whether it ended in that time."""
        deadline = time.monotonic() + seconds
        while self.status is None and time.monotonic() < deadline:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
            else:
                time.sleep(_STEP)
        return self.status is not None

    def kill(self) -> None:
        """SIGKILL, and wait for its end; harmless if it has ended."""
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            _, status = os.waitpid(self.pid, 0)
            self.status = os.waitstatus_to_exitcode(status)

    def stop(self) -> None:
        """SIGSTOP, and wait until it has stopped or ended; harmless if it has."""
        if self.status is None and not self.is_stopped:
            os.kill(self.pid, signal.SIGSTOP)
            self.wait()

    def go_on(self) -> None:
        """SIGCONT; harmless if it has ended."""
        self.is_stopped = False
        if self.status is None:
            os.kill(self.pid, signal.SIGCONT)


def _be_a_child(run: Callable[[], int], words: Path, parent: int) -> None:
    """Run and end: nothing of the parent's goes on in here."""
    status = CRASHED
    try:
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)  # a stopped child would outlive us for ever
        if os.getppid() != parent:
            os._exit(CRASHED)
        told = os.open(words, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(told, sys.stdout.fileno())
        os.dup2(told, sys.stderr.fileno())
        status = run()
    except BaseException:  # noqa: BLE001 - whatever it was, it is told and is a finding
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(status)
