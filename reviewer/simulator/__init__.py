"""An embedded organisation behind the same HTTP API as Genesys Cloud External Contacts.

It has its own code for every rule of the service (phones, merges, claims), its own clock and its own state in one
SQLite file, and it knows the truth about its seeded population. It serves the demo, training and the tests.
"""
