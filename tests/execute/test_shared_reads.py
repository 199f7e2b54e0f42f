"""Reads of operations that are under way together go in few calls, and a fault of one is no fault of the others."""

import asyncio
from collections.abc import Iterable

import pytest

from reviewer.execute.shared_reads import SharedReads
from reviewer.genesys.bulk import CHUNK, BulkAnswer, BulkFailure
from reviewer.genesys.errors import ApiError, BadAnswer, CannotConnect, NotFound
from tests.execute.scene import until_async


class Service:
    """Answers when it is told to. ``broken`` ids spoil every answer that they are in; ``gone`` ones are not known."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, ...]] = []
        self.of_the_living: list[tuple[str, ...]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.broken: set[str] = set()
        self.gone: set[str] = set()
        self.repeated = False
        self.fault: ApiError | None = None

    async def bulk_unresolved(self, ids: Iterable[str]) -> BulkAnswer:
        asked = tuple(ids)
        self.calls.append(asked)
        await self.open.wait()
        if self.fault is not None:
            raise self.fault
        if self.broken & set(asked):
            raise BadAnswer(200, "", "not JSON", "", "POST bulk")
        found = {id_: id_.encode() for id_ in asked if id_ not in self.gone}
        failed = {id_: BulkFailure(404, "", "") for id_ in asked if id_ in self.gone}
        return BulkAnswer(found, failed, repeated=self.repeated)

    async def bulk_contacts(self, ids: Iterable[str]) -> BulkAnswer:
        asked = tuple(ids)
        self.of_the_living.append(asked)
        return BulkAnswer({id_: f"head of {id_}".encode() for id_ in asked})

    async def unresolved(self, contact_id: str) -> bytes:
        self.calls.append((contact_id,))
        if contact_id in self.gone:
            raise NotFound(404, "", "", "", "GET unresolved")
        return contact_id.encode()


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def reads(service: Service) -> SharedReads:
    return SharedReads(service)  # type: ignore[arg-type]


async def test_one_that_asks_alone_is_answered_at_once_with_its_own_call(service: Service, reads: SharedReads) -> None:
    answer = await reads.bulk_unresolved(["a", "b"])
    assert answer.found == {"a": b"a", "b": b"b"} and service.calls == [("a", "b")]


async def test_what_is_asked_while_a_call_is_under_way_goes_in_the_next(service: Service, reads: SharedReads) -> None:
    service.open.clear()
    first = asyncio.create_task(reads.bulk_unresolved(["a"]))
    await until_async(lambda: bool(service.calls))
    others = [asyncio.create_task(reads.bulk_unresolved([f"{n}-a", f"{n}-b"])) for n in range(3)]
    others.append(asyncio.create_task(reads.bulk_unresolved(["0-a"])))
    await asyncio.sleep(0)
    assert service.calls == [("a",)]
    service.open.set()
    answers = await asyncio.gather(first, *others)
    assert service.calls[1:] == [("0-a", "0-b", "1-a", "1-b", "2-a", "2-b")]
    assert [sorted(answer.found) for answer in answers[1:]] == [
        ["0-a", "0-b"], ["1-a", "1-b"], ["2-a", "2-b"], ["0-a"]
    ]  # fmt: skip


async def test_a_full_call_goes_beside_the_one_under_way(service: Service, reads: SharedReads) -> None:
    service.open.clear()
    asking = [asyncio.create_task(reads.bulk_unresolved([f"{n}-a", f"{n}-b"])) for n in range(CHUNK + 1)]
    await until_async(lambda: len(service.calls) == 3)
    assert sorted(len(call) for call in service.calls) == [2, CHUNK, CHUNK]
    service.open.set()
    await asyncio.gather(*asking)


async def test_an_answer_that_one_contact_spoils_costs_only_its_own_operation(
    service: Service, reads: SharedReads
) -> None:
    service.broken = {"bad"}
    asked = [["a", "b"], ["bad", "c"], ["d", "e"]]
    answers = await asyncio.gather(*map(reads.bulk_unresolved, asked), return_exceptions=True)
    assert isinstance(answers[1], BadAnswer)
    assert [sorted(one.found) for one in (answers[0], answers[2]) if isinstance(one, BulkAnswer)] == [
        ["a", "b"], ["d", "e"]
    ]  # fmt: skip


async def test_what_every_operation_would_meet_is_not_asked_again_for_each(
    service: Service, reads: SharedReads
) -> None:
    service.fault = CannotConnect("api.example", "", "POST bulk")
    answers = await asyncio.gather(*(reads.bulk_unresolved([f"{n}"]) for n in range(5)), return_exceptions=True)
    assert all(isinstance(one, CannotConnect) for one in answers) and len(service.calls) == 1


async def test_records_that_waited_for_others_are_read_anew(service: Service, reads: SharedReads) -> None:
    service.repeated = True
    await asyncio.gather(reads.bulk_unresolved(["a"]), reads.bulk_unresolved(["b"]))
    assert service.calls == [("a", "b"), ("a",), ("b",)]


async def test_single_records_are_read_together_too_and_one_that_is_gone_is_told(
    service: Service, reads: SharedReads
) -> None:
    service.gone = {"gone"}
    wanted = [reads.unresolved("a"), reads.unresolved("gone"), reads.unresolved("b")]
    answers = await asyncio.gather(*wanted, return_exceptions=True)
    assert answers[0] == b"a" and answers[2] == b"b" and isinstance(answers[1], NotFound)
    assert service.calls == [("a", "gone", "b"), ("gone",)]


async def test_one_that_gives_up_while_it_waits_is_not_asked_for(service: Service, reads: SharedReads) -> None:
    service.open.clear()
    first = asyncio.create_task(reads.bulk_unresolved(["a"]))
    await until_async(lambda: bool(service.calls))
    second = asyncio.create_task(reads.bulk_unresolved(["b"]))
    await asyncio.sleep(0)
    second.cancel()
    service.open.set()
    await asyncio.gather(first, second, return_exceptions=True)
    assert service.calls == [("a",)]


async def test_the_living_behind_contacts_are_read_together_and_not_with_the_records(
    service: Service, reads: SharedReads
) -> None:
    heads = [reads.bulk_contacts(["a", "b"]), reads.bulk_contacts(["c"])]
    answers = await asyncio.gather(*heads, reads.bulk_unresolved(["a"]))
    assert [sorted(one.found) for one in answers] == [["a", "b"], ["c"], ["a"]]
    assert answers[1].found == {"c": b"head of c"} and answers[2].found == {"a": b"a"}
    assert service.of_the_living == [("a", "b", "c")] and service.calls == [("a",)]
