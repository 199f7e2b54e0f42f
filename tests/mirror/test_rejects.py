"""What was rejected: told at once, kept in a private file."""

import json
from pathlib import Path

from reviewer.mirror.rejects import Rejects


def collector(*places: Path) -> tuple[Rejects, list[str]]:
    told: list[str] = []
    return Rejects("a.jsonl", places, told.append), told


def test_each_reject_is_told_with_file_and_line_and_kept_with_its_text(tmp_path: Path) -> None:
    place = tmp_path / "a.jsonl.rejects.jsonl"
    rejects, told = collector(place)
    with rejects:
        rejects.add(7, "no id", b'{"a": "\xff \\ud800"}')
        rejects.add(9, "too long", b"begin", cut=True)
    assert told == ["a.jsonl:7: no id", "a.jsonl:9: too long"]
    first, second = (json.loads(line) for line in place.read_text().splitlines())
    assert first["line"] == 7 and first["reason"] == "no id"
    assert first["text"].encode("utf-8", "surrogateescape") == b'{"a": "\xff \\ud800"}'
    assert second == {"line": 9, "reason": "too long", "text": "begin", "cut": True}
    assert (rejects.count, rejects.path) == (2, place)
    assert place.stat().st_mode & 0o777 == 0o600


def test_without_rejects_there_is_no_file(tmp_path: Path) -> None:
    rejects, told = collector(tmp_path / "r")
    with rejects:
        assert not rejects.count
    assert list(tmp_path.iterdir()) == [] and told == [] and rejects.path is None


def test_an_older_file_is_replaced_and_made_private_or_added_to(tmp_path: Path) -> None:
    place = tmp_path / "r"
    place.write_text("old\n")
    place.chmod(0o644)
    for appending, lines in ((False, 1), (True, 2)):
        rejects, _ = collector(place)
        rejects.appending = appending
        with rejects:
            rejects.add(1, "why", b"text")
        assert len(place.read_text().splitlines()) == lines
    assert place.stat().st_mode & 0o777 == 0o600


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("precious")
    (tmp_path / "r").symlink_to(precious)
    rejects, _ = collector(tmp_path / "r", tmp_path / "state" / "r")
    with rejects:
        rejects.add(1, "why", b"text")
    assert precious.read_text() == "precious" and rejects.path == tmp_path / "state" / "r"


def test_where_no_place_can_be_written_it_is_said_once_and_work_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    rejects, told = collector(tmp_path / "file" / "r")
    with rejects:
        rejects.add(1, "why", b"text")
        rejects.add(2, "why", b"text")
    assert [sentence for sentence in told if "not kept in a file" in sentence] == told[1:2]
    assert rejects.count == 2 and rejects.path is None


def test_a_long_reason_is_cut(tmp_path: Path) -> None:
    rejects, told = collector(tmp_path / "r")
    with rejects:
        rejects.add(1, "x" * 10_000, b"")
    assert len(told[0]) < 400
