"""The tables of contacts and of their syncs."""

CONTACTS = """
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

SETTLING = """
CREATE INDEX contact_ancestor ON contact (number) WHERE state = 'merged';
CREATE INDEX loaded_pair_b ON loaded_pair (b);
"""
