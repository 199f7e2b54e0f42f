"""Reviewer: a terminal workbench in which data stewards settle who is who in Genesys Cloud External Contacts."""

__version__ = "0.1.0"
