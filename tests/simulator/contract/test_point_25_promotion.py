"""Point 25: anonymous contacts become curated."""

import pytest

from reviewer.simulator.organization import Organization
from tests.simulator.api import Api


async def test_point_25_promotion_makes_an_anonymous_contact_curated(api: Api, organization: Organization) -> None:
    (one,) = await api.people(1)
    stored = organization.contact(one)
    organization.contacts.write({**stored.contact, "type": "Identified"}, stored.modified)
    assert organization.contacts.unlisted(0) == [one]
    promoted = await api.call("POST", f"/api/v2/externalcontacts/contacts/{one}/promotion")
    assert promoted["type"] == "Curated"
    assert promoted["modifyDate"] > stored.contact["modifyDate"]
    assert organization.contacts.unlisted(0) == []


@pytest.mark.parametrize(("rule", "status"), [("ok", 200), ("conflict", 409)])
async def test_point_25_promotion_of_a_curated_contact_is_a_knob(api: Api, rule: str, status: int) -> None:
    api.turn(promote_curated=rule)
    (one,) = await api.people(1)
    await api.call("POST", f"/api/v2/externalcontacts/contacts/{one}/promotion", status=status)


@pytest.mark.parametrize("kind", ["Identified", "Ephemeral"])
async def test_point_25_a_promoted_contact_is_found_by_scans_and_white_pages_and_never_expires(
    api: Api, kind: str
) -> None:
    one = (await api.create(firstName="Ada", personalEmail="a@example.com"))["id"]
    api.become(one, kind)
    assert (await api.pages(10))[0]["entities"] == []
    promoted = await api.promote(one)
    assert (promoted["id"], promoted["type"]) == (one, "Curated")
    assert [found["id"] for found in (await api.pages(10))[0]["entities"]] == [one]
    path = "/api/v2/externalcontacts/reversewhitepageslookup"
    assert len((await api.call("GET", path, lookupVal="a@example.com"))["contacts"]) == 1
    api.organization.clock.advance(400 * 86_400)
    api.client.headers["Authorization"] = f"Bearer {api.organization.tokens.mint(60)}"
    assert (await api.get(one))["type"] == "Curated"


async def test_point_25_promotion_of_nobody_is_404(api: Api) -> None:
    await api.promote("unknown", status=404)
