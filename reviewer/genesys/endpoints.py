"""The calls this program makes: method, path, and the permission each needs. None of them deletes."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from reviewer.genesys import permissions
from reviewer.genesys.errors import NotFound
from reviewer.genesys.permissions import Permissions

_METHODS = frozenset({"GET", "POST", "PATCH"})
_CONTACTS = "/api/v2/externalcontacts"
_GRAPHS = f"{_CONTACTS}/graphs"
_PLACE = re.compile(r"\{\w+\}")


@dataclass(frozen=True)
class Endpoint:
    """One operation of the API. ``writes`` says that a call may have an effect, so it is never repeated.

    ``preview`` says that the service may not serve it, or break it without notice: it is not insisted on.
    """

    method: str
    template: str
    permissions: Permissions = permissions.NONE
    writes: bool = False
    preview: bool = False

    def __post_init__(self) -> None:
        # The service redirects a merged id to the living person, so a deletion must not even be expressible.
        if self.method not in _METHODS:
            raise ValueError(f"{self.method} is not a method this program sends")

    def __str__(self) -> str:
        return f"{self.method} {self.template}"

    def path(self, id_: str | None = None) -> str:
        """The path with the id of what it is about in its place, escaped so that it cannot reach another path.

        Raises ``NotFound`` for text that cannot be an id.
        """
        if id_ is None:
            return self.template
        if not id_.strip("."):
            # An empty or dotted segment would name another path, such as the list of all contacts.
            raise NotFound(404, "", "nothing can have an empty or dotted id", "", str(self))
        return _PLACE.sub(quote(id_, safe=""), self.template)


TOKEN = Endpoint("POST", "/oauth/token")
ORGANIZATION = Endpoint("GET", "/api/v2/organizations/me")
SCAN = Endpoint("GET", f"{_CONTACTS}/scan/contacts", permissions.VIEW_CONTACT)
CONTACT = Endpoint("GET", f"{_CONTACTS}/contacts/{{contactId}}", permissions.VIEW_CONTACT)
UNRESOLVED = Endpoint("GET", f"{_CONTACTS}/contacts/{{contactId}}/unresolved", permissions.VIEW_CONTACT)
BULK_CONTACTS = Endpoint("POST", f"{_CONTACTS}/bulk/contacts", permissions.VIEW_CONTACT)
BULK_UNRESOLVED = Endpoint("POST", f"{_CONTACTS}/bulk/contacts/unresolved", permissions.VIEW_CONTACT)
IDENTIFIERS = Endpoint("GET", f"{_CONTACTS}/contacts/{{contactId}}/identifiers", permissions.VIEW_CONTACT)
LOOK_UP = Endpoint("POST", f"{_CONTACTS}/identifierlookup/contacts", permissions.VIEW_CONTACT)
SEARCH = Endpoint("GET", f"{_CONTACTS}/contacts", permissions.VIEW_CONTACT)
NOTES = Endpoint("GET", f"{_CONTACTS}/contacts/{{contactId}}/notes", permissions.VIEW_CONTACT)
SESSIONS = Endpoint("GET", f"{_CONTACTS}/contacts/{{contactId}}/journey/sessions", permissions.VIEW_SESSION)
EXTERNAL_SOURCES = Endpoint("GET", f"{_CONTACTS}/externalsources", permissions.VIEW_SOURCE)
CONVERSATION_DETAILS = Endpoint(
    "POST", "/api/v2/analytics/conversations/details/query", permissions.VIEW_CONVERSATION_DETAIL
)
GRAPH_SETTINGS = Endpoint("GET", f"{_GRAPHS}/settings", permissions.VIEW_GRAPH_SETTINGS, preview=True)
CLUSTER_SCANS = Endpoint("GET", f"{_GRAPHS}/clusterscans", permissions.VIEW_CLUSTER_SCAN, preview=True)
LATEST_CLUSTER_SCAN = Endpoint("GET", f"{_GRAPHS}/clusterscans/latest", permissions.VIEW_CLUSTER_SCAN, preview=True)
CLUSTERS = Endpoint("GET", f"{_GRAPHS}/clusterscans/{{scanId}}/clusters", permissions.VIEW_CLUSTER, preview=True)

MERGE = Endpoint("POST", f"{_CONTACTS}/contacts/merge", permissions.MERGE_IDENTITY, writes=True)
CREATE = Endpoint("POST", f"{_CONTACTS}/contacts", permissions.ADD_CONTACT, writes=True)
EDIT = Endpoint("PATCH", f"{_CONTACTS}/contacts/{{contactId}}", permissions.EDIT_CONTACT, writes=True)
EDIT_IDENTIFIERS = Endpoint(
    "PATCH", f"{_CONTACTS}/contacts/{{contactId}}/identifiers", permissions.EDIT_CONTACT, writes=True
)
