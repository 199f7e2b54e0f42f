"""The routes of the API, each with the permissions of which any lets a caller in."""

from reviewer.simulator import annexes, bulk, directory, holdings, records, segments
from reviewer.simulator.analytics import query
from reviewer.simulator.call import Endpoint
from reviewer.simulator.graphs import endpoints as graphs
from reviewer.simulator.merge import merge_contacts
from reviewer.simulator.patch import patch_contact
from reviewer.simulator.scan import scan_contacts
from reviewer.simulator.search import listing as search
from reviewer.simulator.tokens import MERGE

BASE = "/api/v2/externalcontacts"
CONTACT = f"{BASE}/contacts/{{id}}"
VIEW = ("externalContacts:contact:view",)
ADD = ("externalContacts:contact:add",)
EDIT = ("externalContacts:contact:edit",)
DELETE = ("externalContacts:contact:delete",)
SOURCES = (
    "externalContacts:externalSource:view",
    "externalContacts:contact:view",
    "externalContacts:externalOrganization:view",
)

ENDPOINTS = (
    Endpoint("organization", "GET", "/api/v2/organizations/me", (), directory.get_organization),
    Endpoint("scan", "GET", f"{BASE}/scan/contacts", VIEW, scan_contacts),
    Endpoint("merge", "POST", f"{BASE}/contacts/merge", (MERGE,), merge_contacts, writes=True),
    Endpoint("create", "POST", f"{BASE}/contacts", ADD, records.create_contact, writes=True),
    Endpoint("get", "GET", CONTACT, VIEW, records.get_contact),
    Endpoint("patch", "PATCH", CONTACT, EDIT, patch_contact, writes=True),
    Endpoint("replace", "PUT", CONTACT, EDIT, records.replace_contact, writes=True),
    Endpoint("delete", "DELETE", CONTACT, DELETE, records.delete_contact, writes=True),
    Endpoint("unresolved", "GET", f"{CONTACT}/unresolved", VIEW, records.get_unresolved),
    Endpoint("identifiers", "GET", f"{CONTACT}/identifiers", VIEW, holdings.list_identifiers),
    Endpoint("claim", "PATCH", f"{CONTACT}/identifiers", EDIT, holdings.change_identifier, writes=True),
    Endpoint("notes", "GET", f"{CONTACT}/notes", VIEW, annexes.list_notes),
    Endpoint("note", "POST", f"{CONTACT}/notes", EDIT, annexes.create_note, writes=True),
    Endpoint("note_by_id", "GET", f"{CONTACT}/notes/{{note}}", VIEW, annexes.get_note),
    Endpoint(
        "sessions", "GET", f"{CONTACT}/journey/sessions", ("externalContacts:session:view",), annexes.list_sessions
    ),
    Endpoint(
        "segments",
        "GET",
        f"{CONTACT}/journey/segments",
        ("externalContacts:segmentAssignment:view",),
        segments.list_segments,
    ),
    Endpoint(
        "change_segments",
        "POST",
        f"{CONTACT}/journey/segments",
        ("externalContacts:segmentAssignment:add", "externalContacts:segmentAssignment:delete"),
        segments.change_segments,
        writes=True,
    ),
    Endpoint(
        "promotion",
        "POST",
        f"{CONTACT}/promotion",
        ("externalContacts:identity:promote",),
        records.promote_contact,
        writes=True,
    ),
    Endpoint("lookup", "POST", f"{BASE}/identifierlookup/contacts", VIEW, holdings.look_up),
    Endpoint("reverse", "GET", f"{BASE}/reversewhitepageslookup", VIEW, holdings.reverse_white_pages),
    Endpoint("bulk", "POST", f"{BASE}/bulk/contacts", VIEW, bulk.bulk_contacts),
    Endpoint("bulk_unresolved", "POST", f"{BASE}/bulk/contacts/unresolved", VIEW, bulk.bulk_unresolved),
    Endpoint("bulk_add", "POST", f"{BASE}/bulk/contacts/add", ADD, bulk.bulk_add, writes=True),
    Endpoint("bulk_update", "POST", f"{BASE}/bulk/contacts/update", EDIT, bulk.bulk_update, writes=True),
    Endpoint("bulk_remove", "POST", f"{BASE}/bulk/contacts/remove", DELETE, bulk.bulk_remove, writes=True),
    Endpoint("sources", "GET", f"{BASE}/externalsources", SOURCES, directory.list_sources),
    Endpoint("source", "GET", f"{BASE}/externalsources/{{id}}", SOURCES, directory.get_source),
    Endpoint("contacts", "GET", f"{BASE}/contacts", VIEW, search.list_contacts),
    Endpoint("search", "POST", f"{BASE}/contacts/search", VIEW, search.search_contacts),
    *graphs.ENDPOINTS,
    Endpoint("conversations", "POST", query.PATH, ("analytics:conversationDetail:view",), query.query_conversations),
)

BULK = frozenset(endpoint.name for endpoint in ENDPOINTS if endpoint.path.startswith(f"{BASE}/bulk/"))
"""Names of the calls with an outcome for each of their entries."""
