"""A candidate as plain text, the same for every screen: for `reviewer show`, for tickets, and for the audit."""

from collections.abc import Iterator

from reviewer.domain.consequences import Kind
from reviewer.domain.sharing import SURE, in_hundred, looks_like
from reviewer.review.links import link_lines
from reviewer.review.views import CandidateView, Row, percent
from reviewer.review.weighed import classes_in_words
from reviewer.text import visible


def screen_text(view: CandidateView) -> str:
    """What is shown of a candidate, as lines of harmless text."""
    rows = (line for row in view.rows for line in _row(view, row))
    return "\n".join((*head_lines(view), *rows, *evidence_lines(view)))


def head_lines(view: CandidateView) -> Iterator[str]:
    """What the candidate is, how it stands, and who its contacts are."""
    chance = "" if view.shared else f" ({percent(view.probability)})"
    yield f"{view.id} · {view.kind} · weight {view.weight:+.1f}{chance} · {view.verdict.upper()}"
    if view.mark:
        yield f"came back: {visible(view.mark)}"
    if view.standing:
        yield visible(view.standing)
    for sentence in view.joining_said:
        yield f"join: {visible(sentence)}"
    if view.shared:
        shared = view.shared
        sure = f" ({in_hundred(shared.shared)} that it is more than one)" if shared.shared < SURE else ""
        yield f"{shared.kind} {visible(shared.value)}: {shared.holders} contacts, about {shared.persons} persons{sure}"
        said = f"looks like: {looks_like(shared.guess, shared.certainty)}"
        yield f"{said} · ruled: {shared.ruled}" if shared.ruled else said
    for column in view.columns:
        anchors = ", ".join(map(visible, column.anchors)) or "no anchor"
        about = (visible(column.contact_id), visible(column.type.lower()), anchors, visible(column.origin))
        yield f"{column.letter}: {' · '.join(about)}"


def _row(view: CandidateView, row: Row) -> Iterator[str]:
    values = " | ".join(visible(value) or "—" for value in row.values)
    result = f" → {visible(row.result)} ({row.source + ', ' if row.source else ''}{row.why})" if row.result else ""
    if row.why and not row.result:
        result = f" → {row.why}"
    yield f"{row.relation.glyph} {visible(row.label)}: {values}{result}{' !' if row.loses else ''}"


def evidence_lines(view: CandidateView) -> Iterator[str]:
    """Why, what would be, and what a merge does."""
    if view.to_judge:
        yield view.to_judge
    yield from link_lines(view)
    if view.bars_of:
        yield f"of {'–'.join(view.bars_of)}:"
    for reason in view.reasons:
        yield f"because: {visible(reason)}"
    if view.factors:
        yield f"factors: {', '.join(view.factors)}"
    if view.bars:
        yield f"looks like: {classes_in_words(view.classes)}"
        yield f"{view.prior:+5.1f} a compared pair of which nothing is known"
        yield from (f"{bar.weight:+5.1f} {bar.sentence}" for bar in view.bars if bar.weight)
        yield f"{view.prior + sum(bar.weight for bar in view.bars):+5.1f} together"
    if view.would_be:
        yield f"would be automatic with: {view.would_be}"
    if view.would_be_rejected:
        yield f"would be rejected with: {view.would_be_rejected}"
    for said in view.said:
        yield f"said elsewhere: {visible(said)}"
    for ruled in view.rulings:
        until = f" until {ruled.until}" if ruled.until else ""
        yield f"ruled: {ruled.kind} {visible(ruled.value)} is {ruled.ruling}{until}"
    for sentence in view.after:
        yield f"after: {visible(sentence)}"
    yield from _consequence_lines(view)
    if view.why_two:
        yield f"needs a second steward: {'; '.join(view.why_two)}"
    if view.refusal:
        yield f"no merge: {visible(view.refusal)}"


def _consequence_lines(view: CandidateView) -> Iterator[str]:
    """What a merge costs and needs; that it costs nothing is said too, of all that could be merged."""
    for one in view.consequences:
        yield f"{one.kind.value}: {visible(one.sentence)}"
    if view.after and not view.refusal and not view.said_of(Kind.LOST):
        yield "lost: nothing else" if view.said_of(Kind.OWN_STEP) else "lost: nothing"
