"""When a step went unanswered, on a clock that cannot be set: which boot of the machine, and the seconds since then."""

SETTLE_CLOCK = """
ALTER TABLE operation_step ADD COLUMN boot TEXT NOT NULL DEFAULT '';
ALTER TABLE operation_step ADD COLUMN boot_seconds REAL NOT NULL DEFAULT 0;
"""
