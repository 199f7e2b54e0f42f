"""Faults of a call that say nothing about the operation it was made for."""

from reviewer.genesys.errors import BadAnswer, CannotConnect, ServiceUnavailable, TooManyRequests, WrongCredentials

ABOUT_ALL = (CannotConnect, ServiceUnavailable, TooManyRequests, WrongCredentials)
"""Faults that every operation would meet: the run ends, and what is left is done by the next."""

NOT_SENT = (*ABOUT_ALL, BadAnswer)
"""What ends a write without saying anything about it (an unusable answer to the write itself is unclear; this one is
about the token): the operation waits."""
