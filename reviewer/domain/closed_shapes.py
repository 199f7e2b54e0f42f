"""The shapes of a contact that take nothing unknown: what they accept has been read to its last byte.

msgspec skips what a shape does not name without looking whether it is UTF-8 or a number of a possible size. To read
a contact into ``Contact`` alone would accept bytes that cannot be read in full later. A shape that names everything
that the service writes, and refuses the rest, needs no second look, and is several times as fast as one. Nor can
anything in it be nested deeply.
"""

from functools import cache, reduce
from operator import or_
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

from reviewer.domain.contact import ClaimedIdentifier, Contact, PhoneNumber, Reference, SocialAccount

_FLAT = dict[str, str | int | float | bool | list[str] | None]

_UNREAD: dict[type[msgspec.Struct], dict[str, Any]] = {
    Contact: {
        "selfUri": str | None,
        "schema": _FLAT | None,
        "externalSystemUrl": str | None,
        "externalDataSources": list[_FLAT] | None,
        "mergeOperation": None,
    },
    Reference: {"selfUri": str | None},
    PhoneNumber: {"acceptsSMS": bool | None, "normalizationCountryCode": str | None},
    SocialAccount: {"verified": bool | None, "profileUrl": str | None},
    ClaimedIdentifier: {"dateCreated": str | None, "division": Reference | None, "externalSource": Reference | None},
}
"""What the service writes too and the program's shapes leave out (section 1.6 of the API contract)."""

KNOWN_FIELDS = frozenset((*(field.encode_name for field in msgspec.structs.fields(Contact)), *_UNREAD[Contact]))
"""Names of all fields of a contact that the service is known to write."""


@cache
def closed_contact() -> msgspec.json.Decoder[Contact]:
    """Decodes a contact of known fields only; raises ``msgspec.ValidationError`` for any other."""
    return msgspec.json.Decoder(_closed(Contact))


@cache
def _closed(shape: type[msgspec.Struct]) -> Any:
    """A subclass of ``shape`` that refuses what it does not name, and so do the shapes in it."""
    kinds = get_type_hints(shape)
    fields: list[tuple[str, Any, Any]] = [
        (field.name, _closed_kind(kinds[field.name]), msgspec.field(name=field.encode_name, **_default(field)))
        for field in msgspec.structs.fields(shape)
    ]
    fields += [
        (name, _closed_kind(kind), msgspec.field(name=name, default=None))
        for name, kind in _UNREAD.get(shape, {}).items()
    ]
    return msgspec.defstruct(
        f"Closed{shape.__name__}", fields, bases=(shape,), frozen=True, forbid_unknown_fields=True, kw_only=True
    )


def _default(field: msgspec.structs.FieldInfo) -> dict[str, Any]:
    return {} if field.required else {"default": field.default}


def _closed_kind(kind: Any) -> Any:
    """The annotation with each shape in it closed, and objects of any fields flat."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _closed(kind)
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return reduce(or_, (_closed_kind(part) for part in parts))
    if origin is list:
        return list[_closed_kind(parts[0])]  # type: ignore[misc]
    return _FLAT if origin is dict else kind
