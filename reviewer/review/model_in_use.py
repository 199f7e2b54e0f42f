"""Which model weighs pairs: put into use, held, or learned from decisions.

Weights of two models cannot be held against each other, so with another model every pair waits to be judged again, and
none is automatic until it is.
"""

import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

from reviewer.domain.model import Model
from reviewer.review.desk import Desk
from reviewer.store import audit, derivation, models, pairs
from reviewer.store.transaction import transaction


class InUseNow(NamedTuple):
    """The model in use after an act; detection does not fit a ``frozen`` one; ``waiting`` pairs are to be judged."""

    version: str
    frozen: bool
    waiting: int
    sentence: str


def use(desk: Desk, version: str) -> InUseNow:
    """Put a saved model, or the one by hand, into use and hold it. Raises ``NotFoundError``."""
    model = models.read(desk.database, version)
    with transaction(desk.database) as connection:
        before = models.in_use(desk.database)
        if before == (model, True):
            return InUseNow(version, True, 0, f"model {version} is in use already, and held")
        models.use(connection, version)
        waiting = _judge_all_again(desk, connection) if before.model.version != version else 0
        _note(desk, connection, "put into use", version, before=before.model.version)
    return InUseNow(version, True, waiting, f"model {version} is in use, and held: detection does not fit it")


def freeze(desk: Desk, frozen: bool) -> InUseNow:
    """Hold the model in use, or let the next detection fit it to the contacts again."""
    with transaction(desk.database) as connection:
        before = models.in_use(desk.database)
        version = before.model.version
        if before.frozen != frozen:
            models.freeze(desk.database, frozen)
            _note(desk, connection, "held" if frozen else "let go", version)
    does = "detection does not fit it" if frozen else "the next full detection fits it to the contacts"
    return InUseNow(version, frozen, 0, f"model {version} is in use, and {'held' if frozen else 'not held'}: {does}")


def take_over(
    desk: Desk, learned: Model, contacts: int, pairs_told: int, *, reason: str, measured: Mapping[str, object]
) -> InUseNow:
    """Put into use what was learned from decisions; the ``reason`` and what was ``measured`` stand in the audit.

    A model that was held stays so.
    """
    with transaction(desk.database) as connection:
        before = models.in_use(desk.database)
        model = models.save(connection, learned, origin="learn", contacts=contacts, pairs=pairs_told, at=desk.moment)
        waiting = _judge_all_again(desk, connection) if model.version != before.model.version else 0
        _note(desk, connection, "learned", model.version, before=before.model.version, reason=reason, measured=measured)
    return InUseNow(model.version, before.frozen, waiting, f"model {model.version} is in use")


def _judge_all_again(desk: Desk, connection: sqlite3.Connection) -> int:
    waiting = pairs.distrust_all(connection)
    if waiting:
        derivation.rebuild(desk.database, desk.today)
    return waiting


def _note(desk: Desk, connection: sqlite3.Connection, act: str, version: str, **told: object) -> None:
    audit.append(
        connection,
        at=desk.moment,
        steward=desk.steward.told,
        act=f"{act} a model",
        subject=f"model:{version}",
        payload=told,
    )
