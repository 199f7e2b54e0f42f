"""To find what an operation that ended in part left, by the contact that came of it."""

GROUPS = """
CREATE INDEX operation_partial ON operation (canonical) WHERE state = 'partial';
"""
