"""The table of who approved what, and triggers that hold up an operation while somebody's approval is missing.

The triggers guard against mistakes of programs that write here. They do not stop raw SQL: whoever may write to the
file may drop a trigger, or write a name that is not theirs. Against that approvals are signed; the executor checks.
"""

_ONE_PERSON = """(coalesce(p.sudo_user, p.steward) = coalesce(a.sudo_user, a.steward)
            OR p.steward = coalesce(a.sudo_user, a.steward) OR a.steward = coalesce(p.sudo_user, p.steward))"""

_LACKING = f"""new.approvals_needed > (
        SELECT count(*) FROM approval a
        WHERE a.operation = new.id AND a.role = 'approver' AND NOT EXISTS (
            SELECT 1 FROM approval p WHERE p.operation = a.operation AND p.role = 'proposer' AND {_ONE_PERSON}))"""

APPROVALS = f"""
CREATE TABLE approval (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    operation INTEGER NOT NULL REFERENCES operation (id),
    role TEXT NOT NULL CHECK (role IN ('proposer', 'approver')),
    steward TEXT NOT NULL, sudo_user TEXT, uid INTEGER,
    at TEXT NOT NULL,
    fingerprint TEXT NOT NULL,         -- of what was approved
    note TEXT NOT NULL DEFAULT '',
    principal TEXT NOT NULL DEFAULT '',    -- whose key signed it; empty where it is not signed
    signature TEXT NOT NULL DEFAULT ''     -- as ssh-keygen -Y sign writes it
);
CREATE INDEX approval_operation ON approval (operation, id);
CREATE UNIQUE INDEX approval_proposer ON approval (operation) WHERE role = 'proposer';
CREATE UNIQUE INDEX approval_approver ON approval (operation, coalesce(sudo_user, steward)) WHERE role = 'approver';
ALTER TABLE operation ADD COLUMN approvals_needed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE operation ADD COLUMN approvals_why TEXT NOT NULL DEFAULT '';

CREATE TRIGGER approval_of_ones_own BEFORE INSERT ON approval
WHEN new.role = 'approver' AND EXISTS (
    SELECT 1 FROM approval p, (SELECT new.steward AS steward, new.sudo_user AS sudo_user) a
    WHERE p.operation = new.operation AND p.role = 'proposer' AND {_ONE_PERSON})
BEGIN
    SELECT RAISE(ABORT, 'who proposed an operation cannot approve it as well');
END;

CREATE TRIGGER operation_needs_no_fewer BEFORE UPDATE OF approvals_needed ON operation
WHEN new.approvals_needed < old.approvals_needed
BEGIN
    SELECT RAISE(ABORT, 'an operation cannot need fewer approvals than it was proposed with');
END;

CREATE TRIGGER operation_lacks_approvals BEFORE UPDATE OF state ON operation
WHEN (new.state = 'sending' OR (new.state IN ('approved', 'staged') AND old.state IN ('planned', 'approved')))
    AND {_LACKING}
BEGIN
    SELECT RAISE(ABORT, 'an operation lacks the approval of a second steward');
END;
"""
