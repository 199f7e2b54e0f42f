"""A served organisation of pairs, and a database in which each of them is approved for a merge and due."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from reviewer.domain.record import make_record
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.connection import Connection
from reviewer.review import candidate, decide
from reviewer.review.desk import Desk
from reviewer.review.steward import Steward
from reviewer.simulator.serving import ServedOrganization
from reviewer.store import contacts, derivation, pairs
from reviewer.store.clock import now
from reviewer.store.database import Database, open_database
from tests.review.people import RULES, SOURCE, TWO_FACTORS, person, phone, scored


class Approved(NamedTuple):
    """What a measurement plays in; ``operations`` are the numbers of the approved merges, in the order of the pairs."""

    served: ServedOrganization
    database: Database
    operations: list[int]

    def connection(self) -> Connection:
        """How the organisation is reached."""
        access = self.served.access
        return Connection(client_id=access.client_id, client_secret=access.client_secret, api_url=access.url)


def ids_of(index: int) -> tuple[str, str]:
    """The two contacts of a pair."""
    return f"pair-{index}-a", f"pair-{index}-b"


def _people(index: int) -> Iterator[dict[str, Any]]:
    mail, number = f"kim{index}@mail.example", f"+1702{index:07d}"
    a, b = ids_of(index)
    anchor = {"externalSource": {"id": SOURCE}, "value": f"0031-{index}"}
    yield person(a, personalEmail=mail, cellPhone=phone(number), externalIds=[anchor])
    yield person(b, firstName="Kimberly", personalEmail=mail, modifyDate="2026-10-02T09:00:00Z")


@contextmanager
def approved_pairs(count: int) -> Iterator[Approved]:
    """So many approved merges, in an organisation without a limit (a knob sets one when it is time)."""
    with TemporaryDirectory() as folder:
        listed = Path(folder) / "contacts.jsonl"
        listed.write_text("".join(f"{json.dumps(one)}\n" for index in range(count) for one in _people(index)))
        with (
            ServedOrganization(contacts=listed, rate_limit=None) as served,
            open_database(Path(folder) / "bench.db") as database,
        ):
            database.connection.execute("PRAGMA synchronous = OFF")  # what is prepared here need not outlive a crash
            made = Approved(served, database, [])
            _mirror(made, count)
            made.operations.extend(_approve(database, count))
            database.connection.execute("PRAGMA synchronous = FULL")
            yield made


def _mirror(made: Approved, count: int) -> None:
    """As a sync does: the records as the organisation has them."""
    import asyncio

    wanted = [id_ for index in range(count) for id_ in ids_of(index)]

    async def read() -> list[bytes]:
        async with GenesysClient(made.connection()) as client:
            found = (await client.bulk_unresolved(wanted)).found
        return [found[id_] for id_ in wanted]

    records = [make_record(body, RULES) for body in asyncio.run(read())]
    contacts.write(made.database, records, origin="api", read_at=now())


def _approve(database: Database, count: int) -> Iterator[int]:
    desk = Desk(database, Steward("ada"), RULES, cool_off=timedelta(0))
    numbers = _numbers(database, count)
    pairs.update_scores(database, [scored(a, b, "duplicate", TWO_FACTORS) for a, b in numbers])
    derivation.rebuild(database, desk.today)
    candidates = dict(database.connection.execute("SELECT key, id FROM candidate"))
    for a, b in numbers:
        yield decide.merge(desk, candidate.view(desk, candidates[f"contacts:{a}+{b}"])).operation or 0


def _numbers(database: Database, count: int) -> Sequence[tuple[int, int]]:
    known = dict(database.connection.execute("SELECT id, number FROM contact"))
    found = ([known[id_] for id_ in ids_of(index)] for index in range(count))
    return [(min(pair), max(pair)) for pair in found]
