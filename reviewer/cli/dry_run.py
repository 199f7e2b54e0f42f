"""`reviewer execute --dry-run`: the exact calls of what is staged, as they would be sent. It needs no secret."""

import asyncio
from typing import NamedTuple

from reviewer.cli.approval import consent, four_eyes, may_execute
from reviewer.cli.context import Context
from reviewer.cli.output import counted, narrate, say, say_json
from reviewer.cli.wiring import reading_rules
from reviewer.domain.claims_read import ClaimsRead
from reviewer.domain.errors import ReviewerError
from reviewer.domain.plan_call import Purpose
from reviewer.domain.plan_calls import plan_calls
from reviewer.execute.approval import read_approval
from reviewer.execute.consent import Consent
from reviewer.execute.objections import objection_to
from reviewer.genesys.described import OF_EACH_RUN, DescribedCall, described
from reviewer.store.database import Database
from reviewer.store.operation_lists import Listing, key, window
from reviewer.store.operations import Operation
from reviewer.text import json_safe, visible

_MARKS = {
    Purpose.REMOVE: " (changes something; what is gone by then is not removed)",
    Purpose.RELEASE: " (changes something; only if it is held then)",
    Purpose.CLAIM: " (changes something; only if it is not held then)",
    Purpose.SEARCH: " (and its next pages, if it has more)",
}


class DryOperation(NamedTuple):
    """A staged operation with its calls; ``refused`` says why none would be sent, if so."""

    operation: int
    decision: int
    kind: str
    send_after: str
    calls: list[DescribedCall]
    refused: str = ""


def print_calls(context: Context, database: Database, as_json: bool) -> None:
    """Print the calls of every staged operation, in the order in which they are due."""
    found = asyncio.run(_staged(context, database))
    if as_json:
        say_json(found)
        return
    for one in found:
        say(f"operation {one.operation} ({one.kind}, decision {one.decision}), from {one.send_after}:")
        for number, call in enumerate(one.calls, start=1):
            _say_call(number, call)
        if one.refused:
            say(f"  nothing is sent: {visible(one.refused)}")
    calls = sum(not call.only_if for one in found for call in one.calls)
    narrate(f"{counted(len(found), 'operation')}, {counted(calls, 'call')}; nothing was sent")
    if found:
        narrate(f"an executor also calls once, at its start: {', '.join(map(str, OF_EACH_RUN))}")


def _say_call(number: int, call: DescribedCall) -> None:
    mark = _mark(call)
    say(f"  {number}. {call.purpose}{mark}\n     {call.method} {visible(call.path)}")
    if call.body is not None:
        say(f"     {json_safe(call.body)}")


def _mark(call: DescribedCall) -> str:
    """What there is to know of a call beside its purpose."""
    if call.only_if:
        return f" ({call.only_if}: it does not count)"
    return _MARKS.get(call.purpose, " (changes something)" if call.writes else "")


async def _staged(context: Context, database: Database) -> list[DryOperation]:
    """All that is staged, by the executor's own settings."""
    claims, asked = ClaimsRead(context.settings.execute.claims_read), _consent(context, database)
    described, behind = [], None
    while found := window(database, Listing.STAGED, 200, behind=behind):
        described += [await _described(database, operation, claims, asked) for operation in found]
        behind = key(Listing.STAGED, found[-1])
    return described


def _consent(context: Context, database: Database) -> Consent:
    """What the executor asks for before it sends, but for what these settings cannot check."""
    if may_execute(context):
        return consent(context, reading_rules(context, database).anchor_source)
    narrate("the signatures of approvals are not checked: no allowed_signers is set here")
    return Consent(four_eyes(context), reading_rules(context, database).anchor_source)


async def _described(database: Database, operation: Operation, claims: ClaimsRead, asked: Consent) -> DryOperation:
    """The calls of the approval, if that is one on which something may be sent."""
    known = (operation.id, operation.decision, operation.kind, operation.send_after)
    try:
        approval = read_approval(database, operation.decision)
        refused = await objection_to(database, operation, approval, asked)
    except ReviewerError as damage:
        return DryOperation(*known, [], str(damage))
    if refused:
        return DryOperation(*known, [], refused)
    calls = plan_calls(approval.decision.kind, list(approval.members.values()), approval.steps, claims)
    return DryOperation(*known, described(calls))
