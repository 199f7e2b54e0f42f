"""The table of what stewards wait for: a candidate put aside until an operation has ended."""

OVERLAP = """
CREATE TABLE awaited_operation (       -- what a decision to put off waits for, in place of a day
    decision INTEGER NOT NULL REFERENCES decision (id),
    operation INTEGER NOT NULL REFERENCES operation (id),
    PRIMARY KEY (decision, operation)
) WITHOUT ROWID;
CREATE INDEX awaited_operation_ended ON awaited_operation (operation);
"""
