"""Opening an organisation: from a population, from a file, from the state it had; and serving it."""

import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from reviewer.cli.simulator import simulator
from reviewer.simulator.knobs import Knobs
from reviewer.simulator.opening import Opening, OrganizationUnavailable, open_organization
from reviewer.simulator.organization import Organization
from reviewer.simulator.serving import ServedOrganization, in_process
from reviewer.simulator.state import IN_MEMORY, State
from tests.simulator.api import SCAN, SOURCE, Api, crm


@contextlib.contextmanager
def opened(**given: Any) -> Any:
    organization = open_organization(Opening(rate_limit=None, **given))
    try:
        yield organization
    finally:
        organization.state.close()


def everything(organization: Organization) -> list[Any]:
    tables = ("facts", "contacts", "claims", "holdings", "notes", "sessions", "sources", "calls", "persons", "traps")
    return [organization.state.sql.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables]


async def test_the_state_survives_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "organization.db"
    with opened(state=state, population=150) as organization:
        api = Api(organization)
        first = (await api.call("GET", SCAN, limit=10))["entities"]
        merged = await api.merge(first[0]["id"], first[1]["id"])
        await api.client.aclose()
        before = everything(organization)
    with opened(state=state, population=999) as organization:
        assert everything(organization) == before
        api = Api(organization)
        assert (await api.get(first[0]["id"]))["id"] == merged["id"]
        await api.client.aclose()


def test_a_seeded_organization_knows_its_truth_and_its_anonymous_contacts() -> None:
    organization = in_process(population=150, knobs=Knobs(rate_limit=None))
    sql = organization.state.sql
    unlisted = organization.contacts.unlisted(organization.clock.now())
    (persons,) = sql.execute("SELECT count(*) FROM persons").fetchone()
    assert persons == organization.contacts.count() == 150
    assert unlisted and all(organization.contact(one).type != "Curated" for one in unlisted)
    organization.state.close()


def test_the_first_created_holder_of_an_identifier_owns_it() -> None:
    organization = in_process(population=300)
    rows = organization.state.sql.execute("SELECT type, value, contact FROM claims WHERE type = 'Phone'").fetchall()
    for kind, value, contact in rows:
        holders = organization.state.sql.execute(
            "SELECT id FROM contacts JOIN holdings ON contact = id WHERE holdings.type = ? AND value = ? ORDER BY seq",
            (kind, value),
        ).fetchall()
        assert holders[0] == (contact,)
    organization.state.close()


def written(path: Path, *lines: Any) -> Path:
    path.write_text("".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines))
    return path


def test_a_file_of_contacts_is_served_with_its_ids_and_fields(tmp_path: Path) -> None:
    file = written(
        tmp_path / "contacts.jsonl",
        {
            "id": "a",
            "firstName": "Ada",
            "cellPhone": {"display": "702-919-1300"},
            "customFields": {"dateOfBirth": "1970-01-01"},
        },
        "\n",
        {"id": "b", "homePhone": {"display": "0151 23456789", "e164": "+4915123456789"}, "type": "Identified"},
        {
            "id": "c",
            "externalIds": [crm("7")],
            "createDate": "2020-02-02T00:00:00Z",
        },
    )
    with opened(contacts=file) as organization:
        a, b, c = (organization.contact(one).contact for one in "abc")
        assert (a["type"], a["cellPhone"]["e164"], a["customFields"]["dateOfBirth"]) == (
            "Curated",
            "+17029191300",
            "1970-01-01",
        )
        assert a["createDate"] == a["modifyDate"] < b["createDate"]
        assert (b["homePhone"]["e164"], b["homePhone"]["userInput"]) == ("+4915123456789", "0151 23456789")
        assert organization.contacts.unlisted(organization.clock.now()) == ["b"]
        assert c["createDate"] == "2020-02-02T00:00:00Z"
        assert SOURCE in organization.sources.ids()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{nonsense\n", "Expecting"),
        ("[1]\n", "must be a JSON object"),
        ({"firstName": "Ada"}, "needs an id"),
        ({"id": "a"}, "that of line 1"),
        ({"id": "b", "cellPhone": "702"}, "cellPhone"),
        ({"id": "b", "type": "Canonical"}, "type must be one of"),
        ({"id": "b", "createDate": "yesterday"}, "yesterday"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_opened(tmp_path: Path, line: Any, reason: str) -> None:
    file = written(tmp_path / "contacts.jsonl", {"id": "a"}, line)
    state = tmp_path / "organization.db"
    with (
        pytest.raises(OrganizationUnavailable, match=r"contacts\.jsonl:2: ") as caught,
        opened(contacts=file, state=state),
    ):
        pass
    assert reason in str(caught.value)
    with opened(state=state, population=0) as organization:
        assert organization.contacts.count() == 0


def test_a_state_file_that_is_none_is_refused(tmp_path: Path) -> None:
    state = written(tmp_path / "organization.db", "this is not a database, whatever its name says\n" * 99)
    with pytest.raises(OrganizationUnavailable, match=r"organization\.db"), opened(state=state):
        pass


def test_a_served_organization_tells_how_to_reach_it_and_stops(tmp_path: Path) -> None:
    with ServedOrganization(population=150) as served:
        access = served.access
        assert access.contacts == 150
        assert httpx.get(f"{access.url}/simulator/clock", trust_env=False).status_code == 200
        form = {"grant_type": "client_credentials"}
        credentials = (access.client_id, access.client_secret)
        token = httpx.post(f"{access.login_url}/oauth/token", auth=credentials, data=form, trust_env=False).json()
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        me = httpx.get(f"{access.url}/api/v2/organizations/me", headers=headers, trust_env=False)
        assert me.json()["id"] == access.organization_id
        assert me.headers["inin-ratelimit-allowed"] == "300"
        assert served.write("knobs", {"rate_limit": None})["rate_limit"] is None
        with pytest.raises(ValueError, match="no such knob: speed; there are validation_status"):
            served.write("knobs", {"speed": 11})
    assert served.stop() == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(access.url, trust_env=False)


def test_a_served_organization_that_cannot_start_says_so(tmp_path: Path) -> None:
    with pytest.raises(OrganizationUnavailable, match=r"missing\.jsonl"):
        ServedOrganization(contacts=tmp_path / "missing.jsonl").start()


def test_a_served_organization_ends_when_its_parent_is_killed() -> None:
    program = (
        "import os; from reviewer.simulator.serving import ServedOrganization;"
        "served = ServedOrganization(population=150).start(); "
        "print(served.pid, served.url, flush=True); os.kill(os.getpid(), 9)"
    )
    parent = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert parent.returncode == -signal.SIGKILL
    pid, url = parent.stdout.split()
    wait_until_gone(int(pid), url)


def wait_until_gone(pid: int, url: str) -> None:
    """The port stops answering, which is how the end of a process of another parent can be seen."""
    for _ in range(2000):
        try:
            httpx.get(f"{url}/simulator/clock", trust_env=False)
        except httpx.TransportError:
            return
    os.kill(pid, signal.SIGKILL)
    raise AssertionError("the organisation outlived its parent")


def test_the_command_refuses_a_bad_file_with_its_line(tmp_path: Path) -> None:
    file = written(tmp_path / "contacts.jsonl", "{\n")
    result = CliRunner().invoke(simulator, ["serve", "--contacts", str(file)])
    assert result.exit_code != 0
    assert f"{file}:1: " in str(result.exception)


@pytest.mark.parametrize("arguments", [["--rate-limit", "fast"], ["--port", "99999"], ["--contacts", "/missing"]])
def test_the_command_refuses_options_that_cannot_be(arguments: list[str]) -> None:
    assert CliRunner().invoke(simulator, ["serve", *arguments]).exit_code == 2


def test_the_command_is_imported_without_the_server() -> None:
    program = "import sys, reviewer.cli.simulator; print({'starlette', 'uvicorn', 'phonenumbers'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"


def test_a_new_state_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    State(tmp_path / "organization.db").close()
    assert stat.S_IMODE((tmp_path / "organization.db").stat().st_mode) == 0o600


def test_a_state_in_memory_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    State(IN_MEMORY).close()
    assert not list(tmp_path.iterdir())
