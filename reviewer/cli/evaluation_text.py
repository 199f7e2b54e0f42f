"""An evaluation as plain text: tables in Markdown, which read well on a terminal and in a report."""

from collections.abc import Iterable, Iterator, Sequence

from reviewer.detect.evaluation import Evaluation
from reviewer.detect.measures import Bar, Rates, Threshold

_WIDEST_BAR = 40


def report_of(found: Evaluation) -> str:
    """The whole evaluation; it holds no text of a record."""
    return "\n\n".join("\n".join(part) for part in _parts(found))


def _parts(found: Evaluation) -> Iterator[Iterable[str]]:
    yield [
        f"{found.truth.known:,} true pairs of {found.truth.given:,} listed; "
        f"{found.pairs:,} pairs and {found.groups:,} groups in the queue.",
        f"Best F1 {found.best.rates.f1:.4f} from weight {found.best.weight:+.2f}; "
        f"F1 {found.default.rates.f1:.4f} from a probability of {found.default.probability:.1f}, the default.",
    ]
    yield _section(
        "Thresholds",
        ("from weight", "probability", *_RATES, ""),
        [(f"{row.weight:+.2f}", f"{row.probability:.4f}", *_rates(row.rates), row.name) for row in found.thresholds],
    )
    yield _section("Verdicts", ("verdict", *_RATES), [(one, *_rates(rates)) for one, rates in found.verdicts.items()])
    yield _section(
        "False pairs, by what they most likely are instead",
        ("class", f"from {_short(found.default)}", f"from {_short(found.best)}", "all"),
        [(one.pair_class, f"{one.default:,}", f"{one.best:,}", f"{one.all:,}") for one in found.false_pairs],
    )
    yield _section(
        f"Calibration: expected error {found.calibration.error:.4f}",
        ("probability", "pairs", "predicted", "observed"),
        [
            (f"{one.low:.1f} to {one.high:.1f}", f"{one.pairs:,}", f"{one.predicted:.4f}", f"{one.observed:.4f}")
            for one in found.calibration.bins
            if one.pairs
        ],
    )
    yield _section(
        f"Length of the queue (all pairs: recall {found.reached[0]:.4f}; all groups judged: {found.reached[1]:.4f})",
        ("for recall", "pairs", "groups"),
        [(f"{one.recall:.2f}", _length(one.pairs), _length(one.groups)) for one in found.queue],
    )
    yield _section("Weights", ("weight", "true", "false", "█ true, ░ false"), _bars(found.histogram))


_RATES = ("pairs", "right", "precision", "recall", "F1")


def _rates(rates: Rates) -> tuple[str, ...]:
    shares = (f"{rates.precision:.4f}", f"{rates.recall:.4f}", f"{rates.f1:.4f}")
    return (f"{rates.pairs:,}", f"{rates.right:,}", *shares)


def _short(threshold: Threshold) -> str:
    return f"{threshold.weight:+.2f} ({threshold.name})"


def _length(count: int | None) -> str:
    return "not reached" if count is None else f"{count:,}"


def _bars(bars: Sequence[Bar]) -> list[tuple[str, ...]]:
    most = max((bar.true + bar.false for bar in bars), default=1)
    return [
        (f"{bar.low:+.0f} to {bar.high:+.0f}", f"{bar.true:,}", f"{bar.false:,}", _drawn(bar, most)) for bar in bars
    ]


def _drawn(bar: Bar, most: int) -> str:
    """True and false pairs as cells; one cell at least for what is there at all."""
    true, false = (-(-count * _WIDEST_BAR // most) for count in (bar.true, bar.false))
    return "█" * true + "░" * false


def _section(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A heading and a table; the first column is text, as is the last if it is wider than a number."""
    yield f"## {title}"
    yield ""
    if not rows:
        yield "none"
        return
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    left = [place == 0 or head[place] in ("", "█ true, ░ false") for place in range(len(head))]
    for at, row in enumerate((head, *rows)):
        cells = [
            cell.ljust(size) if first else cell.rjust(size) for cell, size, first in zip(row, widths, left, strict=True)
        ]
        yield f"| {' | '.join(cells)} |"
        if at == 0:
            marks = ["-" * size if first else "-" * (size - 1) + ":" for size, first in zip(widths, left, strict=True)]
            yield f"| {' | '.join(marks)} |"
