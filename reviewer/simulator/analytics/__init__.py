"""Conversations as analytics shows them: who took part, on which channel, under which external contact."""
