"""``reviewer simulator``: the embedded organisation."""

from pathlib import Path

import click
from click.core import ParameterSource

from reviewer.domain.errors import ReviewerError
from reviewer.exit_codes import ExitCode


class SimulatorError(ReviewerError):
    """The embedded organisation cannot be opened or served."""

    exit_code = ExitCode.FAILED


class Rate(click.ParamType[int | None]):
    """A number of requests a minute, or ``none``."""

    name = "N|none"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int | None:
        if value in ("none", None):
            return None
        try:
            return int(str(value))
        except ValueError:
            self.fail(f"{value} is neither a number nor none", param, ctx)


@click.group()
def simulator() -> None:
    """An embedded organisation, for training and tests.

    It stands behind the External Contacts API as the service does.
    """


@simulator.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0 is any free port.")
@click.option("--login-port", type=click.IntRange(0, 65535), help="Serve the login on a port of its own as well.")
@click.option("--state", type=click.Path(path_type=Path), help="File that keeps the organisation; temporary without.")
@click.option("--population", type=click.IntRange(min=0), default=300, show_default=True, help="How many contacts.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another population.")
@click.option(
    "--contacts", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="JSON lines to serve instead."
)
@click.option("--rate-limit", type=Rate(), default="300", show_default=True, help="Requests a minute and token.")
@click.option("--client-id", help="OAuth client id.")
@click.option("--client-secret", help="OAuth client secret.")
@click.option("--external-source", default="CRM", show_default=True, help="Name of the system of record.")
@click.option("--exit-with-parent", is_flag=True, help="End when standard input closes.")
@click.pass_context
def serve(ctx: click.Context, /, port: int, login_port: int | None, exit_with_parent: bool, **given: object) -> None:
    """Serve the organisation on loopback.

    Addresses and credentials come in words on standard error, and as one line of JSON on standard output. GET
    /simulator/help lists the controls: what can be set, which faults can be ordered, what can be read. With --state
    the knobs and the clock are kept too.
    """
    from reviewer.simulator.opening import Opening, OrganizationUnavailable, serve_opened

    said = ctx.get_parameter_source("rate_limit") is not ParameterSource.DEFAULT  # else a state file's own counts
    chosen = {name: value for name, value in given.items() if (said if name == "rate_limit" else value is not None)}
    try:
        opening = Opening(**chosen)  # type: ignore[arg-type]
        serve_opened(opening, port, login_port=login_port, exit_with_parent=exit_with_parent)
    except OrganizationUnavailable as reason:
        raise SimulatorError(f"The embedded organisation: {reason}.") from reason
