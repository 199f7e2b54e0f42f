"""`reviewer audit`: who decided and did what, and whether the record of it is whole."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

import click

from reviewer.cli.context import Context, pass_context
from reviewer.cli.desk import open_desk
from reviewer.cli.output import complain, counted, json_option, say, say_json, say_table
from reviewer.cli.roots import RootType, roots_in
from reviewer.domain.persons import Person
from reviewer.domain.wire import JsonObject, decode_object
from reviewer.exit_codes import ExitCode
from reviewer.store.decisions import Decision
from reviewer.text import visible

if TYPE_CHECKING:
    from reviewer.store.approvals import Approval
    from reviewer.store.audit_check import Root

_TOLD = ("candidate", "operations", "step", "status", "outcome", "error", "reason", "canonical", "stops", "note")
"""What the list tells of an entry's payload, in this order."""


@click.group(invoke_without_command=True)
@click.option("--limit", type=click.IntRange(min=1), default=30, show_default=True, help="The newest so many.")
@json_option
@click.pass_context
def audit(ctx: click.Context, limit: int, as_json: bool) -> None:
    """List what was decided and done, newest last."""
    if ctx.invoked_subcommand is not None:
        return
    from reviewer.store.audit import entries

    with open_desk(ctx.ensure_object(Context)) as desk:
        found = list(entries(desk.database))[-limit:]
    head = ("entry", "at", "steward", "act", "subject", "what", "hash")
    rows = [(one.id, one.at, one.steward, one.act, one.subject, _what(one.payload), one.hash) for one in found]
    if as_json:
        say_json([dict(zip(("id", *head[1:]), row, strict=True)) for row in rows])
    else:
        say_table(head, [(*row[:-1], row[-1][:16]) for row in rows])


@audit.command()
@click.option(
    "--root",
    "roots",
    multiple=True,
    type=RootType(),
    help="A head that was kept elsewhere, as ENTRY:HASH or HASH; may be given several times.",
)
@click.option(
    "--roots",
    "file",
    type=click.File("r", encoding="utf-8", errors="replace"),
    help="A file of them, one a line, as syslog keeps them; `-` is standard input.",
)
@json_option
@pass_context
def verify(context: Context, roots: "tuple[Root, ...]", file: "TextIO | None", as_json: bool) -> int:
    """Check the hash chain, without the network.

    Where it is broken, the first entry that does not fit is named, and the exit status is 13. Whoever can write to the
    database could write the whole chain anew: only a --root that was kept out of their reach shows that.
    """
    from reviewer.store.audit_check import check

    given = (*roots, *roots_in(file)) if file else roots
    with open_desk(context) as desk:
        fault, entries, erased = check(desk.database, given)
    if as_json:
        told = {"whole": fault is None, "first_broken": fault.entry if fault else None, "reason": ""}
        say_json({**told, "reason": fault.sentence if fault else "", "entries": entries, "erased": erased})
    elif fault is None:
        against = f", and has {counted(len(given), 'root')}" if given else ""
        gone = f"; {counted(erased, 'payload')} erased, each by a recorded act" if erased else ""
        say(f"the chain of {counted(entries, 'entry', 'entries')} is whole{against}{gone}")
    if fault is None:
        return ExitCode.OK
    complain(fault.sentence)
    return ExitCode.CHECK_FAILED


@audit.command()
@click.option("--syslog", is_flag=True, help="Send it to the system's log too.")
@json_option
@pass_context
def root(context: Context, syslog: bool, as_json: bool) -> int:
    """Print the head of the chain, to be kept elsewhere.

    `reviewer audit verify --root` holds the chain against it later. Where --syslog could not send it, the exit status
    is 1.
    """
    from reviewer.cli.audit_head import DEFAULT_SOCKET, send
    from reviewer.store.audit import head

    with open_desk(context) as desk:
        found = head(desk.database)
        sent = not syslog or send(desk.database, context.settings.audit.syslog or DEFAULT_SOCKET)
    say_json({"entry": found.entry, "hash": found.hash, "root": str(found)}) if as_json else say(str(found))
    return ExitCode.OK if sent else ExitCode.FAILED


@audit.command()
@json_option
@pass_context
def expire(context: Context, as_json: bool) -> None:
    """Erase what is older than the settings let it be.

    They are payload_days, answer_days and snapshot_days, in the table audit. Entries stay with their hashes, so the
    chain still holds; a merge whose snapshots are erased cannot be compensated any more. The executor does this by
    itself.
    """
    from reviewer.cli.audit_head import retention
    from reviewer.review.retention import expire as erase_old

    with open_desk(context) as desk:
        expired = erase_old(desk, retention(context))
    if as_json:
        say_json(expired)
    else:
        entries = counted(expired.payloads, "audit entry", "audit entries")
        calls = counted(expired.operations, "operation")
        kept = counted(expired.snapshots, "snapshot of a contact", "snapshots of contacts")
        say(f"erased: the payloads of {entries}, the calls of {calls}, {kept}")


@audit.command()
@click.argument("decision", type=int)
@json_option
@pass_context
def show(context: Context, decision: int, as_json: bool) -> None:
    """Print what was seen and decided, and what has come of it.

    It is what the steward saw when making the DECISION, with the note and the picks.
    """
    from reviewer.review.shown import as_shown
    from reviewer.review.standing import came_of
    from reviewer.store.approvals import of_operation
    from reviewer.store.decisions import read
    from reviewer.store.operations import of_decision

    with open_desk(context) as desk:
        found = read(desk.database, decision)
        outcome, operation = came_of(desk, found), of_decision(desk.database, decision)
        document, changed = as_shown(desk, found)
        said = of_operation(desk.database, operation.id) if operation else []
    if changed:
        complain(f"decision {decision} was changed in the database since; this is what the audit has of it")
    if as_json:
        say_json({**found._asdict(), "document": document, "operation": operation, "approvals": said})
    else:
        _say_decision(found, document, outcome, said)


def _say_decision(found: Decision, document: JsonObject, outcome: str, said: "Sequence[Approval]") -> None:
    who = visible(Person(found.steward, found.sudo_user).told)
    say(f"decision {found.id}: {found.kind} by {who} ({found.rung}) at {found.decided_at}")
    if found.undone_at:
        say(f"taken back by {visible(found.undone_by)} at {found.undone_at}")
    if outcome:
        say(visible(outcome))
    if found.note:
        say(f"note: {visible(found.note)}")
    if document.get("erased"):
        say(f"what was seen was erased at {document['erased']}")
    for one in said:
        if one.role == "approver" or one.signature:
            say(visible(_yes_of(one)))
    for path, contact in document.get("picks", {}).items():
        say(f"picked: {visible(path)} of {visible(contact)}")
    for line in str(document.get("screen", "")).splitlines():
        say(visible(line))


def _yes_of(one: "Approval") -> str:
    """Who approved, in one line; the note is a steward's text."""
    parts = ("proposed" if one.role == "proposer" else "approved", f"by {one.person.id} at {one.at}")
    signed = "signed with the key of " + one.principal if one.signature else ""
    return ", ".join(part for part in (" ".join(parts), signed, one.note if one.role == "approver" else "") if part)


def _what(payload: bytes | None) -> str:
    """An entry's payload in a few words; it may hold record text."""
    if payload is None:
        return "erased"
    facts = decode_object(payload)
    told = [_fact(name, facts[name]) for name in _TOLD if facts.get(name) not in (None, "", 0, [])]
    if facts.get("correlation_id"):
        told.append(f"correlation id {facts['correlation_id']}")
    return ", ".join(told)


def _fact(name: str, value: object) -> str:
    if name == "stops" and isinstance(value, list):
        return "; ".join(f"stop {one['stop']}: operation {one['operation']}" for one in value)
    if isinstance(value, list):
        return f"{name} {' '.join(map(str, value))}"
    return str(value) if name in ("outcome", "error", "reason") else f"{name} {value}"
