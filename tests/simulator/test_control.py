"""The controls: they explain themselves, name the choices where something is wrong, and outlive a restart."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from reviewer.simulator.endpoints import ENDPOINTS
from reviewer.simulator.faults import OF_ALL, PARAMETERS, Fault, FaultKind
from reviewer.simulator.knobs import Knobs
from reviewer.simulator.opening import Opening, OrganizationUnavailable, open_organization
from reviewer.simulator.organization import Organization
from tests.simulator.api import Api


async def read(api: Api, name: str) -> Any:
    return (await api.client.get(f"/simulator/{name}")).json()


async def test_every_knob_is_explained_with_its_default_and_what_is_allowed(api: Api) -> None:
    await api.client.put("/simulator/knobs", json={"merge_set_status": 422})
    explained = (await read(api, "help"))["knobs"]
    assert list(explained) == [field.name for field in fields(Knobs)]
    assert all(one["says"] for one in explained.values())
    assert explained["merge_set_status"] == {
        "value": 422,
        "default": 409,
        "allowed": {"enum": [400, 409, 422]},
        "says": "Status of a merge that would exceed that limit.",
    }
    assert explained["endpoint_limits"]["default"] == {}


async def test_every_fault_is_explained_with_its_parameters_and_endpoints(api: Api) -> None:
    explained = (await read(api, "help"))["faults"]
    assert list(explained["kinds"]) == [kind.value for kind in FaultKind]
    assert all(one["says"] for one in (*explained["kinds"].values(), *explained["parameters"].values()))
    assert "seconds" in explained["kinds"]["late"]["parameters"]
    assert {"token", *(endpoint.name for endpoint in ENDPOINTS)} == set(explained["endpoints"])


def test_every_parameter_of_a_fault_is_heeded_by_some_kind() -> None:
    heeded = {"kind", *OF_ALL, *(name for names in PARAMETERS.values() for name in names)}
    assert heeded == {field.name for field in fields(Fault)}


async def test_every_control_is_in_the_help_and_a_wrong_name_is_told_which_there_are(api: Api) -> None:
    controls = (await read(api, "help"))["controls"]
    for name in controls:
        assert (await api.client.get(f"/simulator/{name}")).status_code == 200
    wrong = await api.client.get("/simulator/knob")
    assert wrong.status_code == 404 and "no such control to GET: knob; there are help, truth" in wrong.text
    written = await api.client.put("/simulator/truth", json={})
    assert written.status_code == 404 and "no such control to PUT: truth; there are knobs, faults" in written.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"merge_set_status": 410}, "merge_set_status must be one of 400, 409, 422"),
        ({"list_overflow": "lose"}, "list_overflow must be one of drop, refuse"),
        ({"bulk_limit": -1}, "bulk_limit: Expected `int` >= 0"),
    ],
)
async def test_a_value_that_no_knob_has_is_answered_with_those_it_has(
    api: Api, changes: dict[str, Any], said: str
) -> None:
    refused = await api.client.put("/simulator/knobs", json=changes)
    assert refused.status_code == 400 and said in refused.json()["message"]


def opened(state: Path, **given: Any) -> Organization:
    return open_organization(Opening(state=state, population=0, **given))


async def test_knobs_and_the_clock_outlive_a_restart(tmp_path: Path) -> None:
    organization = opened(tmp_path / "o.db")
    api = Api(organization)
    await api.client.put("/simulator/knobs", json={"bulk_limit": 7, "rate_limit": 20})
    await api.client.put("/simulator/knobs", json={"endpoint_limits": {"merge": 2}})
    await api.client.put("/simulator/clock", json={"advance": 86_400})
    await api.client.aclose()
    moved = organization.clock.offset
    organization.state.close()

    again = opened(tmp_path / "o.db")
    assert (again.knobs.bulk_limit, again.knobs.rate_limit, again.knobs.endpoint_limits) == (7, 20, {"merge": 2})
    assert again.clock.offset == moved == 86_400
    again.state.close()
    asked = opened(tmp_path / "o.db", rate_limit=None)
    assert (asked.knobs.rate_limit, asked.knobs.bulk_limit) == (None, 7), "what is asked for when opening wins"
    asked.state.close()


def test_kept_knobs_that_are_none_any_more_are_told(tmp_path: Path) -> None:
    organization = opened(tmp_path / "o.db")
    organization.state.remember("knobs changed", '{"speed": 11}')
    organization.state.close()
    with pytest.raises(OrganizationUnavailable, match="no such knob: speed"):
        opened(tmp_path / "o.db")
