"""One person as the service knows them: every identifier, the merge tree, notes and sessions of all merged records.

The service leaves notes, sessions and conversations on the records they were made for (section 2.1 of the API
contract), so a person is read through the whole merge set.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

from reviewer.domain.contact import contact_from, headline
from reviewer.domain.fields import fields_of, shown, value_at
from reviewer.domain.wire import JsonObject, decode_object
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.history import ExternalSource, Note, Session

PLACEHOLDER = "{{externalId.value}}"
"""Where a source's link template takes the external id."""


class TreeLine(NamedTuple):
    """A record of the merge tree: how deep it stands under the living contact, its id, type and name."""

    depth: int
    id: str
    type: str
    name: str


class CrmLink(NamedTuple):
    """An external id: its source's name, the id, and the deep link into that system ('' if it has none)."""

    source: str
    value: str
    url: str


@dataclass(frozen=True)
class Person:
    """Everything the service tells of a person; all texts may hold record text.

    ``asked`` is the id that was asked for, ``id`` the living contact; ``fields`` are (label, value);
    ``identifiers`` (type, value) as claimed; ``tree`` starts with the living contact.
    """

    asked: str
    id: str
    name: str
    fields: tuple[tuple[str, str], ...]
    identifiers: tuple[tuple[str, str], ...]
    tree: tuple[TreeLine, ...]
    crm: tuple[CrmLink, ...]
    notes: tuple[Note, ...]
    sessions: tuple[Session, ...]


async def read_person(client: GenesysClient, contact_id: str) -> Person:
    """Read a person by the id of any of their records. Raises ``ApiError``, ``NotFound`` for an unknown id."""
    record = decode_object(await client.contact(contact_id))
    living = str(record["id"])
    identifiers = await client.identifiers(living)
    sources = await client.external_sources()
    return Person(
        asked=contact_id,
        id=living,
        name=headline(contact_from(record)),
        fields=tuple((f.label, shown(f.path, value_at(record, f.path))) for f in fields_of([record])),
        identifiers=tuple((one.type, one.value) for one in identifiers),
        tree=await _tree(client, record),
        crm=_links(record, sources),
        notes=tuple(await client.notes(living)),
        sessions=tuple(await client.sessions(living)),
    )


async def _tree(client: GenesysClient, head: JsonObject) -> tuple[TreeLine, ...]:
    ids = [str(entry["id"]) for entry in head.get("mergeSet") or ()]
    answer = await client.bulk_unresolved([id_ for id_ in ids if id_ != head["id"]])
    records = {id_: decode_object(body) for id_, body in answer.found.items()} | {str(head["id"]): head}
    lines: list[TreeLine] = []
    _grow(records, str(head["id"]), 0, lines)
    return tuple(lines)


def _grow(records: dict[str, JsonObject], id_: str, depth: int, lines: list[TreeLine]) -> None:
    record = records.get(id_)
    if record is None or any(line.id == id_ for line in lines):
        return
    lines.append(TreeLine(depth, id_, str(record.get("type") or "?"), headline(contact_from(record))))
    for entry in record.get("mergedFrom") or ():
        _grow(records, str(entry["id"]), depth + 1, lines)


def _links(record: JsonObject, sources: Sequence[ExternalSource]) -> tuple[CrmLink, ...]:
    by_id = {source.id: source for source in sources}
    found = []
    for entry in record.get("externalIds") or ():
        source = by_id.get(str((entry.get("externalSource") or {}).get("id")))
        value = str(entry.get("value") or "")
        found.append(CrmLink(source.name if source else "?", value, deep_link(source, value)))
    return tuple(found)


def deep_link(source: ExternalSource | None, value: str) -> str:
    """The address of an external id in its own system, or '' if the source has no link template."""
    template = source.link_configuration.uri_template if source and source.link_configuration else None
    return template.replace(PLACEHOLDER, quote(value, safe="")) if template else ""
