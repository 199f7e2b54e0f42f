"""What is said where there is no candidate, and what is said first."""

from collections.abc import Mapping

from reviewer.review.queue import WAITING
from reviewer.tui.lines import EMPTY, Line, Span, count, line, paragraph

WELCOME = "a demo on an embedded organisation: m merges, d keeps apart, f rules, u takes back, S sends, ? all keys"


def nothing_left(kind: str | None, counts: Mapping[str, int], staged: int, width: int) -> list[Line]:
    """A friendly word for an empty queue, and what to do next."""
    others = sum(counts.values()) - counts.get(kind or "", 0) if kind else 0
    if kind == WAITING:
        said = [("t", f"shows the candidates to review: {others:,}")]
        title = "Nothing waits for an operation."
    elif kind and others:
        said = [("t", f"shows the other kinds: {count(others, 'candidate')} to review")]
        title = "Nothing of this kind is left."
    else:
        title = "All settled: nothing is left to review."
        said = [("reviewer sync", "reads what changed"), ("reviewer detect", "finds new candidates")]
    if staged:
        said.insert(0, ("S", f"sends what is staged ({count(staged, 'operation')}); otherwise it goes in its time"))
    lines = [EMPTY, line(Span(f"  {title}", "good")), EMPTY]
    for key, words in (*said, ("u", "takes your last decision back"), ("q", "quits")):
        lines += paragraph(words, width, mark=f"  {key:<16}", mark_role="key")
    return lines
