"""The entry point: global options, commands that are imported when they are called, errors as one sentence."""

import sys
from importlib import import_module
from pathlib import Path

import click

from reviewer import __version__
from reviewer.cli.context import Context, global_options
from reviewer.domain.errors import ReviewerError
from reviewer.exit_codes import ExitCode

COMMANDS = {
    "audit": "reviewer.cli.audit:audit",
    "auto": "reviewer.cli.auto:auto",
    "backup": "reviewer.cli.backup:backup",
    "config": "reviewer.cli.config:config",
    "decide": "reviewer.cli.decide:decide",
    "defer": "reviewer.cli.decide:defer",
    "demo": "reviewer.cli.demo:demo",
    "detect": "reviewer.cli.detect:detect",
    "execute": "reviewer.cli.execute:execute",
    "export": "reviewer.cli.export:export",
    "init": "reviewer.cli.init:init",
    "load": "reviewer.cli.load:load",
    "person": "reviewer.cli.person:person",
    "queue": "reviewer.cli.queue:queue",
    "restore": "reviewer.cli.backup:restore",
    "review": "reviewer.cli.review:review",
    "rule": "reviewer.cli.rule:rule",
    "show": "reviewer.cli.show:show",
    "simulator": "reviewer.cli.simulator:simulator",
    "stage": "reviewer.cli.stage:stage",
    "status": "reviewer.cli.status:status",
    "sync": "reviewer.cli.sync:sync",
    "undo": "reviewer.cli.decide:undo",
}
"""Command → where it is defined: imported only when it is called, so that `reviewer --version` is quick."""


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


@click.group(cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@global_options
@click.version_option(__version__)
@click.pass_context
def cli(ctx: click.Context, config: Path | None, environment: str | None, database: Path | None) -> int | None:
    """Settle who is who in Genesys Cloud External Contacts.

    Without a command the workbench opens.
    """
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
    """The exit status of a command line; everything it has to say is on the standard streams."""
    from reviewer.cli.output import complain

    _start_log()
    try:
        result = cli.main(arguments, prog_name="reviewer", standalone_mode=False)
        return int(result) if isinstance(result, int) else ExitCode.OK
    except ReviewerError as error:
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
    except BrokenPipeError:
        return ExitCode.OK  # the reader, `head` for one, has had enough


def _start_log() -> None:
    from reviewer import locations, log_file

    log_file.start(locations.log_file())
