"""The workbench on a real pseudo-terminal: bytes, idleness, and how it ends."""

import fcntl
import os
import pty
import select
import signal
import sqlite3
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from reviewer.exit_codes import ExitCode
from tests.tui.small_queue import write_small_queue

_OPEN = """
import sys
from pathlib import Path
from reviewer.store.database import open_database
from reviewer.tui.app import run
from reviewer.tui.surroundings import Surroundings
from tests.tui.small_queue import steward_desk
with open_database(Path(sys.argv[1])) as database:
    code = run(steward_desk(database), Surroundings(environment="training"))
sys.exit(code)
"""
_QUIET = 0.4
_PATIENCE = 30.0


class Terminal:
    """A pseudo-terminal of 120×36 with the workbench in it."""

    def __init__(self, database: Path, arguments: Sequence[str] = (), given: Mapping[str, str] | None = None) -> None:
        """The workbench alone, or ``python -m reviewer`` with these arguments in the environment that is ``given``."""
        command = ["-m", "reviewer", *arguments] if arguments else ["-c", _OPEN, str(database)]
        self.process, self._file = pty.fork()
        if self.process == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
            environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
            environment |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
            os.execvpe(sys.executable, [sys.executable, *command], environment | dict(given or {}))
        self.status: int | None = None

    def read_until(self, reached: Callable[[bytes], bool]) -> bytes:
        """All bytes until a condition holds and nothing more comes for a moment."""
        got, end = b"", time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            ready, _, _ = select.select([self._file], [], [], _QUIET)
            if not ready:
                if reached(got):
                    return got
                continue
            try:
                chunk = os.read(self._file, 65536)
            except OSError:
                return got
            if not chunk:
                return got
            got += chunk
        raise TimeoutError(f"waited in vain after {got[-2000:]!r}")

    def press(self, key: str) -> bytes:
        """Press a key; the bytes that it causes."""
        os.write(self._file, key.encode())
        return self.read_until(bool)

    def hang_up(self) -> None:
        """Drop the line."""
        os.close(self._file)
        self._file = -1

    def end(self) -> int:
        """Wait for the process; its exit status."""
        if self.status is None:
            if self._file >= 0:
                self.read_until(lambda got: self._ended())
            while not self._ended():
                time.sleep(0.01)
        return os.waitstatus_to_exitcode(self.status or 0)

    def _ended(self) -> bool:
        if self.status is None:
            process, status = os.waitpid(self.process, os.WNOHANG)
            self.status = status if process else None
        return self.status is not None


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """The workbench on the small queue, painted to the end."""
    path = tmp_path / "queue.db"
    write_small_queue(path).close()
    opened = Terminal(path)
    opened.read_until(lambda got: b"together" in got and b"to review" in got)
    yield opened
    if not opened._ended():
        os.kill(opened.process, signal.SIGKILL)
        os.waitpid(opened.process, 0)
    if opened._file >= 0:
        os.close(opened._file)


def test_a_move_costs_little_and_an_idle_screen_sends_nothing(terminal: Terminal) -> None:
    assert len(terminal.press("j")) <= 8_000
    assert len(terminal.press("J")) <= 1_000
    assert len(terminal.press("m")) <= 8_000
    ready, _, _ = select.select([terminal._file], [], [], 3.0)
    assert not ready, os.read(terminal._file, 1000)


def test_a_rate_is_painted_once_for_each_change_and_then_the_screen_is_idle(terminal: Terminal, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "queue.db") as other:
        other.execute("INSERT INTO api_rate VALUES (1, 'execute', 212, 300, '9999-01-01T00:00:00.000000Z')")
    assert len(terminal.read_until(lambda got: b"212/300" in got)) <= 1_000
    ready, _, _ = select.select([terminal._file], [], [], 3.0)
    assert not ready, os.read(terminal._file, 1000)
    with other:
        other.execute("DELETE FROM api_rate")
    other.close()
    assert len(terminal.read_until(bool)) <= 1_000
    ready, _, _ = select.select([terminal._file], [], [], 3.0)
    assert not ready, os.read(terminal._file, 1000)


def test_a_move_in_the_staging_area_costs_little_and_it_sends_nothing_while_it_is_idle(
    terminal: Terminal, tmp_path: Path
) -> None:
    for _ in range(2):
        terminal.press("m")
    terminal.press("o")
    assert len(terminal.press("j")) <= 2_000
    ready, _, _ = select.select([terminal._file], [], [], 3.0)
    assert not ready, os.read(terminal._file, 1000)
    with sqlite3.connect(tmp_path / "queue.db") as other:
        other.execute("UPDATE operation SET state = 'withdrawn' WHERE id = 1")
    other.close()
    assert b"1 staged" in terminal.read_until(lambda got: b"1 staged" in got)


def test_record_text_sends_no_sequence_of_its_own(terminal: Terminal) -> None:
    sent = b"".join(terminal.press("j") for _ in range(8))
    assert b"\x1b]" not in sent
    assert "\u202e".encode() not in sent
    assert b"\x07" not in sent


def test_q_ends_with_success_and_gives_the_terminal_back(terminal: Terminal) -> None:
    os.write(terminal._file, b"q")
    got = terminal.read_until(lambda got: terminal._ended())
    assert b"\x1b[?1049l" in got and b"\x1b[?25h" in got
    assert terminal.end() == ExitCode.OK


def test_sigterm_ends_with_143_and_gives_the_terminal_back(terminal: Terminal) -> None:
    os.kill(terminal.process, signal.SIGTERM)
    got = terminal.read_until(lambda got: terminal._ended())
    assert b"\x1b[?1049l" in got and b"\x1b[?1003l" in got
    assert terminal.end() == ExitCode.TERMINATED


def test_sighup_ends_with_129(terminal: Terminal) -> None:
    os.kill(terminal.process, signal.SIGHUP)
    assert terminal.end() == ExitCode.HANGUP


def test_a_dropped_line_ends_with_129(terminal: Terminal) -> None:
    terminal.hang_up()
    assert terminal.end() == ExitCode.HANGUP
