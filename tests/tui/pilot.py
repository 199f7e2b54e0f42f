"""What the tests of the workbench ask of a pilot, in words."""

from dataclasses import dataclass

from textual.pilot import Pilot

from reviewer.review import queue
from reviewer.store import decisions
from reviewer.store.decisions import Decision
from reviewer.testing import screen_text, settled, workbench
from reviewer.tui.screens.workbench import Workbench


@dataclass(frozen=True)
class Bench:
    """A workbench under a pilot."""

    pilot: Pilot[None]

    @property
    def screen(self) -> Workbench:
        return workbench(self.pilot)

    @property
    def screen_name(self) -> str:
        """Which screen has the keys."""
        return type(self.pilot.app.screen).__name__

    @property
    def text(self) -> str:
        """The whole screen as text."""
        return screen_text(self.pilot)

    @property
    def said(self) -> str:
        """What stands in the reserved line."""
        return self.screen.message.sentence

    @property
    def here(self) -> int | None:
        """The candidate that is shown."""
        return self.screen.view.id if self.screen.view else None

    @property
    def open_candidates(self) -> list[int]:
        """Numbers of the open candidates, read from the database."""
        return list(queue.all_numbers(self.screen.desk))

    async def press(self, *keys: str) -> None:
        """Press keys and wait until all that follows is painted."""
        await self.pilot.press(*keys)
        await settled(self.pilot)

    async def write(self, text: str) -> None:
        """Type a text."""
        await self.press(*("minus" if char == "-" else "space" if char == " " else char for char in text))

    async def go_to(self, kind: str) -> None:
        """Go to the first candidate of a kind, or whose row holds a text."""
        rows = [queue.row(self.screen.desk, number) for number in self.screen.candidates.numbers]
        place = next(index for index, row in enumerate(rows) if row.kind == kind or kind in " ".join(row.names))
        await self.press("g", *["j"] * place)

    def last_decision(self) -> Decision:
        """This steward's newest decision that was not taken back."""
        found = decisions.last_live(self.screen.desk.database, "ada")
        assert found is not None
        return found
