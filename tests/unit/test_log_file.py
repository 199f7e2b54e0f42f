"""The log file: private, shared, rotated, correlated, and without what must not be written down."""

import logging
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer import log_file

log = logging.getLogger("reviewer.tests")


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """A log that is closed again."""
    root, own = logging.getLogger(), logging.getLogger("reviewer")
    levels = root.level, own.level
    yield tmp_path / "state" / "reviewer.log"
    log_file.stop()
    root.setLevel(levels[0])
    own.setLevel(levels[1])


def test_a_line_tells_when_who_and_which_call(path: Path) -> None:
    assert log_file.start(path)
    with log_file.correlated("corr-1"):
        log.info("operation %s is done", "op-7")
    log.info("idle")
    first, second = path.read_text().splitlines()
    assert first.endswith("reviewer.tests [corr-1] operation op-7 is done")
    assert second.endswith("[-] idle")
    assert first[10] == "T" and first.split()[0].endswith("Z")


def test_the_file_and_its_folder_are_private(path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    path.write_text("old\n")
    path.chmod(0o644)
    log_file.start(path)
    log.info("x")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.read_text().startswith("old\n")


@pytest.mark.parametrize(
    "message",
    [
        "Authorization: Bearer hunter2",
        "{'Authorization': 'Basic hunter2='}",
        'answer {"access_token": "hunter2", "expires_in": 3}',
        "grant_type=client_credentials&client_secret=hunter2&x=1",
        "proxy http://me:hunter2@proxy:3128",
        "bearer\thunter2",
    ],
)
def test_tokens_and_credentials_are_blotted_out(path: Path, message: str) -> None:
    log_file.start(path)
    log.error(message)
    log.error("%s", message)
    assert "hunter2" not in path.read_text()
    assert "…" in path.read_text()


def test_an_exception_is_named_without_its_words(path: Path) -> None:
    log_file.start(path)
    try:
        raise ValueError("Maria Schmidt, born 1978")
    except ValueError:
        log.exception("operation %s failed", "op-7")
    written = path.read_text()
    assert "Schmidt" not in written
    assert "builtins.ValueError" in written
    assert "test_an_exception_is_named_without_its_words" in written


def test_of_foreign_libraries_only_the_fixed_part_is_kept(path: Path) -> None:
    log_file.start(path)
    logging.getLogger("httpx").warning("HTTP Request: %s", "lookup of +49 30 1234")
    logging.getLogger("asyncio").error("Task exception was never retrieved\nValueError('Maria Schmidt')")
    written = path.read_text()
    assert "HTTP Request: %s" in written
    assert "never retrieved" in written
    assert "1234" not in written and "Schmidt" not in written


def test_a_message_cannot_forge_a_line_or_act_on_a_terminal(path: Path) -> None:
    log_file.start(path)
    log.info("contact %s", "x\n2026-01-01 forged\x1b[31m")
    written = path.read_text()
    assert written.count("\n") == 1
    assert "\x1b" not in written


def test_the_log_never_reaches_standard_error(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    log_file.start(path)
    log.error("x")
    logging.getLogger("asyncio").error("x")
    broken = logging.makeLogRecord({"name": "reviewer.tests", "msg": "%d", "args": ("not a number",)})
    log_file._SharedHandler(path).handle(broken)
    log_file.stop()
    path.parent.joinpath("not-a-folder").write_text("")
    assert not log_file.start(path.parent / "not-a-folder" / "reviewer.log")
    log.error("x")
    sys.stderr.flush()
    assert capfd.readouterr().err == ""


def test_a_full_file_is_rotated_and_old_ones_are_dropped(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_file, "LARGEST_BYTES", 300)
    monkeypatch.setattr(log_file, "OLD_FILES", 2)
    log_file.start(path)
    for number in range(40):
        log.info("line %d", number)
    logs = sorted(file for file in path.parent.iterdir() if not file.name.endswith(".lock"))
    assert [file.name for file in logs] == ["reviewer.log", "reviewer.log.1", "reviewer.log.2"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in logs} == {0o600}
    assert path.read_text().endswith("line 39\n")


def test_a_process_follows_the_file_when_another_has_rotated_it(path: Path) -> None:
    log_file.start(path)
    log.info("before")
    path.rename(path.with_suffix(".log.1"))
    log.info("after")
    assert path.read_text().endswith("after\n")
    assert path.with_suffix(".log.1").read_text().endswith("before\n")
