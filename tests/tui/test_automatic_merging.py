"""The warning that stays in the line at the top while the organisation merges by itself."""

from datetime import timedelta

import pytest

from reviewer.domain.journal import State
from reviewer.review.automatic_merging import NOT_KNOWN, SHORT_WARNING, WARNING
from reviewer.review.desk import Desk
from reviewer.review.progress import Progress, progress
from reviewer.review.steward import Steward
from reviewer.store import automatic_merging
from reviewer.store.automatic_merging import AutomaticMerging
from reviewer.store.database import open_database
from reviewer.testing import wait_for
from reviewer.tui.drawing.status import status_line
from reviewer.tui.screens import showing
from reviewer.tui.surroundings import Surroundings
from tests.tui.conftest import OpenBench
from tests.tui.small_queue import NOON

PRODUCTION = Surroundings(environment="default", organisation="ACME", host="mypurecloud.de", production=True)


def found(desk: Desk, enabled: bool | None) -> None:
    automatic_merging.write(desk.database, AutomaticMerging(enabled, "", NOON))


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 20)], ids=str)
async def test_the_warning_stays_at_every_size_whatever_is_done(
    bench: OpenBench, desk: Desk, size: tuple[int, int]
) -> None:
    found(desk, True)
    async with bench(size, production=True) as it:
        for keys in ([], ["j"], ["d"], ["u"], ["escape"]):
            await it.press(*keys)
            assert (WARNING if size[0] >= 80 else SHORT_WARNING) in it.text.splitlines()[0]
        await it.press("question_mark", "G")
        assert "family phones" in " ".join(it.text.split())


@pytest.mark.parametrize("enabled", [False, None])
async def test_where_it_is_off_or_not_known_there_is_no_warning(
    bench: OpenBench, desk: Desk, enabled: bool | None
) -> None:
    found(desk, enabled)
    async with bench() as it:
        assert (NOT_KNOWN in it.text) is (enabled is None)
        assert "MERGING" not in it.text


async def test_it_comes_and_goes_with_what_other_processes_find(
    bench: OpenBench, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(showing, "POLL_SECONDS", 0.05)
    async with bench() as it:
        assert WARNING not in it.text
        for enabled in (True, False):
            with open_database(desk.database.path) as of_another:
                automatic_merging.write(of_another, AutomaticMerging(enabled, "", NOON))
            await wait_for(it.pilot, lambda: (WARNING in it.text) is enabled)  # noqa: B023 - awaited here


def state(desk: Desk, **changes: object) -> Progress:
    found(desk, True)
    return progress(desk)._replace(**changes)  # type: ignore[arg-type]


def test_warnings_are_shortened_before_they_are_lost(desk: Desk) -> None:
    busy = state(desk, staged=12, done=3, faulty=2, line_stops=("a surprise",), synced_at=NOON - timedelta(hours=1))
    for width in range(60, 200):
        text = status_line(PRODUCTION, Steward("ada"), busy, width).text
        assert len(text) == width
        assert ("! LINE STOPPED" if width >= 80 else "STOPPED") in text and "PRODUCTION default" in text
        assert WARNING in text or SHORT_WARNING in text
    assert "in this organisation" in status_line(PRODUCTION, Steward("ada"), state(desk), 200).text
    assert State.STAGED not in status_line(PRODUCTION, Steward("ada"), busy, 60).text
