"""Guards that can be broken one at a time, to show that the harness would see it.

A guard is broken by replacing a piece of the executor in the process that the trials' executors are forked from;
product code has no switch for it. Each names the trial in which its absence shows for certain.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from reviewer.domain.journal import State
from reviewer.domain.wire import digest
from reviewer.execute import concluding, following_up, identifier_steps, lock, reading, recovery, sending
from reviewer.execute.creating import Creating
from reviewer.execute.following_up import Followed, FollowUp
from reviewer.execute.identifier_steps import Claiming
from reviewer.execute.journaling import Journal
from reviewer.execute.linking import Linking
from reviewer.execute.recovery import Recovery
from reviewer.execute.second_merge import SecondMerge
from reviewer.execute.step_work import Finding, Standing
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.errors import UnclearOutcome
from reviewer.store import audit, line_stops, operations
from reviewer.store.transaction import transaction
from tests.chaos.acts import Act
from tests.chaos.plan import Interruption


class Revealing(NamedTuple):
    """The trial that shows a guard's absence; what is not said is undisturbed. ``faults`` are by endpoint."""

    scenario: str
    interruption: Interruption = Interruption.NONE
    stop_at: int | str | None = None
    faults: Mapping[str, Mapping[str, Any]] = {}
    act: Act = Act.NOTHING
    merged_again: str = "conflict"
    claim_conflict: str = "conflict"
    rival: bool = False


class Guard(NamedTuple):
    """``broken`` takes it out of this process, for good; ``told`` says what is missing then."""

    told: str
    broken: Callable[[], None]
    revealing: Revealing


GUARDS: dict[str, Guard] = {}
_DROPPED = {"merge": {"kind": "drop_after"}}
_NEVER_SENT = {"merge": {"kind": "drop_before"}}
_STEP_NEVER_SENT = {"patch": {"kind": "drop_before"}}
_BEFORE_READING, _BEFORE_MERGING = "before GET /api/v2/organizations/me", "before POST contacts/merge"
_AFTER_READING, _AFTER_MERGING = "after POST bulk/contacts/unresolved", "after POST contacts/merge"
_AFTER_REMOVING = "after PATCH contacts/{contactId}"
_AFTER_CLAIMING = "after PATCH contacts/{contactId}/identifiers"


def _guard(name: str, revealing: Revealing) -> Callable[[Callable[[], None]], Callable[[], None]]:
    def add(broken: Callable[[], None]) -> Callable[[], None]:
        GUARDS[name] = Guard(broken.__doc__ or "", broken, revealing)
        return broken

    return add


def _replace(owner: object, name: str, by: object) -> None:
    patch.object(owner, name, by).start()


@_guard("no-intent-before-call", Revealing("pair", Interruption.KILLED, _AFTER_MERGING))
def _no_intent() -> None:
    """The intent to send a merge reaches the disk only with its answer."""
    confirm = Journal.confirm

    def intend(self: Journal, operation: int, step: int) -> bool:
        return True

    def confirmed(self: Journal, operation: int, step: int, given: Any) -> None:
        with transaction(self.database) as connection:
            operations.move(connection, operation, State.SENDING, self.clock())
        confirm(self, operation, step, given)

    _replace(Journal, "intend", intend)
    _replace(Journal, "confirm", confirmed)


@_guard(
    "no-intent-before-step",
    Revealing("removal", Interruption.KILLED, _AFTER_REMOVING, {"patch": {"kind": "drop_before"}}),
)
def _no_intent_of_steps() -> None:
    """The intent to send a step after the merge never reaches the disk."""
    _replace(Journal, "begin_step", lambda self, operation, step: None)


@_guard("no-settle-wait", Revealing("removal", faults=_STEP_NEVER_SENT))
def _no_settle() -> None:
    """An unanswered step is judged at once, while the service may still be at work on it."""
    _replace(Recovery, "_unsettled", lambda self, step: 0.0)


@_guard("blind-retry", Revealing("pair", faults=_DROPPED))
def _blind_retry() -> None:
    """A write without an answer is sent again at once."""
    for name in ("merge", "patch", "release"):
        _replace(GenesysClient, name, _twice(getattr(GenesysClient, name)))


def _twice(call: Callable[..., Any]) -> Callable[..., Any]:
    async def again(*given: Any, **named: Any) -> Any:
        try:
            return await call(*given, **named)
        except UnclearOutcome:
            return await call(*given, **named)

    return again


@_guard("no-fingerprint-check", Revealing("pair", Interruption.STOPPED, _BEFORE_READING, act=Act.CHANGES))
def _no_fingerprint() -> None:
    """Contacts that changed since the approval are merged all the same."""
    _replace(sending, "still_holds", lambda *given: True)


@_guard("no-lock", Revealing("pair", Interruption.STOPPED_LONG, _BEFORE_MERGING, rival=True))
def _no_lock() -> None:
    """Two executors may be at work on one database."""

    @contextmanager
    def unlocked(database: Path) -> Iterator[None]:
        yield

    _replace(lock, "executor_lock", unlocked)


@_guard("recovery-after-fingerprint", Revealing("pair", faults=_DROPPED))
def _recovery_late() -> None:
    """What an unanswered merge left is compared with the approval before it is looked for."""

    async def read_back(self: Recovery, operation: Any, approved: Any, step: Any) -> bool:
        found = await reading.read_members(self.sender.client, list(approved.members))
        if await self.sender._as_approved(operation, approved, found):
            self.sender.journal.not_done(operation.id, step.number, "it had no effect")
        return True

    _replace(Recovery, "_read_back", read_back)


@_guard(
    "no-exact-mergedFrom",
    Revealing("pair", Interruption.KILLED, _AFTER_MERGING, faults=_NEVER_SENT, act=Act.MERGES_ALL),
)
def _any_merge() -> None:
    """Whatever the members were merged into is taken for ours."""
    merge_state = reading.merge_state

    async def ours(*given: Any) -> reading.Verdict:
        verdict = await merge_state(*given)
        return verdict._replace(state="ours") if verdict.state == "elsewhere" else verdict

    _replace(recovery, "merge_state", ours)


@_guard("no-hold", Revealing("pair", Interruption.KILLED, _BEFORE_MERGING, act=Act.APPROVES_OVER))
def _no_hold() -> None:
    """A contact may be in several live operations."""
    _replace(operations, "_hold", lambda connection, operation, subject: None)


@_guard("no-look-at-withdrawal", Revealing("pair", Interruption.STOPPED, _AFTER_READING, act=Act.TAKES_BACK))
def _no_withdrawal() -> None:
    """An approval that was taken back while its contacts were read is sent."""
    _replace(Journal, "_taken_back", lambda self, operation: False)
    _replace(operations, "check_transition", lambda old, new: None)


@_guard("no-comparison", Revealing("pair", Interruption.STOPPED, _BEFORE_MERGING, act=Act.CHANGES))
def _no_comparison() -> None:
    """The service's answer is believed to be what was promised."""
    _replace(concluding, "surprises", lambda *given, **named: [])
    _replace(following_up, "merge_differences", lambda *given: [])


@_guard("no-stop-of-the-line", Revealing("pair", Interruption.STOPPED, _BEFORE_MERGING, act=Act.CHANGES))
def _no_stop() -> None:
    """A surprise does not stop the line."""
    _replace(line_stops, "raise_stop", lambda *given: None)


@_guard("no-recovery", Revealing("pair", Interruption.KILLED, _AFTER_MERGING))
def _no_recovery() -> None:
    """What an earlier run left open is never resolved."""

    async def nothing(self: Recovery, **named: Any) -> list[int]:
        return []

    _replace(Recovery, "recover", nothing)


@_guard("5xx-taken-for-no", Revealing("pair", faults={"merge": {"kind": "error_after", "status": 500}}))
def _believed() -> None:
    """A 5xx to a merge is taken for a refusal."""

    def failed(self: Journal, operation: int, step: int, error: Any) -> None:
        self.end(operation, State.FAILED, str(error), members=())

    _replace(Journal, "unclear", failed)


@_guard("silence-taken-for-yes", Revealing("pair", faults=_NEVER_SENT))
def _silence() -> None:
    """A merge without an answer ends as done."""

    def done(self: Journal, operation: int, step: int, error: Any) -> None:
        with transaction(self.database) as connection:
            for state in (State.UNCLEAR, State.FOLLOWING_UP):
                operations.move(connection, operation, state, self.clock())
        self.end(operation, State.DONE, "merged", members=())

    _replace(Journal, "unclear", done)


@_guard("no-look-before-step", Revealing("removal", faults={"patch": {"kind": "drop_after"}}))
def _no_look() -> None:
    """A step whose outcome is not known is sent again without a look at the contact."""

    async def all_of_it(self: FollowUp, approved: Any, merged: Any, planned: Any, body: Any, **named: Any) -> Any:
        return planned.request

    _replace(FollowUp, "_request_now", all_of_it)


@_guard("no-steps", Revealing("removal"))
def _no_steps() -> None:
    """What follows a merge is never sent, and nobody looks."""
    _replace(concluding, "FOLLOWING", ())


@_guard("audit-apart", Revealing("pair"))
def _audit_apart() -> None:
    """The audit's chain is not continued."""
    _replace(audit, "chain", lambda previous, *parts: digest(list(parts)))


@_guard("blind-second-create", Revealing("compensation", faults={"create": {"kind": "drop_after"}}))
def _blind_create() -> None:
    """A creation without an answer is sent again at once."""
    _replace(GenesysClient, "create", _twice(GenesysClient.create))


@_guard("no-look-for-the-created", Revealing("compensation", faults={"create": {"kind": "drop_after"}}))
def _no_look_for_created() -> None:
    """Whether a creation without an answer made somebody is not looked for."""

    async def open_(self: Creating, request: Any, approval: Any, *, new: bool) -> Finding:
        if new:
            self._note(approval, request, set())
        return Finding(Standing.OPEN)

    _replace(Creating, "find", open_)


@_guard("created-not-told", Revealing("compensation", faults={"create": {"kind": "drop_after"}}))
def _created_untold() -> None:
    """A creation without an answer is given up: nobody looks whether it made somebody."""

    async def hindered(self: Creating, request: Any, approval: Any, *, new: bool) -> Finding:
        if new:
            self._note(approval, request, set())
            return Finding(Standing.OPEN)
        return Finding(Standing.HINDERED, "nothing came of it")

    _replace(Creating, "find", hindered)


@_guard("no-claim-back", Revealing("link", faults={"claim": {"kind": "error_before", "status": 409, "skip": 1}}))
def _no_claim_back() -> None:
    """An identity that was released and could not be claimed is not claimed back."""

    async def failed(self: Linking, operation: Any, approval: Any, why: str) -> None:
        await self._end(operation, approval, State.FAILED, why)

    _replace(Linking, "_take_back", failed)


@_guard(
    "claims-what-others-have",
    Revealing("link", Interruption.STOPPED, _AFTER_CLAIMING, act=Act.TAKES_IDENTITY, claim_conflict="steal"),
)
def _claims_all() -> None:
    """An identity is claimed whoever holds it by then."""

    async def open_(self: Claiming, request: Any, approval: Any, *, new: bool) -> Finding:
        await identifier_steps.holder_of(self.client, request["identifier"], None)
        return Finding(Standing.OPEN)

    _replace(Claiming, "find", open_)


@_guard("no-look-before-claim", Revealing("claim", faults={"claim": {"kind": "drop_after"}}))
def _no_look_at_claim() -> None:
    """A claim whose outcome is not known is made again without a look at who has the identity."""

    async def open_(self: Claiming, request: Any, approval: Any, *, new: bool) -> Finding:
        return Finding(Standing.OPEN)

    _replace(Claiming, "find", open_)


@_guard("single-calls-unsettled", Revealing("link", faults=_STEP_NEVER_SENT))
def _no_settle_of_single_calls() -> None:
    """An unanswered call of a link is judged at once, while the service may still be at work on it."""
    _replace(Recovery, "_unsettled", lambda self, step: 0.0)


@_guard("single-calls-without-intent", Revealing("claim", Interruption.KILLED, _AFTER_CLAIMING))
def _no_intent_of_single_calls() -> None:
    """The intent to send a single call never reaches the disk."""
    _replace(Journal, "intend", lambda self, operation, step: True)
    _replace(Journal, "confirm", lambda self, operation, step, answer: None)


@_guard("head-not-compared", Revealing("group", Interruption.STOPPED, _AFTER_MERGING, act=Act.CHANGES))
def _head_not_compared() -> None:
    """The second merge is sent whatever became of the contact that the first one made."""
    _replace(SecondMerge, "_why_not", lambda self, approval, head, now: "")


@_guard("blind-second-merge", Revealing("group", faults={"merge": {"kind": "drop_after", "skip": 1}}))
def _blind_second_merge() -> None:
    """A second merge without an answer is not looked for before it is sent again."""
    _replace(SecondMerge, "_is_ours", lambda self, approval, head, step, verdict: False)


@_guard("rest-untold", Revealing("group", Interruption.STOPPED, _AFTER_MERGING, act=Act.CHANGES))
def _rest_untold() -> None:
    """A group of which only some became one ends as done."""

    async def stays(self: concluding.Concluding, approval: Any, head: Any, second: Any) -> Followed:
        return Followed(None, [], [], "")

    _replace(concluding.Concluding, "_rest_stays", stays)
