"""A person made anew of a snapshot: what a client can write of it, and what it cannot."""

from reviewer.domain.closed_shapes import KNOWN_FIELDS
from reviewer.domain.fields import CUSTOM, STANDARD_FIELDS, content, value_at
from reviewer.domain.override import writable
from reviewer.domain.wire import JsonObject

_WRITTEN = {*(field.path for field in STANDARD_FIELDS), CUSTOM.rstrip("."), "schema", "division"}


def fields_held(record: JsonObject) -> JsonObject:
    """Path → value, as it came, of every field that holds one: what a re-created contact has to show."""
    return {path: value_at(record, path) for path in content(record)}


def new_contact(record: JsonObject) -> JsonObject:
    """The body of the call that makes a contact as ``record`` was: read-only and unknown fields left out."""
    body: JsonObject = {}
    for path, value in fields_held(record).items():
        if path.startswith(CUSTOM):
            body.setdefault("customFields", {})[path.removeprefix(CUSTOM)] = value
        else:
            body[path] = writable(path, value)
    if "customFields" in body and record.get("schema"):
        body["schema"] = record["schema"]
    if division := (record.get("division") or {}).get("id"):
        body["division"] = {"id": division}
    return body


def unknown_fields(record: JsonObject) -> list[str]:
    """Names of fields in the snapshot that this program does not know, and so does not write."""
    return sorted(name for name in record if name not in _WRITTEN and name not in KNOWN_FIELDS)
