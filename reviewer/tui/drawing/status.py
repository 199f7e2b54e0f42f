"""The status line: where one is, who one is, how much is left, and whether something is wrong."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from reviewer.review.automatic_merging import NOT_KNOWN, SHORT_WARNING, WARNING
from reviewer.review.steward import Steward
from reviewer.tui.drawing.times import clock_time
from reviewer.tui.lines import Line, Span, count, cut, joined, line, shown
from reviewer.tui.surroundings import Surroundings

if TYPE_CHECKING:
    from reviewer.review.progress import Progress

_KINDS = {"duplicate": ("duplicate", "duplicates"), "stitch": ("stitch", "stitches"), "shared": ("shared", "shared")}

_EXECUTOR = "execute"
"""The command whose rate needs no name beside it: it is at work for whoever looks at the screen."""

_NAME = 12
"""Cells that the name of an environment has in any case."""

_LEAST_CUT = 4
"""Fewer cells of a name say nothing."""


class _Form(NamedTuple):
    """One way to write a piece. Forms are tried by ``rank``, a later one of a piece in place of an earlier one.

    Where ``text`` is too long and ``cuttable``, as much of it is shown as there is room for, with …
    """

    rank: int
    text: str
    cuttable: bool = False


class _Piece(NamedTuple):
    """A part of the line; ``lead`` stands before each of its forms."""

    role: str
    lead: str
    forms: tuple[_Form, ...]

    def written(self, text: str) -> str:
        return f"{self.lead}{text} "


def status_line(surroundings: Surroundings, steward: Steward, progress: "Progress | None", width: int) -> Line:
    """The status line in ``width`` cells: what matters most gets its room first, and never takes what is less with it.

    A form that does not fit is passed over; the smaller ones behind it are still tried.
    """
    pieces = [*_place(surroundings), _steward(steward), *(_counts(progress) if progress else ())]
    chosen: dict[int, str] = {}
    room = width
    for place, form in sorted(_forms(pieces), key=lambda found: found[1].rank):
        free = room + cell_len(chosen.get(place, ""))
        text = _fitted(pieces[place], form, free)
        if text:
            chosen[place] = text
            room = free - cell_len(text)
    return line(*(Span(chosen[place], pieces[place].role) for place in sorted(chosen)), Span(" " * room))


def _forms(pieces: Sequence[_Piece]) -> list[tuple[int, _Form]]:
    return [(place, form) for place, piece in enumerate(pieces) for form in piece.forms if form.text]


def _fitted(piece: _Piece, form: _Form, free: int) -> str:
    """The form in at most ``free`` cells, or nothing."""
    whole = piece.written(form.text)
    if cell_len(whole) <= free:
        return whole
    left = free - cell_len(piece.written(""))
    return piece.written(cut(form.text, left)) if form.cuttable and left >= _LEAST_CUT else ""


def environment_words(surroundings: Surroundings) -> str:
    """The environment's name; a production environment is called so whatever its name is."""
    return (
        f"PRODUCTION {shown(surroundings.environment)}" if surroundings.production else shown(surroundings.environment)
    )


def _place(surroundings: Surroundings) -> list[_Piece]:
    role, mark = ("production", " ▲ PRODUCTION ") if surroundings.production else ("environment", " ")
    name, organisation, host = (
        shown(text) for text in (surroundings.environment, surroundings.organisation, surroundings.host)
    )
    return [
        _Piece("title", " ", (_Form(24, "reviewer"),)),
        _Piece(role, mark, (_Form(0, cut(name, _NAME)), _Form(8, name, cuttable=True))),
        _Piece("text", " ", (_Form(16, cut(organisation, _LEAST_CUT)), _Form(20, organisation, cuttable=True))),
        _Piece("text", "· " if organisation else " ", (_Form(21, host),)),
    ]


def _steward(steward: Steward) -> _Piece:
    before = f" (sudo by {shown(steward.sudo_user)})" if steward.sudo_user else ""
    return _Piece("dim", "│ ", (_Form(15, f"{shown(steward.name)}{before}"),))


def _automatic_merging(progress: "Progress") -> list[_Piece]:
    """The warning that stays while the service merges by itself; the help says what it means."""
    found = progress.automatic_merging
    if found is None or found.enabled is False:
        return []
    if found.enabled is None:
        return [_Piece("dim", "│ ", (_Form(19, NOT_KNOWN),))]
    explained = f"{WARNING} in this organisation (? says more)"
    return [_Piece("bad", "│ ", (_Form(4, SHORT_WARNING), _Form(18, WARNING), _Form(25, explained)))]


def _rates(progress: "Progress") -> list[_Piece]:
    """How much of the API's rate is used now, the executor's first, and by what, where that is not the executor."""
    texts = [
        f"{rate.used:,}/{rate.allowed:,}{'' if rate.command == _EXECUTOR else f' ({shown(rate.command)})'}"
        for rate in progress.rates
    ]
    if not texts:
        return []
    first = f"rate {texts[0]}"
    return [_Piece("dim", "│ ", (_Form(12, first), _Form(17, joined((first, *texts[1:]), " + "))))]


def _moving(progress: "Progress") -> list[_Piece]:
    """What is on its way, and what is done, each with its own importance."""
    numbers = (
        (8, progress.for_you, "wait for you" if progress.for_you > 1 else "waits for you"),
        (9, progress.unclear, "unclear"),
        (10, progress.sending, "sending"),
        (11, progress.staged, "staged"),
        (12, progress.proposed - progress.for_you, "proposed"),
        (13, progress.done, "done"),
    )
    there = [(rank, f"{number:,} {word}") for rank, number, word in numbers if number]
    return [
        _Piece("one-sided", "· " if index else "│ ", (_Form(rank, text),)) for index, (rank, text) in enumerate(there)
    ]


def _counts(progress: "Progress") -> list[_Piece]:
    numbers = progress.to_review
    total = f"{sum(numbers.values()):,} to review"
    kinds = joined((count(numbers[kind], *words) for kind, words in _KINDS.items() if numbers.get(kind)), ", ")
    faulty = f"! {progress.faulty:,}" if progress.faulty else ""
    stopped = bool(progress.line_stops)
    synced = f"synced {clock_time(progress.synced_at)}" if progress.synced_at else ""
    return [
        _Piece("strong", "│ ", (_Form(7, total), _Form(22, f"{total} ({kinds})" if kinds else ""))),
        *_moving(progress),
        _Piece("bad", "│ ", (_Form(3, faulty), _Form(6, f"{faulty} to look at" if faulty else ""))),
        _Piece("bad", "│ ", (_Form(2, "! STOPPED" if stopped else ""), _Form(5, "! LINE STOPPED" if stopped else ""))),
        *_automatic_merging(progress),
        *_rates(progress),
        _Piece("dim", "│ ", (_Form(14, synced),)),
    ]
