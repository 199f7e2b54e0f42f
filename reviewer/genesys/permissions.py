"""The permissions that the calls need, as the service names them (section 1 of the API contract)."""

from typing import NamedTuple


class Permissions(NamedTuple):
    """What one call needs: any one of ``names``. Empty where every client may make the call."""

    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " or ".join(self.names)


NONE = Permissions()
VIEW_CONTACT = Permissions(("externalContacts:contact:view",))
ADD_CONTACT = Permissions(("externalContacts:contact:add",))
EDIT_CONTACT = Permissions(("externalContacts:contact:edit",))
MERGE_IDENTITY = Permissions(("externalContacts:identity:merge",))
VIEW_SESSION = Permissions(("externalContacts:session:view",))
VIEW_SOURCE = Permissions(
    (
        "externalContacts:externalSource:view",
        "externalContacts:contact:view",
        "externalContacts:externalOrganization:view",
    )
)
VIEW_CONVERSATION_DETAIL = Permissions(("analytics:conversationDetail:view",))
VIEW_CLUSTER_SCAN = Permissions(("externalContacts:graphClusterScan:view",))
VIEW_CLUSTER = Permissions(("externalContacts:graphCluster:view",))
VIEW_GRAPH_SETTINGS = Permissions(("externalContacts:graphSettingsGlobal:view",))

PROVED_BY_READING = (VIEW_CONTACT, VIEW_SOURCE, VIEW_SESSION)
"""A first connection can try these without changing anything."""

KNOWN_ONLY_BY_WRITING = (MERGE_IDENTITY, EDIT_CONTACT)
"""What sending needs, the second where a value is removed; whether the client has it shows only when it is sent."""
