"""Whether each scan merges everything it finds: a switch of the whole organisation."""

from typing import Any

from reviewer.simulator.call import Call
from reviewer.simulator.errors import bad_request
from reviewer.simulator.organization import Organization
from reviewer.simulator.wire import timestamp

PATH = "/api/v2/externalcontacts/graphs/settings"
SWITCH, MODIFIED = "automatic merging", "graph settings modified"


def automatic_merging(organization: Organization) -> bool:
    """Off in a new organisation."""
    return organization.state.fact(SWITCH, "off") == "on"


def get_settings(organization: Organization, call: Call) -> Any:
    """GET graphs/settings."""
    automatic = automatic_merging(organization)
    modified = organization.state.fact(MODIFIED, timestamp(organization.clock.now()))
    return {"automaticMergingEnabled": automatic, "dateModified": modified, "selfUri": PATH}


def put_settings(organization: Organization, call: Call) -> Any:
    """PUT graphs/settings: from the next scan on. Raises ApiError 400 where the switch is neither on nor off."""
    wanted = call.object().get("automaticMergingEnabled")
    if not isinstance(wanted, bool):
        raise bad_request("automaticMergingEnabled must be true or false")
    with organization.state.transaction():
        organization.state.remember(SWITCH, "on" if wanted else "off")
        organization.state.remember(MODIFIED, timestamp(organization.clock.now()))
    call.effect = f"automatic merging {'on' if wanted else 'off'}"
    return get_settings(organization, call)
