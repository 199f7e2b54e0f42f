"""The official Python SDK against a served organisation: what it sends is understood, what it gets it understands."""
