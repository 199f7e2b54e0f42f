"""`reviewer execute`: the only command that writes to the API."""

import asyncio
import sys
from collections import Counter
from collections.abc import Coroutine
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from reviewer.cli.approval import consent
from reviewer.cli.context import Context, pass_context
from reviewer.cli.desk import rescore
from reviewer.cli.ending import Ending
from reviewer.cli.output import complain, json_option, narrate, say, say_json, say_json_lines
from reviewer.cli.progress import StageLine
from reviewer.cli.waiting import closed_told
from reviewer.cli.windows import execution_windows
from reviewer.cli.wiring import open_client, open_desk_database, reading_rules
from reviewer.domain.window import ALWAYS, Windows
from reviewer.execute.executor import Executor, Run
from reviewer.exit_codes import ExitCode
from reviewer.store.clock import now as utc_now
from reviewer.store.database import Database
from reviewer.text import visible

if TYPE_CHECKING:
    from reviewer.domain.journal import State


@click.command()
@click.option("--watch", is_flag=True, help="Stay, and send what becomes due: for a server.")
@click.option("--until-idle", is_flag=True, help="Stay until nothing is staged any more.")
@click.option("--recover", is_flag=True, help="Only resolve what an earlier run left open; send nothing.")
@click.option("--dry-run", is_flag=True, help="Print the calls that would be sent; send nothing.")
@click.option("--now", is_flag=True, help="Send outside of the execution windows too, in this run.")
@json_option
@pass_context
def execute(
    context: Context, watch: bool, until_idle: bool, recover: bool, dry_run: bool, now: bool, as_json: bool
) -> int:
    """Send what is approved and has cooled off, exactly once.

    Operations that an earlier run left open are resolved first, by reading the service. A signal (Ctrl-C, SIGTERM,
    SIGHUP) lets the calls in flight end: with --watch that is success, as a service that was asked to end; else the
    exit status is that of the signal (129, 130, 143).

    Outside of the execution windows (settings execute.window and time_zone) nothing new is sent; what was begun is
    finished. --watch and --until-idle wait for the next window.
    """
    with open_desk_database(context) as database:
        if dry_run:
            from reviewer.cli.dry_run import print_calls

            print_calls(context, database, as_json)
            return ExitCode.OK
        from reviewer.execute.lock import executor_lock

        ending, mode = Ending(), _mode(watch, until_idle, recover)
        windows = ALWAYS if now else execution_windows(context.settings)
        with executor_lock(database.path):
            if now:
                _audit_override(context, database)
            run = _run_to_its_end(_run(context, database, mode, windows, as_json, ending), ending)
        faulty = _report(database, run, windows, as_json and not watch)
    if run.stopped:
        complain("the line is stopped; `reviewer status` shows why")
        return ExitCode.LINE_STOPPED
    if faulty:
        return ExitCode.SOME_FAILED
    return ExitCode.OK if watch else ending.status


def _run_to_its_end(running: Coroutine[Any, Any, Run], ending: Ending) -> Run:
    """What came of it; ``Stopped`` goes on with the exit status of the signal that stopped it."""
    from reviewer.genesys.errors import Stopped

    try:
        return asyncio.run(running)
    except Stopped as stopped:
        stopped.exit_code = ending.status
        raise


def _mode(watch: bool, until_idle: bool, recover: bool) -> str:
    if sum((watch, until_idle, recover)) > 1:
        raise click.UsageError("--watch, --until-idle and --recover exclude each other")
    return "watch" if watch else "until idle" if until_idle else "recover" if recover else "once"


def _audit_override(context: Context, database: Database) -> None:
    """Keep who lets a run send outside of the windows, where there are any."""
    from reviewer.review.steward import present_steward
    from reviewer.store import audit
    from reviewer.store.transaction import transaction

    if window := context.settings.execute.window:
        with transaction(database) as connection:
            payload = {"window": window}
            act = {"steward": present_steward().name, "act": "sends outside of the window", "subject": "executor"}
            audit.append(connection, at=utc_now(), payload=payload, **act)


async def _run(context: Context, database: Database, mode: str, windows: Windows, as_json: bool, ending: Ending) -> Run:
    from reviewer.cli.recovering import TellingRecovery
    from reviewer.domain.claims_read import ClaimsRead
    from reviewer.execute.journaling import Journal
    from reviewer.execute.sending import Sender
    from reviewer.mirror.automatic_merging import look
    from reviewer.review.steward import present_steward

    settings = context.settings.execute
    rules = reading_rules(context, database)
    approved = consent(context, rules.anchor_source)
    ending.heed_signals()
    told = _tell_json if as_json and mode == "watch" else _tell_nothing if as_json else _tell
    line = StageLine(sys.stderr.isatty())
    async with open_client(context, context.connection(), sleep=ending.interruptible()) as client:
        journal = Journal(
            database,
            rules,
            actor=f"executor ({present_steward().name})",
            keep_answers=context.settings.audit.keep_answers,
        )
        claims = ClaimsRead(settings.claims_read)
        sender = Sender(client, journal, approved, windows=windows, claims_read=claims, rescore=rescore)
        recovery = TellingRecovery(sender, timedelta(seconds=settings.settle_seconds))

        def ended(number: int) -> None:
            line.clear()
            told(database, number)

        async def look_around() -> None:
            _erase_old(context, database)
            await look(client, database, utc_now())

        executor = Executor(
            sender,
            recovery,
            on_progress=line.tell,
            on_ended=ended,
            look_around=look_around,
            on_batch=partial(_send_head, context, database),
            stop=ending.stop,
            on_closed=closed_told(windows),
        )
        try:
            if mode == "once":
                return await executor.run_once()
            if mode == "recover":
                return await executor.recover_only()
            return await executor.watch(until_idle=mode == "until idle")
        finally:
            line.clear()


def _send_head(context: Context, database: Database) -> None:
    """The head of the audit, for the system's log, where the settings name it."""
    if socket := context.settings.audit.syslog:
        from reviewer.cli.audit_head import send

        send(database, socket)


def _erase_old(context: Context, database: Database) -> None:
    """What has been kept for as long as the settings say."""
    from reviewer.cli.audit_head import retention
    from reviewer.review.desk import Desk
    from reviewer.review.retention import expire
    from reviewer.review.steward import present_steward

    expire(Desk(database, present_steward(), reading_rules(context, database)), retention(context))


def _tell(database: Database, number: int) -> None:
    from reviewer.store.operations import read

    operation = read(database, number)
    known = operation.correlation_id and operation.correlation_id in operation.outcome
    correlation = f" (correlation id {operation.correlation_id})" if operation.correlation_id and not known else ""
    say(f"operation {operation.id}: {operation.state}: {visible(operation.outcome)}{visible(correlation)}")
    sys.stdout.flush()


def _tell_json(database: Database, number: int) -> None:
    from reviewer.store.operations import read

    say_json_lines([read(database, number)])
    sys.stdout.flush()


def _tell_nothing(database: Database, number: int) -> None:
    """With --json one document comes at the end."""


def _report(database: Database, run: Run, windows: Windows, as_json: bool) -> int:
    from reviewer.domain.journal import FAULTY_ENDS
    from reviewer.store.operations import next_send, read

    ended = [read(database, number) for number in dict.fromkeys((*run.recovered, *run.carried_out))]
    if as_json:
        say_json({"operations": ended, "staged": run.staged})
    else:
        later = next_send(database) if run.staged else None
        opens = windows.next_opening(max(later, utc_now())) if later and windows.rules else later
        when = f", the next is due at {opens:%Y-%m-%d %H:%M} UTC" if opens else ""
        narrate(f"{_counted([operation.state for operation in ended])}; still staged: {run.staged}{when}")
    for sentence in run.passed_over:
        complain(f"left as it is: {visible(sentence)}")
    return sum(operation.state in FAULTY_ENDS for operation in ended) + len(run.passed_over)


def _counted(states: "list[State]") -> str:
    """How many operations took effect in the service, and how the others ended."""
    from reviewer.domain.journal import State

    took_effect = (State.DONE, State.DONE_WITH_DIFFERENCES, State.PARTIAL)
    others = Counter(state.value for state in states if state not in (*took_effect, State.STAGED))
    told = f"operations carried out: {sum(state in took_effect for state in states)}"
    if not others:
        return told
    how = ", ".join(f"{number} {state}" for state, number in sorted(others.items()))
    return f"{told}; not carried out: {others.total()} ({how})"
