"""What every command gets: the global options, and from them, when first asked for, the settings."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from reviewer.genesys.connection import Connection
    from reviewer.secret import Secret
    from reviewer.settings import Environment, Settings

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass
class Context:
    """The options that stand before a command's name; None where they were not given."""

    config: Path | None = None
    environment: str | None = None
    database: Path | None = None

    @cached_property
    def settings(self) -> "Settings":
        """The settings of this run. Raises ``SettingsError``."""
        from reviewer.settings import Options, load

        return load(Options(config=self.config, environment=self.environment, database=self.database))

    def arguments(self) -> list[str]:
        """The global options as a command line has them, for a process that is to work with the same settings."""
        given = {"--config": self.config, "--environment": self.environment, "--database": self.database}
        return [word for option, value in given.items() if value is not None for word in (option, str(value))]

    def connection(self) -> "Connection":
        """How to reach the API in this run's environment. Raises ``SettingsError`` naming what is not set."""
        from reviewer import secret

        environment = self.settings.environment
        environment.require_connection()
        return connection_of(environment, secret.require(environment))


def connection_of(environment: "Environment", secret: "Secret") -> "Connection":
    """The connection that an environment's settings describe. Raises ``SettingsError``."""
    from reviewer.genesys.connection import Connection

    return Connection(
        client_id=environment.client_id or "",
        client_secret=secret.reveal(),
        region=environment.region or "",
        api_url=environment.api_url or "",
        login_url=environment.login_url or "",
        proxy=environment.https_proxy or "",
        ca_file=environment.ca_file,
    )


def global_options(command: Command) -> Command:
    """The options of `reviewer` itself, named like the fields of `Context`."""
    path = click.Path(path_type=Path)
    for option in (
        click.option("--database", type=path, metavar="PATH", help="The database, in place of the environment's."),
        click.option("--environment", "-e", metavar="NAME", help="The environment, as the settings name it."),
        click.option("--config", type=path, metavar="PATH", help="The file of settings."),
    ):
        command = option(command)
    return command


pass_context = click.make_pass_decorator(Context, ensure=True)
"""Hands a command the `Context` as its first argument."""
