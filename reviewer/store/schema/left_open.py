"""The tables of what executors found left open when they began, and of what became of it."""

LEFT_OPEN = """
CREATE TABLE recovery (                -- a run of an executor that found operations left open
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    begun_at TEXT NOT NULL
);

CREATE TABLE left_open (               -- an operation that it found so
    recovery INTEGER NOT NULL REFERENCES recovery (id),
    operation INTEGER NOT NULL REFERENCES operation (id),
    became TEXT,                       -- the state that it was resolved to; NULL while it is not
    resolved_at TEXT,
    PRIMARY KEY (recovery, operation)
) WITHOUT ROWID;
CREATE UNIQUE INDEX left_open_still ON left_open (operation) WHERE became IS NULL;
"""
