"""An in-process organisation of known people, and what a test does to it behind the mirror's back."""

import json
from pathlib import Path
from typing import Any

import httpx

from reviewer.domain.record import ReadingRules
from reviewer.genesys.calls import CallRecord
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.connection import Connection
from reviewer.mirror.rejects import Rejects
from reviewer.simulator.app import build_app
from reviewer.simulator.knobs import Knobs
from reviewer.simulator.serving import in_process

RULES = ReadingRules()


def person(number: int, **fields: Any) -> dict[str, Any]:
    """A contact with the id ``p1``, ``p2`` …"""
    return {"id": f"p{number}", "firstName": "Ada", "lastName": f"Number {number}", "type": "Curated"} | fields


class Service:
    """The organisation; ``calls`` are those of every client it gave out."""

    def __init__(self, file: Path, people: int, **knobs: Any) -> None:
        anonymous = [person(900 + number, type="Ephemeral") for number in range(4)]
        everyone = [person(number) for number in range(1, people + 1)] + anonymous
        file.write_text("\n".join(map(json.dumps, everyone)) + "\n")
        self.organization = in_process(contacts=file, knobs=Knobs(rate_limit=None).changed(knobs))
        self.calls: list[CallRecord] = []

    def client(self) -> GenesysClient:
        access = self.organization.client
        connection = Connection(client_id=access.id, client_secret=access.secret, api_url="http://127.0.0.1")
        transport = httpx.ASGITransport(build_app(self.organization))
        return GenesysClient(connection, on_call=self.calls.append, http_transport=transport)

    def called(self, name: str) -> int:
        """How many calls had ``name`` in their path."""
        return sum(name in call.path for call in self.calls)

    def remove(self, contact_id: str) -> None:
        """The contact is gone, as if a user of the service had deleted it."""
        self.organization.state.sql.execute("DELETE FROM contacts WHERE id = ?", (contact_id,))

    def spoil(self, contact_id: str, **fields: Any) -> None:
        """Fields as the service should never write them."""
        stored = self.organization.contact(contact_id)
        self.organization.contacts.write({**stored.contact, **fields}, stored.modified)


class Town(Service):
    """An organisation with a generated population: conversations, anonymous contacts, some that are gone."""

    def __init__(self, population: int, **knobs: Any) -> None:
        self.organization = in_process(population=population, knobs=Knobs(rate_limit=None).changed(knobs))
        self.calls = []


def rejects_in(folder: Path) -> tuple[Rejects, list[str]]:
    """A collector, and what it tells."""
    told: list[str] = []
    return Rejects("scan", [folder / "rejects.jsonl"], told.append), told


def kept_in(folder: Path) -> list[dict[str, Any]]:
    """What stands in the rejects file."""
    return [json.loads(line) for line in (folder / "rejects.jsonl").read_text().splitlines()]
