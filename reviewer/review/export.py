"""Tables for other tools: columns of plain values, text guarded against being run as formulas."""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, NamedTuple

from reviewer.domain.errors import RefusedError, ReviewerError
from reviewer.domain.wire import decode_object
from reviewer.parquet import Kind, write_rows
from reviewer.review import crosswalk
from reviewer.review.desk import Desk
from reviewer.store import audit, comparable_export, decisions, exports
from reviewer.store.whole_file import is_of_database, whole_file
from reviewer.text import for_formula, json_safe, visible

Row = Mapping[str, object]


class Source(NamedTuple):
    """A table: its columns in order, where its rows come from, and what the columns hold where Parquet may have it."""

    columns: tuple[str, ...]
    rows: Callable[[Desk], Iterable[Row]]
    kinds: Mapping[str, Kind] | None = None


def _contacts(desk: Desk) -> Iterator[Row]:
    for _, id_, values in comparable_export.rows(desk.database):
        yield dict(zip(_CONTACT_KINDS, (id_, *values), strict=True))


_CONTACT_KINDS = {"id": Kind.TEXT, **comparable_export.KINDS}


def _candidates(desk: Desk) -> Iterator[Row]:
    columns = SOURCES["candidates"].columns
    for row in exports.scored_pairs(desk.database):
        yield dict(zip(columns, row, strict=True))


def _decisions(desk: Desk) -> Iterator[Row]:
    for one in decisions.all_of(desk.database):
        document = decode_object(one.document)
        members = [str(record.get("id")) for record in document.get("members", ())]
        weight = document.get("weight")
        yield {
            "decision": one.id,
            "kind": one.kind,
            "candidate": one.candidate,
            "contacts": " ".join(members),
            "identifier": " ".join(map(str, document.get("identifier", ()))),
            "ruling": document.get("ruling", ""),
            "until": document.get("until", ""),
            "weight": "" if weight is None else weight,
            "verdict": document.get("verdict", ""),
            "rung": one.rung,
            "steward": one.steward,
            "sudo_user": one.sudo_user or "",
            "note": one.note,
            "decided_at": one.decided_at,
            "undone_at": one.undone_at or "",
            "undone_by": one.undone_by or "",
            "fingerprint": one.fingerprint,
        }


def _audit(desk: Desk) -> Iterator[Row]:
    for one in audit.entries(desk.database):
        yield {
            "entry": one.id,
            "at": one.at,
            "steward": one.steward,
            "act": one.act,
            "subject": one.subject,
            "payload": one.payload.decode("utf-8") if one.payload else "",
            "payload_hash": one.payload_hash,
            "hash": one.hash,
        }


SOURCES = {
    "contacts": Source(tuple(_CONTACT_KINDS), _contacts, _CONTACT_KINDS),
    "candidates": Source(("id_a", "id_b", "weight", "probability", "kind", "verdict", "group"), _candidates),
    "decisions": Source(
        (
            "decision", "kind", "candidate", "contacts", "identifier", "ruling", "until", "weight", "verdict",
            "rung", "steward", "sudo_user", "note", "decided_at", "undone_at", "undone_by", "fingerprint",
        ),
        _decisions,
    ),
    "crosswalk": Source(crosswalk.COLUMNS, crosswalk.rows),
    "audit": Source(("entry", "at", "steward", "act", "subject", "payload", "payload_hash", "hash"), _audit),
}  # fmt: skip


def write(desk: Desk, source: Source, path: Path, *, form: str, raw: bool, overwrite: bool = False) -> int:
    """Write a table to ``path`` (0600; ``-`` is standard output) as csv, jsonl or parquet; returns the number of rows.

    What stood there before stays until the table is whole. Raises ``RefusedError`` if it is the database itself, or a
    file that is there already and not to be overwritten, or if Parquet cannot have the table or not go there,
    ``MissingExtraError``, ``ReviewerError`` if the file cannot be written.
    """
    if form == "parquet":
        _require_parquet(source, path)
    if str(path) == "-":
        return _write(sys.stdout, desk, source, form, raw)
    if is_of_database(path, desk.database.path):
        raise RefusedError(f"{path} belongs to the database itself: write the table to another file")
    if path.is_file() and not overwrite and not path.absolute().is_relative_to("/dev"):  # /dev/stdout may be a file
        raise RefusedError(f"{path} exists already: choose another file, or overwrite it with --force")
    try:
        if path.exists() and not path.is_file():  # a pipe or a terminal, in whose place no file can be put
            return _written(path, desk, source, form, raw)
        with whole_file(path) as partial:
            return _written(partial, desk, source, form, raw)
    except OSError as error:
        raise ReviewerError(f"{path} cannot be written ({error.strerror}); choose another file") from error


def _require_parquet(source: Source, path: Path) -> None:
    if source.kinds is None:
        raise RefusedError("only contacts are written as Parquet: choose csv or jsonl")
    if str(path) == "-" or (path.exists() and not path.is_file()):
        raise RefusedError("Parquet is written to a file only: name one")


def _written(path: Path, desk: Desk, source: Source, form: str, raw: bool) -> int:
    if form == "parquet":
        assert source.kinds is not None
        return write_rows(path, source.kinds, (list(row.values()) for row in source.rows(desk)))
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        return _write(file, desk, source, form, raw)


def _write(file: IO[str], desk: Desk, source: Source, form: str, raw: bool) -> int:
    count = 0
    writer = csv.writer(file)
    if form == "csv":
        writer.writerow(source.columns)
    for row in source.rows(desk):
        count += 1
        if form == "csv":
            cells = [_cell(row[column], raw) for column in source.columns]
            writer.writerow([visible(cell) for cell in cells] if file.isatty() else cells)
        else:
            file.write(json_safe({column: row[column] for column in source.columns}) + "\n")
    return count


def _cell(value: object, raw: bool) -> object:
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return for_formula(value) if isinstance(value, str) and not raw else value
