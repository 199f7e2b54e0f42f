"""The whole job in one process: an embedded organisation, decided in the workbench, merged, shown as merged."""

import re
from datetime import timedelta

from reviewer.store import contacts
from reviewer.testing import open_workbench, progress, screen_text, settled, wait_for, workbench


async def test_a_merge_is_approved_sent_and_shown_as_done() -> None:
    async with open_workbench(population=150, seed=1) as pilot:
        screen = workbench(pilot)
        assert screen.view is not None
        ids = [column.contact_id for column in screen.view.columns]
        await pilot.press("m", "S", "Y")
        await wait_for(pilot, lambda: progress(pilot).done == 1)
        await pilot.press("o")
        await wait_for(pilot, lambda: re.search(r"merge +done", screen_text(pilot)) is not None)
        members = contacts.by_ids(screen.desk.database, ids).values()
        canonical = progress(pilot).newest[0].canonical
        assert {(one.state, one.merged_into) for one in members} == {("merged", canonical)}
        assert contacts.by_ids(screen.desk.database, [canonical])[canonical].state == "live"


async def test_what_is_staged_is_sent_when_its_time_has_come() -> None:
    async with open_workbench(population=150, seed=1, cool_off=timedelta()) as pilot:
        await pilot.press("m")
        await wait_for(pilot, lambda: progress(pilot).done == 1)
        await wait_for(pilot, lambda: "1 done" in screen_text(pilot))


async def test_a_whole_queue_can_be_settled_by_keyboard_alone() -> None:
    async with open_workbench(population=150, seed=2) as pilot:
        screen = workbench(pilot)
        for _ in range(200):
            if screen.view is None:
                break
            if screen.view.shared:
                await pilot.press("f", "enter")
            else:
                await pilot.press("d" if screen.view.verdict in ("veto", "shared") or screen.view.refusal else "m")
            await settled(pilot)
        assert "All settled" in screen_text(pilot)
        assert not progress(pilot).to_review or not sum(progress(pilot).to_review.values())
