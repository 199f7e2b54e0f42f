"""The organisation itself and its external sources."""

from typing import Any

from reviewer.simulator.call import Call
from reviewer.simulator.errors import not_found
from reviewer.simulator.organization import Organization


def get_organization(organization: Organization, call: Call) -> Any:
    """GET organizations/me."""
    return {
        "id": organization.id,
        "name": organization.name,
        "defaultLanguage": "en-us",
        "thirdPartyOrgName": organization.name.casefold().replace(" ", "-"),
        "state": "active",
        "defaultCountryCode": "US",
        "selfUri": "/api/v2/organizations/me",
    }


def list_sources(organization: Organization, call: Call) -> Any:
    """GET externalsources: all in one page; ``name`` is the beginning of a name."""
    call.number("limit", 100, 10, 200)
    found = organization.sources.named(call.parameter("name"))
    if call.parameter("active"):
        found = [source for source in found if source["active"] == call.flag("active")]
    return {"entities": found, "selfUri": "/api/v2/externalcontacts/externalsources"}


def get_source(organization: Organization, call: Call) -> Any:
    """GET externalsources/{id}."""
    found = organization.sources.find(call.path["id"])
    if found is None:
        raise not_found(f"External source {call.path['id']}")
    return found
