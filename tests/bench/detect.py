"""This project and Splink on the same contacts in one run: how right they are, how long they take, in how much memory.

``python -m tests.bench.detect population SIZE [SEED]``, or ``… CONTACTS.jsonl PAIRS.csv [ANCHOR_SOURCE]``, prints a
Markdown table. Splink and DuckDB come with ``pip install -e '.[bench]'``; where they are in another environment,
``--splink-python PATH`` names its interpreter. They are no part of the program.

Each engine is a child process of its own and starts from the columns that the program normalised: this project from its
mirror, Splink from a Parquet file of the same values. Wall time, CPU time and peak memory are of the whole process,
imports and reading included; *matching* is from the columns in memory to weighed pairs. Where others load the machine,
go by the ratio of CPU seconds. The best F1 uses the truth, for both alike; the default threshold is each's own: a
probability of 0.5 here, of 0.9 with Splink. Neutral pairs count neither way (see ``tests.bench.quality``).

The anchor guard is laid over both: a pair with different ids in the system of record is never found, one with the same
ids always. Where a person may have two such ids, as in the population, that costs recall; ``--guard splink`` lays it
over Splink alone, whose model does not know of them.
"""

import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Container, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from reviewer.detect import measures
from reviewer.detect.columns import Columns, Ints, columns_of
from reviewer.detect.holders import common_values
from reviewer.detect.measures import Floats, Suspected
from reviewer.domain.contact import decode_contact
from reviewer.domain.levels import weight_of
from reviewer.domain.record import ReadingRules, make_record
from reviewer.store import comparables, contacts
from reviewer.store.database import open_database
from tests.bench.quality import BORN_PATH, Source, pair_keys, parser_of, sources

BATCH = 5_000
OWN, SPLINK = "reviewer", "splink"
DEFAULT_OF = {OWN: measures.DEFAULT_PROBABILITY, SPLINK: 0.9}
NAMES = {OWN: "this project", SPLINK: "Splink"}
COLUMNS = ("given", "middle", "surname", "born", "street", "city", "postcode")
SEVERAL = ("phones", "emails", "socials", "anchors")
TOOK = ("wall", "cpu", "memory", "matching", "matching cpu")
CERTAIN = 60.0
"""Match weight that the anchor guard gives to pairs with the same ids, its negative to those with different ones."""


class Result(NamedTuple):
    """What an engine found (keys of pairs, weights), and what it took."""

    pairs: Ints
    weights: Floats
    figures: dict[str, Any]


def lay_out(folder: Path, source: Source) -> Columns:
    """Put the normalised columns where the engines read them: the mirror, and a table for Splink."""
    rules = ReadingRules(anchor_source=source.anchor_source, born_path=BORN_PATH)
    records = (make_record(line, rules) for line in source.lines)
    with open_database(folder / "mirror.db") as database:
        while batch := list(islice(records, BATCH)):
            contacts.write(database, batch, origin="api", read_at=datetime.now(UTC))
        columns = columns_of(comparables.rows(database))
    with (folder / "columns.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("unique_id", *COLUMNS, *SEVERAL))
        table.writerows(_rows(columns))
    return columns


def _rows(columns: Columns) -> Iterator[tuple[object, ...]]:
    vocabularies = (
        columns.names, columns.names, columns.names, columns.dates, columns.streets, columns.cities, columns.postcodes,
    )  # fmt: skip
    words = [vocabulary.values for vocabulary in vocabularies]
    codes = (
        columns.given, columns.middle, columns.surname, columns.born, columns.street, columns.city, columns.postcode,
    )  # fmt: skip
    lists = (columns.phones, columns.emails, columns.socials, columns.anchors)
    for place, number in enumerate(columns.numbers.tolist()):
        single = [values[column[place]] for values, column in zip(words, codes, strict=True)]
        several = [
            "|".join(one.vocabulary.values[code] for code in one.codes[one.starts[place] : one.starts[place + 1]])
            for one in lists
        ]
        yield number, *single, *several


def run(engine: str, folder: Path, python: str, columns: Columns, guard: bool) -> Result:
    """Let an engine match in a process of its own, with or without the anchor guard over it.

    Raises ``SystemExit`` with its last words if it fails.
    """
    module = "tests.bench.own_engine" if engine == OWN else "tests.bench.splink_engine"
    if engine == SPLINK:
        _call([python, "-m", module, "prepare", str(folder)])
    _call([python, "-m", module, "match", str(folder), str(time.time())])
    with np.load(folder / f"{engine}.npz") as found:
        a, b, weights = columns.places(found["a"]), columns.places(found["b"]), found["weight"].astype(np.float64)
    low, high = np.minimum(a, b), np.maximum(a, b)
    if guard:
        weights = guarded(columns, low, high, weights)
    return Result(low * len(columns) + high, weights, json.loads((folder / f"{engine}.json").read_text()))


def _call(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-3000:]}")


def guarded(columns: Columns, a: Ints, b: Ints, weights: Floats) -> Floats:
    """The weights of pairs with the anchor guard laid over them."""
    anchors = columns.anchors
    both = (anchors.counts[a] > 0) & (anchors.counts[b] > 0)
    common = np.zeros(len(a), np.bool_)
    common[common_values(anchors, a, b)[0]] = True
    equal = common & (anchors.counts[a] == anchors.counts[b])
    return np.where(equal, CERTAIN, np.where(both & ~common, -CERTAIN, weights))


def figures_of(result: Result, truth: Ints, neutral: Ints, threshold: float) -> dict[str, float]:
    """How right an engine is, also from this probability on, beside what it took."""
    counted = ~np.isin(result.pairs, neutral)
    pairs, weights = result.pairs[counted], result.weights[counted]
    found = Suspected(weights, np.isin(pairs, truth), len(truth))
    best, default = measures.best(found), measures.from_weight(found, weight_of(threshold))
    took = {name: float(result.figures[name]) for name in TOOK}
    return took | {
        "best": best.rates.f1,
        "best precision": best.rates.precision,
        "best recall": best.rates.recall,
        "default": default.rates.f1,
        "default precision": default.rates.precision,
        "default recall": default.rates.recall,
        "candidates": float(len(pairs)),
        "recall of candidates": measures.rates(found.right, found.true).recall,
    }


def table_of(title: str, each: dict[str, dict[str, float]]) -> Iterator[str]:
    """The figures as Markdown, and the ratios of the two engines."""
    yield f"{title}"
    yield ""
    yield (
        "| engine | best F1 (precision / recall) | F1 at default (precision / recall) | candidates (recall) "
        "| matching s (CPU) | whole s (CPU) | peak MB |"
    )
    yield "|---|---|---|---|---|---|---|"
    for engine, found in each.items():
        yield (
            f"| {NAMES[engine]} | {found['best']:.4f} ({found['best precision']:.3f} / {found['best recall']:.3f}) "
            f"| {found['default']:.4f} ({found['default precision']:.3f} / {found['default recall']:.3f}) "
            f"| {found['candidates']:,.0f} ({found['recall of candidates']:.4f}) "
            f"| {found['matching']:.2f} ({found['matching cpu']:.2f}) | {found['wall']:.2f} ({found['cpu']:.2f}) "
            f"| {found['memory'] / 1e6:,.0f} |"
        )
    if OWN in each and SPLINK in each:
        own, other = each[OWN], each[SPLINK]
        ratio = {name: f"{other[name] / own[name]:.1f} ×" for name in TOOK}
        yield (
            f"| Splink ÷ this project | | | | {ratio['matching']} ({ratio['matching cpu']}) "
            f"| {ratio['wall']} ({ratio['cpu']}) | {ratio['memory']} |"
        )


def compare(
    title: str, source: Source, engines: Iterable[str], splink_python: str, guards: Container[str]
) -> dict[str, dict[str, float]]:
    """Let the engines match one after the other; their figures by engine."""
    found = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        columns = lay_out(folder, source)
        ids = [decode_contact(line).id for line in source.lines]
        truth, neutral = pair_keys(source.true, ids), pair_keys(source.neutral, ids)
        for engine in engines:
            python = splink_python if engine == SPLINK else sys.executable
            result = run(engine, folder, python, columns, engine in guards)
            found[engine] = figures_of(result, truth, neutral, DEFAULT_OF[engine])
    print("\n".join(table_of(title, found)), flush=True)
    return found


def main() -> None:
    """Print the table of the set that the command line names."""
    parser = parser_of(__doc__)
    parser.add_argument("--engines", default=f"{OWN},{SPLINK}")
    parser.add_argument("--splink-python", default=sys.executable)
    parser.add_argument("--guard", default=f"{OWN},{SPLINK}", help="the engines that the anchor guard is laid over")
    arguments = parser.parse_intermixed_args()
    engines = arguments.engines.split(",")
    if SPLINK in engines and not _has_splink(arguments.splink_python):
        sys.exit(
            f"{arguments.splink_python} has no Splink on DuckDB: pip install -e '.[bench]', or --engines {OWN} to do "
            "without it"
        )
    for title, source in sources(arguments):
        compare(title, source, engines, arguments.splink_python, arguments.guard.split(","))


def _has_splink(python: str) -> bool:
    return subprocess.run([python, "-c", "import splink, duckdb"], capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    main()
