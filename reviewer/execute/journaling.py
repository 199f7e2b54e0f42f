"""Every move of an operation, each on disk in one transaction with its audit entry."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from reviewer.domain.answer import Difference, told
from reviewer.domain.errors import NotFoundError
from reviewer.domain.journal import END_STATES, State
from reviewer.domain.record import ReadingRules
from reviewer.domain.wire import decode_object, encode
from reviewer.execute.evidence import of_answer, of_request
from reviewer.execute.since_boot import SinceBoot, since_boot
from reviewer.genesys.answers import Answer
from reviewer.genesys.errors import ApiError
from reviewer.store import audit, awaited, decisions, derivation, line_stops, operations, queue
from reviewer.store.clock import moment_of, now, text_of
from reviewer.store.contacts import by_ids
from reviewer.store.database import Database
from reviewer.store.operations import Operation
from reviewer.store.transaction import transaction

MOST_UNCLEAR = 3
"""Calls of one step that may end without an answer and without effect; then it is not sent again."""

_PAST_STAGING = END_STATES | {State.CONFIRMED, State.FOLLOWING_UP}
"""What the audit says of an operation that is never staged again."""


@dataclass(frozen=True)
class Journal:
    """The journal as the executor writes it. ``actor`` stands in the audit."""

    database: Database
    rules: ReadingRules
    actor: str = "executor"
    keep_answers: bool = False
    """Whether the audit gets the service's answers whole; their hash it gets in any case."""
    clock: Callable[[], datetime] = field(default=now, repr=False)
    since_boot: Callable[[], SinceBoot] = field(default=since_boot, repr=False)

    @property
    def today(self) -> date:
        """The present day, UTC."""
        return self.clock().date()

    def intend(self, operation: int, step: int) -> bool:
        """Put the intent to send a step on disk, before the call.

        False if the operation was taken back meanwhile: then nothing is written and nothing may be sent. Both are
        one transaction, so an approval is either taken back or sent.
        """
        at = self.clock()
        with transaction(self.database) as connection:
            if self._taken_back(operation):
                return False
            operations.move(connection, operation, State.SENDING, at, outcome="")
            operations.update_step(
                connection, operation, step, state="sending", sent_at=text_of(at), answered_at=None, error=""
            )
            self._audit(connection, "sending", operation, {"step": step, **self._request(operation, step)})
        return True

    def confirm(self, operation: int, step: int, answer: Answer) -> None:
        """The service did what was asked; its answer is kept before anything else happens."""
        at = self.clock()
        columns = {"correlation_id": answer.correlation_id} if answer.correlation_id else {}
        with transaction(self.database) as connection:
            operations.update_step(
                connection,
                operation,
                step,
                state="done",
                answered_at=text_of(at),
                status=answer.status,
                answer=answer.body,
                **columns,
            )
            operations.move(connection, operation, State.CONFIRMED, at, **columns)
            self._audit(connection, "confirmed", operation, {"step": step, **of_answer(answer, self.keep_answers)})

    def unclear(self, operation: int, step: int, error: ApiError | None) -> None:
        """No answer came: the contacts stay kept, and the service is read after the settle time.

        That time counts from now, not from the intent: the call may have waited for its turn before it was sent.
        """
        at = self.clock()
        told_ = str(error) if error else "the executor stopped while this was being sent"
        columns = {"correlation_id": error.correlation_id} if error and error.correlation_id else {}
        with transaction(self.database) as connection:
            operations.update_step(
                connection, operation, step, state="unclear", error=told_, **self._begins(at), **columns
            )
            operations.move(connection, operation, State.UNCLEAR, at, outcome=told_, **columns)
            self._audit(connection, "unclear", operation, {"step": step, "error": told_})

    def presume_sent(self, operation: int, step: int) -> None:
        """Take a step of an unclear operation for one whose answer is missed now: the journal does not say it was not.

        Only a journal that was edited by hand has such a step.
        """
        with transaction(self.database) as connection:
            operations.update_step(connection, operation, step, state="unclear", **self._begins(self.clock()))

    def count_anew(self, operation: int, step: int) -> None:
        """Let the settle time of an unclear step begin now."""
        with transaction(self.database) as connection:
            operations.update_step(connection, operation, step, **self._begins(self.clock()))

    def _begins(self, at: datetime) -> dict[str, object]:
        """When a settle time begins, on both clocks."""
        instant = self.since_boot()
        return {"answered_at": text_of(at), "boot": instant.boot, "boot_seconds": instant.seconds}

    def times_unclear(self, operation: int, step: int) -> int:
        """How often no answer came to a step; counted in the audit, so that it outlives a crash."""
        entries = audit.entries(self.database, f"operation:{operation}")
        return sum(entry.act == "unclear" and _is_about(entry, step) for entry in entries)

    def given_up(self, operation: int, step: int) -> str:
        """Why a step that had no effect is not sent again; empty if it may be."""
        times = self.times_unclear(operation, step)
        return f"sent {times} times, each time without an answer and without effect" if times >= MOST_UNCLEAR else ""

    def went_further(self, operation: Operation) -> str:
        """That a staged operation was sent before, as the audit has it: nothing leads from there back to staged.

        Empty where the audit says nothing of the kind; only a journal that was edited by hand differs from it.
        """
        for entry in (
            audit.entries(self.database, f"operation:{operation.id}") if operation.state is State.STAGED else ()
        ):
            if entry.act in _PAST_STAGING:
                at = f"{moment_of(entry.at):%Y-%m-%d %H:%M} UTC"
                return f"the journal calls it staged, but the audit has it as {entry.act} at {at}: look at its contacts"
        return ""

    def not_done(self, operation: int, step: int, reason: str) -> None:
        """A call that certainly had no effect: the operation waits to be sent again."""
        at = self.clock()
        with transaction(self.database) as connection:
            operations.update_step(connection, operation, step, state="pending", error=reason)
            operations.move(connection, operation, State.STAGED, at, outcome=reason)
            self._audit(connection, "not done", operation, {"step": step, "reason": reason})

    def follow_up(self, operation: int, canonical: str) -> None:
        """The merge stands; what is left of the plan is being carried out, and the merged contact kept until then.

        If another operation keeps that contact, it was approved when this one's answer was lost: it is not sent before
        this one has ended.
        """
        with transaction(self.database) as connection:
            operations.keep(connection, operation, f"contact:{canonical}")
            operations.move(connection, operation, State.FOLLOWING_UP, self.clock(), canonical=canonical)
            self._audit(connection, "following up", operation, {"canonical": canonical})

    def go_on(self, operation: int, canonical: str | None = None) -> None:
        """A step of a plan without a merge stands, and what is left of the plan is being carried out.

        ``canonical`` is the contact that the plan is for, where that is known.
        """
        columns = {"canonical": canonical} if canonical else {}
        with transaction(self.database) as connection:
            operations.move(connection, operation, State.FOLLOWING_UP, self.clock(), outcome="", **columns)
            self._audit(connection, "following up", operation, {**columns})

    def nothing_to_send(self, operation: int, step: int, body: bytes | None) -> bool:
        """The first step of a staged plan has nothing left to do; ``body`` is what was read of it.

        False if the operation was taken back meanwhile: then nothing is written, as for ``intend``.
        """
        with transaction(self.database):
            if self._taken_back(operation):
                return False
            self.finish_step(operation, step, body, act="nothing left to do")
            self.go_on(operation)
        return True

    def leave_out(self, operation: int, step: int, reason: str) -> None:
        """A step that the plan holds for a case that did not come about: it is not sent."""
        with transaction(self.database) as connection:
            operations.update_step(connection, operation, step, state="not done", error=reason)
            self._audit(connection, "not needed", operation, {"step": step, "reason": reason})

    def merged_on(self, operation: int, canonical: str) -> None:
        """A second merge took the contact of the first: what it made is kept too, and the plan goes on with it."""
        with transaction(self.database) as connection:
            operations.keep(connection, operation, f"contact:{canonical}")
            operations.lead_to(connection, operation, canonical, self.clock())
            self._audit(connection, "following up", operation, {"canonical": canonical})

    def begin_step(self, operation: int, step: int) -> None:
        """Put the intent to send a step that follows the merge on disk, before the call."""
        with transaction(self.database) as connection:
            sent = text_of(self.clock())
            operations.update_step(
                connection, operation, step, state="sending", sent_at=sent, answered_at=None, error=""
            )
            self._audit(connection, "sending", operation, {"step": step, **self._request(operation, step)})

    def step_not_sent(self, operation: int, step: int, reason: str) -> None:
        """A step that follows the merge certainly had no effect, and is sent again when that is possible."""
        with transaction(self.database) as connection:
            operations.update_step(connection, operation, step, state="pending", error=reason)
            self._audit(connection, "not done", operation, {"step": step, "reason": reason})

    def step_not_done(self, operation: int, step: int, reason: str, correlation_id: str = "") -> None:
        """A step that follows the merge was refused: it is not tried again."""
        with transaction(self.database) as connection:
            columns = {"answered_at": text_of(self.clock()), "correlation_id": correlation_id}
            operations.update_step(connection, operation, step, state="not done", error=reason, **columns)
            self._audit(connection, "refused", operation, {"step": step, "reason": reason})

    def finish_step(
        self, operation: int, step: int, body: bytes | None, *, act: str = "looked up", answer: Answer | None = None
    ) -> None:
        """A step that follows the merge is done; ``body`` is what it brought, ``act`` what the audit says of it."""
        columns: dict[str, object] = {"state": "done", "answered_at": text_of(self.clock()), "answer": body}
        if answer is not None:
            columns |= {"status": answer.status, "correlation_id": answer.correlation_id}
        with transaction(self.database) as connection:
            operations.update_step(connection, operation, step, **columns)
            told_ = of_answer(answer or Answer(0, body, ""), self.keep_answers) if body is not None else {}
            self._audit(connection, act, operation, {"step": step, **told_})

    def end(
        self,
        operation: int,
        state: State,
        outcome: str,
        *,
        members: Sequence[str],
        canonical: str | None = None,
        differences: Sequence[Difference] = (),
        correlation_id: str | None = None,
    ) -> None:
        """End an operation, let go of its contacts, and stop the line if the result was a surprise.

        One that was taken back meanwhile has its end already, and stays as it is.
        """
        at = self.clock()
        columns: dict[str, object] = {"outcome": outcome}
        if canonical:
            columns["canonical"] = canonical
        if correlation_id:
            columns["correlation_id"] = correlation_id
        if differences:
            columns["differences"] = encode([list(one) for one in differences]).decode("utf-8")
        with transaction(self.database) as connection:
            if self._taken_back(operation):
                return
            operations.move(connection, operation, state, at, **columns)
            if state is State.DONE_WITH_DIFFERENCES:
                reason = f"operation {operation}: {'; '.join(told(one) for one in differences)}"
                line_stops.raise_stop(connection, operation, reason, at)
            self._audit(
                connection,
                state.value,
                operation,
                {"outcome": outcome, "canonical": canonical, "differences": [list(one) for one in differences]},
            )
            derivation.refresh(self.database, self._touched(operation, members), self.today)

    def _request(self, operation: int, step: int) -> dict[str, object]:
        rows = operations.steps(self.database, operation)
        return next((of_request(row.kind, row.request) for row in rows if row.number == step), {})

    def _taken_back(self, operation: int) -> bool:
        return operations.read(self.database, operation).state is State.WITHDRAWN

    def _touched(self, operation: int, members: Sequence[str]) -> set[int]:
        """Numbers of the contacts whose candidates an end changes: the members, those of the decided, who waited."""
        decision = operations.read(self.database, operation).decision
        numbers = {contact.number for contact in by_ids(self.database, members).values()}
        try:
            row = decisions.read(self.database, decision)
        except NotFoundError:  # deleted by hand
            return numbers
        waiting = awaited.waiting_for(self.database.connection, operation)
        return numbers | set(queue.members(self.database, row.candidate)) | waiting

    def _audit(self, connection: sqlite3.Connection, act: str, operation: int, payload: dict[str, object]) -> None:
        audit.append(
            connection,
            at=self.clock(),
            steward=self.actor,
            act=act,
            subject=f"operation:{operation}",
            payload=payload,
        )


def _is_about(entry: audit.Entry, step: int) -> bool:
    """Whether an entry is about a step; one whose payload was erased may be."""
    return entry.payload is None or decode_object(entry.payload).get("step") == step
