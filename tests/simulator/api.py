"""A caller of an in-process organisation, for its tests."""

from typing import Any

import httpx

from reviewer.simulator.app import build_app
from reviewer.simulator.organization import Organization

CONTACTS = "/api/v2/externalcontacts/contacts"
SCAN = "/api/v2/externalcontacts/scan/contacts"
LOOKUP = "/api/v2/externalcontacts/identifierlookup/contacts"
BULK = "/api/v2/externalcontacts/bulk/contacts"
SOURCE = "11111111-1111-5111-8111-111111111111"


class Api:
    """Calls the API with a token; every call says which status it expects."""

    def __init__(self, organization: Organization) -> None:
        self.organization = organization
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(build_app(organization)),
            base_url="http://organization",
            headers={"Authorization": f"Bearer {organization.tokens.mint(3600)}"},
        )

    def turn(self, **knobs: Any) -> None:
        """Turn knobs of the organisation."""
        self.organization.knobs = self.organization.knobs.changed(knobs)

    async def call(self, method: str, path: str, body: Any = None, *, status: int = 200, **query: Any) -> Any:
        answer = await self.client.request(method, path, json=body, params=query or None)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def get(self, contact_id: str, suffix: str = "", *, status: int = 200, **query: Any) -> Any:
        return await self.call("GET", f"{CONTACTS}/{contact_id}{suffix}", status=status, **query)

    async def create(self, *, status: int = 200, **fields: Any) -> Any:
        return await self.call("POST", CONTACTS, fields, status=status)

    async def people(self, count: int) -> list[str]:
        """Ids of so many new contacts."""
        return [(await self.create(firstName=f"Person {number}"))["id"] for number in range(count)]

    async def merge(self, *ids: str, override: Any = None, status: int = 200) -> Any:
        body = {"contactIds": list(ids)} | ({"valueOverride": override} if override is not None else {})
        return await self.call("POST", f"{CONTACTS}/merge", body, status=status)

    async def patch(self, contact_id: str, *changes: tuple[str, str, Any], status: int = 200) -> Any:
        listed = [{"field": field, "action": action, "value": value} for field, action, value in changes]
        return await self.call("PATCH", f"{CONTACTS}/{contact_id}", {"changes": listed}, status=status)

    async def claim(self, operation: str, contact_id: str, kind: str, value: str, status: int = 200) -> Any:
        body = {"operation": operation, "identifier": {"type": kind, "value": value}}
        return await self.call("PATCH", f"{CONTACTS}/{contact_id}/identifiers", body, status=status)

    async def look_up(self, kind: str, value: str, status: int = 200) -> Any:
        return await self.call("POST", LOOKUP, {"type": kind, "value": value}, status=status)


def crm(value: str) -> dict[str, Any]:
    """An external id of the CRM."""
    return {"externalSource": {"id": SOURCE}, "value": value}
