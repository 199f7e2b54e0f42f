"""Every key that decides: what it writes, where it goes next, and what it says where it is not possible."""

from dataclasses import replace
from datetime import date

from reviewer.domain.wire import decode_object
from reviewer.review import candidate, decide
from reviewer.review.steward import Steward
from reviewer.store import decisions, line_stops, operations, rulings
from reviewer.tui.messages import CommandChosen
from tests.tui.conftest import OpenBench
from tests.tui.small_queue import FAMILY_PHONE, NOON


async def test_m_stages_the_merge_and_shows_the_next_candidate(bench: OpenBench) -> None:
    async with bench() as it:
        first, second = it.open_candidates[:2]
        await it.press("m")
        assert it.last_decision().kind == "merge"
        assert it.last_decision().candidate == first
        assert operations.counts(it.screen.desk.database) == {"staged": 1}
        assert it.here == second
        assert "sent from" in it.said and "u takes it back until then" in it.said


async def test_what_cannot_be_undone_is_said_before_it_happens(bench: OpenBench) -> None:
    async with bench() as it:
        assert "m approves: u takes it back for 10 minutes; once sent, it is for good" in it.text
        assert "once sent, a merge cannot be undone" in it.text


async def test_d_keeps_the_contacts_apart(bench: OpenBench) -> None:
    async with bench() as it:
        first = it.here
        await it.press("d")
        assert it.last_decision().kind == "distinct"
        assert first not in it.open_candidates
        assert it.here != first


async def test_s_stitches_a_channel_identity_to_its_person(bench: OpenBench) -> None:
    async with bench() as it:
        await it.go_to("stitch")
        await it.press("s")
        assert it.last_decision().kind == "stitch"


async def test_s_says_why_a_pair_of_persons_cannot_be_stitched(bench: OpenBench) -> None:
    async with bench() as it:
        before = it.open_candidates
        await it.press("s")
        assert "no contact here is an anonymous channel identity" in it.said
        assert it.open_candidates == before
        assert "(s stitch)" in it.text


async def test_f_enter_gives_the_ruling_that_the_identifier_looks_like(bench: OpenBench) -> None:
    async with bench() as it:
        await it.go_to("shared")
        await it.press("f")
        assert "Enter household" in it.said
        await it.press("enter")
        in_force = rulings.in_force(it.screen.desk.database, it.screen.desk.today)
        assert [(found.identifier.value, found.kind.value) for found in in_force] == [(FAMILY_PHONE, "household")]
        assert it.here != it.last_decision().candidate


async def test_each_letter_gives_its_ruling(bench: OpenBench) -> None:
    letters = {"h": "household", "k": "desk", "r": "role mailbox", "w": "switchboard", "c": "recycled", "p": "personal"}
    async with bench() as it:
        for letter, ruling in letters.items():
            await it.go_to("shared")
            await it.press("f", letter)
            assert decode_object(it.last_decision().document)["ruling"] == ruling
            await it.press("u")


async def test_a_ruling_on_a_pair_stays_at_the_pair_so_that_its_effect_is_seen(bench: OpenBench) -> None:
    async with bench() as it:
        first = it.here
        await it.press("f", "w")
        assert it.here == first
        assert "ruled: Phone +17029191300 is switchboard" in "\n".join(line.text for line in it.screen.evidence._lines)


async def test_f_says_why_where_nothing_is_shared(bench: OpenBench) -> None:
    async with bench() as it:
        await it.go_to("stitch")
        await it.press("f")
        assert "share no phone, email or WhatsApp number" in it.said


async def test_z_1_and_7_put_a_candidate_aside_for_a_day_and_a_week(bench: OpenBench) -> None:
    async with bench() as it:
        for key, until in (("1", "2026-11-24"), ("7", "2026-11-30")):
            first = it.here
            await it.press("z", key)
            assert decode_object(it.last_decision().document)["until"] == until
            assert it.here != first


async def test_z_takes_a_typed_date_and_refuses_what_is_none(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("z")
        await it.write("2026-13-40")
        await it.press("enter")
        assert "not a date" in it.said
        for _ in range(10):
            await it.press("backspace")
        await it.write("2026-12-24")
        await it.press("enter")
        assert decode_object(it.last_decision().document)["until"] == str(date(2026, 12, 24))


async def test_z_refuses_a_day_that_is_not_in_the_future(bench: OpenBench) -> None:
    async with bench() as it:
        before = it.open_candidates
        await it.press("z")
        await it.write("2026-11-23")
        await it.press("enter")
        assert "not in the future" in it.said
        await it.press("escape")
        assert it.open_candidates == before


async def test_escape_leaves_a_question_and_nothing_was_decided(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("f", "escape", "z", "escape", "n", "escape")
        assert decisions.last_live(it.screen.desk.database, "ada") is None
        await it.press("j")
        assert it.screen.queue.cursor == 1


async def test_letters_answer_a_question_and_do_not_decide_meanwhile(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("n")
        await it.write("merged mds")
        assert decisions.last_live(it.screen.desk.database, "ada") is None
        await it.press("enter", "d")
        assert it.last_decision().kind == "distinct"
        assert it.last_decision().note == "merged mds"


async def test_u_returns_to_the_candidate_with_its_weight(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("j")
        decided, weight = it.here, it.screen.view.weight if it.screen.view else None
        await it.press("m", "g", "u")
        assert it.here == decided
        assert it.screen.view is not None and it.screen.view.weight == weight
        assert "taken back" in it.said


async def test_u_returns_even_if_another_kind_is_shown(bench: OpenBench) -> None:
    async with bench() as it:
        decided = it.here
        await it.press("m", "t", "t", "u")
        assert it.here == decided
        assert it.screen.candidates.kind is None


async def test_u_says_so_where_there_is_nothing_to_take_back(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("u")
        assert "no decision of yours to take back" in it.said


async def test_undo_goes_back_decision_by_decision(bench: OpenBench) -> None:
    async with bench() as it:
        before = it.open_candidates
        await it.press("m", "d", "d")
        await it.press("u", "u", "u")
        assert it.open_candidates == before


async def test_x_leaves_a_contact_out_of_a_group_and_0_brings_it_back(bench: OpenBench) -> None:
    async with bench() as it:
        await it.go_to("Ayşe")
        await it.press("x", "b")
        assert it.screen.view is not None and len(it.screen.view.columns) == 2
        assert "left out: Ayse Yilmaz" in it.text
        await it.press("x", "0")
        assert len(it.screen.view.columns) == 3
        await it.press("x", "c", "m")
        members = decode_object(it.last_decision().document)["members"]
        assert [one["lastName"] for one in members] == ["Yılmaz", "Yilmaz"]


async def test_x_says_why_a_pair_has_nobody_to_leave_out(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("x")
        assert "d says that they are distinct" in it.said


async def test_a_candidate_that_changed_since_it_was_shown_is_not_decided(bench: OpenBench) -> None:
    async with bench() as it:
        database = it.screen.desk.database
        assert it.screen.view is not None
        database.connection.execute(
            "UPDATE contact SET content = 'changed' WHERE id = ?", (it.screen.view.columns[0].contact_id,)
        )
        await it.press("m")
        assert "changed since it was shown" in it.said
        assert decisions.last_live(database, "ada") is None
        await it.press("m")
        assert it.last_decision().kind == "merge"


async def test_a_decision_is_on_disk_before_the_next_candidate_is_read(bench: OpenBench, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    order: list[str] = []
    async with bench() as it:
        original = candidate.view

        def watched(desk, number, **choices):  # type: ignore[no-untyped-def]
            if number != it.here or order:
                on_disk = decisions.last_live(it.screen.desk.database, "ada")
                in_transaction = it.screen.desk.database.connection.in_transaction
                order.append("on disk" if on_disk and not in_transaction else "not yet")
            return original(desk, number, **choices)

        monkeypatch.setattr(candidate, "view", watched)
        await it.press("d")
        assert order and set(order) == {"on disk"}


async def test_send_confirms_with_another_key_and_starts_the_executor(bench: OpenBench) -> None:
    started: list[int] = []

    def send() -> str:
        started.append(1)
        return "the executor was started"

    async with bench(send=send) as it:
        await it.press("S")
        assert "nothing is staged" in it.said
        await it.press("m", "S")
        assert "send 1 merge now" in it.said and "cannot be undone" in it.said
        assert "#1 merge: Bob Smith + Robert Smith" in it.text
        await it.press("S", "enter", "y")
        assert "press Y (capital)" in it.said
        await it.press("escape")
        assert started == [] and "✓" not in it.text
        await it.press("S", "Y")
        assert started == [1]
        assert "1 operation released · the executor was started" in it.said


async def test_a_stopped_line_is_said_at_once_and_goes_on_with_a_note(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("a")
        assert "the line is not stopped" in it.said
        await it.press("m")
        database = it.screen.desk.database
        line_stops.raise_stop(database.connection, 1, "last name is \x1b[31mSmith", NOON)
        it.screen.look_at_progress()
        await it.press()
        assert "line stopped, a acknowledges: last name is ␛[31mSmith" in it.said
        assert "! LINE STOPPED" in it.text
        await it.press("a")
        await it.write("known")
        await it.press("enter")
        assert line_stops.open_stops(database) == []
        assert "LINE STOPPED" not in it.text


async def test_what_is_due_starts_the_executor_but_not_while_the_line_is_stopped(bench: OpenBench) -> None:
    started: list[int] = []

    def send() -> str:
        started.append(1)
        return "the executor was started"

    async with bench(send=send) as it:
        await it.press("m")
        database = it.screen.desk.database
        line_stops.raise_stop(database.connection, 1, "a surprise", NOON)
        database.connection.execute("UPDATE operation SET send_after = '2026-11-23T11:00:00.000000Z'")
        it.screen.look_at_progress()
        assert started == []
        database.connection.execute("UPDATE line_stop SET acknowledged_at = 'now'")
        it.screen.look_at_progress()
        it.screen.look_at_progress()
        assert started == [1]


async def test_a_key_hint_that_is_clicked_does_what_the_key_does(bench: OpenBench) -> None:
    async with bench() as it:
        await it.pilot.click("#hints", offset=(14, 0))
        await it.press()
        assert it.last_decision().kind == "distinct"
        assert CommandChosen("merge").action == "merge"


async def test_a_question_is_dropped_when_another_candidate_is_shown(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("f")
        await it.pilot.click("#queue", offset=(10, 3))
        await it.press("h")
        assert it.screen.message.prompt is None
        assert decisions.last_live(it.screen.desk.database, "ada") is None
        await it.press("g", "z")
        gone = it.here
        it.screen.desk.database.connection.execute("UPDATE candidate SET state = 'settled' WHERE id = ?", (gone,))
        it.screen.read_numbers()
        await it.press("1")
        assert it.here != gone
        assert decisions.last_live(it.screen.desk.database, "ada") is None


async def test_a_command_runs_from_the_palette(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("ctrl+p")
        await it.pilot.press(*"distinct")
        await it.pilot.app.workers.wait_for_complete()
        await it.press("down", "enter")
        assert it.last_decision().kind == "distinct"


async def test_a_full_disk_is_said_in_a_sentence_and_nothing_is_decided(bench: OpenBench) -> None:
    async with bench() as it:
        connection = it.screen.desk.database.connection
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        for key in "du" * 60:
            here, before = it.here, it.open_candidates
            await it.pilot.press(key)
            if "disk" in it.said:
                break
        assert "is full; free some space and try again" in it.said
        assert (it.here, it.open_candidates) == (here, before)
        connection.execute("PRAGMA max_page_count = 1000000")
        await it.press("d")
        assert it.last_decision().kind == "distinct"


async def test_an_empty_queue_says_what_to_do_next(bench: OpenBench) -> None:
    async with bench() as it:
        while it.open_candidates:
            kind = it.screen.view.kind if it.screen.view else ""
            await it.press(*(("f", "enter") if kind == "shared" else ("d",)))
        assert "All settled" in it.text and "reviewer sync" in it.text
        await it.press("m")
        assert "there is no candidate here" in it.said
        await it.press("u")
        assert it.here is not None


async def test_what_somebody_else_decided_meanwhile_is_said_with_their_name_and_leaves_the_list(
    bench: OpenBench,
) -> None:
    async with bench() as it:
        here = it.here
        assert here is not None
        other = replace(it.screen.desk, steward=Steward("bea"))
        decide.distinct(other, candidate.view(other, here))
        await it.press("m")
        assert "decided already: settled by decision 1 (distinct) of bea" in it.said
        assert it.here != here and here not in it.screen.candidates.numbers
        assert decisions.last_live(it.screen.desk.database, "ada") is None


async def test_taking_back_says_what_it_was(bench: OpenBench) -> None:
    async with bench() as it:
        await it.go_to("Bob")
        await it.press("d", "u")
        assert "distinct of Bob Smith ≈ Robert Smith taken back" in it.said


async def test_the_end_of_sending_is_said(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("m")
        it.screen.desk.database.connection.execute("UPDATE operation SET state = 'done'")
        it.screen.look_at_progress()
        await it.press()
        assert "sending ended: 1 done" in it.said
