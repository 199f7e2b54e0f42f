"""The screen at several sizes, as text that a diff can be read of."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from reviewer.review.desk import Desk
from reviewer.store import decisions
from reviewer.tui.themes import THEMES
from tests.tui.conftest import OpenBench

FRAMES = Path(__file__).parent / "frames"
WRITE = "WRITE_FRAMES"
"""Set this variable to write the frames anew; then read the difference."""

SCREENS = {
    "duplicate-120x36": ((120, 36), [], False),
    "duplicate-80x24": ((80, 24), [], False),
    "picked-120x36": ((120, 36), ["1"], False),
    "group-full-120x36": ((120, 36), ["j", "v"], False),
    "stitch-production-120x36": ((120, 36), ["j", "j"], True),
    "shared-120x36": ((120, 36), ["j", "j", "j"], False),
    "ruling-80x24": ((80, 24), ["j", "j", "j", "f"], False),
    "ruling-120x36": ((120, 36), ["f"], False),
    "least-60x20": ((60, 20), [], False),
    "too-small-59x19": ((59, 19), [], False),
}


@pytest.mark.parametrize("name", SCREENS)
async def test_the_screen_looks_as_it_did(bench: OpenBench, name: str) -> None:
    size, keys, production = SCREENS[name]
    async with bench(size, production=production) as it:
        await it.press(*keys)
        text = it.text + "\n"
    file = FRAMES / f"{name}.txt"
    if os.environ.get(WRITE):
        FRAMES.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


async def test_a_terminal_that_is_too_small_shows_a_message_and_comes_back_when_it_is_enlarged(
    bench: OpenBench,
) -> None:
    async with bench((120, 36)) as it:
        await it.pilot.resize_terminal(50, 15)
        await it.press()
        assert "Please enlarge it to 60×20" in " ".join(it.text.split())
        await it.press("m", "d", "s", "f", "S")
        assert decisions.last_live(it.screen.desk.database, "ada") is None
        await it.pilot.resize_terminal(80, 24)
        await it.press()
        assert "Bob Smith ≈ Robert Smith" in it.text
        await it.press("m")
        assert it.last_decision().kind == "merge"


async def test_resizing_back_and_forth_ends_in_the_same_screen(bench: OpenBench) -> None:
    async with bench((120, 36)) as it:
        before = it.text
        for size in ((80, 24), (200, 60), (59, 20), (60, 19), (40, 12), (120, 36)):
            await it.pilot.resize_terminal(*size)
        await it.press()
        assert it.text == before


async def test_what_an_automatic_verdict_means_is_folded_in_a_narrow_pane(bench: OpenBench) -> None:
    from reviewer.tui.drawing.evidence import evidence_lines

    async with bench() as it:
        assert it.screen.view is not None
        automatic = replace(it.screen.view, verdict="auto")
    lines = [line.text for line in evidence_lines(automatic, 38)]
    assert all(len(text) <= 38 for text in lines[:2])
    assert "the rules would merge this by themselves" in " ".join(" ".join(lines[:2]).split())


async def test_production_is_unmistakable_without_colour(bench: OpenBench) -> None:
    async with bench(production=True) as it:
        assert "▲ PRODUCTION training" in it.text
        assert "═" in it.text and "║" in it.text and "─" not in it.text
        await it.press("m", "S")
        assert "in PRODUCTION training now" in it.said


@pytest.mark.parametrize("theme", [*(theme.name for theme in THEMES), "textual-dark", "ansi-dark", "nord"])
async def test_every_theme_opens(bench: OpenBench, theme: str) -> None:
    async with bench(theme=theme) as it:
        assert it.pilot.app.theme == theme
        assert "Bob Smith" in it.text


@pytest.mark.parametrize("theme", ["", "no-such-theme"])
async def test_an_unknown_theme_gives_the_own_one(bench: OpenBench, theme: str) -> None:
    async with bench(theme=theme) as it:
        assert it.pilot.app.theme == "reviewer-dark"


def test_own_colours_are_in_the_256_colour_cube() -> None:
    steps = (0x00, 0x5F, 0x87, 0xAF, 0xD7, 0xFF)
    greys = {8 + 10 * index for index in range(24)}
    for theme in THEMES:
        colours = [theme.primary, theme.secondary, theme.accent, theme.warning, theme.error, theme.success]
        colours += [theme.foreground, theme.background, theme.surface, theme.panel, *theme.variables.values()]
        for colour in filter(None, colours):
            red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
            grey = red == green == blue and red in greys
            assert grey or all(part in steps for part in (red, green, blue)), (theme.name, colour)


async def test_a_hint_is_shown_first_where_it_is_wanted(bench: OpenBench, desk: Desk) -> None:
    async with bench(hint=True) as it:
        assert "a demo on an embedded organisation" in it.text
        await it.press("j")
        assert "a demo on an embedded organisation" not in it.text
