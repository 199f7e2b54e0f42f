"""The models that weighed pairs: saved, versioned, never changed; and which of them is in use."""

import logging
import sqlite3
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import msgspec

from reviewer.domain.errors import NotFoundError
from reviewer.domain.model import Model
from reviewer.domain.model_document import document_of, model_of
from reviewer.domain.prior_model import PRIOR_VERSION, prior_model
from reviewer.domain.wire import canonical, decode_object
from reviewer.store.clock import moment_of, text_of
from reviewer.store.database import Database
from reviewer.store.transaction import transaction

log = logging.getLogger(__name__)


class InUse(NamedTuple):
    """The model that the next detection goes by; a frozen one is not fitted again."""

    model: Model
    frozen: bool


class Made(NamedTuple):
    """How a saved model came about: ``fit`` or ``learn``, from how many contacts and compared pairs, and when."""

    version: str
    origin: str
    contacts: int
    pairs: int
    made_at: datetime


def in_use(database: Database) -> InUse:
    """The model in use; the one by hand where none was fitted."""
    row = database.connection.execute(
        "SELECT u.version, u.frozen, m.document FROM model_in_use u LEFT JOIN model m USING (version)"
    ).fetchone()
    if row is None:
        return InUse(prior_model(), False)
    version, frozen, document = row
    return InUse(_read(str(version), bytes(document)) if version is not None else prior_model(), bool(frozen))


def find(database: Database, version: str) -> Model:
    """The model of that version; where there is none, the one in use; by hand where it cannot be read any more."""
    if version == PRIOR_VERSION:
        return prior_model()
    row = database.connection.execute("SELECT document FROM model WHERE version = ?", (version,)).fetchone()
    return _read(version, bytes(row[0])) if row else in_use(database).model


def read(database: Database, version: str) -> Model:
    """The model of that version. Raises ``NotFoundError`` if there is none, or none that this program can read."""
    if version == PRIOR_VERSION:
        return prior_model()
    row = database.connection.execute("SELECT document FROM model WHERE version = ?", (version,)).fetchone()
    if row is None:
        raise NotFoundError(f"there is no model {version}; `reviewer model list` lists them")
    try:
        return model_of(decode_object(bytes(row[0])), version)
    except ValueError as error:
        raise NotFoundError(f"model {version} cannot be read any more: {error}") from error


def made(database: Database) -> list[Made]:
    """All saved models, the newest first."""
    query = "SELECT version, origin, contacts, pairs, made_at FROM model ORDER BY version DESC"
    rows = database.connection.execute(query)
    return [Made(str(version), origin, size, pairs, moment_of(at)) for version, origin, size, pairs, at in rows]


def save(
    connection: sqlite3.Connection, model: Model, *, origin: str, contacts: int, pairs: int, at: datetime
) -> Model:
    """Keep a model and put it into use, unless it is the one in use; returns it with its version.

    Call it inside a transaction.
    """
    document = canonical(document_of(model))
    row = connection.execute("SELECT m.version, m.document FROM model_in_use u JOIN model m USING (version)").fetchone()
    if row is not None and bytes(row[1]) == document:
        return msgspec.structs.replace(model, version=str(row[0]))
    version = connection.execute(
        "INSERT INTO model (document, origin, contacts, pairs, made_at) VALUES (?, ?, ?, ?, ?)",
        (document, origin, contacts, pairs, text_of(at)),
    ).lastrowid
    _use(connection, version)
    return msgspec.structs.replace(model, version=str(version))


def freeze(database: Database, frozen: bool) -> None:
    """Let the model in use be fitted again, or not."""
    with transaction(database) as connection:
        connection.execute(
            "INSERT INTO model_in_use (id, frozen) VALUES (1, ?) ON CONFLICT DO UPDATE SET frozen = excluded.frozen",
            (frozen,),
        )


def use(connection: sqlite3.Connection, version: str) -> None:
    """Put a saved model into use, or the one by hand, and hold it: detection does not fit it again.

    Call it inside a transaction.
    """
    _use(connection, None if version == PRIOR_VERSION else int(version))
    connection.execute("UPDATE model_in_use SET frozen = 1")


def _use(connection: sqlite3.Connection, version: int | None) -> None:
    connection.execute(
        "INSERT INTO model_in_use (id, version) VALUES (1, ?) ON CONFLICT DO UPDATE SET version = excluded.version",
        (version,),
    )


@lru_cache(maxsize=8)  # a screen of a group asks for one model many times
def _read(version: str, document: bytes) -> Model:
    try:
        return model_of(decode_object(document), version)
    except ValueError as error:
        log.warning("model %s cannot be read (%s): the one by hand weighs in its place", version, error)
        return prior_model()
