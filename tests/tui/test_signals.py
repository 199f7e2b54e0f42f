"""Told to end, the workbench leaves the terminal as it was, says by which signal, and leaves the executor running."""

import os
import signal
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.exit_codes import ExitCode
from tests.tui.small_queue import write_small_queue
from tests.tui.test_terminal import Terminal

SIGNALS = {
    signal.SIGHUP: ExitCode.HANGUP,
    signal.SIGINT: ExitCode.INTERRUPTED,
    signal.SIGTERM: ExitCode.TERMINATED,
}
LEFT = (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l", b"\x1b[?1003l", b"\x1b[?2004l")
"""Out of the alternate screen, the cursor shown, no mouse, no bracketed paste."""

_ENTERED = b"\x1b[?1049h"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "queue.db"
    write_small_queue(path).close()
    return path


@pytest.fixture
def terminal(database: Path) -> Iterator[Terminal]:
    opened = Terminal(database)
    before = opened.read_until(lambda got: b"together" in got and b"to review" in got)
    assert _ENTERED in before
    yield opened
    if not opened._ended():
        os.kill(opened.process, signal.SIGKILL)
        os.waitpid(opened.process, 0)
    if opened._file >= 0:
        os.close(opened._file)


@pytest.mark.parametrize("sign", SIGNALS)
def test_a_signal_gives_the_terminal_back_and_is_the_exit_status(terminal: Terminal, sign: signal.Signals) -> None:
    raw = termios.tcgetattr(terminal._file)
    assert not raw[3] & (termios.ICANON | termios.ECHO), "the workbench reads keys one by one"
    os.kill(terminal.process, sign)
    got = terminal.read_until(lambda got: terminal._ended())
    assert [sequence for sequence in LEFT if sequence not in got] == []
    after = termios.tcgetattr(terminal._file)
    assert after[3] & termios.ICANON and after[3] & termios.ECHO and after[3] & termios.ISIG
    assert terminal.end() == SIGNALS[sign]


@pytest.mark.parametrize("keys", ["o", "n", "?"])
def test_a_signal_while_another_screen_or_a_question_is_open_ends_it_too(terminal: Terminal, keys: str) -> None:
    terminal.press(keys)
    os.kill(terminal.process, signal.SIGTERM)
    got = terminal.read_until(lambda got: terminal._ended())
    assert [sequence for sequence in LEFT if sequence not in got] == []
    assert terminal.end() == ExitCode.TERMINATED


def test_ctrl_c_as_a_key_ends_nothing(terminal: Terminal) -> None:
    terminal.press("\x03")
    assert not terminal._ended()


def test_a_second_signal_changes_nothing_of_the_first(terminal: Terminal) -> None:
    os.kill(terminal.process, signal.SIGTERM)
    os.kill(terminal.process, signal.SIGHUP)
    assert terminal.end() in (ExitCode.TERMINATED, ExitCode.HANGUP)


def test_a_terminal_that_is_gone_ends_it_with_129(terminal: Terminal) -> None:
    terminal.hang_up()
    assert terminal.end() == ExitCode.HANGUP
