"""A file that several processes append to: whole lines, private, rotated once."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reviewer.shared_file import SharedFile, numbered


def open_file(path: Path, largest: int = 1_000_000, old_files: int = 3, group: str | None = None) -> SharedFile:
    return SharedFile(path, largest=largest, old_files=old_files, group=group)


def test_only_one_of_two_that_find_it_full_rotates(tmp_path: Path) -> None:
    path = tmp_path / "calls"
    ours, theirs = open_file(path), open_file(path)
    ours.rotate()
    theirs.rotate()
    ours.close()
    theirs.close()
    assert numbered(path, 1).exists() and not numbered(path, 2).exists()


def test_the_file_of_a_group_is_for_the_group_and_any_other_for_its_owner(tmp_path: Path) -> None:
    import grp

    group = grp.getgrgid(os.getgid()).gr_name
    shared, private = tmp_path / "shared", tmp_path / "private"
    for path, given in ((shared, group), (private, None)):
        file = open_file(path, group=given)
        file.append(b"x\n")
        file.rotate()
        file.close()
    assert {stat.S_IMODE(numbered(shared, number).stat().st_mode) for number in (0, 1)} == {0o660}
    assert {stat.S_IMODE(numbered(private, number).stat().st_mode) for number in (0, 1)} == {0o600}
    with pytest.raises(LookupError):
        open_file(tmp_path / "x", group="no-such-group-here")


def test_a_line_that_was_cut_off_does_not_take_the_next_one_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, write = tmp_path / "calls", os.write
    file = open_file(path)
    monkeypatch.setattr(os, "write", lambda descriptor, line: write(descriptor, line[:3]))
    with pytest.raises(OSError, match="part of a line"):
        file.append(b"whole\n")
    monkeypatch.setattr(os, "write", write)
    file.append(b"next\n")
    file.close()
    assert path.read_bytes() == b"who\nnext\n"


_WRITER = """
import json, sys
from pathlib import Path
from reviewer.shared_file import SharedFile
file = SharedFile(Path(sys.argv[1]), largest=200_000, old_files=50)
for number in range(60):
    file.append(json.dumps({"writer": sys.argv[2], "number": number, "body": "x" * 20_000}).encode() + b"\\n")
"""


def test_long_lines_of_several_processes_stay_whole_and_none_is_lost_while_they_rotate(tmp_path: Path) -> None:
    path = tmp_path / "calls"
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER, str(path), str(number)]) for number in range(3)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    files = [file for file in tmp_path.iterdir() if not file.name.endswith(".lock")]
    lines = [json.loads(line) for file in files for line in file.read_bytes().splitlines()]
    assert len({(line["writer"], line["number"]) for line in lines}) == len(lines) == 180
    assert len(files) > 10


@pytest.mark.parametrize("lay", [Path.symlink_to, Path.hardlink_to], ids=["symbolic", "hard"])
@pytest.mark.parametrize("name", ["calls", "calls.lock"])
def test_a_link_that_lies_in_its_place_is_not_followed(
    tmp_path: Path, name: str, lay: Callable[[Path, Path], None]
) -> None:
    private = tmp_path / "private"
    private.write_bytes(b"of another\n")
    private.chmod(0o600)
    lay(tmp_path / name, private)
    with pytest.raises(OSError, match=r"link|file of its own"):
        open_file(tmp_path / "calls").rotate()
    assert private.read_bytes() == b"of another\n" and stat.S_IMODE(private.stat().st_mode) == 0o600
