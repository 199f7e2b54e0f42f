"""`reviewer review`, and `reviewer` alone: the workbench."""

import os
import sys
from contextlib import suppress

import click

from reviewer.cli.context import Context, pass_context
from reviewer.domain.errors import ReviewerError
from reviewer.exit_codes import ExitCode


class NoTerminalError(ReviewerError):
    """The workbench was started where nobody can see or use it."""

    exit_code = ExitCode.NO_TERMINAL


@click.command()
@pass_context
def review(context: Context) -> int:
    """Open the workbench."""
    require_terminal()
    status = open_workbench(context)
    _leave_to_the_executor(context)
    return status


def require_terminal(instead: str = "without one use `reviewer queue`, `show` and `decide`") -> None:
    """Raise ``NoTerminalError`` unless a person sits at a terminal that can show the workbench."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise NoTerminalError(f"the workbench needs an interactive terminal; {instead}")
    if not sys.__stderr__ or not sys.__stderr__.isatty():
        raise NoTerminalError("the workbench draws on standard error: do not redirect it (2>file)")
    if os.environ.get("TERM", "") in ("", "dumb"):
        raise NoTerminalError("this terminal cannot show the workbench (TERM is empty or dumb): set TERM, as in xterm")


def open_workbench(context: Context, *, hint: bool = False) -> int:
    """Run the workbench on the environment's database; returns its exit status."""
    from reviewer.cli.desk import open_desk
    from reviewer.store import stamp
    from reviewer.tui.app import run
    from reviewer.tui.surroundings import Surroundings

    settings = context.settings
    with open_desk(context) as desk:
        surroundings = Surroundings(
            environment=settings.environment.name,
            organisation=stamp.read(desk.database, "organization_name") or "not synced yet",
            host=settings.environment.region or settings.environment.api_url or "no host",
            production=settings.environment.production,
            theme=settings.review.theme or "",
            mouse=settings.review.mouse,
            hint=hint,
            send=lambda: start_executor(context),
            resume=lambda: "" if executor_is_at_work(context) else start_executor(context),
        )
        return run(desk, surroundings)


def _leave_to_the_executor(context: Context) -> None:
    """What is staged is sent in its time, whether the workbench is open or not."""
    from reviewer.cli.desk import open_desk
    from reviewer.cli.output import narrate
    from reviewer.review.progress import progress

    with open_desk(context) as desk:
        found = progress(desk, newest=0)
    if found.staged and found.next_send and not found.line_stops:
        sentence = start_executor(context)
        with suppress(OSError):  # the terminal may be gone, which is why the workbench was left
            narrate(f"{found.staged} staged, sent from {found.next_send:%H:%M} UTC: {sentence}")


def start_executor(context: Context) -> str:
    """Start the executor as a process of its own, unless one is at work; returns what to tell the steward."""
    from reviewer import locations
    from reviewer.cli.approval import may_execute
    from reviewer.execute.detached import start_detached

    if executor_is_at_work(context):
        return "the executor is at work"
    if not may_execute(context):
        return "it is sent by the executor of its own user, which does not run now"
    pid = start_detached(context.arguments(), locations.state_directory() / "executor.log")
    return f"the executor was started (process {pid})"


def executor_is_at_work(context: Context) -> bool:
    """Whether a process holds the executor's lock of this environment's database."""
    from reviewer.execute.lock import is_running

    return is_running(context.settings.environment.database)
