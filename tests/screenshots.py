"""Drives the workbench on the embedded organisation and writes what it shows to screenshots/, as SVG and PNG.

    python -m tests.screenshots [FOLDER]

The same population, seed and clock give the same pictures. The PNG needs a monospaced font that has the signs
(DejaVu Sans Mono) and, for names in Chinese, Japanese and Korean, Noto Sans CJK.
"""

import asyncio
import os
import random
import re
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape, unescape
from pathlib import Path

from rich.cells import cell_len
from textual.pilot import Pilot

from reviewer.domain.fields import EMAIL_PATHS
from reviewer.review import queue
from reviewer.review.queue import QueueRow
from reviewer.review.views import CandidateView
from reviewer.store.automatic_merging import AutomaticMerging, write
from reviewer.store.database import open_database
from reviewer.testing import open_workbench, progress, screen_text, settled, wait_for, workbench
from reviewer.tui.surroundings import Surroundings

FOLDER = Path(__file__).parent.parent / "screenshots"
WIDE, NARROW = (120, 36), (80, 24)
FONTS = "'DejaVu Sans Mono', monospace"
_TEXT = re.compile(r'<text ([^>]*?) x="([\d.]+)" y="([\d.]+)" textLength="([\d.]+)"([^>]*)>([^<]*)</text>')
_CELL = 12.2
"""Units that Textual gives a cell of its pictures."""
_OTHER_FONTS = (
    (re.compile("[\u3000-\u9fff\uac00-\ud7ff\uff00-\uffef]"), "Noto Sans Mono CJK JP"),
    (re.compile("[\u0590-\u05ff]"), "DejaVu Sans"),
    (re.compile("[\u2400-\u2426\u21e5\u23ce]"), "Symbola"),
)


@dataclass(frozen=True)
class Studio:
    """A workbench under a pilot, and where its pictures go."""

    pilot: Pilot[None]
    folder: Path

    async def press(self, *keys: str) -> None:
        """Press keys and wait until all is painted."""
        await self.pilot.press(*keys)
        await settled(self.pilot)

    async def go_to(self, wanted: Callable[[QueueRow], object]) -> CandidateView:
        """Show the first candidate that is wanted."""
        screen = workbench(self.pilot)
        rows = queue.rows(screen.desk, screen.candidates.numbers)
        screen.go(next(place for place, row in enumerate(rows) if wanted(row)))
        await settled(self.pilot)
        assert screen.view is not None
        return screen.view

    def take(self, name: str) -> None:
        """Write the picture of the screen as it is."""
        svg = self_contained(self.pilot.app.export_screenshot(title="reviewer"))
        (self.folder / f"{name}.svg").write_text(svg, encoding="utf-8")
        write_png(svg, self.folder / f"{name}.png")


def self_contained(svg: str) -> str:
    """The picture without fonts from the network, and each word in its own cell whatever font draws it."""
    svg = re.sub(r"@font-face\s*{[^}]*}", "", svg)
    svg = re.sub(r"font-family: ?[^;]*Fira Code[^;]*;", f"font-family: {FONTS};", svg)
    return _TEXT.sub(_word_by_word, svg)


def _word_by_word(match: re.Match[str]) -> str:
    before, x, y, _, after, text = match.groups()
    words, place = [], 0
    for word in re.findall(r" +|[^ ]+", unescape(text).replace("\u00a0", " ")):
        if word.strip():
            start, length = float(x) + place * _CELL, cell_len(word) * _CELL
            where = f'x="{start:g}" y="{y}" textLength="{length:g}"'
            words.append(f"<text {before} {where}{after}{_font(word)}>{escape(word)}</text>")
        place += cell_len(word)
    return "".join(words)


def _font(word: str) -> str:
    """A font that has the signs of a word, where the first one has not: a picture is drawn with one font a word."""
    for signs, family in _OTHER_FONTS:
        if signs.search(word):
            return f' style="font-family: {family}"'
    return ""


def write_png(svg: str, file: Path) -> None:
    """The picture as PNG."""
    import cairosvg

    cairosvg.svg2png(bytestring=svg.encode(), write_to=str(file), scale=1.0)


async def take_all(folder: Path) -> None:
    """All pictures."""
    surroundings = Surroundings(environment="training", organisation="ACME", host="api.mypurecloud.de")
    async with open_workbench(WIDE, 400, 1, surroundings=surroundings, clock=lambda: NOON) as pilot:
        studio = Studio(pilot, folder)
        await _tour(studio)
    production = Surroundings(environment="emea", organisation="ACME", host="api.mypurecloud.de", production=True)
    async with open_workbench(NARROW, 400, 1, surroundings=production, clock=lambda: NOON) as pilot:
        studio = Studio(pilot, folder)
        await studio.go_to(lambda row: row.kind == "duplicate" and row.verdict == "review")
        studio.take("production-80x24")


async def _tour(studio: Studio) -> None:
    await studio.go_to(lambda row: row.kind == "duplicate" and row.verdict == "review")
    studio.take("duplicate")
    await studio.go_to(lambda row: row.kind == "stitch")
    studio.take("stitch")
    await studio.go_to(lambda row: row.kind == "shared")
    studio.take("shared-identity")
    await studio.press("f")
    studio.take("ruling")
    await studio.press("escape")
    await studio.go_to(lambda row: row.size > 2 and row.kind == "duplicate")
    studio.take("group")
    await _golden_record(studio)
    await _removal(studio)
    await studio.press("question_mark")
    studio.take("help")
    await studio.press("escape")
    await _link(studio)
    await studio.press("g", "m", "m", "m", "o")
    await wait_for(studio.pilot, lambda: "3 staged" in screen_text(studio.pilot))
    studio.take("staging-area")
    await studio.press("S", "Y")
    await wait_for(studio.pilot, lambda: progress(studio.pilot).done == 3)
    await studio.press("tab", "tab")
    await wait_for(studio.pilot, lambda: screen_text(studio.pilot).count(" done ") >= 3)
    studio.take("executed-merge")
    await studio.press("escape")
    await _automatic_merging(studio)


async def _golden_record(studio: Studio) -> None:
    """A candidate with a conflict, where the steward picks the value that the rule did not choose."""
    screen = workbench(studio.pilot)
    for place in range(len(screen.candidates)):
        screen.go(place)
        view = screen.view
        row = next((row for row in view.rows if row.loses and row.source and all(row.values)), None) if view else None
        if view and row and len(view.columns) == 2:
            screen.records.go_to(row.path)
            await studio.press("1" if row.source == "B" else "2")
            studio.take("golden-record")
            return


async def _removal(studio: Studio) -> None:
    """A value that the steward does not want in the result: what has to be done for it is said beforehand."""
    screen = workbench(studio.pilot)
    await studio.go_to(lambda row: row.kind == "duplicate" and row.size == 2)
    assert screen.view is not None
    path = next(row.path for row in screen.view.rows if row.path in EMAIL_PATHS and any(row.values))
    screen.records.go_to(path)
    await studio.press("-")
    studio.take("removed-value")
    await studio.press("0")


async def _link(studio: Studio) -> None:
    """The choice between merging an anonymous contact and moving its identity alone."""
    await studio.go_to(lambda row: row.kind == "stitch")
    await studio.press("l")
    studio.take("link")
    await studio.press("escape")


async def _automatic_merging(studio: Studio) -> None:
    """The warning that stays while the organisation merges by itself."""
    screen = workbench(studio.pilot)
    with open_database(screen.desk.database.path) as of_another:  # the workbench looks when others have written
        write(of_another, AutomaticMerging(True, "", NOON))
    await wait_for(studio.pilot, lambda: "AUTOMATIC MERGING IS ON" in screen_text(studio.pilot))
    await studio.go_to(lambda row: row.kind == "shared")
    studio.take("automatic-merging")


NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def main() -> None:
    """Write the pictures."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    numbers = random.Random(1)
    uuid.uuid4 = lambda: uuid.UUID(int=numbers.getrandbits(128), version=4)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(exist_ok=True)
    asyncio.run(take_all(folder))


if __name__ == "__main__":
    main()
