"""A day as an argument or option of a command."""

from datetime import date

import click


class Day(click.ParamType[date]):
    """A day as YYYY-MM-DD."""

    name = "day"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        """An argument goes by its own name."""
        return "YYYY-MM-DD" if isinstance(param, click.Option) else None

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day. Raises ``click.BadParameter`` saying how one is written."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{str(value)!r} is no day: write it as in 2026-12-01", param, ctx)
