"""Why two contacts are judged as they are, as plain lines for a terminal."""

from collections.abc import Iterator

from reviewer.domain.levels import Relation
from reviewer.review.views import percent
from reviewer.review.waterfall import MOST_ROOM, strokes
from reviewer.review.weighed import classes_in_words
from reviewer.review.why import Compared, Why
from reviewer.text import fit, visible, width

_LEAST_VALUE = 12
"""Least cells of a column of values."""

_NONE = "—"


def why_lines(found: Why, cells: int) -> Iterator[str]:
    """The answer in lines of about ``cells`` cells of harmless text."""
    yield from _head(found)
    yield ""
    yield from _levels(found, cells)
    yield ""
    yield from _waterfall(found, cells)
    yield f"looks like: {classes_in_words(found.classes)}"
    if found.would_be.automatic:
        yield f"would be automatic with: {found.would_be.automatic}"
    if found.would_be.rejected:
        yield f"would be rejected with: {found.would_be.rejected}"
    yield from (f"said elsewhere: {visible(said)}" for said in found.said)
    for ruled in found.rulings:
        until = f" until {ruled.until}" if ruled.until else ""
        yield f"ruled: {ruled.kind} {visible(ruled.value)} is {ruled.ruling}{until}"
    yield f"model: {found.model}"


def _head(found: Why) -> Iterator[str]:
    names = " ≈ ".join(visible(column.name) or "nameless" for column in found.contacts)
    weight = f"weight {found.weight:+.1f} ({percent(found.probability)})"
    yield f"{names} · {found.kind} · {weight} · {found.verdict.upper()}"
    for column in found.contacts:
        anchors = ", ".join(map(visible, column.anchors)) or "no anchor"
        about = (visible(column.contact_id), visible(column.type.lower()), anchors, visible(column.origin))
        yield f"{column.letter}: {' · '.join(about)}"
    yield from (visible(note) for note in (*found.notes, *found.standing))
    yield from (f"because: {visible(reason)}" for reason in found.reasons)
    told = ", ".join(found.factors) or "none"
    if not any(told in reason for reason in found.reasons):
        yield f"factors: {told}"


def _levels(found: Why, cells: int) -> Iterator[str]:
    """A table of what at least one side has, and the names of what neither has."""
    known = [one for one in found.levels if one.relation is not Relation.MISSING]
    label = max((len(one.attribute) for one in known), default=0)
    word = max((len(one.relation.value) for one in known), default=0)
    room = max(_LEAST_VALUE, (cells - label - word - 8) // 2)
    texts = [tuple(visible(value) or _NONE for value in one.values) for one in known]
    size = min(room, max((width(first) for first, _ in texts), default=0))
    for one, (first, second) in zip(known, texts, strict=True):
        lead = f"{one.relation.glyph} {one.relation.value:{word}}  {one.attribute:{label}}"
        yield f"{lead}  {_values(one, first, second, size, room)}"
    unknown = [one.attribute for one in found.levels if one.relation is Relation.MISSING]
    if unknown:
        yield f"on neither side: {', '.join(unknown)}"


def _values(one: Compared, first: str, second: str, size: int, room: int) -> str:
    if one.values == ("", ""):
        return one.sentence
    fitted = fit(first, size)
    return f"{fitted}{' ' * (size - width(fitted))}  {fit(second, room)}"


def _waterfall(found: Why, cells: int) -> Iterator[str]:
    longest = max((len(bar.sentence) for bar in found.bars if bar.weight), default=0)
    room = min(MOST_ROOM, max(_LEAST_VALUE, cells - longest - 9))
    words = max(_LEAST_VALUE, min(longest, cells - room - 9))
    for stroke in strokes(found.prior, found.bars, room):
        yield f"{stroke.weight:+6.1f}  {fit(stroke.words, words):{words}}  {stroke.drawn}"
