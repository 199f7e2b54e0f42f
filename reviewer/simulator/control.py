"""The controls of the organisation, outside of its API: its truth, its calls, its knobs, faults and clock.

They are protected by nothing but that the organisation is served on loopback.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reviewer.simulator import calls, faults
from reviewer.simulator.call import Endpoint
from reviewer.simulator.endpoints import BULK, ENDPOINTS
from reviewer.simulator.explaining import faults_explained, knobs_explained
from reviewer.simulator.faults import FaultKind
from reviewer.simulator.graphs import listing, schedule
from reviewer.simulator.login import FAULTS_OF
from reviewer.simulator.organization import Organization
from reviewer.simulator.truth import truth_of
from reviewer.simulator.wire import dump, load, timestamp

Reader = Callable[[Organization], Any]
Writer = Callable[[Organization, Any], Any]


def routes(organization: Organization) -> list[Route]:
    """Read with GET, change with PUT; a PUT answers with what is then."""
    found = [Route(f"/simulator/{name}", reading(organization, reader)) for name, reader in READERS.items()]
    found += [
        Route(f"/simulator/{name}", writing(organization, writer, READERS[name]), methods=["PUT"])
        for name, writer in WRITERS.items()
    ]
    return [*found, Route("/simulator/{name:path}", no_such_control, methods=["GET", "PUT"])]


async def no_such_control(request: Request) -> Response:
    name, there = request.path_params["name"], READERS if request.method == "GET" else WRITERS
    return JSONResponse({"message": f"no such control to {request.method}: {name}; there are {', '.join(there)}"}, 404)


def reading(organization: Organization, reader: Reader) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        return Response(dump(reader(organization)), media_type="application/json")

    return answer


def writing(organization: Organization, writer: Writer, reader: Reader) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        try:
            writer(organization, load(await request.body()))
        except (ValueError, TypeError, AttributeError, KeyError) as wrong:
            return JSONResponse({"message": str(wrong)}, 400)
        return Response(dump(reader(organization)), media_type="application/json")

    return answer


def set_knobs(organization: Organization, changes: Any) -> None:
    """Changes to the knobs; those not named stay."""
    organization.change_knobs(changes)


def set_faults(organization: Organization, table: Any) -> None:
    """The faults that await from now on, by name of the endpoint; they replace those before."""
    wanted = faults.read(table)
    known = fault_places()
    unknown = set(wanted) - set(known)
    if unknown:
        raise ValueError(f"no such endpoint: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    for name, listed in wanted.items():
        if name not in BULK and any(fault.kind is FaultKind.PARTIAL for fault in listed):
            raise ValueError(f"{name} is no bulk call: it cannot fail in part")
        if name == FAULTS_OF and any(fault.kind is FaultKind.TOKEN_EXPIRED for fault in listed):
            raise ValueError("a request for a token carries none that could have expired")
    organization.faults.clear()
    for name, listed in wanted.items():
        for fault in listed:
            organization.faults.add(name, fault)


def set_clock(organization: Organization, change: Any) -> None:
    """``{"advance": seconds}`` moves the clock forward."""
    organization.advance_clock(float(change["advance"]))


def set_permissions(organization: Organization, change: Any) -> None:
    """``{"permissions": [...]}`` is what the client may do from now on; living tokens included."""
    permissions = change["permissions"]
    if not isinstance(permissions, list):
        raise ValueError("permissions must be a list")
    organization.client.permissions = frozenset(str(one) for one in permissions)


def scan_clusters(organization: Organization, change: Any) -> None:
    """Whatever the body, make a cluster scan now, as the schedule would."""
    schedule.catch_up(organization)
    schedule.scan(organization)


def shown_scan(organization: Organization) -> dict[str, Any]:
    """The latest cluster scan, or an empty object."""
    latest = organization.scans.latest()
    return listing.shown_scan(organization, latest, listing.EXPAND) if latest else {}


def fault_places() -> list[str]:
    """The names under which calls are given faults: the endpoints, and the login."""
    return [FAULTS_OF, *(endpoint.name for endpoint in ENDPOINTS)]


def shown_help(organization: Organization) -> dict[str, Any]:
    """Every control with what it takes, every knob, every fault, every endpoint."""
    return {
        "controls": {
            name: {"methods": ["GET", "PUT"] if name in WRITERS else ["GET"], "says": SAYS[name]} for name in READERS
        },
        "knobs": knobs_explained(organization.knobs),
        "faults": faults_explained(fault_places()),
    }


def shown_endpoint(endpoint: Endpoint) -> dict[str, Any]:
    """A route of the API by the name under which it is given faults."""
    return {
        "name": endpoint.name,
        "method": endpoint.method,
        "path": endpoint.path,
        "permissions": list(endpoint.permissions),
        "writes": endpoint.writes,
    }


READERS: dict[str, Reader] = {
    "help": shown_help,
    "truth": truth_of,
    "anonymous": lambda organization: organization.contacts.unlisted(organization.clock.now()),
    "calls": calls.recorded,
    "knobs": lambda organization: asdict(organization.knobs),
    "faults": lambda organization: organization.faults.shown(),
    "clock": lambda organization: {"now": timestamp(organization.clock.now())},
    "permissions": lambda organization: {"permissions": sorted(organization.client.permissions)},
    "endpoints": lambda organization: [shown_endpoint(endpoint) for endpoint in ENDPOINTS],
    "clusterscan": shown_scan,
}
WRITERS: dict[str, Writer] = {
    "knobs": set_knobs,
    "faults": set_faults,
    "clock": set_clock,
    "permissions": set_permissions,
    "clusterscan": scan_clusters,
}
SAYS = {
    "help": "This: what there is and what it takes.",
    "truth": "Which contacts are one person, and which traps there are; of a population made here.",
    "anonymous": "Ids of the contacts that no scan lists.",
    "calls": "The write calls that came, with what each did, the newest last.",
    "knobs": "How the service behaves where its documentation leaves it open; PUT {name: value}, others stay.",
    "faults": "What is to go wrong; PUT {endpoint: fault or list of faults}, in place of those before.",
    "clock": 'The time there; PUT {"advance": seconds} moves it forward.',
    "permissions": 'What the client may do; PUT {"permissions": [...]}, in place of those before.',
    "endpoints": "The calls that are served, by the names that faults and limits use.",
    "clusterscan": "The latest cluster scan; PUT with any body makes one now.",
}
"""What each control is for, in one line."""
