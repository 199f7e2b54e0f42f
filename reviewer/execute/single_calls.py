"""The engine for plans of single calls: plans whose first step is no merge (kinds ``link`` and ``compensate``).

It brings one step after another to its end; in what order, and what follows when one is refused, is the *course* of
the plan (``linking.py`` is one; ``courses.py`` says which kind takes which). For each step:

1. what the service shows is read first (``StepWork.find``): a step that is done is not sent, one that is hindered is
   refused without a call;
2. the intent is on disk, then the call is made once, then its answer is on disk;
3. without an answer the operation is *unclear*: ``StepUnclearError``. After the settle time recovery calls the course
   again, the step is read back, and only if it certainly had no effect is it sent again, at most ``MOST_UNCLEAR``
   times;
4. an error of the service is believed, but read back once: if the step is done all the same, it is done.

The states are those of the journal's table. The first call takes the operation from *staged* to *sending*, its answer
to *confirmed* and at once to *following up*, where it stays, but for *unclear*, until its course ends it. As long as no
step took effect, a call that certainly had none takes it back to *staged* (``NotBegunError``), and everything is
checked again before it is sent: the approval, the contacts, the line.

A request may name the contact that an earlier step made: ``{"contactId": {"step": 1}, ...}`` means the ``id`` in the
answer of step 1 of the same operation (numbers count from 1). What is sent and read has the id in its place; what is
journaled and approved keeps the reference.

To add a kind of step: a class with the methods of ``StepWork``, and its line in ``courses.py``. To add a kind of plan:
a ``Course``, its line there, and its shape in ``domain/plan_shapes.py``. The checks before the first call (the stored
approval, origin, fingerprint, line) and the dispatch from sending and recovery are there for all kinds.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reviewer.domain.answer import Difference
from reviewer.domain.errors import DatabaseError, ReviewerError
from reviewer.domain.journal import State
from reviewer.domain.plan import StepKind
from reviewer.domain.wire import JsonObject, decode_object
from reviewer.execute.approval import Approval
from reviewer.execute.faults import (
    CannotTellError,
    DamagedApprovalError,
    GrownOldError,
    NotBegunError,
    StepUnclearError,
    WaitsError,
    ends_the_run,
    lets_wait,
    was_not_sent,
)
from reviewer.execute.freshness import GROWN_OLD, MOST_READINGS, is_fresh
from reviewer.execute.journaling import Journal
from reviewer.execute.reading import as_contact
from reviewer.execute.step_work import EFFECT_NOT_KNOWN, Finding, Standing, StepWork
from reviewer.genesys.answers import Answer
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.errors import ApiError, BadAnswer, MissingPermission, UnclearOutcome, Withheld
from reviewer.store import operations
from reviewer.store.operations import StepRow


class Brought(NamedTuple):
    """How a step ended: why it could not be done (empty if it is), and where its answer is not what was asked."""

    refused: str
    differences: list[Difference]
    correlation_id: str = ""


class _Step(NamedTuple):
    """A step that is being brought to its end; ``begun`` if a step of its plan took effect before."""

    row: StepRow
    request: JsonObject
    work: StepWork
    approval: Approval
    begun: bool

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands in the journal."""
        return self.row.operation, self.row.number


@dataclass(frozen=True)
class SingleCalls:
    """Brings single steps to their ends.

    ``held_back`` says why nothing may be sent now, ``not_begun`` why the first call of an operation may not (outside of
    the execution windows, for one); empty if it may.
    """

    client: GenesysClient
    journal: Journal
    works: Mapping[StepKind, StepWork]
    held_back: Callable[[], str]
    not_begun: Callable[[int], str]

    async def bring(self, operation: int, approval: Approval, number: int) -> Brought:
        """Bring a step to its end, whatever was done of it before; safe to be called again after any crash.

        Raises ``StepUnclearError`` where no answer came, ``NotBegunError`` where the operation went back to the staging
        area or was taken back, ``WaitsError`` where it can only go on later, ``MissingPermission`` where the first call
        of a plan is forbidden, ``ApiError`` where every operation would meet a fault.
        """
        step = self._step(operation, approval, number)
        row = step.row
        if row.state == "done":
            if self._state(step) is State.CONFIRMED:  # the executor stopped before the plan could go on
                self.journal.go_on(operation)
            return Brought("", self._differences(step, None, row.answer if row.status else None))
        if row.state == "not done":
            return Brought(row.error, [], row.correlation_id)
        if row.state == "sending":
            raise DamagedApprovalError(f"step {number} of operation {operation} is on its way: it is read back first")
        self._resume(step)
        if row.state == "pending" and step.begun:
            self._check_open(step)  # before anything is read: an idle executor asks nothing of the service
        for _ in range(MOST_READINGS):
            try:
                return await self._go_on(step)
            except GrownOldError:
                step = self._step(operation, approval, number)
        raise WaitsError(f"its plan has begun, but {GROWN_OLD} each time a step had waited for its turn")

    async def _go_on(self, step: _Step) -> Brought:
        """Read how the service stands towards a step, and send it if that is left to do, on what was just read."""
        row, finding = step.row, await self._find(step)
        if finding.standing is Standing.DONE:
            return self._is_done(step, finding.body, "nothing left to do" if row.state == "pending" else "read back")
        if finding.standing in (Standing.HINDERED, Standing.UNKNOWN):
            return self._refuse(step, finding.told)
        if reason := self.journal.given_up(*step.place):
            return self._refuse(step, f"{reason}: {row.error}" if row.error else reason)
        self._back_to_staging(step)
        self._check_open(step)
        return await self._send(step, finding)

    def _step(self, operation: int, approval: Approval, number: int) -> _Step:
        rows = operations.steps(self.journal.database, operation)
        row = rows[number - 1]
        work = self.works[StepKind(row.kind)]
        begun = any(one.state == "done" for one in rows)
        return _Step(row, _resolved(decode_object(row.request), rows), work, approval, begun)

    def _state(self, step: _Step) -> State:
        return operations.read(self.journal.database, step.row.operation).state

    def _resume(self, step: _Step) -> None:
        """Leave *unclear* or *confirmed* where the plan has begun: what is left of it goes on."""
        if step.begun and self._state(step) in (State.UNCLEAR, State.CONFIRMED):
            self.journal.go_on(step.row.operation)

    def _back_to_staging(self, step: _Step) -> None:
        """A first call that certainly had no effect is not simply made again: its plan is checked anew."""
        if not step.begun and self._state(step) is State.UNCLEAR:
            self.journal.not_done(*step.place, "it had no effect; it will be sent again")
            raise NotBegunError("nothing of it took effect: it is staged again")

    def _why_held(self, step: _Step) -> str:
        """Why a step may not be sent now; empty if it may."""
        return self.held_back() if step.begun else self.not_begun(step.row.operation)

    def _check_open(self, step: _Step) -> None:
        if reason := self._why_held(step):
            raise self._later(reason, step)

    async def _find(self, step: _Step) -> Finding:
        """How the service stands towards a step. A fault of the reading that may pass says nothing: it waits."""
        try:
            return await step.work.find(step.request, step.approval, new=step.row.state == "pending")
        except ApiError as error:
            if ends_the_run(error):
                raise
            if lets_wait(error):
                raise WaitsError(f"how its plan stands cannot be read yet: {error}") from error
            return Finding(Standing.HINDERED, str(error))

    def _is_done(self, step: _Step, body: bytes | None, act: str) -> Brought:
        """What the step is for is so, as reading shows; of an answer to the call itself nothing is known."""
        state = self._state(step)
        if state is State.STAGED:
            if not self.journal.nothing_to_send(*step.place, body):
                raise NotBegunError("it was taken back")
        elif step.begun:
            self.journal.finish_step(*step.place, body, act=act)
        else:
            self.journal.confirm(*step.place, Answer(0, body or b"", ""))
            self.journal.go_on(step.row.operation)
        return Brought("", [])

    def _refuse(self, step: _Step, reason: str, correlation_id: str = "") -> Brought:
        self.journal.step_not_done(*step.place, reason, correlation_id)
        return Brought(reason, [], correlation_id)

    async def _send(self, step: _Step, finding: Finding) -> Brought:
        at = time.monotonic()

        def may_send() -> bool:
            return not self._why_held(step) and is_fresh(at, self.client.pace())

        if step.begun:
            self.journal.begin_step(*step.place)
        elif not self.journal.intend(*step.place):
            raise NotBegunError("it was taken back")
        try:
            answer = await step.work.send(step.request, may_send)
            differences = self._differences(step, finding.body, answer.body)
        except Withheld:
            raise self._withheld(step) from None
        except DatabaseError as error:  # the token that it would have been sent with leads to another organisation
            self._not_sent(step, str(error))
            raise
        except UnclearOutcome as error:
            self.journal.unclear(*step.place, error)
            raise StepUnclearError(str(error)) from error
        except CannotTellError as error:
            told = UnclearOutcome(answer.status, "", str(error), answer.correlation_id, f"the step {step.row.kind}")
            self.journal.unclear(*step.place, told)
            raise StepUnclearError(str(error)) from error
        except ApiError as error:
            return await self._said_no(step, error)
        if step.begun:
            self.journal.finish_step(*step.place, answer.body, act=step.work.act, answer=answer)
        else:
            self.journal.confirm(*step.place, answer)
            self.journal.go_on(step.row.operation)
        return Brought("", differences)

    def _withheld(self, step: _Step) -> ReviewerError:
        """What follows for a step that was called back when its turn had come."""
        reason = self._why_held(step)
        self._not_sent(step, f"not sent: {reason or GROWN_OLD} while it waited")
        return GrownOldError(GROWN_OLD) if step.begun and not reason else self._later(reason or GROWN_OLD, step)

    def _not_sent(self, step: _Step, reason: str) -> None:
        if step.begun:
            self.journal.step_not_sent(*step.place, reason)
        else:
            self.journal.not_done(*step.place, reason)

    def _later(self, reason: str, step: _Step) -> WaitsError | NotBegunError:
        return WaitsError(f"its plan has begun, but {reason}") if step.begun else NotBegunError(reason)

    async def _said_no(self, step: _Step, error: ApiError) -> Brought:
        """The call was not made, or refused; where it was refused, what is so is read once."""
        if was_not_sent(error):
            self._not_sent(step, str(error))
            if step.begun and isinstance(error, BadAnswer):
                raise WaitsError(f"its plan has begun, but a step could not be sent yet: {error}") from error
            raise error
        if isinstance(error, MissingPermission) and not step.begun:
            self.journal.not_done(*step.place, str(error))
            raise error
        try:
            finding = await step.work.find(step.request, step.approval, new=False)
        except (ApiError, CannotTellError):
            finding = Finding(Standing.OPEN)
        if finding.standing is Standing.DONE:
            return self._is_done(step, finding.body, "read back")
        told = f"{error} {finding.told.removeprefix(f'{EFFECT_NOT_KNOWN}: ')}".strip()
        return self._refuse(step, told, error.correlation_id)

    @staticmethod
    def _differences(step: _Step, before: bytes | None, answer: bytes | None) -> list[Difference]:
        return step.work.differences(step.request, before, answer) if answer else []


def _resolved(request: JsonObject, rows: Sequence[StepRow]) -> JsonObject:
    """A request whose contact is the one that an earlier step made, with that contact's id."""
    named = request.get("contactId")
    if not isinstance(named, dict):
        return request
    answer = rows[int(named["step"]) - 1].answer
    if answer is None:
        raise DamagedApprovalError(f"step {named['step']} of operation {rows[0].operation} has no answer to refer to")
    return {**request, "contactId": str(as_contact(answer)["id"])}
