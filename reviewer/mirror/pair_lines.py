"""Suspected pairs as other tools write them: CSV with a header, or JSON lines, recognised by the first line."""

import csv
import json
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from math import isfinite
from typing import NamedTuple

from reviewer.domain.errors import ReviewerError
from reviewer.mirror.identity import checked_id
from reviewer.mirror.lines import Line
from reviewer.mirror.rejects import Rejects

ID_COLUMNS = (
    ("id_a", "id_b"),
    ("unique_id_l", "unique_id_r"),  # Splink
    ("id_l", "id_r"),
    ("id_1", "id_2"),
    ("id1", "id2"),
    ("left_id", "right_id"),
    ("left", "right"),
    ("a", "b"),
)
"""Names of the two columns with ids; the first two that a file has count. Case does not matter."""
WEIGHT_COLUMNS = ("weight", "match_weight")
PROBABILITY_COLUMNS = ("probability", "match_probability")
REASON_COLUMNS = ("reason", "match_key")
LONGEST_REASON = 1000
"""Characters of what another tool gives as its reason."""

_KNOWN = "name the columns of ids one of: " + "; ".join(",".join(columns) for columns in ID_COLUMNS)
_DELIMITERS = (",", ";", "\t", "|")


class UnknownPairsError(ReviewerError):
    """The file is no list of pairs that this program can read."""


class Suspicion(NamedTuple):
    """A pair of ids as another tool said it. ``weight`` is log2 odds; the reason is record text."""

    id_a: str
    id_b: str
    weight: float | None
    probability: float | None
    reason: str


Parse = Callable[[str], Mapping[str, object]]


def suspicions(lines: Iterator[Line], rejects: Rejects) -> Iterator[tuple[Line, Suspicion]]:
    """The pairs, each with its line; bad lines are rejected on the way.

    In CSV a value may not run over several lines, so that a stray quotation mark costs one line.
    Raises ``UnknownPairsError`` if the first line is neither a JSON object nor a header with two id columns.
    """
    first = next(lines, None)
    if first is None:
        return
    if first.content.lstrip().startswith(b"{"):
        parse: Parse = _json_values
        yield from _parsed([first], parse, rejects)
    else:
        parse = _csv_parser(first, rejects.source)
    yield from _parsed(lines, parse, rejects)


def _parsed(lines: Iterator[Line] | Sequence[Line], parse: Parse, rejects: Rejects) -> Iterator[tuple[Line, Suspicion]]:
    for line in lines:
        try:
            if line.cut:
                raise ValueError("longer than any pair can be")
            suspicion = _suspicion(parse(_text(line)))
        except ValueError as error:
            rejects.add(line.number, str(error), line.content, cut=line.cut)
        else:
            yield line, suspicion


def _text(line: Line) -> str:
    try:
        return line.content.decode()
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None


def _json_values(text: str) -> Mapping[str, object]:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("not JSON") from None
    if not isinstance(values, dict):
        raise ValueError("not a JSON object")
    return {str(key).strip().casefold(): value for key, value in values.items()}


def _csv_parser(header: Line, source: str) -> Parse:
    for delimiter in _DELIMITERS:
        try:
            names = [name.strip().casefold() for name in _cells(_text(header), delimiter)]
        except ValueError:
            continue
        if _id_columns(names):
            return lambda text: _csv_values(names, _cells(text, delimiter))
    if header.content.startswith(b"PAR1"):
        raise UnknownPairsError(f"{source} is a Parquet file, which is read by its path, not from standard input")
    raise UnknownPairsError(
        f"{source}:{header.number} is neither a JSON object nor a CSV header with two columns of ids; {_KNOWN}"
    )


def columns_of_pairs(names: Sequence[str], source: str) -> list[str]:
    """Those of a table's columns that say something of pairs.

    Raises ``UnknownPairsError`` if no two of them are columns of ids.
    """
    tidy = {name.strip().casefold(): name for name in names}
    ids = _id_columns(tidy)
    if ids is None:
        raise UnknownPairsError(f"{source} has no two columns of ids; {_KNOWN}")
    telling = (*ids, *WEIGHT_COLUMNS, *PROBABILITY_COLUMNS, *REASON_COLUMNS)
    return [tidy[name] for name in telling if name in tidy]


def _cells(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        raise ValueError(f"not CSV: {error}") from None


def _csv_values(names: Sequence[str], cells: Sequence[str]) -> Mapping[str, object]:
    if len(cells) > len(names):
        raise ValueError(f"{len(cells)} values, but the header names {len(names)}")
    return dict(zip(names, cells, strict=False))


def _id_columns(names: Container[str]) -> tuple[str, str] | None:
    return next(((a, b) for a, b in ID_COLUMNS if a in names and b in names), None)


def _suspicion(values: Mapping[str, object]) -> Suspicion:
    columns = _id_columns(values)
    if columns is None:
        raise ValueError("it does not have two ids")
    chance = _number(values, PROBABILITY_COLUMNS)
    if chance is not None and not 0 <= chance <= 1:
        raise ValueError("the probability is not between 0 and 1")
    return Suspicion(
        checked_id(values[columns[0]]),
        checked_id(values[columns[1]]),
        _number(values, WEIGHT_COLUMNS),
        chance,
        _reason(values),
    )


def _value(values: Mapping[str, object], names: Sequence[str]) -> tuple[str, object]:
    """The first of these columns that holds something, and what it holds."""
    return next(((name, values[name]) for name in names if values.get(name) not in (None, "")), ("", None))


def _number(values: Mapping[str, object], names: Sequence[str]) -> float | None:
    name, value = _value(values, names)
    if value is None:
        return None
    try:
        number = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    except (ValueError, OverflowError):
        number = None
    if number is None or not isfinite(number):
        raise ValueError(f"the {name} is not a number")
    return number


def _reason(values: Mapping[str, object]) -> str:
    name, value = _value(values, REASON_COLUMNS)
    if value is None:
        return ""
    if not isinstance(value, str | int | float):
        raise ValueError(f"the {name} is not text")
    return str(value).strip()[:LONGEST_REASON]
