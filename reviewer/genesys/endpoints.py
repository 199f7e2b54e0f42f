"""The calls this program makes: method, path, and the permission each needs. None of them deletes."""

from dataclasses import dataclass
from urllib.parse import quote

from reviewer.genesys import permissions
from reviewer.genesys.errors import NotFound
from reviewer.genesys.permissions import Permissions

_METHODS = frozenset({"GET", "POST", "PATCH"})
_CONTACTS = "/api/v2/externalcontacts"


@dataclass(frozen=True)
class Endpoint:
    """One operation of the API. ``writes`` says that a call may have an effect, so it is never repeated."""

    method: str
    template: str
    permissions: Permissions = permissions.NONE
    writes: bool = False

    def __post_init__(self) -> None:
        # The service redirects a merged id to the living person, so a deletion must not even be expressible.
        if self.method not in _METHODS:
            raise ValueError(f"{self.method} is not a method this program sends")

    def __str__(self) -> str:
        return f"{self.method} {self.template}"

    def path(self, contact_id: str | None = None) -> str:
        """The path with the contact's id in its place, escaped so that it cannot reach another path.

        Raises ``NotFound`` for text that cannot be an id.
        """
        if contact_id is None:
            return self.template
        if not contact_id.strip("."):
            # An empty or dotted segment would name another path, such as the list of all contacts.
            raise NotFound(404, "", "no contact can have an empty or dotted id", "", str(self))
        return self.template.replace("{contactId}", quote(contact_id, safe=""))


TOKEN = Endpoint("POST", "/oauth/token")
ORGANIZATION = Endpoint("GET", "/api/v2/organizations/me")
SCAN = Endpoint("GET", f"{_CONTACTS}/scan/contacts", permissions.VIEW_CONTACT)
CONTACT = Endpoint("GET", f"{_CONTACTS}/contacts/{{contactId}}", permissions.VIEW_CONTACT)
UNRESOLVED = Endpoint("GET", f"{_CONTACTS}/contacts/{{contactId}}/unresolved", permissions.VIEW_CONTACT)
BULK_CONTACTS = Endpoint("POST", f"{_CONTACTS}/bulk/contacts", permissions.VIEW_CONTACT)
BULK_UNRESOLVED = Endpoint("POST", f"{_CONTACTS}/bulk/contacts/unresolved", permissions.VIEW_CONTACT)
IDENTIFIERS = Endpoint("GET", f"{_CONTACTS}/contacts/{{contactId}}/identifiers", permissions.VIEW_CONTACT)
LOOK_UP = Endpoint("POST", f"{_CONTACTS}/identifierlookup/contacts", permissions.VIEW_CONTACT)
NOTES = Endpoint("GET", f"{_CONTACTS}/contacts/{{contactId}}/notes", permissions.VIEW_CONTACT)
SESSIONS = Endpoint("GET", f"{_CONTACTS}/contacts/{{contactId}}/journey/sessions", permissions.VIEW_SESSION)
EXTERNAL_SOURCES = Endpoint("GET", f"{_CONTACTS}/externalsources", permissions.VIEW_SOURCE)

MERGE = Endpoint("POST", f"{_CONTACTS}/contacts/merge", permissions.MERGE_IDENTITY, writes=True)
CREATE = Endpoint("POST", f"{_CONTACTS}/contacts", permissions.ADD_CONTACT, writes=True)
EDIT = Endpoint("PATCH", f"{_CONTACTS}/contacts/{{contactId}}", permissions.EDIT_CONTACT, writes=True)
EDIT_IDENTIFIERS = Endpoint(
    "PATCH", f"{_CONTACTS}/contacts/{{contactId}}/identifiers", permissions.EDIT_CONTACT, writes=True
)
