"""``reviewer config``: what is set, where each value comes from, and where the file is."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from reviewer.cli.context import Context, pass_context
from reviewer.cli.output import json_option
from reviewer.domain.errors import SettingsError
from reviewer.text import json_safe, visible, width

if TYPE_CHECKING:
    from reviewer.settings import Settings

_PASSWORD = re.compile(r"(?<=://)[^/@]*@")


@dataclass(frozen=True, slots=True)
class Row:
    """One setting as it is shown; ``value`` is None where it is not set."""

    key: str
    value: str | int | float | bool | None
    source: str


@click.group()
def config() -> None:
    """The settings and where they come from."""


@config.command()
@json_option
@pass_context
def show(context: Context, as_json: bool) -> None:
    """Print each setting with the place it comes from.

    A secret is never printed.
    """
    settings = context.settings
    rows = [*_rows(settings), _secret_row(settings)]
    if as_json:
        click.echo(json_safe(_document(settings, rows), indent=2))
    else:
        click.echo("\n".join(_table(rows)))
        if not settings.config_file.exists():
            click.echo(f"There is no file of settings yet; `reviewer init` writes {settings.config_file}.", err=True)


@config.command()
@click.option("--all", "everything", is_flag=True, help="The database, the log and the list of calls too.")
@json_option
@pass_context
def path(context: Context, everything: bool, as_json: bool) -> None:
    """Print where the file of settings is, whether it exists or not."""
    from reviewer import locations

    if everything:
        from reviewer.cli.call_log import api_log_file

        settings = context.settings
        places = {
            "config": settings.config_file,
            "database": settings.environment.database,
            "log": locations.log_file(),
            "api-log": api_log_file(settings.environment),
        }
    else:
        places = {"config": context.config or locations.config_file()}
    if as_json:
        click.echo(json_safe({name: str(place) for name, place in places.items()}, indent=2))
    elif everything:
        for name, place in places.items():
            click.echo(f"{name:8}  {place}")
    else:
        click.echo(places["config"])


def _rows(settings: "Settings") -> list[Row]:
    prefix = f"environments.{settings.environment.name}"
    parts: dict[str, object] = {prefix: settings.environment}
    parts |= {"review": settings.review, "detect": settings.detect, "execute": settings.execute}
    parts |= {"approval": settings.approval, "log": settings.log, "audit": settings.audit}
    rows = [Row("environment", settings.environment.name, str(settings.sources["environment"]))]
    for key, source in settings.sources.items():
        section, _, name = key.rpartition(".")
        if section:
            rows.append(Row(key, _shown(getattr(parts[section], name)), str(source)))
    return rows


def _shown(value: object) -> str | int | float | bool | None:
    """The value without the password that an address may hold."""
    if value is None or isinstance(value, bool | int | float):
        return value
    return _PASSWORD.sub("…@", str(value))


def _secret_row(settings: "Settings") -> Row:
    """Whether there is a secret, and where; a place that cannot be used is shown with the reason."""
    from reviewer import secret

    try:
        found = secret.find(settings.environment)
    except SettingsError as error:
        return Row("client_secret", "not usable", str(error))
    return Row("client_secret", "set", found.place) if found else Row("client_secret", None, "")


def _table(rows: list[Row]) -> list[str]:
    cells = [(row.key, _words(row.value), f"({visible(row.source)})" if row.source else "") for row in rows]
    keys, values = (max(width(cell[column]) for cell in cells) for column in (0, 1))
    return [
        f"{key}{' ' * (keys - width(key))}  {value}{' ' * (values - width(value))}  {source}".rstrip()
        for key, value, source in cells
    ]


def _words(value: object) -> str:
    if value is None:
        return "not set"
    return str(value).lower() if isinstance(value, bool) else visible(value)


def _document(settings: "Settings", rows: list[Row]) -> dict[str, object]:
    return {
        "config_file": str(settings.config_file),
        "config_file_exists": settings.config_file.exists(),
        "environment": settings.environment.name,
        "environments": list(settings.environments),
        "settings": [{"key": row.key, "value": row.value, "source": row.source} for row in rows],
        "unknown_variables": dict(settings.unknown_variables),
    }
