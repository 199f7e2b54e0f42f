"""A served organisation, a mirror of some of its contacts, and an executor between them."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from reviewer.domain.journal import State
from reviewer.domain.levels import Attribute
from reviewer.domain.record import make_record
from reviewer.execute.consent import Consent
from reviewer.execute.executor import Executor
from reviewer.execute.index_lag import IndexLag
from reviewer.execute.journaling import Journal
from reviewer.execute.recovery import Recovery
from reviewer.execute.sending import Sender
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.connection import Connection
from reviewer.review import candidate, decide
from reviewer.review.decide import Decided
from reviewer.review.desk import Desk
from reviewer.review.steward import Steward
from reviewer.review.views import CandidateView
from reviewer.simulator.serving import ServedOrganization
from reviewer.store import audit, contacts, derivation, operations, pairs, queue
from reviewer.store.clock import now
from reviewer.store.database import Database, open_database
from reviewer.store.operations import Operation
from tests.review.people import RULES, SOCIAL, SOURCE, TWO_FACTORS, Levels, person, phone, scored

SETTLE = timedelta(seconds=0.3)
NO_LAG = IndexLag(0)
"""The organisation's look-up tables are not behind: a wrong answer is wrong at once."""

PAIRS = 3000
"""Pairs of contacts in the organisation; a test uses fresh ones."""

STITCHES = 400

NORTHERN = 60
"""Pairs in another division."""


def write_contacts(path: Path, more: Sequence[dict[str, Any]] = ()) -> None:
    """Every contact of the organisation, and ``more``, as a file."""
    lines = [one for index in range(PAIRS) for one in _pair(index)]
    lines += [one for index in range(STITCHES) for one in _stitch(index)]
    north = {"division": {"id": "north"}}
    lines += [{**one, **north, "id": f"north-{one['id']}"} for index in range(NORTHERN) for one in _pair(9000 + index)]
    lines += more
    path.write_text("\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8")


def _pair(index: int) -> Iterator[dict[str, Any]]:
    mail, number = f"kim{index}@mail.example", f"+1702919{index:04d}"
    anchor = {"externalSource": {"id": SOURCE}, "value": f"0031-{index}"}
    yield person(f"pair-{index}-a", personalEmail=mail, cellPhone=phone(number), externalIds=[anchor])
    later = "2026-10-02T09:00:00Z"
    yield person(f"pair-{index}-b", firstName="Kimberly", personalEmail=mail, modifyDate=later)


def _stitch(index: int) -> Iterator[dict[str, Any]]:
    account = {"ids": [{"scopedId": f"1784140{index:04d}"}]}
    yield person(f"stitch-{index}-a", firstName="Jane", instagramId=account)
    yield {"id": f"stitch-{index}-b", "type": "Ephemeral", "division": {"id": "home"}, "instagramId": account}


class Killed(BaseException):
    """The process ends here, as far as the code under test can tell."""


class Scene:
    """What a test plays in. ``fresh`` gives numbers of contacts that no other test has used."""

    def __init__(
        self,
        served: ServedOrganization,
        folder: Path,
        fresh: Iterator[int],
        stitches: Iterator[int],
        northern: Iterator[int],
    ) -> None:
        self.served = served
        self.path = folder / "scene.db"
        self.database: Database = open_database(self.path)
        self._fresh, self._stitches, self._northern = fresh, stitches, northern
        self.desk = Desk(self.database, Steward("ada"), RULES, cool_off=timedelta(0))
        self._clients: list[GenesysClient] = []

    def close(self) -> None:
        self.database.close()

    def connection(self, **changes: Any) -> Connection:
        access = self.served.access
        given = {"client_id": access.client_id, "client_secret": access.client_secret, "api_url": access.url}
        return Connection(**{**given, "timeout": 10, **changes})

    def client(self, **changes: Any) -> GenesysClient:
        """A client in no hurry to give up; use it in an ``async with`` block."""
        return GenesysClient(self.connection(**changes), read_budget=5)

    def executor(
        self,
        client: GenesysClient,
        *,
        settle: timedelta = SETTLE,
        database: Database | None = None,
        lag: IndexLag = NO_LAG,
        consent: Consent | None = None,
    ) -> Executor:
        sender = Sender(client, Journal(database or self.database, RULES), consent or Consent(), index_lag=lag)
        return Executor(sender, Recovery(sender, settle))

    async def run(self, **how: Any) -> tuple[int, ...]:
        """One run of a new executor; the operations it carried out and recovered."""
        async with self.client() as client:
            done = await self.executor(client, **how).run_once()
        return (*done.recovered, *done.carried_out)

    async def mirror(self, *ids: str) -> None:
        """Bring contacts into the mirror, as a sync does."""
        async with self.client() as client:
            found = (await client.bulk_unresolved(ids)).found
        records = [make_record(found[id_], RULES) for id_ in ids]
        contacts.write(self.database, records, origin="api", read_at=now())

    async def pair(self) -> int:
        """A candidate of two contacts that nobody has touched; its number."""
        index = next(self._fresh)
        return await self.candidate_of(f"pair-{index}-a", f"pair-{index}-b", "duplicate", TWO_FACTORS)

    def fresh_number(self) -> int:
        """A number that no other test has used."""
        return next(self._fresh)

    def fresh_stitch(self) -> int:
        """The number of a person and an anonymous contact that no other test has used."""
        return next(self._stitches)

    def view(self, number: int) -> CandidateView:
        return candidate.view(self.desk, number)

    async def changed_pair(self, first: Mapping[str, Any], second: Mapping[str, Any]) -> int:
        """A candidate of two contacts whose fields were changed before they were read."""
        index = next(self._fresh)
        ids = f"pair-{index}-a", f"pair-{index}-b"
        for id_, fields in zip(ids, (first, second), strict=True):
            for field, value in fields.items():
                await self.change(id_, field, value)
        return await self.candidate_of(*ids, "duplicate", TWO_FACTORS)

    async def northern_pair(self) -> int:
        """A candidate as ``pair`` makes it, in the division *north*."""
        index = 9000 + next(self._northern)
        return await self.candidate_of(f"north-pair-{index}-a", f"north-pair-{index}-b", "duplicate", TWO_FACTORS)

    async def stitch_pair(self) -> int:
        """A candidate of a person and an anonymous contact with the same account; its number."""
        index = self.fresh_stitch()
        return await self.candidate_of(f"stitch-{index}-a", f"stitch-{index}-b", "stitch", SOCIAL)

    async def candidate_of(self, first: str, second: str, kind: str, levels: Levels) -> int:
        """The candidate of two contacts, read afresh; its number."""
        await self.mirror(first, second)
        found = contacts.by_ids(self.database, [first, second])
        a, b = sorted(found[id_].number for id_ in (first, second))
        pairs.update_scores(self.database, [scored(a, b, kind, levels)])
        derivation.rebuild(self.database, self.desk.today)
        key = f"contacts:{a}+{b}"
        row = self.database.connection.execute("SELECT id FROM candidate WHERE key = ?", (key,)).fetchone()
        return int(row[0])

    def approve(self, number: int, **picks: str) -> Decided:
        view = candidate.view(self.desk, number, picks=picks)
        return (decide.stitch if view.kind == "stitch" else decide.merge)(self.desk, view)

    async def approved(self) -> int:
        """The number of an operation that is approved and due."""
        return self.approve(await self.pair()).operation or 0

    async def approved_in_the_north(self) -> int:
        return self.approve(await self.northern_pair()).operation or 0

    async def approved_stitch(self) -> int:
        return self.approve(await self.stitch_pair()).operation or 0

    def operation(self, number: int) -> Operation:
        return operations.read(self.database, number)

    def state(self, number: int) -> State:
        return self.operation(number).state

    def members(self, number: int) -> list[str]:
        """Ids of the contacts that an operation is about: what it keeps or kept, without what came out of them."""
        query = "SELECT substr(subject, 9) FROM operation_hold WHERE operation = ? AND subject LIKE 'contact:%'"
        kept = {id_ for (id_,) in self.database.connection.execute(query, (number,))}
        return sorted(kept - {self.operation(number).canonical})

    def acts(self, number: int) -> list[str]:
        return [entry.act for entry in audit.entries(self.database, f"operation:{number}")]

    def calls(self, number: int) -> list[dict[str, Any]]:
        """The merges of an operation's contacts that reached the organisation."""
        mine = set(self.members(number))
        merges = [call for call in self.served.read("calls") if call["endpoint"] == "merge" and call.get("body")]
        return [call for call in merges if mine & set(call["body"]["contactIds"])]

    def sent(self, endpoint: str, operation: int) -> list[dict[str, Any]]:
        """Calls of an endpoint for the contact that came out of an operation."""
        canonical = self.operation(operation).canonical
        return [
            c for c in self.served.read("calls") if c["endpoint"] == endpoint and str(canonical) in c.get("path", "")
        ]

    def effects(self, number: int) -> list[str]:
        """What merges of an operation's contacts did in the organisation, late effects included."""
        mine = self.members(number)
        said = [str(call["effect"]) for call in self.served.read("calls") if call["effect"]]
        return [effect for effect in said if effect.startswith("merged") and any(id_ in effect for id_ in mine)]

    def fault(self, endpoint: str, kind: str, **parts: Any) -> None:
        self.served.write("faults", {endpoint: {"kind": kind, **parts}})

    async def elsewhere(self, *ids: str, **fields: str) -> str:
        """A colleague merges contacts in the service; the id of the result."""
        async with self.client() as client:
            merged: str = json.loads((await client.merge(ids, fields or None)).body)["id"]
        return merged

    async def change(self, id_: str, field: str, value: Any) -> None:
        """A colleague changes a contact in the service."""
        async with self.client() as client:
            await client.patch(id_, [{"field": f"$.{field}", "action": "Update", "value": value}])

    async def read(self, id_: str) -> dict[str, Any]:
        """The living contact behind an id."""
        async with self.client() as client:
            found: dict[str, Any] = json.loads(await client.contact(id_))
        return found

    def candidate_state(self, number: int) -> tuple[str, str]:
        found = queue.read(self.database, number)
        return found.state, found.mark


LEVELS_OF_NAMESAKES: Levels = {Attribute.GIVEN: "exact", Attribute.SURNAME: "exact"}


def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for a condition; fails if it does not come about."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.005)


async def until_async(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """``until``, while the event loop goes on."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        await asyncio.sleep(0.005)


def all_ended(database: Database, numbers: Sequence[int]) -> bool:
    from reviewer.domain.journal import END_STATES

    return all(operations.read(database, number).state in END_STATES for number in numbers)
