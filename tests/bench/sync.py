"""Taking contacts in through the real sync: ``python -m tests.bench.sync [CONTACTS]`` (100,000 by default).

An organisation of so many contacts, and one of a quarter as many, are served on loopback without a limit of their
rate, each by a process of its own; they are made once and kept in the temporary folder for the next time. A further
process for each, which does nothing else, calls ``mirror.sync`` three times into one new database: on the empty one,
again with nothing changed, and again after one contact in a hundred got another last name.

Printed for each: contacts a second by the clock on the wall, and where the processor time of the syncing process went
(``tests.bench.accounts`` says how that is told apart): our own code is everything that is neither SQLite nor httpx and
the libraries under it nor the event loop, so pages cut and decoded, columns, hashes, identifiers, rows, and our part
of every call. What the measuring adds is printed beside it and not taken off. Last, the peak memory after the first
sync (the kernel's high-water mark of the process) at both sizes: flat means a ratio near 1.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from reviewer.domain.record import ReadingRules
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.connection import Connection
from reviewer.mirror.rejects import Rejects
from reviewer.mirror.sync import SyncReport, sync
from reviewer.simulator.opening import Opening, open_organization
from reviewer.simulator.serving import Access, ServedOrganization
from reviewer.store.database import Database, open_database
from tests.bench.accounts import OURS, Accounts, cost_of_a_switch
from tests.bench.memory import peak_memory

CHANGED_ONE_IN = 100
FIRST, AGAIN, CHANGED = "into an empty database", "again, nothing changed", "again, 1 % changed"


def main(size: int = 100_000) -> None:
    """Measure a quarter of the size, then the size, and print what came of it."""
    folder = Path(tempfile.gettempdir()) / "reviewer-bench"
    folder.mkdir(exist_ok=True)
    small, large = (_measured(folder, count) for count in (size // 4, size))
    for what, run in large["runs"].items():
        _tell(what, run, large["switch"])
    peaks = [found["peak"] for found in (small, large)]
    print(f"peak memory: {peaks[0]:.0f} MB at {size // 4:,} contacts, {peaks[1]:.0f} MB at {size:,}, ", end="")
    print(f"ratio {peaks[1] / peaks[0]:.2f}")


def _measured(folder: Path, size: int) -> dict[str, Any]:
    """What a process that only syncs an organisation of this size found out."""
    before, after = _states(folder, size)
    with (
        ServedOrganization(state=before, rate_limit=None) as first,
        ServedOrganization(state=after, rate_limit=None) as second,
    ):
        command = [sys.executable, "-m", "tests.bench.sync", "--measure"]
        given = json.dumps([asdict(first.access), asdict(second.access)])
        found: dict[str, Any] = json.loads(subprocess.run([*command, given], stdout=subprocess.PIPE, check=True).stdout)
    return found


def _states(folder: Path, size: int) -> tuple[Path, Path]:
    """State files of one organisation before and after a part of its contacts changed; made if they are missing."""
    before, after = folder / f"{size}.db", folder / f"{size}.changed.db"
    if not after.exists():
        made = folder / f"{size}.making.db"
        made.unlink(missing_ok=True)
        open_organization(Opening(state=made, population=size)).state.close()
        shutil.copy(made, before)
        organization = open_organization(Opening(state=made))
        with organization.state.transaction() as sql:
            ids = [id_ for (id_,) in sql.execute("SELECT id FROM contacts ORDER BY seq")]
            for id_ in ids[::CHANGED_ONE_IN]:
                stored = organization.contact(id_)
                organization.contacts.write({**stored.contact, "lastName": "Changed"}, stored.modified)
        organization.state.close()
        made.rename(after)
    return before, after


def measure(first: Access, second: Access) -> dict[str, Any]:
    """Sync three times: from ``first``, again, and from ``second``, which is the same organisation later."""
    runs: dict[str, Any] = {}
    accounts = Accounts()
    peak = 0.0
    with (
        tempfile.TemporaryDirectory() as folder,
        accounts.watching(),
        open_database(Path(folder) / "mirror.db") as database,
    ):
        for what, access in ((FIRST, first), (AGAIN, first), (CHANGED, second)):
            before, switches, begin = dict(accounts.seconds), accounts.switches, time.perf_counter()
            report: SyncReport = accounts.run(_synced(access, database, Path(folder)))
            wall = time.perf_counter() - begin
            spent = {name: seconds - before[name] for name, seconds in accounts.seconds.items()}
            runs[what] = {"wall": wall, "spent": spent, "switches": accounts.switches - switches}
            runs[what] |= {"contacts": report.contacts, "written": report.new + report.changed}
            peak = peak or peak_memory() / 1024**2
    return {"runs": runs, "peak": peak, "switch": cost_of_a_switch()}


async def _synced(access: Access, database: Database, folder: Path) -> SyncReport:
    connection = Connection(
        client_id=access.client_id,
        client_secret=access.client_secret,
        api_url=access.url,
        login_url=access.login_url,
    )
    rules = ReadingRules(anchor_source=access.external_source_id)
    with Rejects("scan", [folder / "rejects.jsonl"], _say_to_stderr) as rejects:
        async with GenesysClient(connection) as client:
            return await sync(client, database, rules, rejects=rejects)


def _say_to_stderr(text: str) -> None:
    print(text, file=sys.stderr)


def _tell(what: str, run: dict[str, Any], switch: float) -> None:
    contacts, spent, wall = run["contacts"], run["spent"], run["wall"]
    busy = sum(spent.values())
    print(f"{what}: {contacts:,} contacts, {run['written']:,} of them written, {wall:.1f} s, ", end="")
    print(f"{contacts / wall:,.0f} contacts/s; our own code alone {contacts / spent[OURS]:,.0f} contacts/s")
    for name, seconds in spent.items():
        print(f"    {name:14}{seconds:7.2f} s {seconds / busy:6.0%} {seconds / contacts * 1e6:8.1f} µs a contact")
    print(f"    {'waiting':14}{max(0.0, wall - busy):7.2f} s; the measuring itself {run['switches'] * switch:.2f} s")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measure(*(Access(**access) for access in json.loads(sys.argv[2])))))
    else:
        main(*(int(argument) for argument in sys.argv[1:]))
