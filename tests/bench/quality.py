"""Precision, recall and F1 of the detector on contacts whose true pairs are known.

``python -m tests.bench.quality CONTACTS.jsonl PAIRS.csv`` (columns ``id_a,id_b``). No database is needed.
"""

import csv
import sys
import time
from pathlib import Path

import numpy as np

from reviewer.detect.blocking import block
from reviewer.detect.columns import Columns, Ints, columns_of_comparables
from reviewer.detect.evaluator import Evaluator
from reviewer.detect.scoring import FLOOR, Judge, Scored, score
from reviewer.domain.contact import decode_contact
from reviewer.domain.levels import weight_of
from reviewer.domain.normalise import comparable

BORN_PATH = "customFields.dateOfBirth"


def load_contacts(path: Path, anchor_source: str | None = None, country: str = "US") -> tuple[list[str], Columns]:
    """The ids and the columns of a file of contacts, one a line."""
    ids: list[str] = []
    comparables = []
    for number, line in enumerate(path.read_bytes().splitlines()):
        contact = decode_contact(line)
        ids.append(contact.id)
        columns = comparable(
            contact, anchor_source=anchor_source, born_path=BORN_PATH, default_country=country
        )
        comparables.append((number, columns))
    return ids, columns_of_comparables(comparables)


def load_truth(path: Path, ids: list[str]) -> Ints:
    """The true pairs as ``a * n + b``, sorted."""
    place = {contact: number for number, contact in enumerate(ids)}
    with path.open(newline="") as file:
        pairs = [sorted((place[row["id_a"]], place[row["id_b"]])) for row in csv.DictReader(file)]
    return np.unique(np.array([a * len(ids) + b for a, b in pairs], dtype=np.int64))


def measure(columns: Columns, truth: Ints) -> dict[str, float | int]:
    """The figures of one set."""
    started = time.perf_counter()
    blocks = block(columns)
    blocked = time.perf_counter()
    evaluator, judge = Evaluator(columns), Judge()
    parts = list(score(evaluator, blocks.a, blocks.b))
    compared = time.perf_counter()
    verdicts = np.array([verdict for part in parts for verdict in judge.verdicts(part)])
    ended = time.perf_counter()
    pairs, weights = _joined(parts, len(columns))
    right = np.isin(pairs, truth)
    auto = verdicts == "auto"
    best, at = _best(weights, right, len(truth))
    figures: dict[str, float | int] = {
        "contacts": len(columns),
        "true pairs": len(truth),
        "blocked": len(blocks.a),
        "blocked recall": _share(int(np.isin(blocks.a * len(columns) + blocks.b, truth).sum()), len(truth)),
        f"kept (weight >= {FLOOR})": len(pairs),
        "kept recall": _share(int(right.sum()), len(truth)),
        "kept precision": _share(int(right.sum()), len(pairs)),
        "best F1": best,
        "at weight": at,
        "F1 at 0.9": _f1(right[weights >= weight_of(0.9)], len(truth)),
        "auto": int(auto.sum()),
        "auto precision": _share(int(right[auto].sum()), int(auto.sum())),
        "auto recall": _share(int(right[auto].sum()), len(truth)),
        "seconds blocking": blocked - started,
        "seconds comparing": compared - blocked,
        "seconds judging": ended - compared,
    }
    for verdict in ("auto", "review", "shared", "veto"):
        chosen = verdicts == verdict
        figures[f"{verdict}: right of all"] = f"{int(right[chosen].sum()):,} of {int(chosen.sum()):,}"  # type: ignore[assignment]
    return figures


def _joined(parts: list[Scored], size: int) -> tuple[Ints, "np.ndarray[tuple[int], np.dtype[np.float64]]"]:
    pairs = np.concatenate([part.a * size + part.b for part in parts] or [np.zeros(0, np.int64)])
    return pairs, np.concatenate([part.weights for part in parts] or [np.zeros(0)])


def _best(weights: "np.ndarray[tuple[int], np.dtype[np.float64]]", right: "np.ndarray[tuple[int], np.dtype[np.bool_]]", true: int) -> tuple[float, float]:
    """The best F1 over all thresholds, and the threshold."""
    best, at = 0.0, 0.0
    for threshold in np.unique(weights):
        f1 = _f1(right[weights >= threshold], true)
        if f1 > best:
            best, at = f1, float(threshold)
    return best, at


def _f1(right: "np.ndarray[tuple[int], np.dtype[np.bool_]]", true: int) -> float:
    hits = int(right.sum())
    return 2 * hits / (len(right) + true) if len(right) + true else 0.0


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def main() -> None:
    """Print the figures of the set that the command line names."""
    contacts, pairs = (Path(argument) for argument in sys.argv[1:3])
    ids, columns = load_contacts(contacts)
    for name, figure in measure(columns, load_truth(pairs, ids)).items():
        print(f"{name:24} {figure:,.4f}" if isinstance(figure, float) else f"{name:24} {figure}")


if __name__ == "__main__":
    main()
