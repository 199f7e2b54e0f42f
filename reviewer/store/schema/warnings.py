"""What the model says of an identifier that several persons hold."""

WARNINGS = """
ALTER TABLE shared_identifier ADD COLUMN certainty REAL NOT NULL DEFAULT 0;  -- of the guess; 0: found before there was
ALTER TABLE shared_identifier ADD COLUMN shared REAL NOT NULL DEFAULT 1;     -- that it is not one person's
"""
