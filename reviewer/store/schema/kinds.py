"""More kinds of decisions and operations: the constraint that lists them is written anew."""

import sqlite3

_OLD_DECISIONS = "CHECK (kind IN ('merge', 'stitch', 'distinct', 'shared', 'defer'))"
_NEW_DECISIONS = "CHECK (kind IN ('merge', 'stitch', 'link', 'compensate', 'distinct', 'shared', 'defer'))"
_OLD_OPERATIONS = "CHECK (kind IN ('merge', 'stitch'))"
_NEW_OPERATIONS = "CHECK (kind IN ('merge', 'stitch', 'link', 'compensate'))"


def allow_more_kinds(connection: sqlite3.Connection) -> None:
    """Let decisions and operations be links and compensations too.

    A constraint that only becomes wider changes nothing on disk, so the text of the schema is changed, as SQLite's
    documentation of ALTER TABLE describes it; to copy the tables would break what refers to them on the way.
    """
    (version,) = connection.execute("PRAGMA schema_version").fetchone()
    connection.execute("PRAGMA writable_schema = ON")
    try:
        for table, old, new in (
            ("decision", _OLD_DECISIONS, _NEW_DECISIONS),
            ("operation", _OLD_OPERATIONS, _NEW_OPERATIONS),
        ):
            connection.execute(
                "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ?", (old, new, table)
            )
        connection.execute(f"PRAGMA schema_version = {version + 1}")
    finally:
        connection.execute("PRAGMA writable_schema = OFF")
