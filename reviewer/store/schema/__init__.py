"""The schema, as migrations of sqlite-utils. A migration that has been released is never edited.

Each part of the schema has a file of its own, with the statements of its tables; here they are put in their order.
"""

import re
import sqlite3
from typing import TYPE_CHECKING

from sqlite_utils.migrations import Migrations

from reviewer.store.schema.api_rate import API_RATE
from reviewer.store.schema.approvals import APPROVALS
from reviewer.store.schema.candidates import CANDIDATES, JUDGEMENTS, PAIRS
from reviewer.store.schema.changed import CHANGED
from reviewer.store.schema.compensation import COMPENSATION
from reviewer.store.schema.contacts import CONTACTS, SETTLING
from reviewer.store.schema.groups import GROUPS
from reviewer.store.schema.journal import JOURNAL
from reviewer.store.schema.kinds import allow_more_kinds
from reviewer.store.schema.left_open import LEFT_OPEN
from reviewer.store.schema.models import MODELS
from reviewer.store.schema.overlap import OVERLAP
from reviewer.store.schema.settle_clock import SETTLE_CLOCK
from reviewer.store.schema.staging import COUNT_CALLS, STAGING
from reviewer.store.schema.warnings import WARNINGS

if TYPE_CHECKING:
    from sqlite_utils import Database as Tables

MIGRATIONS = Migrations("reviewer")

_FIRST = (CONTACTS, PAIRS, JUDGEMENTS, CANDIDATES, JOURNAL)
_LATER = (
    API_RATE,
    SETTLING,
    GROUPS,
    COMPENSATION,
    OVERLAP,
    APPROVALS,
    STAGING,
    SETTLE_CLOCK,
    LEFT_OPEN,
    MODELS,
    CHANGED,
    WARNINGS,
)


@MIGRATIONS(name="0001_first")
def first(tables: "Tables") -> None:
    """Contacts, pairs, judgements, candidates and the journal."""
    for script in _FIRST:
        _run(tables, script)


@MIGRATIONS(name="0004_api_rate")
def api_rate(tables: "Tables") -> None:
    """The rate of each process, for the status line."""
    _run(tables, API_RATE)


@MIGRATIONS(name="0005_settling")
def settling(tables: "Tables") -> None:
    """To find what rests on merged contacts still without a look at all the others."""
    _run(tables, SETTLING)


@MIGRATIONS(name="0006_kinds")
def kinds(tables: "Tables") -> None:
    """Decisions and operations that link an identity, or re-create a person."""
    allow_more_kinds(tables.conn)


@MIGRATIONS(name="0008_groups")
def groups(tables: "Tables") -> None:
    """What merges in part left, by the contact that came of them."""
    _run(tables, GROUPS)


@MIGRATIONS(name="0009_compensation")
def compensation(tables: "Tables") -> None:
    """What would bring a merged person back."""
    _run(tables, COMPENSATION)


@MIGRATIONS(name="0010_overlap")
def overlap(tables: "Tables") -> None:
    """Candidates that wait until an operation has ended."""
    _run(tables, OVERLAP)


@MIGRATIONS(name="0011_approvals")
def approvals(tables: "Tables") -> None:
    """Who approved an operation, and how many others have to."""
    _run(tables, APPROVALS)


@MIGRATIONS(name="0012_staging")
def staging(tables: "Tables") -> None:
    """How many calls an operation needs, whether it may be sent at any hour, and which ends were looked at."""
    _run(tables, STAGING)
    tables.conn.execute(COUNT_CALLS)


@MIGRATIONS(name="0016_settle_clock")
def settle_clock(tables: "Tables") -> None:
    """The settle time counts on a clock that cannot be set."""
    _run(tables, SETTLE_CLOCK)


@MIGRATIONS(name="0017_left_open")
def left_open(tables: "Tables") -> None:
    """What executors found left open when they began, and what became of it."""
    _run(tables, LEFT_OPEN)


@MIGRATIONS(name="0018_models")
def models(tables: "Tables") -> None:
    """The models that weighed pairs, saved and versioned."""
    _run(tables, MODELS)


@MIGRATIONS(name="0021_changed")
def changed(tables: "Tables") -> None:
    """Which contacts have changed since the candidates were found."""
    _run(tables, CHANGED)


@MIGRATIONS(name="0030_warn")
def warn(tables: "Tables") -> None:
    """Warnings about shared identifiers with the probability of what they are."""
    _run(tables, WARNINGS)


def _run(tables: "Tables", script: str) -> None:
    """Statement by statement: ``executescript`` would commit the transaction that a migration runs in."""
    current = ""
    for line in script.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            tables.conn.execute(current)
            current = ""


def missing_objects(connection: sqlite3.Connection) -> list[str]:
    """Names of tables, indexes and triggers that the schema needs and the database lacks.

    A table that is transformed loses its triggers without a word, so this is checked after migrating.
    """
    wanted = re.findall(r"CREATE (?:UNIQUE )?(?:TABLE|INDEX|TRIGGER) (\w+)", "".join((*_FIRST, *_LATER)))
    present = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    return [name for name in wanted if name not in present]
