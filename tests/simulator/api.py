"""A caller of an in-process organisation, for its tests."""

from typing import Any

import httpx

from reviewer.simulator.app import build_app
from reviewer.simulator.organization import Organization

CONTACTS = "/api/v2/externalcontacts/contacts"
SCAN = "/api/v2/externalcontacts/scan/contacts"
LOOKUP = "/api/v2/externalcontacts/identifierlookup/contacts"
BULK = "/api/v2/externalcontacts/bulk/contacts"
REVERSE = "/api/v2/externalcontacts/reversewhitepageslookup"
ME = "/api/v2/organizations/me"
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

    async def put(self, contact_id: str, *, status: int = 200, **fields: Any) -> Any:
        return await self.call("PUT", f"{CONTACTS}/{contact_id}", fields, status=status)

    async def delete(self, contact_id: str, *, status: int = 200) -> Any:
        return await self.call("DELETE", f"{CONTACTS}/{contact_id}", status=status)

    async def note(self, contact_id: str, text: str, *, status: int = 200) -> Any:
        return await self.call("POST", f"{CONTACTS}/{contact_id}/notes", {"noteText": text}, status=status)

    async def promote(self, contact_id: str, *, status: int = 200) -> Any:
        return await self.call("POST", f"{CONTACTS}/{contact_id}/promotion", status=status)

    async def bulk(self, what: str, *entities: dict[str, Any], status: int = 200) -> Any:
        """A bulk call: the empty text fetches, ``/unresolved``, ``/add``, ``/update`` and ``/remove`` do as named."""
        return await self.call("POST", f"{BULK}{what}", {"entities": list(entities)}, status=status)

    async def owner(self, kind: str, value: str) -> str | None:
        """Id of the contact that a look-up finds."""
        answer = await self.client.post(LOOKUP, json={"type": kind, "value": value})
        assert answer.status_code in (200, 404), answer.text
        return str(answer.json()["id"]) if answer.status_code == 200 else None

    async def pages(self, limit: int) -> list[dict[str, Any]]:
        """All pages of a scan."""
        pages = [await self.call("GET", SCAN, limit=limit)]
        while cursor := pages[-1].get("cursors", {}).get("after"):
            pages.append(await self.call("GET", SCAN, limit=limit, cursor=cursor))
        return pages

    def become(self, contact_id: str, kind: str) -> None:
        """Make a contact anonymous, with the time that it has then."""
        organization = self.organization
        stored = organization.contact(contact_id)
        organization.contacts.write({**stored.contact, "type": kind}, stored.modified)
        expires = organization.expiry(kind, organization.clock.now())
        organization.state.sql.execute("UPDATE contacts SET expires = ? WHERE id = ?", (expires, contact_id))

    async def claim(self, operation: str, contact_id: str, kind: str, value: str, status: int = 200) -> Any:
        body = {"operation": operation, "identifier": {"type": kind, "value": value}}
        return await self.call("PATCH", f"{CONTACTS}/{contact_id}/identifiers", body, status=status)

    async def look_up(self, kind: str, value: str, status: int = 200) -> Any:
        return await self.call("POST", LOOKUP, {"type": kind, "value": value}, status=status)


def crm(value: str) -> dict[str, Any]:
    """An external id of the CRM."""
    return {"externalSource": {"id": SOURCE}, "value": value}


def ids_of(references: list[dict[str, Any]]) -> list[str]:
    return [str(one["id"]) for one in references]


def entries(*ids: str) -> list[dict[str, Any]]:
    """Ids as the entries of a bulk call."""
    return [{"id": one} for one in ids]


def by_id(answer: dict[str, Any]) -> dict[str, Any]:
    """The results of a bulk call by the id that each answers for."""
    return {one["id"]: one for one in answer["results"]}
