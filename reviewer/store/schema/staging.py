"""What the staging area is read by, and the ends of operations that a steward has looked at."""

STAGING = """
ALTER TABLE operation ADD COLUMN calls INTEGER NOT NULL DEFAULT 0;           -- that its plan needs, reads included
ALTER TABLE operation ADD COLUMN outside_window INTEGER NOT NULL DEFAULT 0;  -- may be sent outside of the windows too
CREATE INDEX operation_staged ON operation (send_after, id, calls) WHERE state = 'staged';
CREATE INDEX operation_changed ON operation (changed_at, id);
CREATE INDEX operation_any_hour ON operation (send_after) WHERE state = 'staged' AND outside_window = 1;
CREATE INDEX operation_under_way ON operation (changed_at, id)
    WHERE state IN ('sending', 'unclear', 'confirmed', 'following up');
CREATE INDEX operation_ended ON operation (changed_at, id)
    WHERE state IN ('done', 'done with differences', 'partial', 'merged elsewhere', 'failed', 'void', 'withdrawn');
CREATE INDEX operation_faulty ON operation (changed_at, id)
    WHERE state IN ('done with differences', 'partial', 'failed', 'void', 'merged elsewhere');

CREATE TABLE operation_seen (          -- an end that a steward has looked at
    operation INTEGER PRIMARY KEY REFERENCES operation (id),
    at TEXT NOT NULL, steward TEXT NOT NULL, note TEXT NOT NULL
);
"""

COUNT_CALLS = """
UPDATE operation SET calls = 1
    + (SELECT sum(CASE s.kind WHEN 'remove' THEN 2 WHEN 'release' THEN 4 ELSE 1 END)
       FROM operation_step s WHERE s.operation = operation.id)
    + (SELECT EXISTS (SELECT 1 FROM operation_step s
       WHERE s.operation = operation.id AND s.kind IN ('remove', 'release')))
    WHERE EXISTS (SELECT 1 FROM operation_step s WHERE s.operation = operation.id)
"""
"""For operations of before this migration; new ones are counted by ``domain.plan_calls``."""
