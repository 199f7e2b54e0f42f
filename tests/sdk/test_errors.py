"""Every error status, as the SDK raises it: with the service's error body and the correlation id."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from reviewer.simulator.serving import ServedOrganization
from reviewer.simulator.tokens import MERGE, PERMISSIONS
from tests.sdk.checking import problems
from tests.sdk.client import Sdk


@contextmanager
def refused(sdk: Sdk, status: int) -> Iterator[list[Any]]:
    """A call that ends in an error; the error body, as the SDK's model, is appended to what is given."""
    found: list[Any] = []
    with pytest.raises(sdk.module.rest.ApiException) as raised:
        yield found
    error = raised.value
    assert error.status == status
    raw = json.loads(error.body)
    body = sdk.client._ApiClient__deserialize(raw, "ErrorBody")
    assert not (lost := list(problems(body, raw))), "\n".join(lost)
    assert body.status == status and body.code and body.message
    assert error.headers["ININ-Correlation-Id"] == body.context_id
    for header in ("inin-ratelimit-count", "inin-ratelimit-allowed", "inin-ratelimit-reset"):
        assert int(error.headers[header]) >= 0
    found.append(body)


def test_400_an_invalid_field(sdk: Sdk) -> None:
    with refused(sdk, 400) as found:
        sdk.create(personal_email="nobody")
    assert found[0].details[0].field_name == "personalEmail"


def test_401_no_token_and_a_token_that_is_none(sdk: Sdk, served: ServedOrganization) -> None:
    token = sdk.client.access_token
    try:
        for bad in ("nonsense", " "):
            sdk.client.access_token = bad
            with refused(sdk, 401):
                sdk.get_externalcontacts_scan_contacts()
    finally:
        sdk.client.access_token = token


def test_401_a_token_that_expired_during_the_run(sdk: Sdk, served: ServedOrganization) -> None:
    served.write("faults", {"scan": {"kind": "token_expired"}})
    with refused(sdk, 401) as found:
        sdk.get_externalcontacts_scan_contacts()
    assert found[0].code == "bad.credentials"
    sdk.client.get_client_credentials_token(served.access.client_id, served.access.client_secret)
    sdk.get_externalcontacts_scan_contacts()


def test_403_a_missing_permission(sdk: Sdk, served: ServedOrganization) -> None:
    ids = sdk.people(2)
    served.write("permissions", {"permissions": sorted(PERMISSIONS - {MERGE})})
    with refused(sdk, 403) as found:
        sdk.merge(ids)
    assert MERGE in found[0].message


def test_404_an_unknown_contact_and_a_preview_that_is_not_there(sdk: Sdk, served: ServedOrganization) -> None:
    with refused(sdk, 404):
        sdk.get_externalcontacts_contact("unknown")
    with refused(sdk, 404):
        sdk.get_externalcontacts_relationship("not-served")
    served.write("knobs", {"graphs_served": False})
    with refused(sdk, 404):
        sdk.get_externalcontacts_graphs_clusterscans_latest()


def test_409_a_contact_that_was_merged_already(sdk: Sdk) -> None:
    ids = sdk.people(3)
    sdk.merge(ids[:2])
    with refused(sdk, 409) as found:
        sdk.merge(ids[1:])
    assert ids[1] in found[0].message


def test_413_a_request_that_is_too_large(sdk: Sdk) -> None:
    (one,) = sdk.people(1)
    with refused(sdk, 413):
        sdk.post_externalcontacts_contact_notes(one, sdk.model("Note", note_text="x" * 600_000))


def test_415_a_body_that_is_not_json(sdk: Sdk) -> None:
    with refused(sdk, 415):
        sdk.client.call_api(
            "/api/v2/externalcontacts/contacts",
            "POST",
            header_params={"Content-Type": "application/x-www-form-urlencoded"},
            post_params={"firstName": "Ada"},
            auth_settings=["PureCloud OAuth"],
        )


def test_422_an_invalid_field_of_a_stricter_service(sdk: Sdk, served: ServedOrganization) -> None:
    served.write("knobs", {"validation_status": 422})
    with refused(sdk, 422) as found:
        sdk.create(personal_email="nobody")
    assert found[0].details[0].field_name == "personalEmail"


def test_429_too_many_requests(sdk: Sdk, served: ServedOrganization) -> None:
    served.write("knobs", {"rate_limit": 1, "retry_after": False})
    with refused(sdk, 429):
        for _ in range(3):
            sdk.get_organizations_me()


def test_429_with_retry_after_is_waited_for_by_the_sdk_itself(sdk: Sdk, served: ServedOrganization) -> None:
    fault = {"kind": "error_before", "status": 429, "seconds": 1, "retry_after": True}
    served.write("faults", {"organization": fault})
    assert sdk.get_organizations_me().id == served.access.organization_id
    assert served.read("faults") == {}


READS: dict[str, Callable[[Sdk], Any]] = {
    "scan": lambda sdk: sdk.get_externalcontacts_scan_contacts(),
    "clusters": lambda sdk: sdk.get_externalcontacts_graphs_clusterscan_clusters("any"),
    "conversations": lambda sdk: sdk.post_analytics_conversations_details_query(
        sdk.model("ConversationQuery", interval="2026-10-01T00:00:00Z/2026-10-31T00:00:00Z")
    ),
}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 500, 503, 504])
@pytest.mark.parametrize("endpoint", sorted(READS))
def test_any_status_may_come_of_any_call(sdk: Sdk, served: ServedOrganization, endpoint: str, status: int) -> None:
    fault = {"kind": "error_before", "status": status, "retry_after": False}
    served.write("faults", {endpoint: fault})
    with refused(sdk, status):
        READS[endpoint](sdk)


@pytest.mark.parametrize("status", [500, 503, 504])
def test_an_error_may_come_after_the_effect(sdk: Sdk, served: ServedOrganization, status: int) -> None:
    ids = sdk.people(2)
    served.write("faults", {"merge": {"kind": "error_after", "status": status}})
    with refused(sdk, status):
        sdk.merge(ids)
    assert sdk.get_externalcontacts_contact_unresolved(ids[0]).merged_to is not None
