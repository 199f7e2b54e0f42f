"""Point 1: a token for id and secret, on a login host too; no call without one."""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from reviewer.simulator.serving import Access, ServedOrganization
from tests.simulator.api import ME, Api

GRANT = {"grant_type": "client_credentials"}


def basic(client_id: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}


async def ask_token(api: Api, secret: str, form: dict[str, str]) -> httpx.Response:
    return await api.client.post("/oauth/token", data=form, headers=basic(api.organization.client.id, secret))


async def test_point_01_a_token_is_given_for_id_and_secret_in_a_basic_header(api: Api) -> None:
    answer = await ask_token(api, api.organization.client.secret, GRANT)
    token = answer.json()
    assert (answer.status_code, token["token_type"], token["expires_in"]) == (200, "bearer", 86_400)
    api.client.headers["Authorization"] = f"Bearer {token['access_token']}"
    assert (await api.call("GET", ME))["id"] == api.organization.id


@pytest.mark.parametrize(
    ("secret", "form", "status", "code"),
    [
        ("wrong", GRANT, 401, "invalid_client"),
        ("", GRANT, 401, "invalid_client"),
        (None, {"grant_type": "password"}, 400, "unsupported_grant_type"),
        (None, {"scope": "none"}, 400, "invalid_request"),
    ],
)
async def test_point_01_a_bad_token_request_is_refused_in_json(
    api: Api, secret: str | None, form: dict[str, str], status: int, code: str
) -> None:
    answer = await ask_token(api, api.organization.client.secret if secret is None else secret, form)
    error = answer.json()
    assert (answer.status_code, error["error"]) == (status, code)
    assert error.keys() == {"error", "description", "error_description"}


async def test_point_01_a_token_request_is_a_form_with_basic_credentials(api: Api) -> None:
    client = api.organization.client
    as_json = await api.client.post("/oauth/token", json=GRANT, headers=basic(client.id, client.secret))
    in_the_form = {**GRANT, "client_id": client.id, "client_secret": client.secret}
    unnamed = await api.client.post("/oauth/token", data=in_the_form, headers={"Authorization": "Bearer x"})
    assert (as_json.status_code, unnamed.status_code) == (400, 401)


async def test_point_01_the_shape_of_a_login_error_is_a_knob(api: Api) -> None:
    api.turn(login_errors="service")
    answer = await ask_token(api, "wrong", GRANT)
    assert answer.json().keys() >= {"message", "code", "status", "contextId"}


@pytest.mark.parametrize(
    ("header", "code"),
    [(None, "authentication.required"), ("Basic eDp5", "authentication.required"), ("Bearer no", "bad.credentials")],
)
async def test_point_01_a_call_without_a_good_token_is_refused(api: Api, header: str | None, code: str) -> None:
    api.client.headers.pop("Authorization")
    answer = await api.client.get(ME, headers={"Authorization": header} if header else {})
    assert (answer.status_code, answer.json()["code"]) == (401, code)


async def test_point_01_a_token_expires(api: Api) -> None:
    api.organization.clock.advance(3599)
    await api.call("GET", ME)
    api.organization.clock.advance(2)
    assert (await api.call("GET", ME, status=401))["code"] == "bad.credentials"


async def test_point_01_the_life_of_a_token_is_a_knob(api: Api) -> None:
    api.turn(token_seconds=90)
    assert (await ask_token(api, api.organization.client.secret, GRANT)).json()["expires_in"] == 90


@pytest.fixture(scope="module")
def access() -> Iterator[Access]:
    with ServedOrganization(population=150, login_port=0) as organization:
        yield organization.access


def test_point_01_the_login_is_served_on_a_host_of_its_own_and_nothing_else_is(access: Access) -> None:
    assert access.login_url != access.url
    credentials = basic(access.client_id, access.client_secret)
    with httpx.Client(trust_env=False) as client:
        token = client.post(f"{access.login_url}/oauth/token", data=GRANT, headers=credentials).json()["access_token"]
        bearer = {"Authorization": f"Bearer {token}"}
        assert client.get(f"{access.url}{ME}", headers=bearer).json()["id"] == access.organization_id
        for path in (ME, "/simulator/clock", "/"):
            answer = client.get(f"{access.login_url}{path}", headers=bearer)
            assert (answer.status_code, answer.json()["code"]) == (404, "not.found")
            assert answer.json()["contextId"] == answer.headers["ININ-Correlation-Id"]


def test_point_01_one_port_serves_both_as_well(access: Access) -> None:
    credentials = basic(access.client_id, access.client_secret)
    answer = httpx.post(f"{access.url}/oauth/token", data=GRANT, headers=credentials, trust_env=False)
    assert answer.status_code == 200
    with ServedOrganization(population=150) as organization:
        assert organization.access.login_url == organization.access.url


@pytest.mark.parametrize("command", [["-m", "reviewer.simulator"], ["-m", "reviewer", "simulator", "serve"]])
def test_point_01_a_person_reads_the_addresses_and_credentials_and_both_hosts_end_together(command: list[str]) -> None:
    served = subprocess.Popen(
        [sys.executable, *command, "--population", "150", "--login-port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert served.stdout is not None
    access = Access(**json.loads(served.stdout.readline()))
    served.terminate()
    _, words = served.communicate(timeout=30)
    assert served.returncode == 0
    for told in (access.url, access.login_url, access.client_id, access.client_secret):
        assert told in words
    for url in (access.url, access.login_url):
        with pytest.raises(httpx.ConnectError):
            httpx.get(url, trust_env=False)
