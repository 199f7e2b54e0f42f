"""The tables of operations, of what stops the line, and of the audit."""

JOURNAL = """
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
