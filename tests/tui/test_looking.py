"""Moving about, filtering, picking values, and seeing all of every value."""

import json
import re

import pytest

from reviewer.domain.consequences import Kind
from reviewer.domain.record import make_record
from reviewer.store import contacts
from reviewer.tui.commands import COMMANDS
from reviewer.tui.screens.help import HelpScreen
from tests.tui.conftest import OpenBench
from tests.tui.small_queue import CONTACTS, NOON, RULES


async def test_j_and_k_go_through_the_candidates_and_stop_at_the_ends(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("j", "j", "k")
        assert it.here == it.open_candidates[1]
        await it.press("G", "j")
        assert it.here == it.open_candidates[-1]
        await it.press("g", "k")
        assert it.here == it.open_candidates[0]


async def test_t_goes_through_the_kinds(bench: OpenBench) -> None:
    async with bench() as it:
        seen = []
        for _ in range(5):
            await it.press("t")
            seen.append((it.screen.candidates.kind, it.screen.view.kind if it.screen.view else None))
        assert seen == [
            ("duplicate", "duplicate"),
            ("stitch", "stitch"),
            ("shared", "shared"),
            ("waiting", None),
            (None, "duplicate"),
        ]


async def test_tab_gives_the_arrows_to_the_next_pane(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("down")
        assert it.screen.queue.cursor == 1
        await it.press("tab", "down", "down", "up")
        assert (it.screen.queue.cursor, it.screen.records.cursor) == (1, 1)
        await it.press("tab", "tab", "tab", "up")
        assert it.screen.queue.cursor == 0
        await it.press("shift+tab")
        assert it.screen.active is it.screen.outcome


async def test_capital_j_and_k_move_between_fields_from_any_pane(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("J", "J", "K")
        assert it.screen.records.path == "lastName"
        assert "last name · equal · all Smith" in it.text


async def test_a_digit_picks_the_value_of_the_field_and_0_goes_back_to_the_rule(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("1")
        row = it.screen.view.rows[0] if it.screen.view else None
        assert row is not None and (row.result, row.source, row.why) == ("Bob", "A", "picked")
        assert " A* !" in it.text
        await it.press("0")
        assert it.screen.view is not None and it.screen.view.rows[0].result == "Robert"


async def test_what_was_picked_is_what_is_promised(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("1", "m")
        assert b'"firstName":"Bob"' in it.last_decision().document.replace(b": ", b":")


async def test_minus_or_delete_picks_nothing_and_says_what_that_needs(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("J", "J", "J", "minus")
        assert it.screen.records.path == "title" and "title: nothing picked, 0 goes back to the rule" in it.said
        assert it.screen.view is not None and it.screen.view.said_of(Kind.OWN_STEP)
        assert "+ own step: title Mr: removed right after" in it.text and "lost: nothing else" not in it.text
        await it.press("0")
        assert not it.screen.view.said_of(Kind.OWN_STEP)
        await it.press("delete", "m")
        assert b'"field":"$.title"' in it.last_decision().document.replace(b": ", b":")


async def test_nothing_cannot_be_picked_where_there_is_nothing(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("tab", "end", "minus")
        assert "there is nothing to remove in this line" in it.said
        await it.press("j", "j", "j", "minus")
        assert "a shared identifier is ruled on: f" in it.said


async def test_an_opt_out_is_overridden_by_the_digit_of_a_contact_that_says_nothing(bench: OpenBench) -> None:
    async with bench() as it:
        asked_out = {**CONTACTS[0], "surveyOptOut": True}
        records = [make_record(json.dumps(asked_out).encode(), RULES)]
        contacts.write(it.screen.desk.database, records, origin="api", read_at=NOON)
        await it.press("r")
        it.screen.records.go_to("surveyOptOut")
        row = next(row for row in it.screen.view.rows if row.path == "surveyOptOut") if it.screen.view else None
        assert row is not None and (row.result, row.why) == ("yes", "someone opted out")
        await it.press("2")
        row = next(row for row in it.screen.view.rows if row.path == "surveyOptOut") if it.screen.view else None
        assert row is not None and (row.result, row.source, row.why) == ("no", "B", "picked")
        assert "lost: survey opt-out: overridden, this person" in it.text


async def test_a_value_that_is_not_there_cannot_be_picked(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("J", "J", "J", "2")
        assert "B has no value for title" in it.said
        await it.press("9")
        assert "there is no contact 9 here" in it.said


async def test_picks_do_not_go_along_to_the_next_candidate(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("1", "j", "k")
        assert it.screen.view is not None and it.screen.view.rows[0].result == "Robert"


async def test_a_click_on_a_row_goes_there_and_a_click_on_a_value_picks_it(bench: OpenBench) -> None:
    async with bench() as it:
        await it.pilot.click("#queue", offset=(10, 3))
        await it.press()
        assert it.here == it.open_candidates[2]
        await it.pilot.click("#queue", offset=(10, 1))
        await it.pilot.click("#records", offset=(33, 3))
        await it.press()
        assert it.screen.view is not None and it.screen.view.rows[0].why == "picked"
        assert it.screen.active is it.screen.records
        await it.pilot.click("#records", offset=(66, 3))
        await it.press()
        assert it.screen.view.rows[0].why == "most recently modified"


async def test_the_wheel_scrolls_a_pane_and_leaves_the_cursor(bench: OpenBench) -> None:
    async with bench((80, 24)) as it:
        before = it.screen.evidence.top
        it.screen.evidence.scroll_lines(3)
        await it.press()
        assert it.screen.evidence.top > before
        assert it.screen.queue.cursor == 0


async def test_e_hides_what_agrees_or_stands_on_one_side(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("e")
        assert "one-sided" not in it.text and "≈ close" in it.text
        await it.press("e")
        assert "one-sided" in it.text


async def test_what_is_cut_is_marked_and_v_shows_all_of_it(bench: OpenBench) -> None:
    async with bench() as it:
        assert re.search(r"bob@work\S*…", it.text)
        await it.press("v")
        assert not re.search(r"bob@work\S*…", it.text)


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 20)])
async def test_every_field_can_be_reached_and_read_in_full(bench: OpenBench, size: tuple[int, int]) -> None:
    async with bench(size) as it:
        assert it.screen.view is not None
        wanted = {row.label for row in it.screen.view.rows}
        seen = set()
        for _ in range(len(wanted) + 2):
            entry = it.screen.records.entry
            assert entry is not None
            seen.add(entry.detail.split(" · ")[0])
            await it.press("J")
        assert wanted <= seen


async def test_help_lists_every_command_with_the_group_of_the_pane_first(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("tab", "question_mark")
        assert isinstance(it.pilot.app.screen, HelpScreen)
        lines = [line.text for line in it.pilot.app.screen._text._lines]
        assert lines[0].strip() == "The records"
        for command in COMMANDS:
            assert any(command.shown in line and command.name in line for line in lines), command.id
        assert any("not now: no contact here is an anonymous" in line for line in lines)
        await it.press("escape")
        assert it.screen_name == "Workbench"
        await it.press("f1")
        assert it.screen_name == "HelpScreen"
        await it.press("q")
        assert it.screen_name == "Workbench"


async def test_every_command_runs_from_the_palette(bench: OpenBench) -> None:
    from reviewer.tui.palette import Commands

    async with bench() as it:
        provider = Commands(it.screen)
        labels = [str(hit.display) async for hit in provider.discover()]  # type: ignore[union-attr]
        assert {"merge (m)", "send (S)", "help (?)"} <= set(labels)


async def test_o_shows_what_is_staged(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("m", "o")
        assert "[staged 1]" in it.text and "▶ #1" in it.text
        await it.press("o")
        assert "[staged 1]" not in it.text and "After the merge" in it.text


async def test_a_shared_identifier_shows_its_holders_and_what_each_ruling_means(bench: OpenBench) -> None:
    async with bench() as it:
        await it.go_to("shared")
        assert "⚑ Phone +17029191300" in it.text
        for name in ("Bob Smith", "Robert Smith", "Maria Smith"):
            assert name in it.text
        evidence = "\n".join(line.text for line in it.screen.evidence._lines)
        for ruling in ("household", "desk", "role mailbox", "switchboard", "recycled", "personal"):
            assert ruling in evidence
        await it.press("m")
        assert "a shared identifier is ruled on" in it.said


async def test_r_reads_again_what_another_steward_decided(bench: OpenBench) -> None:
    async with bench() as it:
        gone = it.here
        it.screen.desk.database.connection.execute("UPDATE candidate SET state = 'settled' WHERE id = ?", (gone,))
        await it.press("r")
        assert it.here != gone


async def test_q_leaves(bench: OpenBench) -> None:
    async with bench() as it:
        await it.pilot.press("q")
        assert it.pilot.app._exit


def test_every_key_belongs_to_one_command_and_every_command_has_words() -> None:
    keys = [key for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys))
    assert all(command.tooltip and command.name and command.shown for command in COMMANDS)
    assert len({command.id for command in COMMANDS}) == len(COMMANDS)
