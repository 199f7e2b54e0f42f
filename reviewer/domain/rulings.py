"""A steward's statement about an identifier, which counts at once for every pair that rests on it."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from reviewer.domain.emails import comparable_email
from reviewer.domain.identifiers import Identifier


class RulingKind(StrEnum):
    """What an identifier is."""

    PERSONAL = "personal"
    """One person's own; it counts in full even if several records hold it."""
    HOUSEHOLD = "household"
    """Several people of one home: the family phone."""
    DESK = "desk"
    """A workplace shared in turns."""
    ROLE_MAILBOX = "role mailbox"
    """info@, sales@: whoever is on duty."""
    SWITCHBOARD = "switchboard"
    """A company's central number."""
    RECYCLED = "recycled"
    """Given to somebody new; the old holder's records still show it."""


class Ruling(NamedTuple):
    """A ruling in force: ``until`` is its last day, or None for no end."""

    identifier: Identifier
    kind: RulingKind
    until: date | None


def compared_as(identifier: Identifier) -> tuple[str, str]:
    """The comparable column that a ruling on an identifier speaks of, and the value as it stands there.

    A phone and the WhatsApp id of that phone are one value, and so are all spellings of one mailbox. ('', '') for what
    is not ruled on.
    """
    if identifier.type == "Email":
        return "emails", comparable_email(identifier.value)
    if identifier.type in ("Phone", "SocialWhatsapp"):
        return "phones", f"+{identifier.value.removeprefix('+')}"
    return "", ""
