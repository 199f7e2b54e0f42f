"""The whole job on sets of contacts with known pairs: serve, sync, detect, approve what is automatic, execute.

``python -m tests.bench.public_sets FOLDER [NAME…]`` takes ``NAME.contacts.jsonl`` and ``NAME.pairs.csv``. For each it
prints precision and recall of what was merged automatically, read back from the organisation, and of all candidates.
"""

import asyncio
import csv
import sys
import tempfile
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

from reviewer.cli.context import Context
from reviewer.cli.demonstration.check import read_heads
from reviewer.cli.demonstration.headless import command
from reviewer.cli.demonstration.scripted_steward import work_through
from reviewer.cli.demonstration.stage_set import variables, variables_of
from reviewer.cli.desk import open_desk
from reviewer.exit_codes import ExitCode
from reviewer.genesys.client import GenesysClient
from reviewer.simulator.serving import ServedOrganization
from reviewer.store.contacts import aliases
from reviewer.store.exports import scored_pairs

Pairs = set[tuple[str, str]]


def true_pairs(path: Path) -> Pairs:
    """The pairs of a CSV file with the columns ``id_a`` and ``id_b``, each in order."""
    with path.open(encoding="utf-8", newline="") as file:
        return {_ordered(row["id_a"], row["id_b"]) for row in csv.DictReader(file)}


def _ordered(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a < b else (b, a)


def pairs_of(groups: Iterable[Iterable[str]]) -> Pairs:
    """Every pair inside every group."""
    return {_ordered(a, b) for group in groups for a, b in combinations(group, 2)}


def said(found: Pairs, true: Pairs) -> str:
    """Precision and recall with their counts."""
    right = len(found & true)
    precision = right / len(found) if found else 1.0
    return f"{len(found):>6,} pairs, precision {precision:.4f}, recall {right / len(true):.4f}"


async def merged_pairs(context: Context, ids: list[str]) -> Pairs:
    """The pairs that the organisation holds as one contact now."""
    async with GenesysClient(context.connection()) as client:
        heads = await read_heads(client, ids)
    groups: dict[str, list[str]] = {}
    for id_, head in heads.items():
        groups.setdefault(head, []).append(id_)
    return pairs_of(groups.values())


def persons_of(ids: list[str], true: Pairs) -> dict[str, str]:
    """Contact → person, the connected components of the true pairs."""
    person = {id_: id_ for id_ in ids}
    for a, b in sorted(true):
        old, new = person[b], person[a]
        if old != new:
            person.update({id_: new for id_, one in person.items() if one == old})
    return person


def measure(contacts: Path, pairs: Path) -> None:
    """Do the whole job on one set and print what came of it."""
    true = true_pairs(pairs)
    context = Context()
    with (
        tempfile.TemporaryDirectory() as folder,
        ServedOrganization(contacts=contacts, rate_limit=None) as organization,
        variables(variables_of(organization.access, Path(folder), 0)),
    ):
        command("sync")
        command("detect")
        with open_desk(context) as desk:
            candidates = {_ordered(row[0], row[1]) for row in scored_pairs(desk.database)}
        ids = sorted(id_ for (id_,) in _ids(context))
        command("auto", "--approve")
        command("execute", accepted=(ExitCode.OK, ExitCode.SOME_FAILED))
        automatic = asyncio.run(merged_pairs(context, ids))
        persons = persons_of(ids, true)
        for _ in range(5):
            with open_desk(context) as desk:
                known = persons | {new: persons[old] for old, new in aliases(desk.database) if old in persons}
                done = work_through(desk, known)
            if not done["merged"] and not done["stitched"]:
                break
            command("execute", accepted=(ExitCode.OK, ExitCode.SOME_FAILED))
            command("sync")
            command("detect")
        reviewed = asyncio.run(merged_pairs(context, ids))
    print(f"{contacts.name}: {len(ids):,} contacts, {len(true):,} true pairs")
    print(f"  merged automatically  {said(automatic, true)}")
    print(f"  all candidates        {said(candidates, true)}")
    print(f"  after the steward     {said(reviewed, true)}", flush=True)


def _ids(context: Context) -> list[tuple[str]]:
    with open_desk(context) as desk:
        return list(desk.database.connection.execute("SELECT id FROM contact"))


def main(arguments: list[str]) -> None:
    """Measure every set of a folder, or those named."""
    folder = Path(arguments[0])
    names = arguments[1:] or sorted(path.name.split(".")[0] for path in folder.glob("*.contacts.jsonl"))
    for name in names:
        measure(folder / f"{name}.contacts.jsonl", folder / f"{name}.pairs.csv")


if __name__ == "__main__":
    main(sys.argv[1:])
