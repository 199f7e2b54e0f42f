"""The question where another operation keeps a contact: join it, wait for it, or take it back?"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from reviewer.tui.lines import Line, joined, paragraph, shown
from reviewer.tui.prompts import KeyWords, Prompt, Refusal

if TYPE_CHECKING:
    from reviewer.review.overlap import Offer, Way

KEYS = {"join": "j", "wait": "w", "take back": "b"}
"""Name of a way → its key."""


class OverlapPrompt(Prompt):
    """Which way? One that is not possible any more says so, and the question stays with the ways as they are now."""

    title = "In another operation"

    def __init__(self, offer: "Offer", look: Callable[[], "Offer | None"], answered: Callable[[str], Refusal]) -> None:
        """``look`` gives the offer as it is now; None where nothing is in the way any more."""
        self._offer, self._look, self._answered = offer, look, answered
        self._wrong = ""

    @property
    def keys(self) -> KeyWords:  # type: ignore[override]
        """The ways that are possible."""
        return (*((KEYS[way.name], way.name) for way in self._offer.ways if way.possible), ("Esc", "leaves"))

    def sentence(self) -> str:
        if self._wrong:
            return joined((self._wrong, "Esc"))
        numbers = " and ".join(str(one.operation) for one in self._offer.keepers)
        ways = (f"{KEYS[way.name]} {way.name}" for way in self._offer.ways if way.possible)
        return joined((f"part of operation {numbers}: {', '.join(ways)}", "Esc"))

    def lines(self, width: int) -> Sequence[Line]:
        return [
            *(one for way in self._offer.ways for one in _way(way, width)),
            *paragraph(shown(self._offer.sentence), width, "close", mark=" ! "),
        ]

    def press(self, key: str, character: str | None) -> bool:
        way = next((one for one in self._offer.ways if KEYS[one.name] == character), None)
        if way is None:
            return False
        self._wrong = self._answered(way.name) if way.possible else shown(way.sentence)
        if self._wrong:
            self._offer = self._look() or self._offer
        return not self._wrong


def _way(way: "Way", width: int) -> Iterator[Line]:
    said = way.sentence if way.possible else f"not possible: {way.sentence}"
    mark_role = "key" if way.possible else "dim"
    mark = f" {KEYS[way.name]}  "
    yield from paragraph(
        f"{way.name}: {shown(said)}", width, "text" if way.possible else "dim", mark=mark, mark_role=mark_role
    )
