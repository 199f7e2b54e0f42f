"""What a plan does after its merge was confirmed: remove what must not be in the result, release identifiers.

Each step is first asked of the contact as it is: one that has nothing left to do is done. One that was sent without an
answer is unclear, and nothing more is sent for this operation until recovery has read the contact after the settle
time. A step that the service refuses stays undone, and the contact is then judged as it is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reviewer.domain.answer import Difference, merge_differences
from reviewer.domain.errors import ReviewerError
from reviewer.domain.follow_up import has_to_change, replaced, to_release
from reviewer.domain.identifiers import own_form
from reviewer.domain.plan import FOLLOWING, Step, StepKind
from reviewer.domain.wire import JsonObject, decode_object
from reviewer.execute.approval import Approval
from reviewer.execute.faults import ABOUT_ALL, NOT_SENT
from reviewer.execute.journaling import Journal
from reviewer.execute.reading import as_contact
from reviewer.genesys.answers import Answer
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.errors import (
    ApiError,
    BadAnswer,
    NotFound,
    UnclearOutcome,
    Withheld,
)
from reviewer.store.operations import StepRow

MOST_UNCLEAR = 3
"""Calls of one step that may end without an answer and without effect."""


class WaitsError(ReviewerError):
    """The merge is done, and what follows it waits: until the stopped line goes on, or for the next run."""


class StepUnclearError(ReviewerError):
    """Whether a step took effect is not known: the contact is read after the settle time."""


class ChangedHandsError(ReviewerError):
    """The merged contact is not what the steps were approved for any more."""


@dataclass(frozen=True)
class FollowUp:
    """Carries out the steps after one operation's merge. ``is_open`` says whether the line lets writes go."""

    client: GenesysClient
    journal: Journal
    is_open: Callable[[], bool]

    async def carry_out(self, approval: Approval, canonical: str, steps: Sequence[StepRow]) -> list[str]:
        """Do what is left of the steps; returns why some could not be done.

        Raises ``WaitsError`` and ``StepUnclearError`` where it can only go on later, ``ChangedHandsError`` where it
        must not go on, and ``ApiError`` where the service cannot be reached: the operation then stays as it is.
        """
        refused = []
        for step, planned in zip(steps, approval.steps, strict=True):
            if planned.kind in FOLLOWING and step.state not in ("done", "not done"):
                refused += await self._carry_out(approval, canonical, step, planned)
            elif step.state == "not done":
                refused.append(f"{planned.kind}: {step.error}")
        return refused

    async def _carry_out(self, approval: Approval, canonical: str, step: StepRow, planned: Step) -> list[str]:
        if not await self._is_needed(approval, canonical, planned):
            self.journal.finish_step(step.operation, step.number, None, act="nothing left to do")
            return []
        if self.journal.times_unclear(step.operation, step.number) >= MOST_UNCLEAR:
            reason = f"sent {MOST_UNCLEAR} times, each time without an answer and without effect"
            return self._give_up(step, planned, reason)
        if not self.is_open():
            raise WaitsError("merged, but the line was stopped before the rest of its plan could be sent")
        self.journal.begin_step(step.operation, step.number)
        try:
            answer = await self._send(canonical, planned)
        except Withheld:
            self.journal.step_not_sent(step.operation, step.number, "the line was stopped while it waited")
            raise WaitsError("merged, but the line was stopped before the rest of its plan could be sent") from None
        except UnclearOutcome as error:
            self.journal.unclear(step.operation, step.number, error)
            raise StepUnclearError(str(error)) from error
        except NOT_SENT as error:
            self.journal.step_not_sent(step.operation, step.number, str(error))
            if isinstance(error, BadAnswer):
                raise WaitsError(f"merged, but the rest of its plan could not be sent yet: {error}") from error
            raise
        except ApiError as error:
            return self._give_up(step, planned, str(error), error.correlation_id)
        act = "removed" if planned.kind is StepKind.REMOVE else "released"
        self.journal.finish_step(step.operation, step.number, answer.body, act=act, answer=answer)
        return []

    def _give_up(self, step: StepRow, planned: Step, reason: str, correlation_id: str = "") -> list[str]:
        self.journal.step_not_done(step.operation, step.number, reason, correlation_id)
        return [f"{planned.kind}: {reason}"]

    async def _is_needed(self, approval: Approval, canonical: str, planned: Step) -> bool:
        """Whether the step has anything left to do. Raises ``ChangedHandsError`` if it is not for it to do."""
        contact = as_contact(await self.read(canonical))
        if planned.kind is StepKind.RELEASE:
            return await self._is_held(canonical, planned)
        if others := replaced(list(approval.members.values()), approval.steps, contact):
            paths = ", ".join(one.path for one in others)
            raise ChangedHandsError(f"{paths} of {canonical} was changed since the merge: nothing was removed")
        return has_to_change(planned.request, contact)

    async def _is_held(self, canonical: str, planned: Step) -> bool:
        held = await self.client.identifiers(canonical)
        names = {own_form(one.type, one.value, one.external_source.id if one.external_source else None) for one in held}
        return to_release(planned.request) in names

    async def read(self, canonical: str) -> bytes:
        """The merged contact as it is now. Raises ``ChangedHandsError`` if it is gone or was merged on."""
        try:
            body = await self.client.unresolved(canonical)
        except NotFound:
            raise ChangedHandsError(f"the service does not know {canonical} any more") from None
        if target := (as_contact(body).get("mergedTo") or {}).get("id"):
            raise ChangedHandsError(f"{canonical} was merged into {target} meanwhile")
        return body

    async def _send(self, canonical: str, planned: Step) -> Answer:
        if planned.kind is StepKind.REMOVE:
            return await self.client.patch(canonical, planned.request["changes"], may_send=self.is_open)
        identifier = planned.request["identifier"]
        source = (identifier.get("externalSource") or {}).get("id")
        return await self.client.release(
            canonical, identifier["type"], identifier["value"], source, may_send=self.is_open
        )

    async def judge(self, approval: Approval, canonical: str) -> tuple[bytes, list[Difference]]:
        """The merged contact after all steps, and where it is not what was promised. Raises as ``read``."""
        body = await self.read(canonical)
        found = merge_differences(list(approval.members), approval.promise, as_contact(body))
        for planned in approval.steps:
            if planned.kind is StepKind.RELEASE and await self._is_held(canonical, planned):
                identifier = to_release(planned.request)
                found.append(Difference(f"{identifier.type} {identifier.value}", "", canonical))
        return body, found

    async def look_up(self, merged: JsonObject, steps: Sequence[StepRow]) -> tuple[list[Difference], str]:
        """Where the stitched identities lead, and why that could not be looked up, if so."""
        found: list[Difference] = []
        unproved = ""
        for step in steps:
            if step.kind == StepKind.VERIFY:
                try:
                    found += await self._look_up(step, merged)
                except ABOUT_ALL:
                    raise
                except ApiError as error:
                    unproved += f", but where its identities lead could not be looked up: {error}"
        return found, unproved

    async def _look_up(self, step: StepRow, merged: JsonObject) -> list[Difference]:
        """Look a stitched identity up, in the division of the merged contact: it must lead there."""
        request = decode_object(step.request)
        body = step.answer
        if step.state != "done":
            division = (merged.get("division") or {}).get("id")
            body = await self.client.look_up(request["type"], request["value"], division_id=division)
            self.journal.finish_step(step.operation, step.number, body)
        leads_to = str(decode_object(body)["id"]) if body else ""
        if leads_to == merged["id"]:
            return []
        return [Difference(f"{request['type']} {request['value']}", merged["id"], leads_to)]
