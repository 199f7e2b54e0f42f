"""The status line: where one is, who one is, how much is left, and whether something is wrong."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from reviewer.review.automatic_merging import SHORT_WARNING, WARNING
from reviewer.review.steward import Steward
from reviewer.tui.drawing.outcome import clock_time
from reviewer.tui.lines import Line, Span, count, joined, line, shown
from reviewer.tui.surroundings import Surroundings

if TYPE_CHECKING:
    from reviewer.review.progress import Progress

_KINDS = {"duplicate": ("duplicate", "duplicates"), "stitch": ("stitch", "stitches"), "shared": ("shared", "shared")}

_EXECUTOR = "execute"
"""The command whose rate needs no name beside it: it is at work for whoever looks at the screen."""


class _Piece(NamedTuple):
    span: Span
    priority: int
    """Where the line is too short, pieces of the highest number go first."""
    short: str = ""
    """What stands for a piece that must not go, where even those together are too long."""


def status_line(surroundings: Surroundings, steward: Steward, progress: "Progress | None", width: int) -> Line:
    """The status line in ``width`` cells."""
    pieces = [*_place(surroundings), _steward(steward), *(_counts(progress) if progress else ())]
    while _length(pieces) > width and max(piece.priority for piece in pieces) > 0:
        pieces.remove(max(pieces, key=lambda piece: piece.priority))
    if _length(pieces) > width:
        pieces = [piece._replace(span=Span(piece.short or piece.span.text, piece.span.role)) for piece in pieces]
    used = _length(pieces)
    return line(*(piece.span for piece in pieces), Span(" " * (width - used)))


def _length(pieces: Sequence[_Piece]) -> int:
    return sum(len(piece.span.text) for piece in pieces)


def environment_words(surroundings: Surroundings) -> str:
    """The environment's name; a production environment is called so whatever its name is."""
    return (
        f"PRODUCTION {shown(surroundings.environment)}" if surroundings.production else shown(surroundings.environment)
    )


def _place(surroundings: Surroundings) -> list[_Piece]:
    role = "production" if surroundings.production else "environment"
    mark = "▲ " if surroundings.production else ""
    where = joined((shown(surroundings.organisation), shown(surroundings.host)))
    return [
        _Piece(Span(" reviewer ", "title"), 5),
        _Piece(Span(f" {mark}{environment_words(surroundings)} ", role), 0),
        _Piece(Span(f" {where} " if where else "", "text"), 6),
    ]


def _steward(steward: Steward) -> _Piece:
    before = f" (sudo by {shown(steward.sudo_user)})" if steward.sudo_user else ""
    return _Piece(Span(f"│ {shown(steward.name)}{before} ", "dim"), 7)


def _automatic_merging(progress: "Progress") -> list[_Piece]:
    """The warning that stays while the service merges by itself; the help says what it means."""
    found = progress.automatic_merging
    if found is None or not found.enabled:
        return []
    return [
        _Piece(Span(f"│ {WARNING} ", "bad"), 0, short=f"│ {SHORT_WARNING} "),
        _Piece(Span("in this organisation (? says more) ", "bad"), 10),
    ]


def _rates(progress: "Progress") -> list[_Piece]:
    """How much of the API's rate is used now, the executor's first, and by what, where that is not the executor."""
    texts = [
        f"{rate.used:,}/{rate.allowed:,}{'' if rate.command == _EXECUTOR else f' ({shown(rate.command)})'}"
        for rate in progress.rates
    ]
    if not texts:
        return []
    return [
        _Piece(Span(f"│ rate {texts[0]} ", "dim"), 4),
        _Piece(Span("".join(f"+ {text} " for text in texts[1:]), "dim"), 10),
    ]


def _counts(progress: "Progress") -> list[_Piece]:
    total = sum(progress.to_review.values())
    numbers = progress.to_review
    kinds = joined((count(numbers[kind], *words) for kind, words in _KINDS.items() if numbers.get(kind)), ", ")
    moving = joined(
        (
            f"{progress.staged:,} staged" if progress.staged else "",
            f"{progress.sending:,} sending" if progress.sending else "",
            f"{progress.unclear:,} unclear" if progress.unclear else "",
            f"{progress.done:,} done" if progress.done else "",
        )
    )
    return [
        _Piece(Span(f"│ {total:,} to review ", "strong"), 1),
        _Piece(Span(f"({kinds}) " if kinds else "", "text"), 9),
        _Piece(Span(f"│ {moving} " if moving else "", "one-sided"), 2),
        _Piece(Span(f"│ ! {progress.faulty:,} failed " if progress.faulty else "", "bad"), 1),
        _Piece(Span("│ ! LINE STOPPED " if progress.line_stops else "", "bad"), 0),
        *_automatic_merging(progress),
        *_rates(progress),
        _Piece(Span(f"│ synced {clock_time(progress.synced_at)} " if progress.synced_at else "", "dim"), 8),
    ]
