"""From a merge that stands to the end of its operation: adopt the merged contact once, go on with the plan, and end."""

from collections.abc import Sequence
from dataclasses import dataclass

from reviewer.domain.answer import Difference
from reviewer.domain.follow_up import surprises
from reviewer.domain.journal import State
from reviewer.domain.plan import FOLLOWING, StepKind
from reviewer.domain.record import content_of
from reviewer.execute.approval import Approval
from reviewer.execute.faults import DamagedApprovalError, StepUnclearError, ends_the_run, lets_wait
from reviewer.execute.following_up import Followed, FollowUp, Merged
from reviewer.execute.journaling import Journal
from reviewer.execute.mirror import Mirror
from reviewer.execute.reading import as_contact
from reviewer.execute.second_merge import RestStaysError, SecondMerge, rest_told
from reviewer.genesys.errors import ApiError
from reviewer.store import constraints, contacts, operations
from reviewer.store.operations import Operation, StepRow
from reviewer.store.transaction import transaction


@dataclass(frozen=True)
class Concluding:
    """Brings one operation whose merge was confirmed to its end."""

    follow_up: FollowUp
    mirror: Mirror

    @property
    def journal(self) -> Journal:
        """Where every move is written."""
        return self.follow_up.journal

    async def conclude(self, operation: Operation, approval: Approval) -> bool:
        """Compare the merged contact with the promise, carry out what is left of the plan, and end.

        May be called again after a crash at any point: it does what is left, and judges all of it. False if whether
        a step took effect is not known yet: the operation is *unclear* then, and has not ended. Raises as
        ``FollowUp.carry_out``.
        """
        steps = operations.steps(self.journal.database, operation.id)
        merge = steps[0]
        merged = self._stands(operation.id, approval, merge)
        try:
            if approval.rest:
                if (stays := await self._rest_stays(approval, merged, steps[1])) is not None:
                    self._end(operation, approval, merged, stays, [], "")
                    return True
                steps = operations.steps(self.journal.database, operation.id)
                merge = steps[1]
                merged = self._stands_with_rest(operation.id, approval, merged, merge)
            followed = await self._go_on(approval, merged, steps)
        except StepUnclearError:
            return False
        await self._take_in(merged, followed, merge.answer or b"")
        differing, unproved = await self.follow_up.look_up(merged, list(approval.members), steps)
        self._end(operation, approval, merged, followed, differing, unproved)
        return True

    def _stands(self, number: int, approval: Approval, merge: StepRow) -> Merged:
        """The merged contact, kept, and standing in the mirror for its members: once, and never again after a crash."""
        merged = _merged(merge, approval.merge_ids)
        with transaction(self.journal.database):
            operation = operations.read(self.journal.database, number)
            if operation.state in (State.CONFIRMED, State.UNCLEAR):
                self.journal.follow_up(number, operation.canonical or merged.id)
            if operation.canonical is None:
                self._adopt(merged, merge)
        return merged

    async def _rest_stays(self, approval: Approval, head: Merged, second: StepRow) -> Followed | None:
        """Merge the rest of the contacts with the head; what came of the plan, if that cannot be done."""
        if second.state == "pending" and (found := _surprises(approval, head)):
            return Followed(None, found, [], rest_told(approval, ""))
        try:
            await SecondMerge(self.follow_up, self.mirror).carry_out(approval, head, second)
        except RestStaysError as error:
            return Followed(None, [], [], rest_told(approval, str(error)))
        return None

    def _stands_with_rest(self, number: int, approval: Approval, head: Merged, second: StepRow) -> Merged:
        """``_stands`` for the contact that the second merge made of the head and the rest."""
        merged = _merged(second, [head.id, *approval.rest])
        with transaction(self.journal.database):
            if operations.read(self.journal.database, number).canonical != merged.id:
                self.journal.merged_on(number, merged.id)
                self._adopt(merged, second)
        return merged

    def _adopt(self, merged: Merged, merge: StepRow) -> None:
        """Let the mirror hold the merged contact; what was read of it since the merge is not undone."""
        known = contacts.by_ids(self.journal.database, [merged.id]).get(merged.id)
        self.mirror.adopt(merged.sources, merge.answer or b"")
        if known and known.origin == "api" and known.read_at > (merge.answered_at or ""):
            self.mirror.take_in([known.raw])

    async def _go_on(self, approval: Approval, merged: Merged, steps: Sequence[StepRow]) -> Followed:
        found = _surprises(approval, merged)
        follows = any(step.kind in FOLLOWING for step in approval.steps)
        if found or not follows:
            return Followed(None, found, [], "; nothing was removed or released after that" if follows else "")
        followed = await self.follow_up.carry_out(approval, merged, steps)
        if followed.ended:
            told = f", but the rest of its plan could not be carried out or proved: {followed.ended}"
            followed = followed._replace(ended=told)
        return followed

    async def _take_in(self, merged: Merged, followed: Followed, answer: bytes) -> None:
        """Bring the mirror up to what the steps left; where that is what was promised, what was decided on it holds."""
        if followed.body is None:
            return
        head = await self._head(merged.id, followed.body)
        with transaction(self.journal.database) as connection:
            if not followed.differences and not followed.ended:
                number = contacts.by_ids(self.journal.database, [merged.id])[merged.id].number
                constraints.renew(connection, number, content_of(answer), content_of(followed.body))
            self.mirror.take_in([followed.body])
            if head is not None:
                self.mirror.adopt([merged.id], head)

    async def _head(self, canonical: str, body: bytes) -> bytes | None:
        """The contact that somebody merged the merged one into, if so and if it can be read."""
        if not (as_contact(body).get("mergedTo") or {}).get("id"):
            return None
        try:
            head = await self.follow_up.client.contact(canonical)
        except ApiError as error:
            if ends_the_run(error) or lets_wait(error):
                raise
            return None
        return None if as_contact(head)["id"] == canonical else head

    def _end(
        self,
        operation: Operation,
        approval: Approval,
        merged: Merged,
        followed: Followed,
        differing: Sequence[Difference],
        unproved: str,
    ) -> None:
        found = [*followed.differences, *differing]
        undone = followed.ended + unproved
        refused = f": {'; '.join(followed.refused)}" if followed.refused and (found or undone) else ""
        state, outcome = State.DONE, f"merged into {merged.id}"
        if found:
            state, outcome = State.DONE_WITH_DIFFERENCES, f"{outcome} with differences{refused}{undone}"
        elif undone:
            state, outcome = State.PARTIAL, f"{outcome}{refused}{undone}"
        outcome += self._refusals_told(operation.id)
        members = [*approval.members, merged.id]
        self.journal.end(operation.id, state, outcome, members=members, canonical=merged.id, differences=found)

    def _refusals_told(self, operation: int) -> str:
        """Said once, of whichever merge of the plan it is true."""
        steps = operations.steps(self.journal.database, operation)
        merges = [one for one in steps if one.kind == StepKind.MERGE and one.state == "done"]
        return next(filter(None, map(_refusal_told, merges)), "")


def _merged(merge: StepRow, sources: Sequence[str]) -> Merged:
    """What a merge made, as its answer in the journal has it. Raises ``DamagedApprovalError`` if there is none."""
    if merge.answer is None:
        raise DamagedApprovalError(f"operation {merge.operation} has no answer to its merge in its journal")
    answer = as_contact(merge.answer)
    return Merged(str(answer["id"]), answer, tuple(sources), not _was_answered(merge))


def _surprises(approval: Approval, merged: Merged) -> list[Difference]:
    members = list(approval.members.values())
    return surprises(
        members,
        approval.promise,
        approval.steps,
        merged.answer,
        merged=merged.sources,
        read_later=merged.read_later,
    )


def _was_answered(merge: StepRow) -> bool:
    """Whether the merged contact is the answer to the merge itself, not what was read when there was no such answer."""
    return merge.status is not None and 200 <= merge.status < 300


def _refusal_told(merge: StepRow) -> str:
    """Said of a merge that stands as it was approved, although the call for it was refused."""
    if not merge.status or _was_answered(merge):
        return ""
    return f", although the service answered {merge.status} to this merge: by whom it was made cannot be told"
