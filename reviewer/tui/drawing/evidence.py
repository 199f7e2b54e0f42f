"""Why: the verdict with its reasons, the waterfall of weights, and what would change the verdict."""

from collections.abc import Iterator

from reviewer.domain.sharing import SURE, in_hundred, looks_like
from reviewer.review.views import CandidateView, SharedView
from reviewer.review.waterfall import LEAST_ROOM, MOST_ROOM, Stroke, strokes
from reviewer.review.weighed import classes_in_words
from reviewer.tui.drawing.holders import identifier_of
from reviewer.tui.drawing.links import link_lines, which_pair
from reviewer.tui.drawing.ruling_words import CONSEQUENCE, MEANINGS
from reviewer.tui.lines import Line, Span, count, cut, line, pad, paragraph, shown

VERDICTS = {
    "auto": ("AUTO", "good", "the rules would merge this by themselves"),
    "review": ("REVIEW", "close", "a steward decides"),
    "shared": ("SHARED", "close", "all that speaks for it is shared by several people"),
    "veto": ("VETO", "bad", "something speaks against it"),
}
"""Verdict → its word, its role, what it means."""


def evidence_lines(view: CandidateView, width: int) -> list[Line]:
    """The evidence in ``width`` cells."""
    if view.shared is not None:
        return _about_identifier(view.shared, width)
    return [
        *_verdict(view, width),
        *link_lines(view, width),
        *(one for said in view.kept_out for one in paragraph(shown(said), width, "bad", mark=" ≠ kept out: ")),
        *_reasons(view, width),
        *_waterfall(view, width),
        *_would_be(view, width),
        *_ruled(view, width),
        *(one for said in view.said for one in paragraph(f"said elsewhere: {shown(said)}", width, "dim", mark=" ")),
    ]


def _verdict(view: CandidateView, width: int) -> Iterator[Line]:
    word, role, means = VERDICTS.get(view.verdict, (view.verdict.upper(), "text", ""))
    yield from paragraph(means, width, mark=f" {word}  ", mark_role=role)
    if view.mark:
        yield from paragraph(f"came back: {shown(view.mark)}", width, "close", mark=" ↺ ")
    if view.standing:
        yield from paragraph(shown(view.standing), width, "one-sided", mark=" · ", mark_role="dim")
    if view.to_judge:
        yield from paragraph(view.to_judge, width, "close", mark=" ! ")


def _reasons(view: CandidateView, width: int) -> Iterator[Line]:
    """What the rules say of the pair whose waterfall follows; of a group, which of its pairs that is."""
    yield from which_pair(view, width)
    for reason in view.reasons:
        yield from paragraph(shown(reason), width, "strong", mark=" · ")


def _waterfall(view: CandidateView, width: int) -> Iterator[Line]:
    """The classes, and the strokes that lead to them, so that the eye can follow the weight from prior to sum."""
    telling = [bar for bar in view.bars if bar.weight]
    if not telling:
        return
    yield from paragraph(classes_in_words(view.classes), width, mark=" ")
    longest = max(len(bar.sentence) for bar in telling)
    words = max(16, min(longest, width - 9 - LEAST_ROOM))
    room = max(LEAST_ROOM, min(MOST_ROOM, width - words - 9))
    for stroke in strokes(view.prior, telling, room):
        yield _bar(stroke, words, room)


def _bar(stroke: Stroke, width: int, room: int) -> Line:
    role = "strong" if stroke.total else "text"
    return line(
        Span(f" {pad(cut(stroke.words, width), width)}", role),
        Span(f"{stroke.weight:+6.1f} ", role),
        Span(pad(stroke.drawn, room), "good" if stroke.weight >= 0 else "bad"),
    )


def _would_be(view: CandidateView, width: int) -> Iterator[Line]:
    if view.factors and not any(", ".join(view.factors) in reason for reason in view.reasons):
        yield from paragraph(f"factors: {', '.join(view.factors)}", width, mark=" ")
    if view.would_be:
        yield from paragraph(f"would be automatic with: {shown(view.would_be)}", width, "one-sided", mark=" ")
    if view.would_be_rejected:
        yield from paragraph(f"would be rejected with: {shown(view.would_be_rejected)}", width, "one-sided", mark=" ")


def _ruled(view: CandidateView, width: int) -> Iterator[Line]:
    for ruled in view.rulings:
        until = f" until {ruled.until}" if ruled.until else ""
        said = f"ruled: {ruled.kind} {shown(ruled.value)} is {ruled.ruling}{until}"
        yield from paragraph(said, width, "one-sided", mark=" ")


def _about_identifier(shared: SharedView, width: int) -> list[Line]:
    held = f"{count(shared.holders, 'contact')} hold it; they seem to be {count(shared.persons, 'person')}"
    held += f" ({in_hundred(shared.shared)} that it is more than one)" if shared.shared < SURE else ""
    said = f"looks like: {looks_like(shared.guess, shared.certainty)}"
    said += f" · ruled {shared.ruled}" if shared.ruled else ""
    lines = [line(Span(" SHARED ", "close"), Span(f" {identifier_of(shared)}", "strong"))]
    lines += paragraph(held, width, mark=" ")
    lines += paragraph(said, width, "one-sided", mark=" ")
    lines += paragraph(shown(shared.reason), width, "dim", mark=" ") if shared.reason else []
    lines.append(line(Span(" what a ruling says of it", "label")))
    for kind, said_of_it in MEANINGS.items():
        mark = pad(f" {kind.value}", 15)
        lines += paragraph(
            said_of_it.says, width, mark=mark, mark_role="strong" if kind.value == shared.guess else "label"
        )
    return [*lines, *paragraph(CONSEQUENCE, width, "dim", mark=" ")]
