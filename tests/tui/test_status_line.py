"""The line at the top at every width: what matters most gets its room first, and takes nothing smaller with it."""

import pytest
from rich.cells import cell_len

from reviewer.review.automatic_merging import SHORT_WARNING, WARNING
from reviewer.review.desk import Desk
from reviewer.review.progress import Progress, progress
from reviewer.review.steward import Steward
from reviewer.store.api_rates import ApiRate
from reviewer.store.automatic_merging import AutomaticMerging
from reviewer.tui.drawing.status import status_line
from reviewer.tui.surroundings import Surroundings
from tests.tui.small_queue import NOON

ORGANISATION = "Riverside Health Group"
LIVE = Surroundings(environment="acme", organisation=ORGANISATION, host="api.mypurecloud.de", production=True)
WIDTHS = (60, 80, 100, 120, 160)


def state(desk: Desk, **changes: object) -> Progress:
    return progress(desk)._replace(to_review={"duplicate": 24}, synced_at=NOON, **changes)  # type: ignore[arg-type]


def written(now: Progress, width: int, where: Surroundings = LIVE) -> str:
    text = status_line(where, Steward("ada"), now, width).text
    assert cell_len(text) == width
    return text


MERGING = AutomaticMerging(True, "", NOON)
RATES = (ApiRate("execute", 212, 300, NOON),)


@pytest.mark.parametrize(
    ("width", "there"),
    [
        (60, ("24 to review", SHORT_WARNING)),
        (80, ("24 to review", SHORT_WARNING, "1 staged", "9 done")),
        (100, ("24 to review", SHORT_WARNING, "1 staged", "9 done", "synced 12:00 UTC", "│ ada")),
        (120, ("24 to review", "MERGING", "1 staged", "9 done", "synced 12:00 UTC", "│ ada", "Rive")),
        (160, ("24 to review", WARNING, "1 staged", "9 done", "synced 12:00 UTC", "│ ada", ORGANISATION)),
    ],
)
def test_the_warning_takes_no_counts_with_it(desk: Desk, width: int, there: tuple[str, ...]) -> None:
    text = written(state(desk, staged=1, done=9, automatic_merging=MERGING), width)
    assert all(part in text for part in ("▲ PRODUCTION acme", *there)), text


@pytest.mark.parametrize("width", WIDTHS)
def test_the_rate_stands_beside_what_is_being_sent(desk: Desk, width: int) -> None:
    text = written(state(desk, sending=1, done=8, rates=RATES), width)
    assert ("rate 212/300" in text) is (width > 60), text
    assert "1 sending · 8 done" in text
    assert ("Riv" in text) is (width >= 120), text


@pytest.mark.parametrize("width", WIDTHS)
def test_all_that_is_wrong_is_said_at_every_width(desk: Desk, width: int) -> None:
    wrong = state(desk, staged=12, done=3, faulty=2, line_stops=("a",), rates=RATES, automatic_merging=MERGING)
    text = written(wrong, width)
    assert "PRODUCTION acme" in text and "STOPPED" in text and "! 2" in text and "MERGING" in text
    if width >= 80:
        assert "! LINE STOPPED" in text and "! 2 to look at" in text and "failed" not in text


@pytest.mark.parametrize("width", WIDTHS)
def test_an_organisation_is_shortened_before_it_goes_and_its_host_goes_first(desk: Desk, width: int) -> None:
    quiet = state(desk, staged=1)
    demo = Surroundings(environment="demo", organisation=ORGANISATION, host="api.mypurecloud.de")
    text = written(quiet, width, demo)
    assert ("Riv" in text) is (width > 60), text
    assert width == 60 or "…" in text or ORGANISATION in text
    assert "mypurecloud" not in text or ORGANISATION in text


def test_no_width_leaves_room_for_a_count_that_is_not_there(desk: Desk) -> None:
    now = state(desk, staged=1, sending=1, done=9, faulty=1, rates=RATES, automatic_merging=MERGING)
    for width in range(60, 200):
        text = written(now, width)
        free = width - cell_len(text.rstrip())
        for part in ("1 to look at", "24 to review", "1 sending", "1 staged", "9 done", "rate 212/300"):
            assert part in text or free <= len(part) + 3, (width, text)


def test_an_organisation_of_wide_characters_fits(desk: Desk) -> None:
    for width in range(60, 200):
        written(state(desk, staged=1), width, Surroundings(environment="王小明" * 9, organisation="健康" * 20))
