"""What commands say: data to standard output, narration to standard error, record text made harmless."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import click

from reviewer.text import fit, json_safe, visible, width


def say(text: str) -> None:
    """A line of data on standard output; its record text must be ``visible`` already."""
    click.echo(text)


def narrate(text: str) -> None:
    """A line for the person who waits, on standard error."""
    click.echo(visible(text), err=True)


def complain(text: str) -> None:
    """The one sentence of an error, on standard error."""
    click.echo(f"reviewer: {visible(text)}", err=True)


def say_json(value: Any) -> None:
    """A value as one JSON document on standard output, harmless on a terminal."""
    click.echo(json_safe(named(value), indent=2))


def say_json_lines(values: Iterable[Any]) -> None:
    """Values as JSON lines on standard output."""
    for value in values:
        click.echo(json_safe(named(value)))


def named(value: Any) -> Any:
    """The same value with its named tuples and dataclasses as objects, so that scripts read names, not places."""
    if hasattr(value, "_asdict"):
        return {name: named(part) for name, part in value._asdict().items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: named(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {key: named(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [named(part) for part in value]
    return value


def say_table(head: Sequence[str], rows: Iterable[Sequence[object]], widest: int = 60) -> None:
    """Rows in columns, and nothing where there are none; every cell passes ``visible``.

    A cell is cut at ``widest`` columns on a terminal; what is piped or redirected is whole.
    """
    cut = sys.stdout.isatty()
    cells = [[fit(visible(cell), widest) if cut else visible(cell) for cell in row] for row in rows]
    if not cells:
        return
    widths = [max([width(title), *(width(row[i]) for row in cells)]) for i, title in enumerate(head)]
    for row in [list(head), *cells]:
        line = "  ".join(cell + " " * (size - width(cell)) for cell, size in zip(row, widths, strict=True))
        click.echo(line.rstrip())


def counted(number: int, one: str, several: str = "") -> str:
    """A number with what it counts: ``1 candidate``, ``2 candidates``."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"


def by_kind(counts: Mapping[str, int]) -> str:
    """How many candidates there are of each kind, in the order that every command keeps."""
    return ", ".join(f"{counts.get(kind, 0):,} {kind}" for kind in ("duplicate", "stitch", "shared"))


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")
"""Every command that prints facts has it."""
