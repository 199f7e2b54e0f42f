"""Why: the verdict with its reasons, the waterfall of weights, and what would change the verdict."""

from collections.abc import Iterator, Sequence

from reviewer.domain.levels import Bar
from reviewer.domain.sharing import SURE, in_hundred, looks_like
from reviewer.review.views import CandidateView, SharedView
from reviewer.tui.drawing.holders import identifier_of
from reviewer.tui.drawing.ruling_words import CONSEQUENCE, MEANINGS
from reviewer.tui.lines import Line, Span, count, line, pad, paragraph, shown

VERDICTS = {
    "auto": ("AUTO", "good", "the rules would merge this by themselves"),
    "review": ("REVIEW", "close", "a steward decides"),
    "shared": ("SHARED", "close", "all that speaks for it is shared by several people"),
    "veto": ("VETO", "bad", "something speaks against it"),
}
"""Verdict → its word, its role, what it means."""

_MOST_LINKS = 30
"""Most pairs of a group that are told one by one, the weakest first."""

_LEAST_BAR = 8


def evidence_lines(view: CandidateView, width: int) -> list[Line]:
    """The evidence in ``width`` cells."""
    if view.shared is not None:
        return _about_identifier(view.shared, width)
    return [
        *_verdict(view, width),
        *_waterfall(view.prior, view.bars, width),
        *_would_be(view, width),
        *_links(view, width),
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
    for reason in view.reasons:
        yield from paragraph(shown(reason), width, "strong", mark=" · ", mark_role="dim")


def _waterfall(prior: float, bars: Sequence[Bar], width: int) -> Iterator[Line]:
    """Each bar starts where the one before it ended, so that the eye can follow the weight from prior to sum."""
    telling = [bar for bar in bars if bar.weight]
    if not telling:
        return
    totals = [prior]
    for bar in telling:
        totals.append(totals[-1] + bar.weight)
    low, high = min(0.0, *totals), max(0.0, *totals)
    longest = max(len(bar.sentence) for bar in telling)
    words = max(16, min(longest, width - 9 - _LEAST_BAR))
    room = max(_LEAST_BAR, min(32, width - words - 9))
    scale = (room - 1) / ((high - low) or 1.0)

    def place(weight: float) -> int:
        return round((weight - low) * scale)

    yield _bar("any two contacts", prior, place(0.0), place(prior), words, room)
    for before, bar in zip(totals, telling, strict=False):
        yield _bar(bar.sentence, bar.weight, place(before), place(before + bar.weight), words, room)
    yield _bar("together", totals[-1], place(0.0), place(totals[-1]), words, room, role="strong")


def _bar(words: str, weight: float, start: int, end: int, width: int, room: int, role: str = "text") -> Line:
    left, right = sorted((start, end))
    stroke = "█" if weight >= 0 else "░"
    drawn = pad(" " * left + stroke * max(1, right - left), room)
    texts = paragraph(words, width)[0].text if len(words) <= width else f"{words[: width - 1]}…"
    return line(
        Span(f" {pad(texts, width)}", role),
        Span(f"{weight:+6.1f} ", role),
        Span(drawn, "good" if weight >= 0 else "bad"),
    )


def _would_be(view: CandidateView, width: int) -> Iterator[Line]:
    if view.factors and not any(", ".join(view.factors) in reason for reason in view.reasons):
        yield from paragraph(f"factors: {', '.join(view.factors)}", width, mark=" ")
    if view.would_be:
        yield from paragraph(f"would be automatic with: {shown(view.would_be)}", width, "one-sided", mark=" ")


def _links(view: CandidateView, width: int) -> Iterator[Line]:
    if not view.pairs:
        return
    weakest = view.pairs[0]
    said = f"weakest link: {'–'.join(weakest.letters)} {weakest.weight:+.1f} {weakest.verdict}"
    yield from paragraph(said, width, "close" if weakest.verdict in ("auto", "review") else "bad", mark=" ")
    others = "  ".join(
        f"{'–'.join(pair.letters)} {pair.weight:+.1f} {pair.verdict}" for pair in view.pairs[1:_MOST_LINKS]
    )
    if len(view.pairs) > _MOST_LINKS:
        others += f"  and {len(view.pairs) - _MOST_LINKS:,} stronger"
    if others:
        yield from paragraph(others, width, "dim", mark=" ")


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
