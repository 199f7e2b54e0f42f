"""The tables of what would bring a merged person back: members as they were, and who was re-created."""

COMPENSATION = """
CREATE TABLE member_snapshot (         -- a contact as it was read just before its merge
    id INTEGER PRIMARY KEY,
    operation INTEGER NOT NULL REFERENCES operation (id),
    step INTEGER NOT NULL,             -- the merge
    contact TEXT NOT NULL,
    place INTEGER NOT NULL,            -- where it stands in the request
    raw BLOB,                          -- the bytes as they came; NULL where they were erased
    claims BLOB,                       -- JSON: [type, value] of what it had claimed; NULL where that was not read
    plan BLOB,                         -- JSON: what re-creating it alone would take; NULL where it was erased
    read_at TEXT NOT NULL,
    erased_at TEXT,
    UNIQUE (operation, step, contact)
);
CREATE INDEX member_snapshot_contact ON member_snapshot (contact);

CREATE TABLE recreation (              -- a member of a merge that was approved to be re-created
    operation INTEGER NOT NULL REFERENCES operation (id),       -- the one that re-creates it
    of_operation INTEGER NOT NULL REFERENCES operation (id),    -- the merge
    contact TEXT NOT NULL,             -- its old id
    known_before TEXT,                 -- JSON: ids of the contacts that are like it, as found before the call
    recreated_as TEXT,                 -- its new id, as soon as it is known
    PRIMARY KEY (operation, contact)
) WITHOUT ROWID;
CREATE INDEX recreation_of ON recreation (of_operation, contact);
"""
