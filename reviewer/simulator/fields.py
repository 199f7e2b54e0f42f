"""What the fields of a contact may hold, and how the service takes them in."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from reviewer.simulator import phones
from reviewer.simulator.errors import invalid_fields
from reviewer.simulator.knobs import Knobs

PHONES = ("workPhone", "cellPhone", "homePhone", "otherPhone")
EMAILS = ("workEmail", "personalEmail", "otherEmail")
LISTS = ("externalIds", "appleOpaqueIds")
READ_ONLY = frozenset(
    (
        *("id", "type", "modifyDate", "createDate", "canonicalContact", "mergeSet", "mergedFrom", "mergedTo"),
        *("mergeOperation", "selfUri", "identifiers", "externalDataSources"),
    )
)
TEXT_LIMITS = dict.fromkeys(("firstName", "middleName", "lastName", "salutation", "title", "externalSystemUrl"), 1000)
ADDRESS_LIMITS = {
    "address1": 200,
    "address2": 200,
    "city": 100,
    "state": 50,
    "postalCode": 25,
    "countryCode": 25,
}
OBJECTS = ("twitterId", "lineId", "whatsAppId", "facebookId", "instagramId", "externalOrganization")
OPEN_OBJECTS = ("schema", "customFields", "division")
WRITABLE = frozenset((*PHONES, *EMAILS, *LISTS, *TEXT_LIMITS, *OBJECTS, *OPEN_OBJECTS, "address", "surveyOptOut"))

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
EMAIL_LIMIT, DISPLAY_LIMIT, VALUE_LIMIT, LIST_LIMIT = 256, 512, 255, 10
SCREEN_NAME = re.compile(r"@?[A-Za-z0-9_]+")
WHATSAPP_NUMBER = re.compile(r"[1-9][0-9]{6,14}")
URL = re.compile(r"https?://[^\s]+")


def accepted(submitted: Mapping[str, Any], knobs: Knobs, source_ids: frozenset[str]) -> dict[str, Any]:
    """The fields that the service stores of a submitted contact: trimmed, normalised, read-only ones left out.

    ``source_ids`` are the external sources that exist. Raises ApiError naming every field that breaks its rule.
    """
    problems: dict[str, str] = {}
    fields: dict[str, Any] = {}
    for name, value in submitted.items():
        if name not in WRITABLE:
            continue
        stored = trimmed(value)
        if stored is None or stored in ("", {}, []):
            continue
        problems |= problems_of(name, stored, source_ids)
        fields[name] = stored
    if problems:
        raise invalid_fields(knobs.validation_status, problems)
    for name in PHONES:
        if name in fields:
            fields[name] = phones.normalized(fields[name], knobs.phone_default_region)
    if isinstance(fields.get("whatsAppId", {}).get("phoneNumber"), str):
        # The service's model has an object here; a client of before that sends text is answered with one.
        number = fields["whatsAppId"]["phoneNumber"]
        fields["whatsAppId"] = {**fields["whatsAppId"], "phoneNumber": {"display": number, "userInput": number}}
    return fields


def trimmed(value: Any) -> Any:
    """Text without outer white space, at any depth; nulls inside objects are dropped."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, Mapping):
        return {key: trimmed(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [trimmed(inner) for inner in value]
    return value


def problems_of(name: str, value: Any, source_ids: frozenset[str]) -> dict[str, str]:
    """What is wrong with one field, by the path of the part that is wrong; empty if nothing is."""
    if name in TEXT_LIMITS:
        found = text_problems(name, value, TEXT_LIMITS[name])
        if not found and name == "externalSystemUrl" and not URL.fullmatch(value):
            found[name] = "must be a valid URL"
        return found
    if name in EMAILS:
        found = text_problems(name, value, EMAIL_LIMIT)
        return found or ({} if EMAIL.fullmatch(value) else {name: "must be an email address"})
    if name == "surveyOptOut":
        return {} if isinstance(value, bool) else {name: "must be true or false"}
    if name in LISTS:
        return list_problems(name, value, source_ids)
    if not isinstance(value, Mapping):
        return {name: "must be an object"}
    if name in PHONES:
        return text_problems(f"{name}.display", value.get("display"), DISPLAY_LIMIT)
    if name == "address":
        return merged(text_problems(f"address.{part}", text, ADDRESS_LIMITS[part]) for part, text in known(value))
    return social_problems(name, value)


def known(address: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    return ((part, text) for part, text in address.items() if part in ADDRESS_LIMITS)


def merged(found: Iterable[dict[str, str]]) -> dict[str, str]:
    return {path: said for problems in found for path, said in problems.items()}


def text_problems(path: str, value: Any, limit: int) -> dict[str, str]:
    if not isinstance(value, str) or not value:
        return {path: "must be text"}
    return {path: f"must not be longer than {limit} characters"} if len(value) > limit else {}


def list_problems(name: str, values: Any, source_ids: frozenset[str]) -> dict[str, str]:
    if not isinstance(values, list) or not all(isinstance(element, Mapping) for element in values):
        return {name: "must be a list of objects"}
    if len(values) > LIST_LIMIT:
        return {name: f"must not have more than {LIST_LIMIT} elements"}
    found = merged(
        text_problems(f"{name}[{index}].value", element.get("value"), VALUE_LIMIT)
        for index, element in enumerate(values)
    )
    if name == "externalIds":
        for index, element in enumerate(values):
            if source_of(element) not in source_ids:
                found[f"{name}[{index}].externalSource.id"] = "is not an external source of this organization"
    return found


def source_of(external_id: Mapping[str, Any]) -> str:
    """The id of an external id's source, or the empty text."""
    source = external_id.get("externalSource")
    return str(source.get("id", "")) if isinstance(source, Mapping) else ""


def social_problems(name: str, value: Mapping[str, Any]) -> dict[str, str]:
    ids = value.get("ids")
    if ids is not None and (not isinstance(ids, list) or len(ids) > 1):
        return {f"{name}.ids": "must be a list of at most one id"}
    if name == "whatsAppId" and not WHATSAPP_NUMBER.fullmatch(whatsapp_number(value)):
        return {"whatsAppId.phoneNumber": "must be E164 without leading plus"}
    screen_name = value.get("screenName")
    if name == "twitterId" and screen_name and not SCREEN_NAME.fullmatch(str(screen_name)):
        return {"twitterId.screenName": "must be letters, digits and underscores"}
    return {}


def whatsapp_number(whatsapp: Mapping[str, Any]) -> str:
    """Digits of a WhatsApp id; the SDK's model has the number as a phone object, older payloads as text."""
    number = whatsapp.get("phoneNumber")
    if isinstance(number, Mapping):
        number = number.get("e164") or number.get("display")
    return str(number or "").removeprefix("+")
