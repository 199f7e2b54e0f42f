"""Reads of many operations in few calls: what waits for its turn at the same time goes together.

One bulk call takes 50 ids, the members of 25 pairs. Nobody waits for company: where no read is under way one goes at
once, and what is asked for until it is answered goes in the next; a full call goes beside it. So a single operation
is read as fast as ever, and the busier the executor is, the fewer calls each operation costs.

That a shared call fails, or that its answer cannot be used, says nothing of any one operation: each is then read by
itself, and only the one that is at fault learns of it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from reviewer.execute.faults import ends_the_run
from reviewer.genesys.bulk import CHUNK, BulkAnswer
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.errors import ApiError


class Reads(Protocol):
    """Reading contacts without redirection; a ``GenesysClient`` does, one call for each question."""

    async def bulk_unresolved(self, ids: Iterable[str]) -> BulkAnswer:
        """The very records of many ids."""

    async def unresolved(self, contact_id: str) -> bytes:
        """The very record of an id. Raises ``NotFound``."""

    async def bulk_contacts(self, ids: Iterable[str]) -> BulkAnswer:
        """The living contacts behind many ids."""


@dataclass
class _Question:
    """The ids that one operation wants to know of; ``alone`` asks for them without company."""

    ids: tuple[str, ...]
    alone: Callable[[], Awaitable[BulkAnswer]]
    answer: asyncio.Future[BulkAnswer]


class SharedReads:
    """Answers the questions of operations that are under way on one event loop; raises what the client raises."""

    def __init__(self, client: GenesysClient) -> None:
        self.client = client
        self._records = _Queue(lambda ids: client.bulk_unresolved(ids))
        self._living = _Queue(lambda ids: client.bulk_contacts(ids))

    async def bulk_unresolved(self, ids: Iterable[str]) -> BulkAnswer:
        """The very records of these ids, ancestors included."""
        return await self._records.ask_all(ids)

    async def unresolved(self, contact_id: str) -> bytes:
        """The very record of an id. Raises ``NotFound`` if there is none, ``ApiError`` if it cannot be read."""

        async def alone() -> BulkAnswer:
            return BulkAnswer(found={contact_id: await self.client.unresolved(contact_id)})

        answer = await self._records.ask((contact_id,), alone)
        if contact_id not in answer.found:
            # The call for this one alone tells what is the matter with it in the words of the service.
            answer = await alone()
        return answer.found[contact_id]

    async def bulk_contacts(self, ids: Iterable[str]) -> BulkAnswer:
        """The living contacts behind these ids."""
        return await self._living.ask_all(ids)


@dataclass
class _Queue:
    """The questions of one kind, and the ``call`` that answers many of them."""

    call: Callable[[Sequence[str]], Awaitable[BulkAnswer]]
    _waiting: list[_Question] = field(default_factory=list, repr=False)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set, repr=False)

    async def ask_all(self, ids: Iterable[str]) -> BulkAnswer:
        """What the call tells of these ids."""
        wanted = tuple(dict.fromkeys(ids))

        async def alone() -> BulkAnswer:
            return await self.call(wanted)

        return await self.ask(wanted, alone)

    async def ask(self, ids: tuple[str, ...], alone: Callable[[], Awaitable[BulkAnswer]]) -> BulkAnswer:
        """An answer about these ids; ``alone`` asks for them where the shared call cannot tell."""
        question = _Question(ids, alone, asyncio.get_running_loop().create_future())
        self._waiting.append(question)
        if not self._under_way:
            self._start(self._call())
        elif _fill(self._waiting) < len(self._waiting):
            self._start(self._call_for(self._taken()))
        try:
            return await question.answer
        except asyncio.CancelledError:
            if question in self._waiting:
                self._waiting.remove(question)
            raise

    def _start(self, call: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(call)
        self._under_way.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if self._waiting and not self._under_way:
            self._start(self._call())

    async def _call(self) -> None:
        """One call; what it carries is settled when it begins, after all that are ready have asked."""
        await self._call_for(self._taken())

    def _taken(self) -> list[_Question]:
        """The questions of the next call, which do not wait any more."""
        taken = _fill(self._waiting)
        together, self._waiting[:taken] = self._waiting[:taken], []
        return together

    async def _call_for(self, together: Sequence[_Question]) -> None:
        if len(together) == 1:
            await _settle(together[0])
        elif together:
            await self._call_together(together)

    async def _call_together(self, together: Sequence[_Question]) -> None:
        try:
            whole = await self.call(list(dict.fromkeys(id_ for one in together for id_ in one.ids)))
        except BaseException as error:
            if isinstance(error, ApiError) and not ends_the_run(error):
                await _settle_each(together)
                return
            for one in together:
                _fail(one, error)
            if isinstance(error, _ENDS_THE_LOOP):
                raise
            return
        if whole.repeated:  # for some contacts that could not be read at first; the others' records are old by now
            await _settle_each(together)
            return
        for one in together:
            _give(one, _part(whole, one.ids))


_ENDS_THE_LOOP = (KeyboardInterrupt, SystemExit, asyncio.CancelledError)


def _fill(waiting: Sequence[_Question]) -> int:
    """How many of the questions, in their order, go into one call; one that is larger than a call goes by itself."""
    ids = 0
    for number, one in enumerate(waiting):
        ids += len(one.ids)
        if number and ids > CHUNK:
            return number
    return len(waiting)


def _part(whole: BulkAnswer, ids: Iterable[str]) -> BulkAnswer:
    wanted = set(ids)
    found = {id_: body for id_, body in whole.found.items() if id_ in wanted}
    return BulkAnswer(found, {id_: why for id_, why in whole.failed.items() if id_ in wanted})


async def _settle_each(questions: Sequence[_Question]) -> None:
    await asyncio.gather(*map(_settle, questions))


async def _settle(question: _Question) -> None:
    try:
        answer = await question.alone()
    except BaseException as error:
        _fail(question, error)
        if isinstance(error, _ENDS_THE_LOOP):
            raise
    else:
        _give(question, answer)


def _give(question: _Question, answer: BulkAnswer) -> None:
    if not question.answer.done():
        question.answer.set_result(answer)


def _fail(question: _Question, error: BaseException) -> None:
    if not question.answer.done():
        question.answer.set_exception(error)
