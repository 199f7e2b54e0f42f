"""The second merge of a plan for more contacts than one merge takes: the head, which the first made, with the rest.

It is sent only if nothing was changed in between: the rest is still what was approved, the head what the first merge
left. Otherwise the plan ends here, in part, and what is left returns to the queue; no part of the rest is merged alone.
An answer that never came is settled by reading, like that of any merge: *ours* is only what came from exactly these.
"""

from dataclasses import dataclass
from typing import NamedTuple

from reviewer.domain.answer import told
from reviewer.domain.errors import DatabaseError, ReviewerError
from reviewer.domain.fields import content, field_of, value_at
from reviewer.domain.follow_up import is_unchanged, surprises
from reviewer.domain.wire import JsonObject
from reviewer.execute.approval import Approval, still_holds, what_changed
from reviewer.execute.faults import (
    CannotTellError,
    GrownOldError,
    StepUnclearError,
    WaitsError,
    ends_the_run,
    was_not_sent,
)
from reviewer.execute.following_up import FollowUp, Merged
from reviewer.execute.freshness import GROWN_OLD, MOST_READINGS
from reviewer.execute.mirror import Mirror
from reviewer.execute.reading import Reading, Verdict, as_contact, merge_state, read_members
from reviewer.genesys.answers import Answer
from reviewer.genesys.errors import ApiError, BadAnswer, UnclearOutcome, Withheld
from reviewer.genesys.transport import MaySend
from reviewer.store import contacts
from reviewer.store.operations import StepRow


class RestStaysError(ReviewerError):
    """The rest cannot be merged with the head any more; says why."""


class _Now(NamedTuple):
    """The head and the rest as they are now, and what that tells of their merge."""

    reading: Reading
    verdict: Verdict


@dataclass(frozen=True)
class SecondMerge:
    """Brings one operation's second merge to its end."""

    follow_up: FollowUp
    mirror: Mirror

    async def carry_out(self, approval: Approval, head: Merged, step: StepRow) -> None:
        """Merge the rest with the head, unless that is done.

        Raises ``RestStaysError`` where it cannot be done any more; what was read is in the mirror then. Raises as
        ``FollowUp.carry_out`` where it can only go on later.
        """
        if step.state == "done":
            return
        if step.state == "not done":
            raise RestStaysError(step.error)
        if step.state == "pending":
            self.follow_up.check_open()  # before anything is read, as before every step
        for _ in range(MOST_READINGS):
            try:
                await self._on_what_is_read(approval, head, step)
                return
            except GrownOldError:
                step = step._replace(state="pending")
        raise WaitsError(f"merged, but {GROWN_OLD} each time the second merge had waited for its turn")

    async def _on_what_is_read(self, approval: Approval, head: Merged, step: StepRow) -> None:
        """Read the head and the rest, and merge them if that is left to do and nothing was changed."""
        now = await self._look(approval, head, step)
        if self._is_ours(approval, head, step, now.verdict):
            self._confirm(step, Answer(0, now.verdict.canonical or b"", ""))
            return
        if reason := self._why_not(approval, head, now) or self.follow_up.journal.given_up(step.operation, step.number):
            self._leave(approval, head, step, now, reason)
        self.follow_up.check_open()
        await self._send(approval, head, step, now.reading)

    async def _look(self, approval: Approval, head: Merged, step: StepRow) -> _Now:
        """Read the head and the rest. Raises ``RestStaysError`` where the service forbids it."""
        ids = [head.id, *approval.rest]
        try:
            reading = await self.follow_up.asked(read_members(self.follow_up.client, ids))
            return _Now(reading, await self.follow_up.asked(merge_state(self.follow_up.client, reading, ids)))
        except ApiError as error:
            if ends_the_run(error):
                raise
            self._give_up(step, str(error), error.correlation_id)
            raise RestStaysError(str(error)) from error

    def _is_ours(self, approval: Approval, head: Merged, step: StepRow, verdict: Verdict) -> bool:
        """Whether exactly this merge stands: sent by us, or (from a backup that forgot) with what was promised."""
        if verdict.state != "ours" or verdict.canonical is None:
            return False
        return step.state == "unclear" or self._is_as_promised(approval, head, verdict.canonical)

    def _is_as_promised(self, approval: Approval, head: Merged, canonical: bytes) -> bool:
        merged = [head.id, *approval.rest]
        members = list(approval.members.values())
        answer = as_contact(canonical)
        return not surprises(members, approval.promise, approval.steps, answer, merged=merged, read_later=True)

    def _why_not(self, approval: Approval, head: Merged, now: _Now) -> str:
        """Why the head and the rest may not be merged as they are now; empty if they may."""
        if now.verdict.state != "none":
            return now.verdict.sentence
        if reason := self._head_changed(approval, head, now.reading.records[head.id]):
            return reason
        fresh = {**approval.members, **{id_: now.reading.records[id_] for id_ in approval.rest}}
        database, today = self.follow_up.journal.database, self.follow_up.journal.today
        if still_holds(database, approval, fresh, today, begun=True):
            return ""
        return f"changed since it was approved: {what_changed(database, approval, fresh, today, begun=True)}"

    def _head_changed(self, approval: Approval, head: Merged, record: JsonObject) -> str:
        members = list(approval.members.values())
        found = surprises(members, approval.promise, approval.steps, record, merged=head.sources, read_later=True)
        labels = _changed(head.answer, record)
        if labels or found:
            return f"{', '.join(labels) or told(found[0])} of {head.id} was changed since the first merge"
        return ""

    def _leave(self, approval: Approval, head: Merged, step: StepRow, now: _Now, reason: str) -> None:
        """Let the rest stay what it is: the mirror first, so that the candidate returns with what changed."""
        contacts.mark_gone(self.follow_up.journal.database, now.reading.gone)
        self.mirror.take_in(list(now.reading.raw.values()))
        if now.verdict.canonical is not None:
            self.mirror.adopt([head.id, *approval.rest], now.verdict.canonical)
        self._give_up(step, reason)
        raise RestStaysError(reason)

    def _give_up(self, step: StepRow, reason: str, correlation_id: str = "") -> None:
        self.follow_up.journal.step_not_done(step.operation, step.number, reason, correlation_id)

    async def _send(self, approval: Approval, head: Merged, step: StepRow, reading: Reading) -> None:
        journal = self.follow_up.journal
        journal.begin_step(step.operation, step.number)
        try:
            answer = await self._merge(approval, head, self.follow_up.turn(reading.at))
        except Withheld:
            raise self.follow_up.withheld(step) from None
        except DatabaseError as error:  # the token that it would have been sent with leads to another organisation
            journal.step_not_sent(step.operation, step.number, str(error))
            raise
        except UnclearOutcome as error:
            journal.unclear(step.operation, step.number, error)
            raise StepUnclearError(str(error)) from error
        except ApiError as error:
            if was_not_sent(error):
                journal.step_not_sent(step.operation, step.number, str(error))
                if isinstance(error, BadAnswer):
                    raise WaitsError(f"merged, but the rest of its plan could not be sent yet: {error}") from error
                raise
            await self._refused(approval, head, step, error)
        else:
            self._confirm(step, answer)

    async def _merge(self, approval: Approval, head: Merged, may_send: MaySend) -> Answer:
        values = approval.merge_request["valueOverride"]
        ids = [head.id, *approval.rest]
        answer = await self.follow_up.client.merge(ids, values, may_send=may_send)
        try:
            as_contact(answer.body)
        except CannotTellError as error:
            raise UnclearOutcome(answer.status, "", str(error), answer.correlation_id, "the second merge") from error
        return answer

    async def _refused(self, approval: Approval, head: Merged, step: StepRow, error: ApiError) -> None:
        """The service said no; read whether that is because somebody was faster, or because it stands already."""
        now = await self._look(approval, head, step)
        if now.verdict.canonical is not None and self._is_as_promised(approval, head, now.verdict.canonical):
            self._confirm(step, Answer(error.status, now.verdict.canonical, error.correlation_id))
            return
        reason = str(error) if now.verdict.state == "none" else now.verdict.sentence
        self._leave(approval, head, step, now, reason)

    def _confirm(self, step: StepRow, answer: Answer) -> None:
        journal = self.follow_up.journal
        journal.finish_step(step.operation, step.number, answer.body, act="confirmed", answer=answer)


def rest_told(approval: Approval, reason: str) -> str:
    """Which contacts are one now and which are not, to follow on "merged into …"; ``reason`` says why."""
    merged, rest = approval.merge_ids, approval.rest
    one = (
        f"only the first {len(merged)} of these {len(merged) + len(rest)} contacts are one now, with the result of all"
    )
    return f", but {one}; not merged with them: {', '.join(rest)}{f' ({reason})' if reason else ''}"


def _changed(then: JsonObject, now: JsonObject) -> list[str]:
    """Labels of what differs in a contact."""
    paths = dict.fromkeys((*content(then), *content(now)))
    labels = [field_of(p).label for p in paths if not is_unchanged(p, value_at(then, p), value_at(now, p))]
    return labels + [part for part in ("type", "division") if _of(then, part) != _of(now, part)]


def _of(record: JsonObject, part: str) -> object:
    held = record.get(part)
    return held.get("id") if isinstance(held, dict) else held
