"""The list behind the queue: windows, places, and what the background brings."""

from array import array

from reviewer.review import queue
from reviewer.review.desk import Desk
from reviewer.tui.candidate_list import FIRST_WINDOW, CandidateList


def many(desk: Desk, count: int) -> None:
    """Write that many candidates without pairs, straight into the queue."""
    desk.database.connection.executemany(
        "INSERT INTO candidate (key, kind, rank, verdict, size, state) VALUES (?, 'duplicate', ?, 'review', 2, 'open')",
        ((f"made:{index}", 100.0 + index) for index in range(count)),
    )


def test_the_first_window_is_there_and_the_rest_is_counted_without_reading_it(desk: Desk) -> None:
    many(desk, 500)
    listed = CandidateList(desk)
    assert len(listed) == FIRST_WINDOW and not listed.complete
    assert listed.total() == 505


def test_rows_are_read_where_they_are_seen(desk: Desk) -> None:
    many(desk, 500)
    listed = CandidateList(desk)
    listed.take_over(queue.all_numbers(desk))
    statements: list[str] = []
    desk.database.connection.set_trace_callback(statements.append)
    last = listed.row(504)
    assert last is not None and last.weight == -599.0
    assert listed.row(500) is not None
    desk.database.connection.set_trace_callback(None)
    assert len(statements) <= 2


def test_a_candidate_comes_back_to_its_place(desk: Desk) -> None:
    many(desk, 100)
    listed = CandidateList(desk)
    listed.take_over(queue.all_numbers(desk))
    number = listed.numbers[50]
    listed.remove(number)
    assert listed.index(number) is None
    assert listed.insert(number) == 50
    assert list(listed.numbers) == list(queue.all_numbers(desk))


def test_what_is_not_open_or_of_another_kind_does_not_come_back(desk: Desk) -> None:
    listed = CandidateList(desk)
    number = listed.numbers[0]
    listed.remove(number)
    desk.database.connection.execute("UPDATE candidate SET state = 'staged' WHERE id = ?", (number,))
    assert listed.insert(number) is None
    assert listed.insert(999_999) is None
    desk.database.connection.execute("UPDATE candidate SET state = 'open' WHERE id = ?", (number,))
    listed.start("stitch")
    assert listed.insert(number) is None


def test_a_candidate_that_was_decided_elsewhere_has_no_row(desk: Desk) -> None:
    listed = CandidateList(desk)
    desk.database.connection.execute("UPDATE candidate SET state = 'settled' WHERE id = ?", (listed.numbers[1],))
    listed.forget_rows()
    assert listed.row(1) is None
    listed.take_over(array("q", [listed.numbers[0]]))
    assert len(listed) == 1
