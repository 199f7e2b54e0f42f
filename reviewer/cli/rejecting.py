"""Where a command puts what it had to reject, and how it says so."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from reviewer.cli.output import narrate
from reviewer.exit_codes import ExitCode
from reviewer.mirror.rejects import Rejects


def rejects_of(source: str, places: Sequence[Path], *, of_pages: bool = False) -> Rejects:
    """Rejects that are told on standard error as they come; ``of_pages`` that the service listed, or of lines."""
    return Rejects(source, places, _tell, of_pages=of_pages)


def _tell(sentence: str) -> None:
    if sys.stderr.isatty():
        click.echo("\r\x1b[2K", nl=False, err=True)  # a progress line may stand there
    narrate(sentence)


def status_of(rejects: Rejects) -> int:
    """The exit status after ``rejects``; says where they are kept."""
    if not rejects.count:
        return ExitCode.OK
    kept = f", kept in {rejects.path}" if rejects.path else ""
    narrate(f"{rejects.count:,} rejected{kept}")
    return ExitCode.SOME_REJECTED
