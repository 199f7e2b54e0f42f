"""The demo without a screen: the whole job, then the organisation's own account of it against the truth."""

import asyncio
import sys
from contextlib import redirect_stdout

from reviewer.cli.context import Context
from reviewer.cli.demonstration.check import Findings, findings, read_heads
from reviewer.cli.demonstration.scripted_steward import work_through
from reviewer.cli.demonstration.stage_set import Stage
from reviewer.cli.desk import open_desk
from reviewer.cli.output import complain, narrate, say, say_json, say_table
from reviewer.exit_codes import ExitCode
from reviewer.simulator.population.seeded import Trap
from reviewer.store.contacts import aliases
from reviewer.store.database import Database

MOST_TURNS = 5
"""After a merge the merged contact may meet further duplicates: detect, decide and execute again."""


def prepare(stage: Stage) -> None:
    """Contacts in, candidates found: the state in which the workbench opens."""
    ids = stage.folder / "anonymous.txt"
    ids.write_text("\n".join(stage.organization.read("anonymous")) + "\n", encoding="utf-8")
    command("sync")
    command("load", "ids", str(ids))
    command("detect")


def perform(stage: Stage, as_json: bool) -> int:
    """Do the job and check it; returns the exit status."""
    truth = stage.organization.read("truth")
    prepare(stage)
    command("auto", "--approve")
    command("execute", accepted=(ExitCode.OK, ExitCode.SOME_FAILED))
    automatic = _check(stage, truth)
    done: dict[str, int] = {}
    for _ in range(MOST_TURNS):
        with open_desk(stage.context) as desk:
            turn = work_through(desk, _known_persons(truth, desk.database))
        for what, count in turn.items():
            done[what] = done.get(what, 0) + count
        if not any(what in turn for what in ("merged", "stitched")):
            break
        command("execute", accepted=(ExitCode.OK, ExitCode.SOME_FAILED))
        command("sync")
        command("detect")
    command("status")
    return _report(automatic, _check(stage, truth), done, as_json)


def command(*arguments: str, accepted: tuple[int, ...] = (ExitCode.OK,)) -> None:
    """Run a command as a user would, and say so; what it says is narration here.

    Raises ``SystemExit`` with its status where it failed.
    """
    from reviewer.cli.main import run

    narrate(f"$ reviewer {' '.join(arguments)}")
    with redirect_stdout(sys.stderr):
        status = run(list(arguments))
    if status not in accepted:
        raise SystemExit(status)


def _known_persons(truth: dict[str, dict[str, str]], database: Database) -> dict[str, str]:
    """Who is who, the contacts included that merges have made since."""
    persons = dict(truth["persons"])
    for id_, canonical in aliases(database):
        if id_ in persons:
            persons[canonical] = persons[id_]
    return persons


def _check(stage: Stage, truth: dict[str, dict[str, str]]) -> Findings:
    heads = asyncio.run(_heads(stage.context, list(truth["persons"])))
    return findings(truth, heads, {trap.name.lower(): trap.value for trap in Trap})


async def _heads(context: Context, ids: list[str]) -> dict[str, str]:
    from reviewer.cli.wiring import open_client

    async with open_client(context, context.connection()) as client:
        return await read_heads(client, ids)


def _report(automatic: Findings, after: Findings, done: dict[str, int], as_json: bool) -> int:
    if as_json:
        say_json({"automatic": automatic, "after": after, "steward": done, "passed": after.passed})
    else:
        _say_report(automatic, after, done)
    for ids in after.joined:
        complain(f"a merge joined two persons: {', '.join(ids)}")
    for kind in after.missing:
        complain(f"the population lacks a trap: {kind}")
    if 2 * after.merged < after.certain:
        complain(f"only {after.merged} of {after.certain} certain duplicates were merged")
    return ExitCode.OK if after.passed else ExitCode.CHECK_FAILED


def _say_report(automatic: Findings, after: Findings, done: dict[str, int]) -> None:
    say(
        f"automatic: {automatic.merge_sets} persons put together, {len(automatic.joined)} wrongly; "
        f"{automatic.merged} of {automatic.certain} certain duplicates"
    )
    said = ", ".join(f"{count} {what}" for what, count in done.items()) or "nothing to do"
    say(f"the steward: {said}")
    say(
        f"in the end: {after.merge_sets} persons put together, {len(after.joined)} wrongly; "
        f"{after.merged} of {after.certain} certain duplicates"
    )
    say("")
    head = ("trap", "there", "right", "put together", "right means")
    say_table(head, [(one.kind, one.there, one.right, one.together, one.meaning) for one in after.traps])
