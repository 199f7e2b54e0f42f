"""The list of calls: what is in it, what is not, and that it survives rotation, torn lines and a full disk."""

import json
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import pytest

from reviewer.api_log import reading, writing
from reviewer.api_log.reading import Wanted, follow, read
from reviewer.api_log.writing import ApiLog, logged
from reviewer.genesys.calls import CallOutcome, CallRecord, Exchange

PATH = "/api/v2/externalcontacts/contacts/{contactId}"


def record(number: int = 1, **changes: object) -> CallRecord:
    call = CallRecord(
        "GET",
        PATH,
        200,
        f"corr-{number}",
        12,
        1,
        CallOutcome.ANSWERED,
        target=f"/api/v2/externalcontacts/contacts/c{number}",
        received=100,
        rate_used=number,
        rate_allowed=300,
    )
    return call._replace(**changes)  # type: ignore[arg-type]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "acme.api.jsonl"


@pytest.fixture
def api_log(path: Path) -> Iterator[ApiLog]:
    opened = ApiLog(path, "load ids")
    yield opened
    opened.close()


def test_a_call_is_listed_with_all_that_is_known_of_it_and_no_body(path: Path, api_log: ApiLog) -> None:
    before = datetime.now(UTC)
    api_log(record(7, status=404, code="not.found", writes=False))
    (call,) = read(path, Wanted())
    assert before - timedelta(seconds=1) < call.at < datetime.now(UTC)
    assert (call.process, call.command, call.method, call.path) == (os.getpid(), "load ids", "GET", PATH)
    assert call.target.endswith("/c7") and call.correlation_id == "corr-7"
    assert (call.status, call.code, call.outcome, call.milliseconds) == (404, "not.found", "answered", 12)
    assert (call.attempt, call.sent, call.received, call.rate_used, call.rate_allowed) == (1, 0, 100, 7, 300)
    assert call.failed and not call.writes
    assert not {"query", "request", "answer"} & json.loads(path.read_bytes()).keys()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_bodies_are_kept_on_request_without_credentials_and_not_without_end(path: Path, api_log: ApiLog) -> None:
    body = b'{"firstName":"Ay\xc5\x9fe","note":"Authorization: Bearer hunter2","odd":"\\ud800\xff"}'
    api_log(record(exchange=Exchange("expand=identifiers", body, b"x" * 300_000)))
    (call,) = read(path, Wanted())
    assert call.query == "expand=identifiers"
    assert call.request is not None and "Ayşe" in call.request and "hunter2" not in path.read_text()
    assert call.answer is not None and call.answer.endswith("… 200000 characters more")


def test_calls_are_asked_for_by_time_kind_text_and_correlation(path: Path, api_log: ApiLog) -> None:
    api_log(record(1))
    api_log(record(2, status=503))
    api_log(record(3, status=0, outcome=CallOutcome.LOST, writes=True, method="POST"))
    api_log(record(4, writes=True))

    def found(**wanted: object) -> list[int]:
        return [call.rate_used for call in read(path, Wanted(**wanted))]  # type: ignore[arg-type]

    assert found() == [1, 2, 3, 4]
    assert found(failed=True) == [2, 3]
    assert found(writes=True) == [3, 4]
    assert found(writes=True, failed=True) == [3]
    assert found(text="CONTACTS/c2") == found(correlation_id="corr-2") == [2]
    assert found(text="post /api") == [3] and found(text="load ids") == [1, 2, 3, 4]
    now = datetime.now(UTC)
    assert found(since=now - timedelta(minutes=1)) == [1, 2, 3, 4] and found(since=now + timedelta(minutes=1)) == []
    assert [call.rate_used for call in read(path, Wanted(), last=2)] == [3, 4]


def test_nothing_was_called_yet(path: Path) -> None:
    assert read(path, Wanted()) == []


def test_the_list_goes_on_over_rotated_files_and_keeps_its_order(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "LARGEST_BYTES", 2_000)
    api_log = ApiLog(path, "sync")
    for number in range(1, 41):
        api_log(record(number))
    api_log.close()
    listed = [call.rate_used for call in read(path, Wanted())]
    assert listed == list(range(listed[0], 41)) and 10 < len(listed) < 40
    assert path.with_name(f"{path.name}.1").exists()


def test_a_file_that_is_rotated_while_it_is_read_is_read_once(
    path: Path, api_log: ApiLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    api_log(record(1))
    opened = reading._opened

    def rotated_meanwhile(asked: Path) -> BinaryIO | None:
        file = opened(asked)
        if asked == path:
            path.rename(path.with_name(f"{path.name}.1"))
        return file

    monkeypatch.setattr(reading, "_opened", rotated_meanwhile)
    assert [call.rate_used for call in read(path, Wanted())] == [1]


def test_a_line_that_was_cut_off_costs_only_itself(path: Path, api_log: ApiLog) -> None:
    api_log(record(1))
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:60] + whole + b"\xff\n" + whole)
    assert [call.rate_used for call in read(path, Wanted())] == [1, 1, 1]


def test_a_full_disk_costs_no_call(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    api_log = ApiLog(path, "sync")

    def full(descriptor: int, line: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        api_log(record(1))
        api_log(record(2))
    api_log(record(3))
    api_log.close()
    assert [call.rate_used for call in read(path, Wanted())] == [3]
    assert len(caplog.records) == 1


def test_a_place_that_cannot_be_written_costs_no_call(tmp_path: Path) -> None:
    tmp_path.joinpath("file").write_text("")
    api_log = ApiLog(tmp_path / "file" / "acme.api.jsonl", "sync")
    api_log(record())
    api_log.close()
    ApiLog(tmp_path / "acme.api.jsonl", "sync", group="no-such-group-here")(record())


def test_calls_are_followed_as_they_come_also_into_a_new_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "LARGEST_BYTES", 900)
    api_log = ApiLog(path, "sync")
    api_log(record(1))
    acts = iter([lambda: None, *(lambda number=number: api_log(record(number)) for number in range(2, 12))])

    def sleep(seconds: float) -> None:
        act = next(acts, None)
        if act is None:
            raise KeyboardInterrupt
        act()

    followed: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        for call in follow(path, Wanted(), sleep):
            followed.append(call.rate_used)
    api_log.close()
    assert followed == list(range(2, 12)), "those before are not followed, and none of a rotation is lost"


def test_a_half_written_line_is_waited_for(path: Path, api_log: ApiLog) -> None:
    api_log(record(1))
    line = path.read_bytes()
    rest = iter([line[:50], line[50:]])

    def sleep(seconds: float) -> None:
        part = next(rest, None)
        if part is None:
            raise KeyboardInterrupt
        with path.open("ab") as file:
            file.write(part)

    followed = []
    with pytest.raises(KeyboardInterrupt):
        for call in follow(path, Wanted(), sleep):
            followed.append(call.rate_used)
    assert followed == [1]


def test_the_time_is_when_the_call_began_in_milliseconds() -> None:
    call = logged(record(), datetime(2026, 11, 25, 14, 0, 0, 123_999, tzinfo=UTC), 7, "sync")
    assert call.at.microsecond == 123_000
