"""The schema, as migrations of sqlite-utils. A migration that has been released is never edited."""

import re
import sqlite3
from typing import TYPE_CHECKING

from sqlite_utils.migrations import Migrations

if TYPE_CHECKING:
    from sqlite_utils import Database as Tables

MIGRATIONS = Migrations("reviewer")

_CONTACTS = """
CREATE TABLE stamp (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE contact (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    raw BLOB NOT NULL,                 -- the bytes as they came
    origin TEXT NOT NULL,              -- 'api', or 'file:NAME': never executed against a live organisation
    state TEXT NOT NULL CHECK (state IN ('live', 'merged', 'gone')),
    merged_into TEXT,                  -- the canonical contact, where state is 'merged'
    type TEXT,
    name TEXT NOT NULL,                -- headline of the queue
    content TEXT NOT NULL,             -- hash of the fields a decision rests on
    seen_scan INTEGER NOT NULL DEFAULT 0,
    read_at TEXT NOT NULL
);
CREATE INDEX contact_scan ON contact (seen_scan) WHERE state = 'live' AND origin = 'api';
CREATE INDEX contact_merged ON contact (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE comparable (
    contact INTEGER PRIMARY KEY REFERENCES contact (number) ON DELETE CASCADE,
    given TEXT NOT NULL, middle TEXT NOT NULL, surname TEXT NOT NULL, suffix TEXT NOT NULL,
    born TEXT NOT NULL, phones TEXT NOT NULL, emails TEXT NOT NULL, anchors TEXT NOT NULL,
    socials TEXT NOT NULL, street TEXT NOT NULL, city TEXT NOT NULL, postcode TEXT NOT NULL,
    country TEXT NOT NULL, handle TEXT NOT NULL, created INTEGER NOT NULL, anonymous INTEGER NOT NULL
);

CREATE TABLE contact_identifier (
    kind TEXT NOT NULL, value TEXT NOT NULL, contact INTEGER NOT NULL, field TEXT NOT NULL,
    PRIMARY KEY (kind, value, contact, field),
    FOREIGN KEY (contact) REFERENCES contact (number) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX contact_identifier_contact ON contact_identifier (contact);

CREATE TABLE sync_run (
    id INTEGER PRIMARY KEY,
    started_at TEXT NOT NULL, finished_at TEXT,
    cursor TEXT, cursor_at TEXT,
    pages INTEGER NOT NULL DEFAULT 0, contacts INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0, rejected INTEGER NOT NULL DEFAULT 0
);
"""

_PAIRS = """
CREATE TABLE pair (
    id INTEGER PRIMARY KEY,
    a INTEGER NOT NULL, b INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('duplicate', 'stitch')),
    weight REAL NOT NULL, probability REAL NOT NULL,
    levels BLOB,                       -- one byte an attribute; NULL until this program has scored the pair
    verdict TEXT NOT NULL CHECK (verdict IN ('auto', 'review', 'shared', 'veto')),
    reasons TEXT NOT NULL,             -- JSON: reasons, factors, would_be
    source TEXT NOT NULL CHECK (source IN ('detect', 'load', 'carried')),
    model TEXT NOT NULL DEFAULT '',
    UNIQUE (a, b), CHECK (a < b)
);
CREATE INDEX pair_b ON pair (b);

CREATE TABLE loaded_pair (             -- what other tools suspected, as they said it
    a INTEGER NOT NULL, b INTEGER NOT NULL, source TEXT NOT NULL,
    weight REAL, probability REAL, reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (a, b, source)
) WITHOUT ROWID;

CREATE TABLE shared_identifier (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL, value TEXT NOT NULL,
    holders INTEGER NOT NULL, persons INTEGER NOT NULL,
    weight REAL NOT NULL, guess TEXT NOT NULL, reason TEXT NOT NULL,
    UNIQUE (kind, value)
);
"""

_JUDGEMENTS = """
CREATE TABLE decision (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('merge', 'stitch', 'distinct', 'shared', 'defer')),
    candidate INTEGER NOT NULL,
    document BLOB NOT NULL,            -- JSON: what the steward saw and what was promised
    fingerprint TEXT NOT NULL,
    rung TEXT NOT NULL CHECK (rung IN ('steward', 'auto')),
    steward TEXT NOT NULL, sudo_user TEXT,
    note TEXT NOT NULL DEFAULT '',
    decided_at TEXT NOT NULL,
    undone_at TEXT, undone_by TEXT
);
CREATE INDEX decision_live ON decision (steward, id) WHERE undone_at IS NULL;
CREATE INDEX decision_candidate ON decision (candidate, id) WHERE undone_at IS NULL;
CREATE INDEX decision_taken_back ON decision (candidate) WHERE undone_at IS NOT NULL;

CREATE TABLE pair_constraint (
    id INTEGER PRIMARY KEY,
    decision INTEGER NOT NULL REFERENCES decision (id),
    a TEXT NOT NULL, b TEXT NOT NULL,          -- contact ids as they were decided
    kind TEXT NOT NULL CHECK (kind IN ('must', 'cannot', 'defer')),
    until TEXT,                                -- for 'defer': the day it comes back
    a_now INTEGER NOT NULL, b_now INTEGER NOT NULL,         -- contact numbers, carried through merges
    a_content TEXT NOT NULL, b_content TEXT NOT NULL,       -- what the decision rested on
    ended_at TEXT
);
CREATE INDEX pair_constraint_a ON pair_constraint (a_now, b_now) WHERE ended_at IS NULL;
CREATE INDEX pair_constraint_b ON pair_constraint (b_now) WHERE ended_at IS NULL;
CREATE INDEX pair_constraint_decision ON pair_constraint (decision);
CREATE INDEX pair_constraint_until ON pair_constraint (until) WHERE ended_at IS NULL AND until IS NOT NULL;

CREATE TABLE ruling (
    id INTEGER PRIMARY KEY,
    decision INTEGER NOT NULL REFERENCES decision (id),
    kind TEXT NOT NULL, value TEXT NOT NULL,
    ruling TEXT NOT NULL, until TEXT,
    ended_at TEXT
);
CREATE UNIQUE INDEX ruling_in_force ON ruling (kind, value) WHERE ended_at IS NULL;

CREATE TABLE deferred_identifier (
    decision INTEGER NOT NULL REFERENCES decision (id),
    kind TEXT NOT NULL, value TEXT NOT NULL,
    until TEXT NOT NULL, ended_at TEXT,
    PRIMARY KEY (decision, kind, value)
) WITHOUT ROWID;
CREATE INDEX deferred_identifier_now ON deferred_identifier (until) WHERE ended_at IS NULL;
"""

_CANDIDATES = """
CREATE TABLE candidate (               -- a view of pairs, constraints and operations, kept for the queue
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,          -- kind and members: the same candidate keeps its number
    kind TEXT NOT NULL CHECK (kind IN ('duplicate', 'stitch', 'shared')),
    rank REAL NOT NULL,                -- minus the match weight: the queue reads it upwards
    verdict TEXT NOT NULL,
    size INTEGER NOT NULL,
    identifier_kind TEXT, identifier_value TEXT,
    state TEXT NOT NULL CHECK (state IN ('open', 'deferred', 'waiting', 'staged', 'settled')),
    mark TEXT NOT NULL DEFAULT '',     -- why it came back
    decision INTEGER
);
CREATE INDEX candidate_queue ON candidate (state, rank, id);
CREATE INDEX candidate_queue_kind ON candidate (state, kind, rank, id);
CREATE TABLE candidate_member (
    candidate INTEGER NOT NULL REFERENCES candidate (id) ON DELETE CASCADE,
    contact INTEGER NOT NULL,
    PRIMARY KEY (candidate, contact)
) WITHOUT ROWID;
CREATE INDEX candidate_member_contact ON candidate_member (contact);

CREATE TABLE candidate_count (state TEXT NOT NULL, kind TEXT NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (state, kind)) WITHOUT ROWID;
CREATE TRIGGER candidate_added AFTER INSERT ON candidate BEGIN
    INSERT INTO candidate_count VALUES (new.state, new.kind, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER candidate_removed AFTER DELETE ON candidate BEGIN
    UPDATE candidate_count SET n = n - 1 WHERE state = old.state AND kind = old.kind;
END;
CREATE TRIGGER candidate_moved AFTER UPDATE OF state, kind ON candidate
WHEN old.state <> new.state OR old.kind <> new.kind BEGIN
    UPDATE candidate_count SET n = n - 1 WHERE state = old.state AND kind = old.kind;
    INSERT INTO candidate_count VALUES (new.state, new.kind, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
"""

_JOURNAL = """
CREATE TABLE operation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    decision INTEGER NOT NULL REFERENCES decision (id),
    kind TEXT NOT NULL CHECK (kind IN ('merge', 'stitch')),
    state TEXT NOT NULL,
    send_after TEXT NOT NULL,
    created_at TEXT NOT NULL, changed_at TEXT NOT NULL,
    canonical TEXT,                    -- id of the contact that came out of it
    outcome TEXT NOT NULL DEFAULT '',  -- one sentence for the steward
    differences TEXT NOT NULL DEFAULT '[]',
    correlation_id TEXT NOT NULL DEFAULT ''
);
CREATE INDEX operation_due ON operation (state, send_after, id);
CREATE INDEX operation_decision ON operation (decision);

CREATE TABLE operation_step (
    operation INTEGER NOT NULL REFERENCES operation (id),
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    request BLOB NOT NULL,             -- JSON, as it is sent
    state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'unclear', 'done', 'not done')),
    sent_at TEXT, answered_at TEXT,
    status INTEGER, answer BLOB, correlation_id TEXT NOT NULL DEFAULT '', error TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (operation, number)
) WITHOUT ROWID;

CREATE TABLE operation_hold (          -- what a live operation keeps for itself
    operation INTEGER NOT NULL REFERENCES operation (id),
    subject TEXT NOT NULL,             -- 'contact:ID' or 'identifier:TYPE:VALUE'
    live INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (operation, subject)
) WITHOUT ROWID;
CREATE UNIQUE INDEX operation_hold_live ON operation_hold (subject) WHERE live = 1;

CREATE TABLE line_stop (
    id INTEGER PRIMARY KEY,
    operation INTEGER NOT NULL REFERENCES operation (id),
    reason TEXT NOT NULL, raised_at TEXT NOT NULL,
    acknowledged_at TEXT, acknowledged_by TEXT, note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX line_stop_open ON line_stop (id) WHERE acknowledged_at IS NULL;

CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL, steward TEXT NOT NULL, act TEXT NOT NULL, subject TEXT NOT NULL,
    payload BLOB, salt BLOB,           -- may be erased; the chain rests on their hash
    payload_hash TEXT NOT NULL, hash TEXT NOT NULL
);
CREATE INDEX audit_subject ON audit (subject);
"""

_API_RATE = """
CREATE TABLE api_rate (                -- at which rate a process calls the API now; true until ends_at
    process INTEGER PRIMARY KEY,
    command TEXT NOT NULL,
    used INTEGER NOT NULL, allowed INTEGER NOT NULL,
    ends_at TEXT NOT NULL
);
"""

_SETTLING = """
CREATE INDEX contact_ancestor ON contact (number) WHERE state = 'merged';
CREATE INDEX loaded_pair_b ON loaded_pair (b);
"""

_SCRIPTS = (_CONTACTS, _PAIRS, _JUDGEMENTS, _CANDIDATES, _JOURNAL)


@MIGRATIONS(name="0001_first")
def first(tables: "Tables") -> None:
    """Contacts, pairs, judgements, candidates and the journal."""
    for script in _SCRIPTS:
        for statement in _statements(script):
            tables.conn.execute(statement)


@MIGRATIONS(name="0004_api_rate")
def api_rate(tables: "Tables") -> None:
    """The rate of each process, for the status line."""
    for statement in _statements(_API_RATE):
        tables.conn.execute(statement)


@MIGRATIONS(name="0005_settling")
def settling(tables: "Tables") -> None:
    """To find what rests on merged contacts still without a look at all the others."""
    for statement in _statements(_SETTLING):
        tables.conn.execute(statement)


def _statements(script: str) -> list[str]:
    """The script cut into statements; ``executescript`` would commit the transaction a migration runs in."""
    statements, current = [], ""
    for line in script.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            statements.append(current)
            current = ""
    return statements


def missing_objects(connection: sqlite3.Connection) -> list[str]:
    """Names of tables, indexes and triggers that the schema needs and the database lacks.

    A table that is transformed loses its triggers without a word, so this is checked after migrating.
    """
    wanted = re.findall(r"CREATE (?:UNIQUE )?(?:TABLE|INDEX|TRIGGER) (\w+)", "".join((*_SCRIPTS, _API_RATE, _SETTLING)))
    present = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    return [name for name in wanted if name not in present]
