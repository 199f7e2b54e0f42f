"""Precision, recall and F1 of the detector on contacts whose true pairs are known.

``python -m tests.bench.quality CONTACTS.jsonl PAIRS.csv [ANCHOR_SOURCE]`` (columns ``id_a,id_b``), or
``python -m tests.bench.quality population SIZE [SEED]`` for the embedded organisation's people. No database is needed.
"""

import csv
import sys
import time
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reviewer.detect.columns import Columns, Flags, Ints, columns_of_comparables
from reviewer.detect.compared import compare_all
from reviewer.detect.evaluator import Evaluator
from reviewer.detect.fitting import fit
from reviewer.detect.run import silent
from reviewer.detect.scoring import FLOOR, Judge, Scored, Weigher
from reviewer.domain.contact import decode_contact
from reviewer.domain.levels import weight_of
from reviewer.domain.normalise import comparable
from reviewer.domain.policy import Verdict
from reviewer.domain.prior_model import prior_model
from reviewer.domain.wire import encode
from reviewer.simulator.population import population

BORN_PATH = "customFields.dateOfBirth"


def load_contacts(lines: Iterable[bytes], anchor_source: str | None) -> tuple[list[str], Columns]:
    """The ids and the columns of contacts, one a line."""
    ids: list[str] = []
    comparables = []
    for number, line in enumerate(lines):
        contact = decode_contact(line)
        ids.append(contact.id)
        columns = comparable(contact, anchor_source=anchor_source, born_path=BORN_PATH, default_country="US")
        comparables.append((number, columns))
    return ids, columns_of_comparables(comparables)


def true_pairs(pairs: Iterable[tuple[str, str]], ids: list[str]) -> Ints:
    """The true pairs as ``a * n + b``, sorted."""
    place = {contact: number for number, contact in enumerate(ids)}
    ordered = [sorted((place[a], place[b])) for a, b in pairs]
    return np.unique(np.array([a * len(ids) + b for a, b in ordered], dtype=np.int64))


def from_files(contacts: Path, pairs: Path, anchor_source: str | None = None) -> tuple[Columns, Ints]:
    """Columns and true pairs of a set that stands in two files."""
    ids, columns = load_contacts(contacts.read_bytes().splitlines(), anchor_source)
    with pairs.open(newline="") as file:
        return columns, true_pairs([(row["id_a"], row["id_b"]) for row in csv.DictReader(file)], ids)


def from_population(size: int, seed: int) -> tuple[Columns, Ints]:
    """Columns and true pairs of the embedded organisation's people."""
    people = population(size, seed)
    ids, columns = load_contacts((encode(one.contact) for one in people), "crm")
    contacts: dict[str, list[str]] = {}
    for contact, person in people.persons():
        contacts.setdefault(person, []).append(contact)
    return columns, true_pairs([pair for same in contacts.values() for pair in combinations(same, 2)], ids)


def measure(columns: Columns, truth: Ints) -> dict[str, float | int | str]:
    """The figures of one set."""
    started = time.perf_counter()
    evaluator = Evaluator(columns)
    compared = compare_all(columns, evaluator, np.zeros(0, dtype=np.int64), silent)
    done = time.perf_counter()
    model = fit(prior_model(), compared.patterns, "fitted")
    fitted = time.perf_counter()
    judge, levels = Judge(model), compared.patterns.levels[compared.patterns.which]
    weights = Weigher(model).weights(compared.patterns.levels)[compared.patterns.which]
    pairs, parts = compared.keys, [Scored(compared.a.astype(np.int64), compared.b.astype(np.int64), levels, weights)]
    right = np.isin(pairs, truth)
    best, at = _best(weights, right, len(truth))
    kept = weights >= FLOOR
    verdicts = np.array([verdict for part in parts for verdict in judge.verdicts(part)], dtype="<U6")
    figures: dict[str, float | int | str] = {
        "contacts": len(columns),
        "true pairs": len(truth),
        "compared": len(pairs),
        "all compared": _rates(right, len(truth)),
        "best F1, any threshold": best,
        "at weight": at,
        "F1 at probability 0.5": _f1(right[weights >= 0], len(truth)),
        "F1 at probability 0.9": _f1(right[weights >= weight_of(0.9)], len(truth)),
        f"candidates (from {FLOOR:.1f})": _rates(right[kept], len(truth)),
        "F1 of candidates": _f1(right[kept], len(truth)),
    }
    for verdict in Verdict:
        figures[verdict.value] = _rates(right[kept & (verdicts == verdict.value)], len(truth))
    return figures | {"seconds comparing": done - started, "seconds fitting": fitted - done}


def _rates(right: Flags, true: int) -> str:
    """Precision and recall of chosen pairs, with their counts."""
    hits = int(right.sum())
    return (
        f"{hits:,} right of {len(right):,}: precision {_share(hits, len(right)):.4f}, recall {_share(hits, true):.4f}"
    )


def _best(weights: NDArray[np.float64], right: Flags, true: int) -> tuple[float, float]:
    """The best F1 over all thresholds, and the threshold."""
    if not len(weights):
        return 0.0, 0.0
    order = np.argsort(-weights, kind="stable")
    falling, hits = weights[order], np.cumsum(right[order])
    ends = np.flatnonzero(np.append(falling[1:] != falling[:-1], True))
    f1 = 2 * hits[ends] / (ends + 1 + true)
    return float(f1.max()), float(falling[ends[np.argmax(f1)]])


def _f1(right: Flags, true: int) -> float:
    hits = int(right.sum())
    return 2 * hits / (len(right) + true) if len(right) + true else 0.0


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def main() -> None:
    """Print the figures of the set that the command line names."""
    first, *rest = sys.argv[1:]
    if first == "population":
        columns, truth = from_population(int(rest[0]), int(rest[1]) if len(rest) > 1 else 1)
    else:
        columns, truth = from_files(Path(first), Path(rest[0]), rest[1] if len(rest) > 1 else None)
    for name, figure in measure(columns, truth).items():
        print(f"{name:24} {figure:,.4f}" if isinstance(figure, float) else f"{name:24} {figure}")


if __name__ == "__main__":
    main()
