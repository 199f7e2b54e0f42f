"""The entry point: global options, commands that are imported when they are called, errors as one sentence."""

import errno
import logging
import os
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from reviewer import __version__
from reviewer.cli.context import Context, global_options
from reviewer.domain.errors import ReviewerError
from reviewer.exit_codes import ExitCode

COMMANDS = {
    "api-log": "reviewer.cli.api_log:api_log",
    "approvals": "reviewer.cli.approvals:approvals",
    "approve": "reviewer.cli.approvals:approve",
    "audit": "reviewer.cli.audit:audit",
    "auto": "reviewer.cli.auto:auto",
    "backup": "reviewer.cli.backup:backup",
    "compensate": "reviewer.cli.compensate:compensate",
    "config": "reviewer.cli.config:config",
    "decide": "reviewer.cli.decide:decide",
    "defer": "reviewer.cli.decide:defer",
    "demo": "reviewer.cli.demo:demo",
    "detect": "reviewer.cli.detect:detect",
    "evaluate": "reviewer.cli.evaluate:evaluate",
    "execute": "reviewer.cli.execute:execute",
    "export": "reviewer.cli.export:export",
    "forget": "reviewer.cli.forget:forget",
    "init": "reviewer.cli.init:init",
    "link": "reviewer.cli.link:link",
    "load": "reviewer.cli.load:load",
    "model": "reviewer.cli.model:model",
    "operations": "reviewer.cli.operations:operations",
    "person": "reviewer.cli.person:person",
    "queue": "reviewer.cli.queue:queue",
    "reject": "reviewer.cli.approvals:reject",
    "restore": "reviewer.cli.backup:restore",
    "review": "reviewer.cli.review:review",
    "rule": "reviewer.cli.rule:rule",
    "show": "reviewer.cli.show:show",
    "simulator": "reviewer.cli.simulator:simulator",
    "stage": "reviewer.cli.stage:stage",
    "status": "reviewer.cli.status:status",
    "sync": "reviewer.cli.sync:sync",
    "undo": "reviewer.cli.decide:undo",
    "why": "reviewer.cli.why:why",
}
"""Command → where it is defined: imported only when it is called, so that `reviewer --version` is quick."""


_OUTPUT_FAULTS = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF))
"""What writing to an open stream can meet; files that commands write themselves tell their own errors."""

log = logging.getLogger("reviewer.cli")


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports them on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All command names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command to the last byte; a reader that has had enough, `head` for one, is no error."""
        try:
            result = super().invoke(ctx)
            if sys.stdout:
                sys.stdout.flush()
        except BrokenPipeError:
            _leave_standard_output()
            return ExitCode.OK
        return result


@click.group(cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@global_options
@click.version_option(__version__)
@click.pass_context
def cli(ctx: click.Context, config: Path | None, environment: str | None, database: Path | None) -> int | None:
    """Settle who is who in Genesys Cloud External Contacts.

    Without a command the workbench opens.
    """
    _warn_of_unknown_variables()
    ctx.obj = Context(config, environment, database)
    if ctx.invoked_subcommand is None:
        from reviewer.cli.review import review

        status: int = ctx.invoke(review)
        return status
    return None


def main() -> None:
    """Run the command line and exit with its status; an error a user can meet becomes one sentence."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """The exit status of a command line; everything it has to say is on the standard streams.

    The log gets the command's name without its arguments, which may quote a record, and how it ended.
    """
    _start_log()
    began = time.monotonic()
    status: int | str = "an unexpected error"
    try:
        status = _status_of(arguments)
        return status
    except Exception:
        log.exception("the command ended in an unexpected error")
        raise
    finally:
        spent = round((time.monotonic() - began) * 1000)
        log.info("command %s: exit status %s, %d ms", _command_name(arguments), status, spent)


def _status_of(arguments: list[str]) -> int:
    from reviewer.cli.output import complain

    try:
        result = cli.main(arguments, prog_name="reviewer", standalone_mode=False)
        return int(result) if isinstance(result, int) else ExitCode.OK
    except ReviewerError as error:
        _log_error(error)
        complain(str(error))
        return error.exit_code
    except click.Abort:
        complain("stopped")
        return ExitCode.INTERRUPTED
    except KeyboardInterrupt:
        complain("stopped; what was finished is kept, run the command again to go on")
        return ExitCode.INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.exceptions.Exit as done:
        return done.exit_code
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else ExitCode.FAILED
    except OSError as error:
        if error.filename is not None or error.errno not in _OUTPUT_FAULTS:
            raise
        _leave_standard_output()
        complain(f"standard output cannot be written ({error.strerror}); what the command did is kept")
        return ExitCode.FAILED


def _leave_standard_output() -> None:
    """Let what cannot be written go nowhere, so that the end of the process does not try it again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _log_error(error: ReviewerError) -> None:
    """The error's type and the call it is about; its sentence may quote a record."""
    from reviewer.log_file import correlated

    with correlated(getattr(error, "correlation_id", "") or "-"):
        log.warning("%s, exit status %d", type(error).__name__, error.exit_code)


def _command_name(arguments: list[str]) -> str:
    """The words of a command line that name its command: known ones only."""
    words = iter(arguments)
    for word in words:
        if word in COMMANDS:
            command = cli.get_command(click.Context(cli), word)
            following = next(words, "")
            known = isinstance(command, click.Group) and following in command.commands
            return f"{word} {following}" if known else word
        if word.startswith("-") and "=" not in word:
            next(words, None)  # the options before a command's name take a value
    return "-"


def _warn_of_unknown_variables() -> None:
    """A mistyped variable would silently be no setting."""
    from reviewer.cli.output import narrate
    from reviewer.settings.loading import unknown_variables

    for name, meant in unknown_variables(os.environ).items():
        narrate(f"the variable {name} is no setting{f'; did you mean {meant}?' if meant else ''}")


def _start_log() -> None:
    from reviewer import locations, log_file

    log_file.start(locations.log_file())
