"""One call of a plan as it will be made: what it is for, whom it is about, what it carries."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from reviewer.domain.wire import JsonObject


class Purpose(StrEnum):
    """What a call is for."""

    READ_MEMBERS = "read the contacts afresh"
    READ = "read the contact"
    READ_HELD = "read the identifiers that it holds"
    SEARCH = "search for contacts like it"
    MERGE = "merge"
    REMOVE = "remove"
    RELEASE = "release"
    LOOK_UP = "look up"
    CLAIM = "claim"
    SET = "set"
    CREATE = "create"
    CLAIM_BACK = "claim back"


class Later(str):
    """What stands for the id of a contact that an earlier call is to make, in words."""

    __slots__ = ()


MERGED = Later("{merged contact}")
FIRST_MERGED = Later("{contact of the first merge}")


class PlanCall(NamedTuple):
    """One call: its purpose, the contact that its path names, if it does, and what it carries.

    That are the ``ids`` of a reading of several, the ``text`` of a search, the body of any other. ``only_if`` says when
    it is made, for one that is not made where nothing is in the way: it is told, but not needed.
    """

    purpose: Purpose
    contact: str = ""
    carries: JsonObject = {}  # noqa: RUF012
    only_if: str = ""


def reading_all(ids: Iterable[str]) -> PlanCall:
    """The one that reads several contacts."""
    return PlanCall(Purpose.READ_MEMBERS, carries={"ids": list(ids)})


def reading(contact: str) -> PlanCall:
    """The one that reads a contact by itself."""
    return PlanCall(Purpose.READ, contact)


def reading_held(contact: str) -> PlanCall:
    """The one that reads what a contact has claimed."""
    return PlanCall(Purpose.READ_HELD, contact)


def looking_up(identifier: JsonObject, division: str | None) -> PlanCall:
    """The one that asks whom an identifier leads to in a division."""
    return PlanCall(Purpose.LOOK_UP, carries={**identifier, **({"division": {"id": division}} if division else {})})


def division_of(record: JsonObject) -> str | None:
    """The division that a contact, and with it its identifiers, belongs to."""
    found: str | None = (record.get("division") or {}).get("id")
    return found
