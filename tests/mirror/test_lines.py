"""Lines of a file, whatever stands in it."""

import io

import pytest

from reviewer.mirror.lines import LONGEST_LINE, FileError, Line, Lines, batches


def read(content: bytes) -> list[Line]:
    return list(Lines(io.BytesIO(content), "it"))


def test_lines_keep_their_numbers_and_blank_ones_are_left_out() -> None:
    assert read(b"a\r\n\n  \nb\n\nc") == [(1, b"a", False), (4, b"b", False), (6, b"c", False)]


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    assert read(b"\xef\xbb\xbfid\nx\n") == [(1, b"id", False), (2, b"x", False)]


@pytest.mark.parametrize("excess", [1, 2, LONGEST_LINE, 3 * LONGEST_LINE + 7])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_huge_line_is_cut_and_the_next_ones_are_whole(excess: int, end: bytes) -> None:
    first, second, third = read(b"x" * (LONGEST_LINE + excess) + end + b"next" + end + b"y" * 9)
    assert first == (1, b"x" * LONGEST_LINE, True)
    assert (second, third) == ((2, b"next", False), (3, b"y" * 9, False))


def test_the_longest_line_is_whole() -> None:
    assert read(b"x" * LONGEST_LINE + b"\nnext\n") == [(1, b"x" * LONGEST_LINE, False), (2, b"next", False)]


def test_what_was_read_is_counted_in_bytes() -> None:
    lines = Lines(io.BytesIO(b"a\n\nb\n"), "it", size=5)
    assert len(list(lines)) == 2 and (lines.consumed, lines.size) == (5, 5)


def test_a_file_that_cannot_be_read_on_is_one_clear_error() -> None:
    class Broken(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: object) -> int:
            raise OSError(5, "Input/output error")

    with pytest.raises(FileError, match="it cannot be read: Input/output error"):
        list(Lines(io.BufferedReader(Broken()), "it"))


def test_entries_come_in_batches() -> None:
    assert list(batches(iter(range(5)), 2)) == [[0, 1], [2, 3], [4]]
