"""The token: from the one port, from a login host of its own, and refused."""

from typing import Any

import pytest

from reviewer.simulator.serving import ServedOrganization
from tests.sdk.client import Sdk


def test_a_token_is_granted_on_the_port_of_the_api(sdk: Sdk, served: ServedOrganization) -> None:
    client = sdk.module.ApiClient(host=served.url)
    client.get_client_credentials_token(served.access.client_id, served.access.client_secret)
    assert client.access_token
    assert sdk.module.OrganizationApi(client).get_organizations_me().id == served.access.organization_id


def test_a_wrong_secret_is_refused(sdk: Sdk, served: ServedOrganization) -> None:
    client = sdk.module.ApiClient(host=served.url)
    with pytest.raises(sdk.module.rest.ApiException) as refused:
        client.get_client_credentials_token(served.access.client_id, "wrong")
    assert refused.value.status in (400, 401)
    assert "invalid_client" in refused.value.body


def test_a_token_from_a_login_host_of_its_own_opens_the_api(module: Any) -> None:
    """The SDK finds the login host by the name of the API's; on loopback it is told by a client of its own."""
    with ServedOrganization(population=0, login_port=0) as served:
        access = served.access
        assert access.login_url != access.url
        login = module.ApiClient(host=access.login_url)
        login.get_client_credentials_token(access.client_id, access.client_secret)
        client = module.ApiClient(host=access.url)
        client.access_token = login.access_token
        assert module.OrganizationApi(client).get_organizations_me().id == access.organization_id
