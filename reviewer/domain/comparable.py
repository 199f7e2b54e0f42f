"""The comparable columns of a contact: made once, when it changes, and kept in the mirror."""

import msgspec

NORMALISER_VERSION = 2
"""Raise it when ``normalise`` gives other columns for the same contact; the mirror is then made anew."""


class Comparable(msgspec.Struct, frozen=True, gc=False):
    """A contact as the detector compares it. Missing is the empty string or the empty tuple.

    Names are case-folded Latin letters and single blanks (after ``names.GUESSED`` where the script leaves the letters
    open); phones are E.164; emails are canonical addresses
    (case, +tag and Gmail dots removed); ``anchors`` are the ids of the system of record; ``socials`` are
    ``type:value``; ``born`` is an ISO date, or a year; ``created`` is seconds since 1970 (0 = unknown).
    None holds a lone surrogate, so that all can be stored.
    """

    given: str = ""
    middle: str = ""
    surname: str = ""
    suffix: str = ""
    born: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()
    socials: tuple[str, ...] = ()
    street: str = ""
    city: str = ""
    postcode: str = ""
    country: str = ""
    handle: str = ""
    """Display name or handle of a social account, normalised like a name, but with its figures."""
    created: int = 0
    anonymous: bool = False
    """True where the record names no person: a channel identity of which little else is known."""
