"""The table of the models that weighed pairs."""

MODELS = """
CREATE TABLE model (
    version INTEGER PRIMARY KEY AUTOINCREMENT,
    document BLOB NOT NULL,            -- JSON: components with their shares and the chances of levels by name
    origin TEXT NOT NULL CHECK (origin IN ('fit', 'learn')),
    contacts INTEGER NOT NULL,         -- how many contacts and compared pairs it was fitted to
    pairs INTEGER NOT NULL,
    made_at TEXT NOT NULL
);
CREATE TABLE model_in_use (            -- one row: what the next detection goes by; no version: the model by hand
    id INTEGER PRIMARY KEY CHECK (id = 1),
    version INTEGER REFERENCES model (version),
    frozen INTEGER NOT NULL DEFAULT 0
);

UPDATE pair SET source = 'carried', levels = NULL, verdict = iif(verdict = 'auto', 'review', verdict);
UPDATE candidate SET verdict = 'review' WHERE verdict = 'auto';
"""
"""Levels of before have other codes: pairs wait to be judged again, and none is automatic until then."""
