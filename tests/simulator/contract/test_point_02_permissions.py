"""Point 2: a permission for each call; merging is one of its own."""

import re

import pytest

from reviewer.simulator.endpoints import ENDPOINTS
from reviewer.simulator.tokens import PERMISSIONS
from tests.simulator.api import ME, Api

CONTACT = "/api/v2/externalcontacts/contacts/{id}"
SCANS = "/api/v2/externalcontacts/graphs/clusterscans"
BULK = "/api/v2/externalcontacts/bulk/contacts"
VIEW, ADD, EDIT, DELETE = (f"contact:{act}" for act in ("view", "add", "edit", "delete"))
SOURCE = ("externalSource:view", VIEW, "externalOrganization:view")

TABLE = {
    ("GET", CONTACT): VIEW,
    ("GET", f"{CONTACT}/unresolved"): VIEW,
    ("POST", "/api/v2/externalcontacts/contacts"): ADD,
    ("PUT", CONTACT): EDIT,
    ("PATCH", CONTACT): EDIT,
    ("DELETE", CONTACT): DELETE,
    ("GET", "/api/v2/externalcontacts/scan/contacts"): VIEW,
    ("GET", "/api/v2/externalcontacts/reversewhitepageslookup"): VIEW,
    ("POST", f"{CONTACT}/promotion"): "identity:promote",
    ("POST", "/api/v2/externalcontacts/contacts/merge"): "identity:merge",
    ("GET", f"{CONTACT}/identifiers"): VIEW,
    ("PATCH", f"{CONTACT}/identifiers"): EDIT,
    ("POST", "/api/v2/externalcontacts/identifierlookup/contacts"): VIEW,
    ("POST", BULK): VIEW,
    ("POST", f"{BULK}/unresolved"): VIEW,
    ("POST", f"{BULK}/add"): ADD,
    ("POST", f"{BULK}/update"): EDIT,
    ("POST", f"{BULK}/remove"): DELETE,
    ("GET", f"{CONTACT}/notes"): VIEW,
    ("POST", f"{CONTACT}/notes"): EDIT,
    ("GET", f"{CONTACT}/notes/{{note}}"): VIEW,
    ("GET", f"{CONTACT}/journey/sessions"): "session:view",
    ("GET", f"{CONTACT}/journey/segments"): "segmentAssignment:view",
    ("GET", "/api/v2/externalcontacts/contacts"): VIEW,
    ("POST", "/api/v2/externalcontacts/contacts/search"): VIEW,
    ("GET", SCANS): "graphClusterScan:view",
    ("GET", f"{SCANS}/latest"): "graphClusterScan:view",
    ("GET", f"{SCANS}/latest/statistics"): "graphClusterScan:view",
    ("GET", f"{SCANS}/{{scanId}}"): "graphClusterScan:view",
    ("GET", f"{SCANS}/{{scanId}}/statistics"): "graphClusterScan:view",
    ("GET", f"{SCANS}/{{scanId}}/clusters"): "graphCluster:view",
    ("GET", f"{SCANS}/{{scanId}}/clusters/{{clusterId}}"): "graphCluster:view",
    ("PUT", f"{SCANS}/{{scanId}}/clusters/{{clusterId}}/merge"): "graphCluster:merge",
    ("GET", "/api/v2/externalcontacts/graphs/settings"): "graphSettingsGlobal:view",
    ("PUT", "/api/v2/externalcontacts/graphs/settings"): "graphSettingsGlobal:edit",
}
"""The table of the reference's section 1, without ``externalContacts:``."""

ANY_OF = {
    ("GET", "/api/v2/externalcontacts/externalsources"): SOURCE,
    ("GET", "/api/v2/externalcontacts/externalsources/{id}"): SOURCE,
    ("POST", f"{CONTACT}/journey/segments"): ("segmentAssignment:add", "segmentAssignment:delete"),
}


@pytest.mark.parametrize(("method", "path"), TABLE, ids=" ".join)
async def test_point_02_a_call_needs_its_permission_which_the_refusal_names(api: Api, method: str, path: str) -> None:
    permission = f"externalContacts:{TABLE[method, path]}"
    concrete = re.sub(r"\{\w+\}", "x", path)
    api.organization.client.permissions = PERMISSIONS - {permission}
    error = await api.call(method, concrete, status=403)
    assert error["code"] == "missing.any.permissions" and permission in error["message"]
    api.organization.client.permissions = frozenset((permission,))
    answer = await api.client.request(method, concrete)
    assert answer.status_code not in (401, 403)


@pytest.mark.parametrize(("method", "path"), ANY_OF, ids=" ".join)
async def test_point_02_of_several_permissions_any_will_do(api: Api, method: str, path: str) -> None:
    permissions = [f"externalContacts:{one}" for one in ANY_OF[method, path]]
    concrete = path.replace("{id}", "x")
    api.organization.client.permissions = frozenset()
    error = await api.call(method, concrete, status=403)
    assert error["code"] == "missing.any.permissions" and all(one in error["message"] for one in permissions)
    for permission in permissions:
        api.organization.client.permissions = frozenset((permission,))
        assert (await api.client.request(method, concrete)).status_code not in (401, 403)


def test_point_02_no_call_that_is_served_is_left_out_here() -> None:
    others = {("GET", ME), ("POST", "/api/v2/analytics/conversations/details/query")}
    assert {(one.method, one.path) for one in ENDPOINTS} == TABLE.keys() | ANY_OF.keys() | others


def test_point_02_the_default_client_may_do_all_that_is_served() -> None:
    for endpoint in ENDPOINTS:
        assert not endpoint.permissions or PERMISSIONS.intersection(endpoint.permissions), endpoint.name


async def test_point_02_merging_is_separate_from_editing(api: Api) -> None:
    ids = await api.people(2)
    merge, edit = "externalContacts:identity:merge", "externalContacts:contact:edit"
    api.organization.client.permissions = PERMISSIONS - {merge}
    assert merge in (await api.merge(*ids, status=403))["message"]
    await api.patch(ids[0], ("$.title", "Update", "Dr"))
    assert "mergedTo" not in await api.get(ids[0], "/unresolved")
    api.organization.client.permissions = PERMISSIONS - {edit}
    await api.patch(ids[0], ("$.title", "Update", "Prof"), status=403)
    await api.merge(*ids)


async def test_point_02_the_organization_itself_needs_none(api: Api) -> None:
    api.organization.client.permissions = frozenset()
    await api.call("GET", ME)
