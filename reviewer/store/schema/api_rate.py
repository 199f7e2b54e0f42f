"""The table of the rate at which each process calls the API."""

API_RATE = """
CREATE TABLE api_rate (                -- at which rate a process calls the API now; true until ends_at
    process INTEGER PRIMARY KEY,
    command TEXT NOT NULL,
    used INTEGER NOT NULL, allowed INTEGER NOT NULL,
    ends_at TEXT NOT NULL
);
"""
