"""Which value wins in the result of a merge: the service's rule, on plain contacts.

A value of the override that is not null wins; else that of the most recently modified contact that has one.
Phones and emails that lose overflow into slots that are still free. Lists are joined up to their caps.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from reviewer.simulator.errors import invalid_fields
from reviewer.simulator.fields import EMAILS, LISTS, PHONES, WRITABLE, source_of
from reviewer.simulator.knobs import Knobs

TYPES = ("Ephemeral", "Identified", "Curated")
Contact = Mapping[str, Any]


def resolved(newest_first: Sequence[Contact], override: Contact, knobs: Knobs) -> dict[str, Any]:
    """The writable fields of the result. Raises ApiError where a list is too long and a knob refuses that.

    ``newest_first`` are the inputs by falling date of change; ``override`` holds accepted fields without nulls.
    """
    ranked = [override, *newest_first]
    plain = [name for name in sorted(WRITABLE) if name not in (*LISTS, "customFields", "division")]
    result = {name: value for name in plain if (value := first_value(name, ranked)) is not None}
    if knobs.survey_opt_out == "any" and any(contact.get("surveyOptOut") for contact in ranked):
        result["surveyOptOut"] = True
    if knobs.external_organization == "override" and not override.get("externalOrganization"):
        result.pop("externalOrganization", None)
    overflow(result, ranked, PHONES, phone_key)
    overflow(result, ranked, EMAILS, str.casefold)
    for name in LISTS:
        if joined := joined_list(name, newest_first, override, knobs):
            result[name] = joined
    if custom := custom_fields(ranked, knobs):
        result["customFields"] = custom
    return result


def first_value(name: str, ranked: Iterable[Contact]) -> Any:
    return next((contact[name] for contact in ranked if contact.get(name) is not None), None)


def phone_key(phone: Mapping[str, Any]) -> str:
    return str(phone.get("e164") or phone.get("display", "").casefold())


def overflow(
    result: dict[str, Any], ranked: Iterable[Contact], slots: Sequence[str], key: Callable[[Any], str]
) -> None:
    """Put values that lost their slot into free ones, newest first; what finds no slot is dropped as a field."""
    placed = {key(result[slot]) for slot in slots if slot in result}
    free = [slot for slot in slots if slot not in result]
    for contact in ranked:
        for slot in slots:
            value = contact.get(slot)
            if value is not None and free and key(value) not in placed:
                placed.add(key(value))
                result[free.pop(0)] = value


def joined_list(name: str, newest_first: Sequence[Contact], override: Contact, knobs: Knobs) -> list[Any]:
    """The elements of all contacts, each once, newest contact first, up to the cap."""
    given = override.get(name)
    if given is not None and knobs.override_lists == "replace":
        return list(given)
    distinct: dict[tuple[str, Any], Any] = {}
    for contact in (override, *newest_first):
        for element in contact.get(name) or ():
            distinct.setdefault((source_of(element), element.get("value")), element)
    if len(distinct) > knobs.list_cap and knobs.list_overflow == "refuse":
        said = f"would have {len(distinct)} elements, more than {knobs.list_cap}"
        raise invalid_fields(knobs.validation_status, {name: said})
    return list(distinct.values())[: knobs.list_cap]


def custom_fields(ranked: Sequence[Contact], knobs: Knobs) -> dict[str, Any]:
    if knobs.custom_fields == "whole":
        return dict(first_value("customFields", ranked) or {})
    found: dict[str, Any] = {}
    for contact in ranked:
        for key, value in (contact.get("customFields") or {}).items():
            if value is not None:
                found.setdefault(key, value)
    return found


def resulting_type(contacts: Sequence[Contact], knobs: Knobs) -> str:
    """The type of the result of contacts that come newest first."""
    if knobs.merged_type == "curated":
        return "Curated"
    if knobs.merged_type == "newest":
        return str(contacts[0]["type"])
    return max((str(contact["type"]) for contact in contacts), key=TYPES.index)
