"""One person, read through the whole merge set."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.genesys.client import GenesysClient
from reviewer.genesys.connection import Connection
from reviewer.genesys.errors import NotFound
from reviewer.genesys.history import ExternalSource, LinkConfiguration
from reviewer.review.person import deep_link, read_person
from reviewer.simulator.serving import ServedOrganization


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedOrganization]:
    path: Path = tmp_path_factory.mktemp("person") / "contacts.jsonl"
    lines = [
        {"id": "jane-phone", "firstName": "Jane", "lastName": "Doe", "cellPhone": {"display": "+1 702-919-1300"}},
        {"id": "jane-mail", "firstName": "Jane", "lastName": "Doe", "personalEmail": "jane@mail.example"},
        {"id": "jane-old", "firstName": "J.", "lastName": "Doe"},
    ]
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    with ServedOrganization(contacts=path, rate_limit=None) as organization:
        yield organization


def client(served: ServedOrganization) -> GenesysClient:
    access = served.access
    return GenesysClient(Connection(client_id=access.client_id, client_secret=access.client_secret, api_url=access.url))


async def test_any_record_of_a_person_leads_to_all_of_them(served: ServedOrganization) -> None:
    async with client(served) as api:
        first = json.loads((await api.merge(["jane-phone", "jane-mail"])).body)["id"]
        head = json.loads((await api.merge([first, "jane-old"])).body)["id"]
        found = await read_person(api, "jane-phone")
    assert (found.asked, found.id, found.name) == ("jane-phone", head, "Jane Doe")
    depth = {line.id: line.depth for line in found.tree}
    assert depth == {head: 0, first: 1, "jane-old": 1, "jane-phone": 2, "jane-mail": 2}
    assert ("Email", "jane@mail.example") in found.identifiers
    assert ("Phone", "+17029191300") in found.identifiers


async def test_an_unknown_id_is_not_found(served: ServedOrganization) -> None:
    async with client(served) as api:
        with pytest.raises(NotFound):
            await read_person(api, "nobody")


def test_a_deep_link_takes_the_id_escaped() -> None:
    source = ExternalSource(
        "s", "CRM", link_configuration=LinkConfiguration("https://crm.example/{{externalId.value}}")
    )
    assert deep_link(source, "a/b c") == "https://crm.example/a%2Fb%20c"
    assert deep_link(ExternalSource("s", "CRM"), "a") == ""
    assert deep_link(None, "a") == ""
