"""The executor as a process of its own: a dropped line cannot touch a merge in flight."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def start_detached(arguments: Sequence[str], words: Path) -> int:
    """Start ``reviewer … execute --until-idle`` in a session of its own; returns its process id.

    ``arguments`` are the global options; what the process says goes to the file ``words`` (0600). It ends by
    itself when nothing is staged any more.
    """
    words.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(words, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "reviewer", *arguments, "execute", "--until-idle"],
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            start_new_session=True,
            close_fds=True,
        )
    finally:
        os.close(descriptor)
    return process.pid
