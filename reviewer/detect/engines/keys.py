"""Blocking for an engine that joins texts: what two contacts must have in common to be worth comparing.

The rules are those of ``detect.blocking``, as texts. There a key of too many contacts is refined when it is met; an
engine is given the refined keys beside the plain ones, and drops those that too many contacts have.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from reviewer.detect.blocking import skeleton_of
from reviewer.detect.stitching import handle_spellings, name_spellings
from reviewer.domain.emails import is_role

SEPARATOR = "|"
"""Between the name of a rule and the values that make the key."""


def blocking_keys(contact: Mapping[str, Any]) -> list[str]:
    """The keys of a contact's comparable columns (missing is None), each once: ``rule|value|value``."""
    given, surname = _skeleton(contact["given"]), _skeleton(contact["surname"])
    named = f"{SEPARATOR}{given}{SEPARATOR}{surname}" if given and surname else ""
    keys = []
    for key in _shared_identifiers(contact):
        keys.append(key)
        if named:
            keys.append(key + named)
    keys += _other_values(contact)
    keys += _together(contact, given, surname)
    keys += [f"display name{SEPARATOR}{spelling}" for spelling in spellings(contact)]
    return list(dict.fromkeys(keys))


@lru_cache(maxsize=100_000)
def _skeleton(name: str | None) -> str:
    return skeleton_of(name) if name else ""


def _shared_identifiers(contact: Mapping[str, Any]) -> Iterator[str]:
    """What many contacts may have in common, so that their names must tell them apart."""
    for phone in contact["phones"] or ():
        yield f"phone{SEPARATOR}{phone}"
    for email in contact["emails"] or ():
        yield f"email{SEPARATOR}{email}"
    if contact["street"]:
        yield f"street{SEPARATOR}{contact['street']}"


def _other_values(contact: Mapping[str, Any]) -> Iterator[str]:
    for anchor in contact["anchors"] or ():
        yield f"anchor{SEPARATOR}{anchor}"
    for social in contact["socials"] or ():
        yield f"social id{SEPARATOR}{social}"
    for phone in contact["phones"] or ():
        yield f"end of a phone number{SEPARATOR}{phone[-7:]}"
    for email in contact["emails"] or ():
        local, at, _ = email.partition("@")
        if local and at and not is_role(email):
            yield f"first part of an email{SEPARATOR}{local}"


def _together(contact: Mapping[str, Any], given: str, surname: str) -> Iterator[str]:
    """What tells enough together."""
    born, city, postcode = contact["born"], contact["city"], contact["postcode"]
    for rule, *values in (
        ("surname and date of birth", surname, born),
        ("given name and date of birth", given, born),
        ("surname and postcode", surname, postcode),
        ("given name and postcode", given, postcode),
        ("date of birth and postcode", born, postcode),
        ("date of birth", born),
        ("date of birth and town", born, city),
        ("surname, initial and year of birth", surname, given[:1], (born or "")[:4]),
        ("surname and town", surname, city),
        ("given name and town", given, city),
        ("full name", min(given, surname), max(given, surname)),
    ):
        if all(values):
            yield SEPARATOR.join((rule, *values))


def is_nameless(contact: Mapping[str, Any]) -> bool:
    """Whether a contact has no name, so that its display name may be a person's."""
    return not (contact["given"] or contact["surname"])


def spellings(contact: Mapping[str, Any]) -> list[str]:
    """A nameless contact's display name, or the spellings of a person's name that may meet one."""
    given, surname, handle = contact["given"], contact["surname"], contact["handle"]
    if given and surname:
        return sorted(name_spellings(given, surname))
    return sorted(handle_spellings(handle)) if handle and is_nameless(contact) else []
