"""The contacts that a decision was made on, as they were then."""

from collections.abc import Sequence

from reviewer.domain.contact import contact_from, headline
from reviewer.domain.wire import JsonObject, decode_object
from reviewer.store.decisions import Decision


def members_of(decision: Decision) -> list[JsonObject]:
    """Their records, in the order of the columns; none where they have been erased."""
    found: list[JsonObject] = decode_object(decision.document).get("members", [])
    return found


def names_of(members: Sequence[JsonObject]) -> tuple[str, ...]:
    """Their headlines; record text."""
    return tuple(headline(contact_from(one)) for one in members)
