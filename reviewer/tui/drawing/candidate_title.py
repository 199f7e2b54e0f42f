"""The title of a candidate: its number, what it is made of, its weight and what the rules say of it."""

from reviewer.review.views import CandidateView, percent
from reviewer.tui.drawing.evidence import VERDICTS
from reviewer.tui.drawing.holders import identifier_of
from reviewer.tui.lines import Span, count

_NUMBERS = {2: "two contacts", 3: "three contacts", 4: "four contacts", 5: "five contacts"}


def candidate_title(view: CandidateView) -> list[Span]:
    """The title of the records, most important words first."""
    word, role, _ = VERDICTS.get(view.verdict, (view.verdict.upper(), "text", ""))
    if view.shared is not None:
        return [Span(f"⚑ {identifier_of(view.shared)}", "title"), Span(f" · {count(view.shared.holders, 'contact')}")]
    size = len(view.columns)
    contacts = _NUMBERS.get(size, f"{size} contacts")
    what = f"stitch of {contacts}" if view.kind == "stitch" else contacts
    returned = [Span(" · ↺ came back", "close")] if view.mark else []
    return [
        Span(f"{view.id}", "title"),
        Span(f" · {'join of ' if view.joining else ''}{what} · "),
        Span(word, role),
        Span(f" · weight {view.weight:+.1f} ({percent(view.probability)})"),
        *returned,
    ]
