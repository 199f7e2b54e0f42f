"""Python processes of their own, for what only several processes show; each is waited for, none is left behind."""

import subprocess
import sys
from pathlib import Path

PATIENCE = 60.0
"""Seconds after which a process that hangs is ended, and its test fails."""


def run_all(code: str, *argument_lists: tuple[str | Path, ...]) -> list[str]:
    """Run ``code`` once for each list of arguments, all at the same time; what each wrote to standard output.

    A process that fails fails the test, with what it wrote to standard error.
    """
    children = [
        subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for arguments in argument_lists
    ]
    try:
        said = [child.communicate(timeout=PATIENCE) for child in children]
    finally:
        for child in children:
            if child.poll() is None:
                child.kill()
                child.wait()
    assert [error for (_, error), child in zip(said, children, strict=True) if child.returncode] == []
    return [output for output, _ in said]
