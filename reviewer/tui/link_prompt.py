"""How is a channel identity linked to its person: by a merge, or by release and claim? What each does and costs."""

from collections.abc import Callable, Iterator, Sequence

from reviewer.review.link import MERGE_COSTS, LinkOffer
from reviewer.tui.lines import Line, Span, cut, joined, line, paragraph, shown
from reviewer.tui.prompts import Prompt

_MERGE, _CLAIM = "s", "c"


class LinkPrompt(Prompt):
    """s merges the anonymous contact into the person; c releases its identity and claims it for the person."""

    title = "Link the identity"
    keys = ((_MERGE, "merges"), (_CLAIM, "releases and claims"), ("Esc", "leaves"))

    def __init__(self, offered: LinkOffer, no_merge: str, merge: Callable[[], None], claim: Callable[[], None]) -> None:
        """``no_merge`` says why the contacts cannot be merged, if so; it is record text."""
        self._offered, self._no_merge = offered, no_merge
        self._merge, self._claim = merge, claim
        self._wrong = ""

    def sentence(self) -> str:
        ways = f"how? {_MERGE} merge (keeps its sessions)", f"{_CLAIM} release and claim"
        return joined((*ways, self._wrong or "Esc leaves"))

    def lines(self, width: int) -> Sequence[Line]:
        """The two ways first, so that both are seen in a low pane; then what each does."""
        return [
            line(Span(f" {_MERGE}  ", "key"), Span(cut("merge: keeps its sessions; one call", width - 4), "strong")),
            line(Span(f" {_CLAIM}  ", "key"), Span(cut("release and claim: no merge; two calls", width - 4), "strong")),
            *_way(_MERGE, MERGE_COSTS, self._no_merge, width),
            *_way(_CLAIM, self._offered.costs, self._offered.refusal, width),
        ]

    def press(self, key: str, character: str | None) -> bool:
        refusal = {_MERGE: self._no_merge, _CLAIM: self._offered.refusal}.get(character or "")
        if refusal is None:
            return False
        if refusal:
            self._wrong = shown(refusal)
            return False
        (self._merge if character == _MERGE else self._claim)()
        return True


def _way(key: str, costs: Sequence[str], refusal: str, width: int) -> Iterator[Line]:
    if refusal:
        yield from paragraph(f"not here: {shown(refusal)}", width, "bad", mark=f" {key} ! ")
    for sentence in costs:
        yield from paragraph(shown(sentence), width, mark=f" {key} · ", mark_role="dim")
