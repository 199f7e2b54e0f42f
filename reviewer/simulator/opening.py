"""Opening an organisation as a command line asks for it, and serving it."""

import sqlite3
import sys
from dataclasses import dataclass
from pathlib import Path

from msgspec import UNSET, UnsetType

from reviewer.simulator.knobs import Knobs
from reviewer.simulator.organization import Organization
from reviewer.simulator.reading import UnreadableContact
from reviewer.simulator.seeding import URI_TEMPLATE, seed_file, seed_population, source_id_of
from reviewer.simulator.server import PortTaken, ready_line, serve
from reviewer.simulator.state import State
from reviewer.simulator.tokens import CLIENT_ID, CLIENT_SECRET, Client


class OrganizationUnavailable(Exception):
    """The organisation cannot be opened or served; the message is a sentence that says why."""


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What an organisation is opened with; a state file that holds contacts already is taken as it is,
    with its knobs and its clock.

    A ``population`` of 0 is an organisation without contacts.
    """

    state: Path | None = None
    population: int = 300
    seed: int = 1
    contacts: Path | None = None
    rate_limit: int | UnsetType | None = UNSET
    """Requests a minute; unset is what the state kept, else the knob's default."""
    client_id: str = CLIENT_ID
    client_secret: str = CLIENT_SECRET
    external_source: str = "CRM"


def open_organization(opening: Opening, knobs: Knobs | None = None) -> Organization:
    """An organisation, seeded if its state is new.

    Raises OrganizationUnavailable where the state or the file of contacts cannot be read, or a line of it is bad.
    """
    try:
        state = State(opening.state)
    except (sqlite3.Error, OSError) as wrong:
        raise OrganizationUnavailable(f"cannot open the state file {opening.state}: {wrong}") from wrong
    client = Client(opening.client_id, opening.client_secret)
    organization = Organization(state, knobs=knobs or Knobs(), client=client)
    try:
        organization.take_up_kept()
        if opening.rate_limit is not UNSET:
            organization.knobs = organization.knobs.changed({"rate_limit": opening.rate_limit})
        organization.sources.add(source_id_of(opening.external_source), opening.external_source, URI_TEMPLATE)
        if state.is_empty():
            seed(organization, opening)
    except (UnreadableContact, OSError, ValueError) as wrong:
        state.close()
        raise OrganizationUnavailable(str(wrong)) from wrong
    return organization


def seed(organization: Organization, opening: Opening) -> None:
    if opening.contacts is not None:
        seed_file(organization, opening.contacts)
    elif opening.population:
        seed_population(organization, opening.population, opening.seed, source_id_of(opening.external_source))


def serve_opened(opening: Opening, port: int, *, login_port: int | None = None, exit_with_parent: bool) -> None:
    """Open, serve until told to end, close. The ready line goes to standard output, words to standard error."""
    organization = open_organization(opening)

    def ready(url: str, login_url: str) -> None:
        print(words_for_people(organization, url, login_url), file=sys.stderr, flush=True)
        print(ready_line(organization, url, login_url, source_id_of(opening.external_source)), flush=True)

    try:
        serve(organization, port, login_port=login_port, exit_with_parent=exit_with_parent, ready=ready)
    except PortTaken as wrong:
        raise OrganizationUnavailable(str(wrong)) from wrong
    finally:
        organization.state.close()


def words_for_people(organization: Organization, url: str, login_url: str) -> str:
    """What a person needs to point a client at the organisation."""
    client = organization.client
    return "\n".join(
        (
            f"Serving {organization.name} with {organization.contacts.count()} contacts",
            f"  API            {url}",
            f"  login          {login_url}/oauth/token",
            f"  client id      {client.id}",
            f"  client secret  {client.secret}",
            f"  controls       {url}/simulator/help lists them: knobs, faults, clock and others",
        )
    )
