"""How right the detector is on contacts whose true pairs are known. No database is needed.

``python -m tests.bench.quality CONTACTS.jsonl PAIRS.csv [ANCHOR_SOURCE]`` (columns ``id_a,id_b``), or
``python -m tests.bench.quality population SIZE [SEED…]`` for the embedded organisation's people: 1 is the seed that is
looked at while the detector is made, 11 to 15 are for the mean that is told.

Neutral pairs are true but cannot be known, and count neither way: those of ``PAIRS.neutral.csv`` beside the pairs (or
``--neutral FILE``); of a population with ``--unknowable`` those whose two records share no phone, email, anchor, social
id, date of birth, address or form of name (``--unknowable name``: nothing but a name, which proves nothing where many
have it). ``knowable`` decides that from the generator's records. A probability is about what is so, so the calibration
takes neutral pairs for true.
"""

import argparse
import csv
import time
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np

from reviewer.detect import measures
from reviewer.detect.columns import Columns, Ints, columns_of_comparables
from reviewer.detect.commonplace import told_of_crowds
from reviewer.detect.compared import compare_all
from reviewer.detect.evaluator import Evaluator
from reviewer.detect.fitting import fit
from reviewer.detect.measures import Rates, Suspected
from reviewer.detect.run import silent
from reviewer.detect.scoring import FLOOR, Judge, Scored, Weigher
from reviewer.domain.contact import decode_contact
from reviewer.domain.normalise import comparable
from reviewer.domain.policy import Verdict
from reviewer.domain.prior_model import prior_model
from reviewer.domain.wire import encode
from reviewer.simulator.population import population
from tests.bench.knowable import is_knowable

BORN_PATH = "customFields.dateOfBirth"
Figures = dict[str, float | int | str]


class Source(NamedTuple):
    """Contacts as lines of JSON with their true pairs of ids, and those of them that count neither way."""

    lines: Sequence[bytes]
    anchor_source: str | None
    true: Sequence[tuple[str, str]]
    neutral: Sequence[tuple[str, str]]


class Known(NamedTuple):
    """Contacts with their true pairs, and those of the true pairs that count neither way (``a * n + b``, sorted)."""

    columns: Columns
    truth: Ints
    neutral: Ints


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


def pair_keys(pairs: Iterable[tuple[str, str]], ids: list[str]) -> Ints:
    """Pairs of ids as ``a * n + b``, sorted."""
    place = {contact: number for number, contact in enumerate(ids)}
    ordered = [sorted((place[a], place[b])) for a, b in pairs]
    return np.unique(np.array([a * len(ids) + b for a, b in ordered], dtype=np.int64))


def pairs_in(path: Path) -> list[tuple[str, str]]:
    """The pairs of a CSV file with the columns ``id_a`` and ``id_b``."""
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["id_a"], row["id_b"]) for row in csv.DictReader(file)]


def from_files(contacts: Path, pairs: Path, anchor_source: str | None = None, neutral: Path | None = None) -> Source:
    """A set that stands in files."""
    beside = pairs.with_name(f"{pairs.name.removesuffix('.pairs.csv')}.neutral.csv")
    unknowable = neutral or (beside if beside.exists() else None)
    lines = contacts.read_bytes().splitlines()
    return Source(lines, anchor_source, pairs_in(pairs), pairs_in(unknowable) if unknowable else [])


def from_population(size: int, seed: int, unknowable: str = "") -> Source:
    """The embedded organisation's people; ``unknowable`` is empty, ``nothing`` or ``name`` (see above)."""
    people = population(size, seed)
    records = {one.id: one.contact for one in people}
    persons: dict[str, list[str]] = {}
    for contact, person in people.persons():
        persons.setdefault(person, []).append(contact)
    pairs = [pair for same in persons.values() for pair in combinations(same, 2)]
    neutral = [
        (a, b)
        for a, b in (pairs if unknowable else ())
        if not is_knowable(records[a], records[b], by_name=unknowable != "name")
    ]
    lines = [encode(contact) for contact in records.values()]
    return Source(lines, "crm", sorted(set(pairs) - set(neutral)), neutral)


def known(source: Source) -> Known:
    """The columns of a set, and its pairs by place."""
    ids, columns = load_contacts(source.lines, source.anchor_source)
    return Known(columns, pair_keys(source.true, ids), pair_keys(source.neutral, ids))


class Matched(NamedTuple):
    """All compared pairs (``a * n + b``) with weights and levels, what judges them, and CPU seconds by stage."""

    pairs: Ints
    scored: Scored
    judge: Judge
    seconds: dict[str, float]


def matched(columns: Columns) -> Matched:
    """Block, compare, fit the model and weigh: all that matching is."""
    started = time.process_time()
    compared = compare_all(columns, Evaluator(columns), np.zeros(0, dtype=np.int64), silent)
    done = time.process_time()
    model = fit(told_of_crowds(prior_model(), compared), compared.patterns, "fitted")
    which = compared.patterns.which
    weights = Weigher(model).weights(compared.patterns.levels)[which]
    a, b = compared.a.astype(np.int64), compared.b.astype(np.int64)
    scored = Scored(a, b, compared.patterns.levels[which], weights)
    seconds = {"comparing": done - started, "model": time.process_time() - done}
    return Matched(compared.keys, scored, Judge(model), seconds)


def measure(columns: Columns, truth: Ints, neutral: Ints | None = None) -> Figures:
    """The figures of one set."""
    found = matched(columns)
    full = Known(columns, truth, np.zeros(0, np.int64) if neutral is None else neutral)
    spent = {f"CPU seconds {stage}": seconds for stage, seconds in found.seconds.items()}
    return figures_of(found, full) | spent


def figures_of(matched: Matched, known: Known) -> Figures:
    """What the compared pairs are worth, and those of them that the queue keeps."""
    weights, verdicts = matched.scored.weights, np.array(matched.judge.verdicts(matched.scored), dtype="<U6")
    right, unknowable = np.isin(matched.pairs, known.truth), np.isin(matched.pairs, known.neutral)
    kept = weights >= FLOOR
    found = Suspected(weights[~unknowable], right[~unknowable], len(known.truth))
    queued = kept[~unknowable]
    best, default = measures.best(found), measures.default(found)
    auto = measures.chosen(found, queued & (verdicts[~unknowable] == Verdict.AUTO.value))
    figures: Figures = {
        "contacts": len(known.columns),
        "true pairs": len(known.truth),
        "neutral pairs": len(known.neutral),
        "all compared": told(measures.chosen(found, np.ones(len(queued), np.bool_))),
        "best": f"from {best.weight:+.2f}: {told(best.rates)}",
        "default": f"from {default.weight:+.2f}: {told(default.rates)}",
        f"candidates (from {FLOOR:+.1f})": told(measures.chosen(found, queued)),
    }
    for verdict in Verdict:
        figures[verdict.value] = told(measures.chosen(found, queued & (verdicts[~unknowable] == verdict.value)))
    for recall in measures.RECALLS:
        figures[f"pairs for recall {recall}"] = measures.pairs_for(found, recall) or "not reached"
    calibration = measures.calibration(Suspected(weights, right | unknowable, len(known.truth)))
    of_queue = measures.calibration(Suspected(weights[kept], (right | unknowable)[kept], len(known.truth)))
    return figures | {
        "best F1": best.rates.f1,
        "F1 by default": default.rates.f1,
        "recall of all compared": measures.rates(found.right, found.true).recall,
        "auto precision": auto.precision,
        "auto recall": auto.recall,
        "calibration error": calibration.error,
        "the same of candidates": of_queue.error,
    }


def told(rates: Rates) -> str:
    """Precision and recall of chosen pairs, with their counts."""
    return f"{rates.right:,} right of {rates.pairs:,}: precision {rates.precision:.4f}, recall {rates.recall:.4f}"


def means_of(each: Sequence[Figures]) -> Figures:
    """The mean of every figure that is a share or a time."""
    return {
        name: sum(float(one[name]) for one in each) / len(each)
        for name, first in each[0].items()
        if isinstance(first, float)
    }


def sources(arguments: argparse.Namespace) -> Iterable[tuple[str, Source]]:
    """The sets that a command line names, each with its title."""
    first, *rest = arguments.what
    if first == "population":
        size = int(rest[0])
        for seed in rest[1:] or ["1"]:
            title = f"population of {size:,}, seed {seed}"
            yield title, from_population(size, int(seed), arguments.unknowable or "")
    else:
        anchor_source = rest[1] if len(rest) > 1 else None
        yield Path(first).name, from_files(Path(first), Path(rest[0]), anchor_source, arguments.neutral)


def parser_of(description: str | None) -> argparse.ArgumentParser:
    """A command line that names sets."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="+")
    parser.add_argument("--neutral", type=Path)
    parser.add_argument("--unknowable", nargs="?", const="nothing", choices=("nothing", "name"))
    return parser


def main() -> None:
    """Print the figures of the sets that the command line names, and the mean of several."""
    each = []
    for title, source in sources(parser_of(__doc__).parse_intermixed_args()):
        each.append(measure(*known(source)))
        _show(title, each[-1])
    if len(each) > 1:
        _show(f"mean over {len(each)} seeds", means_of(each))


def _show(title: str, figures: Figures) -> None:
    print(title)
    for name, figure in figures.items():
        print(f"  {name:26} {f'{figure:.4f}' if isinstance(figure, float) else figure}", flush=True)


if __name__ == "__main__":
    main()
