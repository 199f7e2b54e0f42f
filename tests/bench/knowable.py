"""Which true pairs of a generated population can be known from its records at all.

Decided from the contacts as the generator wrote them, with plain string handling of its own, never by what the detector
reads in them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Value = tuple[str, str]

NAMES = "name"
CHANNELS = ("instagramId", "facebookId", "twitterId", "lineId", "whatsAppId")


def in_common(a: Mapping[str, Any], b: Mapping[str, Any]) -> set[str]:
    """The kinds of values that two contacts share: phone, email, anchor, social id, date of birth, address, name.

    A name is shared where both records name the given name, or the surname, in some form; since the records are one
    person's, any two forms are forms of one name. The display name of a channel is a name too, where it is no handle.
    """
    kinds = {kind for kind, _ in set(_values(a)) & set(_values(b))}
    return kinds | ({NAMES} if _parts_of_name(a) & _parts_of_name(b) else set())


def _parts_of_name(contact: Mapping[str, Any]) -> set[str]:
    shown = {len(str(contact[place].get("displayName", "")).split()) for place in CHANNELS if place in contact}
    named = {part for part in ("firstName", "lastName") if contact.get(part)}
    return named | ({"firstName", "lastName"} if max(shown, default=0) > 1 else set())


def is_knowable(a: Mapping[str, Any], b: Mapping[str, Any], *, by_name: bool) -> bool:
    """Whether two records of one person have anything in common; ``by_name``: whether a bare name is enough."""
    kinds = in_common(a, b)
    return bool(kinds if by_name else kinds - {NAMES})


def _values(contact: Mapping[str, Any]) -> Iterator[Value]:
    for place in ("cellPhone", "homePhone", "workPhone", "otherPhone"):
        if place in contact:
            yield "phone", _digits(contact[place])
    if "whatsAppId" in contact:
        yield "phone", _digits(contact["whatsAppId"]["phoneNumber"])
    for place in ("personalEmail", "workEmail", "otherEmail"):
        if place in contact:
            yield "email", str(contact[place]).lower()
    for external in contact.get("externalIds", ()):
        yield "anchor", str(external["value"])
    for place in CHANNELS[:-1]:
        for account in _accounts(contact.get(place)):
            yield place, account
    if born := contact.get("customFields", {}).get("dateOfBirth"):
        yield "date of birth", str(born)
    if street := contact.get("address", {}).get("address1"):
        yield "address", f"{street} {contact['address'].get('postalCode', '')}".lower()


def _digits(phone: Mapping[str, str]) -> str:
    return "".join(letter for letter in phone.get("e164") or phone["display"] if letter.isdigit())


def _accounts(channel: Mapping[str, Any] | None) -> Sequence[str]:
    if channel is None:
        return ()
    ids = [str(one["scopedId"]) for one in channel.get("ids", ())]
    return [*ids, str(channel["id"])] if "id" in channel else ids
