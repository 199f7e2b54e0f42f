"""One operation from staged to its end: read afresh, compare, send once, compare the answer, tell the truth."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from reviewer.domain.answer import merged_from
from reviewer.domain.claims_read import ClaimsRead
from reviewer.domain.errors import DatabaseError
from reviewer.domain.follow_up import surprises
from reviewer.domain.journal import BEFORE_SENDING, State
from reviewer.domain.merge_set import MERGE_SET_LIMIT, merge_set_after, size_told
from reviewer.domain.window import ALWAYS, Windows
from reviewer.execute.approval import Approval, read_approval, still_holds, what_changed
from reviewer.execute.concluding import Concluding
from reviewer.execute.consent import Consent
from reviewer.execute.course import Course
from reviewer.execute.courses import Means, course_of
from reviewer.execute.faults import (
    CannotTellError,
    DamagedApprovalError,
    WaitsError,
    ends_the_run,
    lets_wait,
    was_not_sent,
)
from reviewer.execute.following_up import FollowUp
from reviewer.execute.forbidden import Division, Forbidden, divisions_of
from reviewer.execute.freshness import GROWN_OLD, MOST_READINGS, is_fresh
from reviewer.execute.index_lag import IndexLag
from reviewer.execute.journaling import Journal
from reviewer.execute.mirroring import Mirroring, Rescore, keep_scores
from reviewer.execute.objections import objection_to
from reviewer.execute.reading import Reading, Verdict, as_contact, merge_state, read_members
from reviewer.execute.shared_reads import SharedReads
from reviewer.execute.snapshots import Claims, Snapshots, read_claims
from reviewer.genesys.answers import Answer
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.errors import ApiError, MissingPermission, UnclearOutcome, Withheld
from reviewer.store import constraints, contacts, line_stops, operations
from reviewer.store.database import Database
from reviewer.store.operations import Operation, StepRow
from reviewer.store.transaction import transaction

_NOTHING_READ = Verdict("none", None, "")
"""Where the contacts cannot be read after a refusal, the refusal alone is true as well."""


@dataclass(frozen=True)
class Sender:
    """Carries out operations one by one; many may run at the same time on one event loop."""

    client: GenesysClient
    journal: Journal
    consent: Consent = field(default_factory=Consent, repr=False)
    """Who has to have approved, and how that is proved."""
    may_write: bool = True
    """False where a run is only to resolve what an earlier one left open: then nothing is sent."""
    windows: Windows = ALWAYS
    """When operations may begin to be sent; what was begun is finished at any hour."""
    claims_read: ClaimsRead = ClaimsRead.OPEN
    index_lag: IndexLag = field(default_factory=IndexLag, repr=False)
    rescore: Rescore = field(default=keep_scores, repr=False)
    carried: set[tuple[int, int]] = field(default_factory=set, repr=False)
    """See ``Mirroring``: one set for all that work on a database together."""
    forbidden: Forbidden = field(default_factory=Forbidden, repr=False)
    """Where these credentials may merge, and what was refused; ``settle_forbidden`` says what becomes of that."""
    reads: SharedReads = field(init=False, repr=False)
    """How contacts are read: those of operations that are under way together."""
    mirror: Mirroring = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reads", SharedReads(self.client))
        object.__setattr__(self, "mirror", Mirroring(self.journal, self.rescore, self.carried))

    @property
    def database(self) -> Database:
        """The database whose journal this is."""
        return self.journal.database

    async def carry_out(self, operation: Operation) -> None:
        """Send a staged operation whose time has come, and bring it to an end or to *unclear*.

        Raises ``CannotTellError`` where its contacts cannot be read now, ``WaitsError`` where another operation has to
        end first or merges in their division are forbidden, ``ApiError`` where the service cannot be reached at all;
        the operation then stays staged.
        """
        try:
            approval = read_approval(self.database, operation.decision)
        except DamagedApprovalError as damage:
            self.journal.end(operation.id, State.VOID, str(damage), members=())
            return
        ids = list(approval.members)
        if against := await self.objection(operation, approval):
            self.journal.end(operation.id, State.VOID, against, members=ids)
            return
        if origin := self._file_origin(ids):
            self.journal.end(operation.id, State.FAILED, origin, members=ids)
            return
        async with self.forbidden.tried(_divisions(approval)):
            await self._send_as_approved(operation, approval)

    async def _send_as_approved(self, operation: Operation, approval: Approval) -> None:
        """Read the contacts, and send the merge if they are what was approved; all over again if that grew old."""
        ids = list(approval.members)
        claims = await self._claims(approval)
        for _ in range(MOST_READINGS):
            reading = await read_members(self.reads, ids)
            self._check_not_following(operation, reading)
            if not await self._as_approved(operation, approval, reading):
                return
            if not self.may_begin(operation):
                return
            if course := self.course_of(approval):
                await self._take(course, operation, approval)
                return
            if not await self._send(operation, approval, Snapshots(reading, claims, approval.promise)):
                return

    async def _claims(self, approval: Approval) -> Claims:
        """What the members of a merge have claimed; a plan of single calls ends nobody's life, so nothing is asked."""
        if self.course_of(approval):
            return {}
        return await read_claims(self.client, approval.members, self.claims_read)

    def opens_at(self) -> datetime | None:
        """When the next execution window opens; None while one is open."""
        moment = self.journal.clock()
        opening = self.windows.next_opening(moment)
        return None if opening == moment else opening

    def may_begin(self, operation: Operation) -> bool:
        """Whether a staged operation may be sent now, as far as the line and the hour go."""
        return not self._not_now(operation)

    def _not_now(self, operation: Operation) -> str:
        """Why a staged operation may not be sent now; empty if it may."""
        if not self._line_is_open():
            return "the line was stopped"
        is_closed = not operation.outside_window and self.opens_at() is not None
        return "the execution window closed" if is_closed else ""

    def course_of(self, approval: Approval) -> Course | None:
        """The course of a plan of single calls; None for a merge."""
        means = Means(self.client, self.journal, self.mirror, self.index_lag, self._held_back, self._not_begun)
        return course_of(approval.decision.kind, means)

    async def _take(self, course: Course, operation: Operation, approval: Approval) -> None:
        """Send a plan of single calls, if what it was approved for is still so."""
        try:
            changed = await course.changed(approval)
        except ApiError as error:
            if ends_the_run(error) or lets_wait(error):
                raise
            raise CannotTellError(f"what it is about cannot be read: {error}") from error
        if changed:
            told = f"changed since it was approved: {changed}"
            self.journal.end(operation.id, State.VOID, told, members=list(approval.members))
            return
        try:
            await course.go_on(operation, approval)
        except MissingPermission as error:
            self.forbidden.refuse(operation.id, _divisions(approval), error)
        else:
            if any(200 <= (step.status or 0) < 300 for step in operations.steps(self.database, operation.id)):
                self.forbidden.allow(_divisions(approval))

    async def objection(self, operation: Operation, approval: Approval) -> str:
        """Why nothing may be sent for an operation, whatever its contacts are now; empty if nothing speaks against it.

        Raises ``SettingsError`` where signatures have to be checked and cannot be.
        """
        return await objection_to(self.database, operation, approval, self.consent)

    def _line_is_open(self) -> bool:
        return not line_stops.open_stops(self.database)

    def _held_back(self) -> str:
        """Why what follows a merge may not be sent now; empty if it may."""
        if not self.may_write:
            return "the rest of its plan is left to a run that sends"
        return "" if self._line_is_open() else "the line was stopped before the rest of its plan could be sent"

    def _not_begun(self, number: int) -> str:
        """Why the first call of a staged operation may not be sent now; empty if it may."""
        return self._held_back() or self._not_now(operations.read(self.database, number))

    def _check_not_following(self, operation: Operation, reading: Reading) -> None:
        """Raise ``WaitsError`` if a contact came out of another operation that has begun and not ended.

        It was read by others while the answer to that operation's merge was lost, and is still to be changed by it.
        """
        for id_, record in reading.records.items():
            for one in (id_, *merged_from(record)):
                holder = operations.holder_of(self.database, f"contact:{one}")
                if holder in (None, operation.id):
                    continue
                if operations.read(self.database, holder).state not in BEFORE_SENDING:
                    raise WaitsError(f"its contact {id_} comes out of operation {holder}, which has not ended")

    def _file_origin(self, ids: Sequence[str]) -> str:
        for contact in contacts.by_ids(self.database, ids).values():
            if contact.origin != "api":
                return f"{contact.id} came from {contact.origin}, not from the service: it is never sent"
        return ""

    async def _as_approved(self, operation: Operation, approval: Approval, reading: Reading) -> bool:
        """Whether the contacts still are what was approved; if not, the operation ends here."""
        ids = list(approval.members)
        verdict = await merge_state(self.reads, reading, ids)
        if verdict.state != "none":
            self.end_unsent(operation, ids, reading, verdict)
            return False
        if still_holds(self.database, approval, reading.records, self.journal.today):
            return self.course_of(approval) is not None or self._fits_a_merge_set(operation, reading)
        changed = what_changed(self.database, approval, reading.records, self.journal.today)
        self.mirror.remember(reading)
        self.journal.end(operation.id, State.VOID, f"changed since it was approved: {changed}", members=ids)
        return False

    def _fits_a_merge_set(self, operation: Operation, reading: Reading) -> bool:
        """Whether the person would not be too large for the service; if so, the operation ends here."""
        members = list(reading.records.values())
        size = merge_set_after(members)
        if size <= MERGE_SET_LIMIT:
            return True
        told = f"the merged person would consist of {size} contacts ({size_told(members)})"
        outcome = f"changed since it was approved: {told}; the service allows {MERGE_SET_LIMIT}"
        self.mirror.remember(reading)
        self.journal.end(operation.id, State.VOID, outcome, members=list(reading.records))
        return False

    def end_unsent(self, operation: Operation, ids: Sequence[str], reading: Reading, verdict: Verdict) -> None:
        """End an operation of ours that had no effect because the contacts are gone or merged by others.

        The mirror follows; where only some were merged, what was approved is asked again of the living contacts.
        """
        touched = list(ids)
        with transaction(self.database) as connection:
            if verdict.state == "gone":
                contacts.mark_gone(self.database, reading.gone)
            if verdict.heads:
                members = contacts.by_ids(self.database, ids).values()
                constraints.write(connection, operation.decision, "must", list(members))
            self.mirror.remember(reading)
            touched += [self.mirror.adopt([id_], head) for id_, head in verdict.heads.items()]
            if verdict.canonical is not None:
                touched.append(self.mirror.adopt(ids, verdict.canonical))
            state = State.MERGED_ELSEWHERE if verdict.state in ("ours", "elsewhere") else State.VOID
            self.journal.end(operation.id, state, verdict.sentence, members=touched)

    async def _send(self, operation: Operation, approval: Approval, kept: Snapshots) -> bool:
        """Send the merge, once. True if it was not sent because what was read of the contacts had grown too old."""
        step = operations.steps(self.database, operation.id)[0]
        request = approval.merge_request
        if not self.intend(operation, step, kept):
            return False

        def may_send() -> bool:
            return self.may_begin(operation) and is_fresh(kept.reading.at, self.client.pace())

        try:
            ids, values = request["contactIds"], request["valueOverride"]
            answer = await self.client.merge(ids, values, may_send=may_send)
            as_contact(answer.body)
        except Withheld:
            return self._withheld(operation, step)
        except DatabaseError as error:  # the token that it would have been sent with leads to another organisation
            self.journal.not_done(operation.id, step.number, str(error))
            raise
        except UnclearOutcome as error:
            self.journal.unclear(operation.id, step.number, error)
        except CannotTellError as error:
            told = UnclearOutcome(answer.status, "", str(error), answer.correlation_id, "the merge")
            self.journal.unclear(operation.id, step.number, told)
        except ApiError as error:
            if was_not_sent(error):
                self.journal.not_done(operation.id, step.number, str(error))
                raise
            await self._refused(operation, approval, step, error)
        else:
            self.forbidden.allow(_divisions(approval))
            self.journal.confirm(operation.id, step.number, answer)
            await self.conclude(operation, approval)
        return False

    def _withheld(self, operation: Operation, step: StepRow) -> bool:
        """A merge that was called back when its turn had come; whether its contacts are to be read again."""
        reason = self._not_now(operation)
        self.journal.not_done(operation.id, step.number, f"not sent: {reason or GROWN_OLD} while it waited")
        return not reason

    def intend(self, operation: Operation, step: StepRow, kept: Snapshots) -> bool:
        """Put the intent and the members as they were read on disk together: no merge is sent without either."""
        with transaction(self.database):
            if not self.journal.intend(operation.id, step.number):
                return False
            kept.keep(self.database, operation.id, step.number, self.journal.clock())
        return True

    async def _refused(self, operation: Operation, approval: Approval, step: StepRow, error: ApiError) -> None:
        """The service said no; read whether that is because somebody was faster."""
        ids = approval.merge_ids
        if isinstance(error, MissingPermission):
            self.journal.not_done(operation.id, step.number, str(error))
            self.forbidden.refuse(operation.id, _divisions(approval), error)
            return
        try:
            reading = await read_members(self.reads, ids)
            verdict = await merge_state(self.reads, reading, ids)
        except (ApiError, CannotTellError):
            verdict = _NOTHING_READ
        if verdict.canonical is not None and _is_as_promised(approval, verdict.canonical):
            self.confirm_read(operation, step, verdict.canonical, error)
            await self.conclude(operation, approval)
            return
        if verdict.state != "none":
            self.end_unsent(operation, ids, reading, verdict)
            return
        self.journal.end(operation.id, State.FAILED, str(error), members=ids, correlation_id=error.correlation_id)

    def settle_forbidden(self) -> dict[int, WaitsError]:
        """Say what becomes of operations that were forbidden, when no call is in flight; returns those that wait.

        If others of their act were allowed, it is about the division of their contacts: they end as failed. If none
        was, it is about the credentials: they stay staged, and if these were good for nothing else either, the
        ``MissingPermission`` is raised.
        """
        forbidden = dict(self.forbidden.refused)
        self.forbidden.refused.clear()
        if forbidden and not self.forbidden.some_allowed:
            first = next(iter(forbidden.values())).error
            raise first.within(" and ".join(dict.fromkeys(error.place for _, error in forbidden.values())))
        waiting = {}
        for number, (act, error) in forbidden.items():
            operation = operations.read(self.database, number)
            if operation.state is State.STAGED and not self.forbidden.is_allowed_elsewhere(act):
                waiting[number] = WaitsError(str(error))
            elif operation.state is State.STAGED:
                ids = list(read_approval(self.database, operation.decision).members)
                told = (number, State.FAILED, str(error))
                self.journal.end(*told, members=ids, correlation_id=error.correlation_id)
        return waiting

    def confirm_read(
        self, operation: Operation, step: StepRow, canonical: bytes, refusal: ApiError | None = None
    ) -> None:
        """The merge took effect, as reading shows; no answer to the call itself is known, or only a ``refusal``."""
        answer = Answer(refusal.status, canonical, refusal.correlation_id) if refusal else Answer(0, canonical, "")
        self.journal.confirm(operation.id, step.number, answer)

    async def conclude(self, operation: Operation, approval: Approval) -> bool:
        """Carry out what is left of a plan whose merge stands, and end; see ``Concluding.conclude``."""
        follow_up = FollowUp(self.client, self.journal, self._held_back, self.index_lag)
        return await Concluding(follow_up, self.mirror).conclude(operation, approval)


def _divisions(approval: Approval) -> list[Division]:
    return divisions_of(approval.decision.kind, approval.members.values())


def _is_as_promised(approval: Approval, canonical: bytes) -> bool:
    members = list(approval.members.values())
    answer, merged = as_contact(canonical), approval.merge_ids
    return not surprises(members, approval.promise, approval.steps, answer, merged=merged, read_later=True)
