"""One operation from staged to its end: read afresh, compare, send once, compare the answer, tell the truth."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from reviewer.domain.answer import merged_from
from reviewer.domain.follow_up import surprises
from reviewer.domain.journal import State
from reviewer.domain.record import Record, make_record
from reviewer.execute.approval import Approval, objection, read_approval, still_holds, what_changed
from reviewer.execute.concluding import Concluding
from reviewer.execute.faults import CannotTellError, DamagedApprovalError, WaitsError, was_not_sent
from reviewer.execute.following_up import FollowUp
from reviewer.execute.index_lag import IndexLag
from reviewer.execute.journaling import Journal
from reviewer.execute.reading import Reading, Verdict, as_contact, merge_state, read_members
from reviewer.genesys.answers import Answer
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.errors import ApiError, MissingPermission, UnclearOutcome, Withheld
from reviewer.store import contacts, derivation, line_stops, merges, operations, pairs
from reviewer.store.database import Database
from reviewer.store.operations import Operation, StepRow
from reviewer.store.transaction import transaction

_NOTHING_READ = Verdict("none", None, "")
"""Where the contacts cannot be read after a refusal, the refusal alone is true as well."""


def _keep_scores(database: Database, pairs: Sequence[tuple[int, int]], today: date) -> None:
    """Used where no detector is at hand: the next detection judges carried pairs again."""


@dataclass(frozen=True)
class Sender:
    """Carries out operations one by one; many may run at the same time on one event loop."""

    client: GenesysClient
    journal: Journal
    may_write: bool = True
    """False where a run is only to resolve what an earlier one left open: then nothing is sent."""
    index_lag: IndexLag = field(default_factory=IndexLag, repr=False)
    rescore: Callable[[Database, Sequence[tuple[int, int]], date], None] = field(default=_keep_scores, repr=False)
    carried: set[tuple[int, int]] = field(default_factory=set, repr=False)
    """Pairs that merges have carried on or whose contacts changed, and that ``judge_carried`` has yet to judge."""
    merged: set[int] = field(default_factory=set, repr=False)
    """Operations whose merge these credentials were allowed to make."""
    forbidden: dict[int, MissingPermission] = field(default_factory=dict, repr=False)
    """Operations that were refused for want of a permission; ``settle_forbidden`` says what becomes of them."""

    @property
    def database(self) -> Database:
        """The database whose journal this is."""
        return self.journal.database

    async def carry_out(self, operation: Operation) -> None:
        """Send a staged operation whose time has come, and bring it to an end or to *unclear*.

        Raises ``CannotTellError`` where its contacts cannot be read now, ``WaitsError`` where another operation has to
        end first, ``ApiError`` where the service cannot be reached at all; the operation then stays staged.
        """
        try:
            approval = read_approval(self.database, operation.decision)
        except DamagedApprovalError as damage:
            self.journal.end(operation.id, State.VOID, str(damage), members=())
            return
        ids = list(approval.members)
        if against := objection(approval, operations.steps(self.database, operation.id)):
            self.journal.end(operation.id, State.VOID, against, members=ids)
            return
        if origin := self._file_origin(ids):
            self.journal.end(operation.id, State.FAILED, origin, members=ids)
            return
        reading = await read_members(self.client, ids)
        self._check_not_following(operation, reading)
        if not await self._as_approved(operation, approval, reading):
            return
        if self._line_is_open():
            await self._send(operation, approval)

    def _line_is_open(self) -> bool:
        return not line_stops.open_stops(self.database)

    def _held_back(self) -> str:
        """Why what follows a merge may not be sent now; empty if it may."""
        if not self.may_write:
            return "the rest of its plan is left to a run that sends"
        return "" if self._line_is_open() else "the line was stopped before the rest of its plan could be sent"

    def _check_not_following(self, operation: Operation, reading: Reading) -> None:
        """Raise ``WaitsError`` if a contact came out of another operation that has begun and not ended.

        It was read by others while the answer to that operation's merge was lost, and is still to be changed by it.
        """
        for id_, record in reading.records.items():
            for one in (id_, *merged_from(record)):
                holder = operations.holder_of(self.database, f"contact:{one}")
                if holder in (None, operation.id):
                    continue
                if operations.read(self.database, holder).state is not State.STAGED:
                    raise WaitsError(f"its contact {id_} comes out of operation {holder}, which has not ended")

    def _file_origin(self, ids: Sequence[str]) -> str:
        for contact in contacts.by_ids(self.database, ids).values():
            if contact.origin != "api":
                return f"{contact.id} came from {contact.origin}, not from the service: it is never sent"
        return ""

    async def _as_approved(self, operation: Operation, approval: Approval, reading: Reading) -> bool:
        """Whether the contacts still are what was approved; if not, the operation ends here."""
        ids = list(approval.members)
        verdict = await merge_state(self.client, reading, ids)
        if verdict.state != "none":
            self.end_unsent(operation, ids, reading, verdict)
            return False
        if still_holds(self.database, approval, reading.records, self.journal.today):
            return True
        changed = what_changed(self.database, approval, reading.records, self.journal.today)
        self.remember(reading)
        self.journal.end(operation.id, State.VOID, f"changed since it was approved: {changed}", members=ids)
        return False

    def end_unsent(self, operation: Operation, ids: Sequence[str], reading: Reading, verdict: Verdict) -> None:
        """End an operation of ours that had no effect because the contacts are gone or merged by others."""
        if verdict.state == "gone":
            contacts.mark_gone(self.database, reading.gone)
        self.remember(reading)
        touched = list(ids)
        if verdict.canonical is not None:
            touched.append(self.adopt(ids, verdict.canonical))
        state = State.MERGED_ELSEWHERE if verdict.state in ("ours", "elsewhere") else State.VOID
        self.journal.end(operation.id, state, verdict.sentence, members=touched)

    def remember(self, reading: Reading) -> None:
        """Bring the mirror up to what was just read; what rests on a contact that changed is judged again."""
        self.take_in(list(reading.raw.values()))

    def take_in(self, bodies: Sequence[bytes]) -> None:
        """Let the mirror hold contacts as they were just read. Raises ``CannotTellError`` for what cannot be."""
        self._take_in([self._record(raw) for raw in bodies])

    def _take_in(self, records: Sequence[Record], living: Mapping[str, Record] | None = None) -> None:
        at, today = self.journal.clock(), self.journal.today
        with transaction(self.database) as connection:
            taken = merges.take_in(self.database, records, living, at=at, today=today)
            self.carried.update(taken.carried, pairs.waiting_of(connection, taken.changed))

    def _record(self, raw: bytes) -> Record:
        try:
            return make_record(raw, self.journal.rules)
        except ValueError as error:
            raise CannotTellError(f"a contact cannot be taken into the mirror ({error})") from error

    def adopt(self, ids: Sequence[str], canonical: bytes) -> str:
        """Let the merged contact stand in the mirror for its members; returns its id."""
        record = self._record(canonical)
        self._take_in([], dict.fromkeys(ids, record))
        return record.contact.id

    def judge_carried(self) -> None:
        """Judge again the pairs that merges have carried on: all at once, when no call is in flight."""
        if not self.carried:
            return
        waiting, today = sorted(self.carried), self.journal.today
        with transaction(self.database):
            self.rescore(self.database, waiting, today)
            derivation.refresh(self.database, {number for pair in waiting for number in pair}, today)
            derivation.refresh_shared(self.database, today)
        self.carried.clear()

    async def _send(self, operation: Operation, approval: Approval) -> None:
        step = operations.steps(self.database, operation.id)[0]
        request = approval.merge_request
        if not self.journal.intend(operation.id, step.number):
            return
        try:
            ids, values = request["contactIds"], request["valueOverride"]
            answer = await self.client.merge(ids, values, may_send=self._line_is_open)
            as_contact(answer.body)
        except Withheld:
            self.journal.not_done(operation.id, step.number, "not sent: the line was stopped while it waited")
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
            self.merged.add(operation.id)
            self.journal.confirm(operation.id, step.number, answer)
            await self.conclude(operation, approval)

    async def _refused(self, operation: Operation, approval: Approval, step: StepRow, error: ApiError) -> None:
        """The service said no; read whether that is because somebody was faster."""
        ids = list(approval.members)
        if isinstance(error, MissingPermission):
            self.journal.not_done(operation.id, step.number, str(error))
            self.forbidden[operation.id] = error
            return
        try:
            reading = await read_members(self.client, ids)
            verdict = await merge_state(self.client, reading, ids)
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

    def settle_forbidden(self) -> None:
        """Say what becomes of operations that were forbidden, when no call is in flight.

        If other merges were allowed, it is about their contacts (a division): they end as failed. If none was, it
        is about the credentials: they stay staged, and the ``MissingPermission`` is raised.
        """
        forbidden = dict(self.forbidden)
        self.forbidden.clear()
        if forbidden and not self.merged:
            raise next(iter(forbidden.values()))
        for number, error in forbidden.items():
            operation = operations.read(self.database, number)
            if operation.state is State.STAGED:
                ids = list(read_approval(self.database, operation.decision).members)
                told = (number, State.FAILED, str(error))
                self.journal.end(*told, members=ids, correlation_id=error.correlation_id)

    def confirm_read(
        self, operation: Operation, step: StepRow, canonical: bytes, refusal: ApiError | None = None
    ) -> None:
        """The merge took effect, as reading shows; no answer to the call itself is known, or only a ``refusal``."""
        answer = Answer(refusal.status, canonical, refusal.correlation_id) if refusal else Answer(0, canonical, "")
        self.journal.confirm(operation.id, step.number, answer)

    async def conclude(self, operation: Operation, approval: Approval) -> bool:
        """Carry out what is left of a plan whose merge stands, and end; see ``Concluding.conclude``."""
        follow_up = FollowUp(self.client, self.journal, self._held_back, self.index_lag)
        return await Concluding(follow_up, self).conclude(operation, approval)


def _is_as_promised(approval: Approval, canonical: bytes) -> bool:
    members = list(approval.members.values())
    return not surprises(members, approval.promise, approval.steps, as_contact(canonical), read_later=True)
