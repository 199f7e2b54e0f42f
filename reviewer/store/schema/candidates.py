"""The tables of pairs, of judgements on them, and of the queue."""

PAIRS = """
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

JUDGEMENTS = """
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

CANDIDATES = """
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
