"""What a plan does after its merge was confirmed: remove what must not be in the result, release identifiers.

Each step is first asked of the contact as it is: one that has nothing left to do is done. One that was sent without an
answer is unclear, and nothing more is sent for this operation until recovery has read the contact after the settle
time. A step that the service refuses stays undone, and the contact is then judged as it is.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from reviewer.domain.answer import Difference, merge_differences
from reviewer.domain.contact import contact_from
from reviewer.domain.errors import DatabaseError, ReviewerError
from reviewer.domain.follow_up import changed_answer, changed_by_others, changes_left, to_release, written_again
from reviewer.domain.identifiers import Identifier, field_identifiers, own_form
from reviewer.domain.plan import FOLLOWING, Step, StepKind
from reviewer.domain.wire import JsonObject, decode_object
from reviewer.execute.approval import Approval
from reviewer.execute.faults import (
    CannotTellError,
    ChangedHandsError,
    GrownOldError,
    StepUnclearError,
    WaitsError,
    ends_the_run,
    lets_wait,
    was_not_sent,
)
from reviewer.execute.freshness import GROWN_OLD, MOST_READINGS, is_fresh
from reviewer.execute.index_lag import IndexLag
from reviewer.execute.journaling import Journal
from reviewer.execute.reading import as_contact
from reviewer.genesys.answers import Answer
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.errors import ApiError, BadAnswer, NotFound, UnclearOutcome, Withheld
from reviewer.genesys.transport import MaySend
from reviewer.store.operations import StepRow

T = TypeVar("T")


class Followed(NamedTuple):
    """What came of the steps.

    ``body`` is the merged contact as it was read last, if it was; ``refused`` says why steps could not be done,
    ``ended`` why nothing more could be done or proved, empty otherwise.
    """

    body: bytes | None
    differences: list[Difference]
    refused: list[str]
    ended: str


class Merged(NamedTuple):
    """The merged contact that the steps are about: its id, the answer of the merge that made it, and that merge's ids.

    ``read_later`` says that the contact was read in place of an answer that never came.
    """

    id: str
    answer: JsonObject
    sources: tuple[str, ...]
    read_later: bool


@dataclass(frozen=True)
class FollowUp:
    """Carries out the steps after one operation's merge. ``held_back`` says why nothing may be sent now, if so."""

    client: GenesysClient
    journal: Journal
    held_back: Callable[[], str]
    lag: IndexLag

    async def carry_out(self, approval: Approval, merged: Merged, steps: Sequence[StepRow]) -> Followed:
        """Do what is left of the steps, and hold the contact against the promise.

        Raises ``WaitsError``, ``CannotTellError`` and ``StepUnclearError`` where it can only go on later, ``ApiError``
        where every operation would meet a fault: the operation then stays as it is.
        """
        refused: list[str] = []
        removed = True
        try:
            for step, planned in zip(steps, approval.steps, strict=True):
                if planned.kind not in FOLLOWING:
                    continue
                answer = await self._do(approval, merged, step, planned, refused, removed=removed)
                if planned.kind is StepKind.REMOVE:
                    removed = not refused
                    if answer and (found := changed_answer(planned.request, merged.id, as_contact(answer))):
                        return Followed(None, found, refused, "")
            body = await self.read(merged.id)
            return Followed(body, await self._judge(approval, merged, body), refused, "")
        except ChangedHandsError as error:
            return Followed(error.body, [], refused, str(error))
        except ApiError as error:
            if ends_the_run(error):
                raise
            return Followed(None, [], refused, str(error))

    async def _do(
        self, approval: Approval, merged: Merged, step: StepRow, planned: Step, refused: list[str], *, removed: bool
    ) -> bytes | None:
        """Bring a step to its end; the service's answer to it, if there was one."""
        if step.state == "not done":
            refused.append(f"{planned.kind}: {step.error}")
            return None
        if step.state == "done":
            return step.answer
        if step.state == "pending":
            self.check_open()  # before anything is read: an idle executor asks nothing of the service
        for _ in range(MOST_READINGS):
            try:
                return await self._on_what_is_read(approval, merged, step, planned, refused, removed=removed)
            except GrownOldError:
                continue
        raise WaitsError(f"merged, but {GROWN_OLD} each time the rest of its plan had waited for its turn")

    async def _on_what_is_read(
        self, approval: Approval, merged: Merged, step: StepRow, planned: Step, refused: list[str], *, removed: bool
    ) -> bytes | None:
        """Read the merged contact, and send what of a step is left to do; the service's answer, if there was one."""
        body = await self._read_before(step, planned, merged.id)
        new = step.state == "pending"
        request = await self._request_now(approval, merged, planned, body, removed=removed, new=new)
        if request is None:
            self.journal.finish_step(step.operation, step.number, None, act="nothing left to do")
            return None
        if reason := self.journal.given_up(step.operation, step.number):
            refused.append(self._give_up(step, planned, reason))
            return None
        self.check_open()
        return await self._carry_out(merged.id, step, planned._replace(request=request), refused)

    def check_open(self) -> None:
        """Raise ``WaitsError`` if nothing may be sent now."""
        if reason := self.held_back():
            raise WaitsError(f"merged, but {reason}")

    async def _read_before(self, step: StepRow, planned: Step, canonical: str) -> bytes:
        """The merged contact as ``read`` has it; if it was merged on, a call without an answer may have followed it."""
        try:
            return await self.read(canonical)
        except ChangedHandsError as error:
            target = error.merged_into
            if step.state == "pending" or not target:
                raise
            told = f"{error}, and its {planned.kind}, which was sent without an answer, may have reached {target}"
            raise ChangedHandsError(told, error.body, target) from error

    async def _carry_out(self, canonical: str, step: StepRow, planned: Step, refused: list[str]) -> bytes | None:
        read_at = time.monotonic()
        self.journal.begin_step(step.operation, step.number)
        try:
            answer = await self._send(canonical, planned, self.turn(read_at))
        except Withheld:
            raise self.withheld(step) from None
        except DatabaseError as error:  # the token that it would have been sent with leads to another organisation
            self.journal.step_not_sent(step.operation, step.number, str(error))
            raise
        except UnclearOutcome as error:
            self.journal.unclear(step.operation, step.number, error)
            raise StepUnclearError(str(error)) from error
        except ApiError as error:
            if not was_not_sent(error):
                refused.append(self._give_up(step, planned, str(error), error.correlation_id))
                return None
            self.journal.step_not_sent(step.operation, step.number, str(error))
            if isinstance(error, BadAnswer):
                raise WaitsError(f"merged, but the rest of its plan could not be sent yet: {error}") from error
            raise
        act = "removed" if planned.kind is StepKind.REMOVE else "released"
        self.journal.finish_step(step.operation, step.number, answer.body, act=act, answer=answer)
        return answer.body

    def _give_up(self, step: StepRow, planned: Step, reason: str, correlation_id: str = "") -> str:
        self.journal.step_not_done(step.operation, step.number, reason, correlation_id)
        return f"{planned.kind}: {reason}"

    async def _request_now(
        self, approval: Approval, merged: Merged, planned: Step, body: bytes, *, removed: bool, new: bool
    ) -> JsonObject | None:
        """What of a step is left to be sent, if anything; a ``new`` one was not sent before.

        Raises ``ChangedHandsError`` if it is not for it to do.
        """
        contact = as_contact(body)
        if planned.kind is StepKind.REMOVE:
            if paths := changed_by_others(planned.request, merged.answer, contact):
                told = f"{', '.join(paths)} of {merged.id} was changed since the merge: nothing was removed"
                raise ChangedHandsError(told, body)
            left = changes_left(planned.request, contact)
            return {"changes": left} if left else None
        identifier = to_release(planned.request)
        if fields := written_again(identifier, approval.steps, merged.answer, contact, removed=removed):
            told = f"{identifier.type} {identifier.value} stands in {', '.join(fields)} of {merged.id}"
            raise ChangedHandsError(f"{told}: it was not released", body)
        return planned.request if await self._is_held_yet(merged.id, planned, contact, new=new) else None

    async def _is_held_yet(self, canonical: str, planned: Step, contact: JsonObject, *, new: bool) -> bool:
        """Whether there is anything to release.

        Right after a merge the list may not show what was handed over: that it is not there is believed of a step that
        was sent before, and of a new one once the list shows what the contact's own fields imply.
        """
        if not new:
            return await self._is_held(canonical, planned)
        wanted = to_release(planned.request)
        implied = {found.identifier for found in field_identifiers(contact_from(contact))}

        def is_behind(shown: frozenset[Identifier]) -> bool:
            return wanted not in shown and not (implied and implied <= shown)

        return wanted in await self.lag.ask(lambda: self._held(canonical), is_behind)

    async def _is_held(self, canonical: str, planned: Step) -> bool:
        return to_release(planned.request) in await self._held(canonical)

    async def _held(self, canonical: str) -> frozenset[Identifier]:
        held = await self.asked(self.client.identifiers(canonical))
        return frozenset(
            own_form(one.type, one.value, one.external_source.id if one.external_source else None) for one in held
        )

    async def read(self, canonical: str) -> bytes:
        """The merged contact as it is now. Raises ``ChangedHandsError`` if it is gone or was merged on."""
        try:
            body = await self.asked(self.client.unresolved(canonical))
        except NotFound:
            raise ChangedHandsError(f"the service does not know {canonical} any more") from None
        if target := (as_contact(body).get("mergedTo") or {}).get("id"):
            raise ChangedHandsError(f"{canonical} was merged into {target} meanwhile", body, str(target))
        return body

    async def asked(self, question: Awaitable[T]) -> T:
        """An answer to a read. A fault of it says nothing about the steps: they wait."""
        try:
            return await question
        except ApiError as error:
            if lets_wait(error):
                raise WaitsError(f"merged, but how the rest of its plan stands cannot be read yet: {error}") from error
            raise

    async def _send(self, canonical: str, planned: Step, may_send: MaySend) -> Answer:
        if planned.kind is StepKind.REMOVE:
            return await self._patch(canonical, planned, may_send)
        identifier = planned.request["identifier"]
        source = (identifier.get("externalSource") or {}).get("id")
        return await self.client.release(canonical, identifier["type"], identifier["value"], source, may_send=may_send)

    async def _patch(self, canonical: str, planned: Step, may_send: MaySend) -> Answer:
        answer = await self.client.patch(canonical, planned.request["changes"], may_send=may_send)
        try:
            as_contact(answer.body)
        except CannotTellError as error:
            raise UnclearOutcome(answer.status, "", str(error), answer.correlation_id, "the removal") from error
        return answer

    def turn(self, read_at: float) -> MaySend:
        """Whether a call that has waited for its turn may still go, on what was read at that second."""
        return lambda: not self.held_back() and is_fresh(read_at, self.client.pace())

    def withheld(self, step: StepRow) -> ReviewerError:
        """What follows for a call that was called back when its turn had come: it waits, or is read for again."""
        reason = self.held_back()
        told = "the line was stopped" if reason else GROWN_OLD
        self.journal.step_not_sent(step.operation, step.number, f"{told} while it waited")
        return WaitsError(f"merged, but {reason}") if reason else GrownOldError(GROWN_OLD)

    async def _judge(self, approval: Approval, merged: Merged, body: bytes) -> list[Difference]:
        """Where the merged contact is not what was promised after all steps."""
        found = merge_differences(merged.sources, approval.promise, as_contact(body))
        for planned in approval.steps:
            if planned.kind is StepKind.RELEASE and await self._is_still_held(merged.id, planned):
                identifier = to_release(planned.request)
                found.append(Difference(f"{identifier.type} {identifier.value}", "", merged.id))
        return found

    async def _is_still_held(self, canonical: str, planned: Step) -> bool:
        return await self.lag.ask(lambda: self._is_held(canonical, planned), bool)

    async def look_up(
        self, merged: Merged, members: Sequence[str], steps: Sequence[StepRow]
    ) -> tuple[list[Difference], str]:
        """Where the stitched identities lead, and why that could not be looked up, if so. Raises as ``carry_out``."""
        found: list[Difference] = []
        unproved = ""
        for step in steps:
            if step.kind == StepKind.VERIFY:
                try:
                    found += await self._look_up(step, merged, members)
                except ApiError as error:
                    if ends_the_run(error):
                        raise
                    unproved += f", but where its identities lead could not be looked up: {error}"
        return found, unproved

    async def _look_up(self, step: StepRow, merged: Merged, members: Sequence[str]) -> list[Difference]:
        """Look a stitched identity up, in the division of the merged contact: it must lead there."""
        request = decode_object(step.request)
        body = step.answer
        if step.state != "done":
            division = (merged.answer.get("division") or {}).get("id")

            async def question() -> bytes | None:
                return await self.asked(self.client.look_up(request["type"], request["value"], division_id=division))

            body = await self.lag.ask(question, lambda found: _leads_to(found) in ("", *members))
            self.journal.finish_step(step.operation, step.number, body)
        if _leads_to(body) == merged.id:
            return []
        return [Difference(f"{request['type']} {request['value']}", merged.id, _leads_to(body))]


def _leads_to(body: bytes | None) -> str:
    return str(decode_object(body)["id"]) if body else ""
