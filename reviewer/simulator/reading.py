"""Contacts from a file: one External Contact per line, as JSON."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from reviewer.simulator import phones
from reviewer.simulator.contacts import reference
from reviewer.simulator.fields import EMAILS, LISTS, PHONES, WRITABLE, source_of, trimmed
from reviewer.simulator.knobs import Knobs
from reviewer.simulator.organization import STAR_DIVISION
from reviewer.simulator.resolution import TYPES
from reviewer.simulator.wire import load, moment_of, timestamp

FIRST_CREATED = moment_of("2025-01-01T00:00:00Z")
BETWEEN = 60_000
"""Contacts without dates count as created a minute apart, in the order of the file."""


class UnreadableContact(ValueError):
    """A line that holds no contact; the message begins with FILE:LINE."""


def read_contacts(path: Path, knobs: Knobs) -> Iterator[dict[str, Any]]:
    """The contacts of a file as the service would store them; ids are kept, fields are not validated further.

    Raises UnreadableContact for a line that is not JSON, no object, without an id, with the id of another line, or
    with a field of the wrong shape; OSError where the file cannot be read.
    """
    lines_of: dict[str, int] = {}
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                contact = stored(submitted(line), number, knobs)
                if contact["id"] in lines_of:
                    raise ValueError(f"the id {contact['id']!r} is that of line {lines_of[contact['id']]} too")
            except ValueError as wrong:
                raise UnreadableContact(f"{path}:{number}: {wrong}") from wrong
            lines_of[contact["id"]] = number
            yield contact


def submitted(line: bytes) -> Mapping[str, Any]:
    """The line as an object of the right shape. Raises ValueError that says what is wrong."""
    contact = load(line)
    if not isinstance(contact, dict):
        raise ValueError("a contact must be a JSON object")
    if not isinstance(contact.get("id"), str) or not contact["id"]:
        raise ValueError("a contact needs an id")
    if contact.get("type", "Curated") not in TYPES:
        raise ValueError(f"type must be one of {', '.join(TYPES)}")
    for name in WRITABLE.intersection(contact):
        check_shape(name, contact[name])
    return contact


def check_shape(name: str, value: Any) -> None:
    if value is None:
        return
    if name in PHONES and not (isinstance(value, dict) and isinstance(value.get("e164") or value.get("display"), str)):
        raise ValueError(f"{name} must be an object with a display or an e164")
    if name in EMAILS and not isinstance(value, str):
        raise ValueError(f"{name} must be text")
    if name in LISTS and not (isinstance(value, list) and all(isinstance(one, dict) for one in value)):
        raise ValueError(f"{name} must be a list of objects")
    if name == "externalIds" and not all(source_of(one) for one in value):
        raise ValueError("each of externalIds needs the id of its externalSource")


def stored(contact: Mapping[str, Any], number: int, knobs: Knobs) -> dict[str, Any]:
    """The contact with what the service adds to it."""
    fields = {name: value for name, value in trimmed(contact).items() if name in WRITABLE}
    for name in PHONES:
        if name in fields:
            fields[name] = numbered(fields[name], knobs)
    division = str((fields.pop("division", None) or {}).get("id") or STAR_DIVISION)
    created = str(contact.get("createDate") or timestamp(FIRST_CREATED + number * BETWEEN))
    modified = str(contact.get("modifyDate") or created)
    moment_of(created), moment_of(modified)
    return {
        "id": contact["id"],
        "division": {"id": division, "selfUri": f"/api/v2/authorization/divisions/{division}"},
        "type": contact.get("type", "Curated"),
        **fields,
        "createDate": created,
        "modifyDate": modified,
        "selfUri": reference(contact["id"])["selfUri"],
    }


def numbered(phone: dict[str, Any], knobs: Knobs) -> dict[str, Any]:
    """The phone as the service would write it; an e164 that is given counts, however the display is written."""
    e164 = phone.get("e164")
    if not e164:
        return phones.normalized(phone, knobs.phone_default_region)
    known = phones.normalized({**phone, "display": e164}, knobs.phone_default_region)
    return {**known, "userInput": phone.get("display") or e164, "e164": e164}
