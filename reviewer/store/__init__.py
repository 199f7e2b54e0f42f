"""The mirror, the queue and the journal: one SQLite database per environment. SQL stands only here."""
