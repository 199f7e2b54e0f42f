"""What is left of a cluster today: which of its contacts are there, and whether they still share what the scan saw."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from reviewer.domain.wire import decode_object
from reviewer.genesys.graphs import Cluster, SharedIdentifier
from reviewer.store import contacts
from reviewer.store.contacts import StoredContact
from reviewer.store.database import Database
from reviewer.store.pairs import LoadedPair
from reviewer.store.trails import Trail, trails

SOURCE = "genesys clusters"
"""What the service is called as a tool that suspects pairs."""
LONGEST_SCAN = timedelta(hours=1)
"""A contact that was modified so shortly before a scan's end may have been seen as it was before."""

_NO_IDENTIFIERS = frozenset(
    (
        *("id", "selfUri", "type", "division", "createDate", "modifyDate", "schema", "externalOrganization"),
        *("canonicalContact", "mergeSet", "mergedFrom", "mergedTo", "externalSystemUrl", "customFields"),
        *("firstName", "middleName", "lastName", "salutation", "title", "address"),
    )
)
"""Parts of a contact in which no identifier stands; all others may hold one, those that are yet to come too."""
_NO_VALUES = frozenset(("countryCode", "normalizationCountryCode"))
"""Parts of an identifier, at whatever depth, that are none themselves and short enough to look like a piece of one."""
_UNPREFIXED = frozenset(("Phone", "Email"))
"""Types whose values never begin with the name of a source: what stands before the end of one is a part of it."""


class Members(NamedTuple):
    """Where the contacts of some clusters lead today; ``why_not`` is a reason for each that cannot be had."""

    places: Mapping[str, Trail]
    stored: Mapping[int, StoredContact]
    why_not: Mapping[str, str]


class Today(NamedTuple):
    """The pairs that a cluster still stands for, and what differs from what the scan saw."""

    pairs: list[LoadedPair]
    differences: list[str]


def members_of(database: Database, ids: Sequence[str], why_not: Mapping[str, str]) -> Members:
    """The mirror's contacts behind these ids, after they were read anew."""
    places = trails(database, ids)
    numbers = {place.number for id_, place in places.items() if place.number is not None and id_ not in why_not}
    return Members(places, contacts.by_numbers(database, sorted(numbers)), why_not)


def standing_today(cluster: Cluster, members: Members, completed: datetime | None, remark: str = "") -> Today:
    """Compare a cluster, found by a scan that was ``completed`` then, with its contacts as they are.

    A contact must still have the identifier's value, unless it was not modified since the scan: how the service
    normalises values is not documented. Each identifier connects its holders in a chain, so that a switchboard's n
    contacts make n - 1 pairs; ``remark`` is added to every reason.
    """
    differences = list(_departures(cluster, members))
    holders = {}
    for identifier in cluster.identifiers:
        held = _holders(identifier, members, completed)
        # By id, which no mirror and no later scan orders otherwise: the same cluster gives the same pairs.
        living = {number for number in held.values() if number}
        holders[identifier.type, identifier.value] = sorted(living, key=lambda number: members.stored[number].id)
        differences += (f"{id_} no longer has this {identifier.type}" for id_, number in held.items() if not number)
    return Today(list(_chained(holders, remark)), differences)


def _departures(cluster: Cluster, members: Members) -> Iterator[str]:
    """Contacts that are not there any more, or have become another."""
    for id_ in cluster.contact_ids:
        place = members.places[id_]
        if id_ in members.why_not:
            yield f"{id_}: {members.why_not[id_]}"
        elif place.number is None:
            yield f"{id_}: {place.reason}"
        elif members.stored[place.number].id != id_:
            yield f"{id_} was merged into {members.stored[place.number].id}"


def _holders(identifier: SharedIdentifier, members: Members, completed: datetime | None) -> dict[str, int]:
    """Id as the scan saw it → number of the contact behind it, 0 where that does not hold the identifier any more."""
    held: dict[str, int] = {}
    for id_ in identifier.holders:
        number = members.places[id_].number
        if number is None or id_ in members.why_not:
            continue
        contact = members.stored[number]
        record = decode_object(contact.raw)
        untouched = contact.id == id_ and _not_since(record.get("modifyDate"), completed)
        held[id_] = number if _has(record, identifier) or untouched else 0
    return held


def _chained(holders: Mapping[tuple[str, str], Sequence[int]], remark: str) -> Iterator[LoadedPair]:
    links = {(min(link), max(link)) for numbers in holders.values() for link in pairwise(numbers)}
    for a, b in sorted(links):
        shared = [f"same {kind} {value}" for (kind, value), those in sorted(holders.items()) if {a, b} <= set(those)]
        yield LoadedPair(a, b, SOURCE, None, None, "; ".join((", ".join(shared), *filter(None, [remark]))))


def _not_since(modified: object, completed: datetime | None) -> bool:
    moment = instant(modified)
    return moment is not None and completed is not None and moment <= completed - LONGEST_SCAN


def instant(text: object) -> datetime | None:
    """An ISO 8601 time, in UTC where it names no zone; None for anything else."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


def _has(record: Mapping[str, Any], identifier: SharedIdentifier) -> bool:
    """Whether the value still stands anywhere in the contact.

    Which types come to be, and in which field they stand, is not documented: all that may hold one is searched.
    """
    kind, wanted = identifier.type, _plain(identifier.value, identifier.type)
    return any(_is(_plain(text, kind), wanted, sourced=kind not in _UNPREFIXED) for text in _texts(record))


def _is(found: str, wanted: str, *, sourced: bool) -> bool:
    """Whether two spellings are one; the service may name the source before an external id: ``source/id``."""
    if not found or not wanted:
        return False
    return found == wanted or (sourced and wanted.endswith((f"/{found}", f":{found}")))


def _plain(text: str, kind: str) -> str:
    if kind == "Phone":
        return "".join(sign for sign in text if sign.isdigit())
    return text.strip().casefold().lstrip("@")


def _texts(record: Mapping[str, Any]) -> Iterator[str]:
    waiting: list[object] = [part for name, part in record.items() if name not in _NO_IDENTIFIERS]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict):
            waiting += (held for name, held in part.items() if name not in _NO_VALUES)
        elif isinstance(part, list):
            waiting += part


def all_ids(clusters: Iterable[Cluster]) -> list[str]:
    """The ids of all their contacts, each once."""
    return list(dict.fromkeys(id_ for cluster in clusters for id_ in cluster.contact_ids))
