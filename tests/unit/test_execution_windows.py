"""The windows of the settings go by the clock of their zone, else by this machine's."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from reviewer.cli import windows
from reviewer.cli.windows import execution_windows, zone_of_the_machine
from reviewer.domain.errors import SettingsError
from reviewer.settings import load

NIGHT = {"REVIEWER_WINDOW": "20:00-06:00"}


def test_without_a_window_sending_is_always_allowed() -> None:
    assert execution_windows(load(variables={})).is_open(datetime(2026, 11, 25, 12, tzinfo=UTC))


def test_the_window_goes_by_the_clock_of_its_zone() -> None:
    found = execution_windows(load(variables={**NIGHT, "REVIEWER_TIME_ZONE": "Europe/Berlin"}))
    assert found.next_opening(datetime(2026, 11, 25, 12, tzinfo=UTC)) == datetime(2026, 11, 25, 19, tzinfo=UTC)


def test_without_a_zone_it_is_that_of_the_process_or_the_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TZ", ":America/New_York")
    assert str(execution_windows(load(variables=NIGHT)).zone) == "America/New_York"
    monkeypatch.delenv("TZ")
    link = tmp_path / "localtime"
    link.symlink_to("/usr/share/zoneinfo/Asia/Tokyo")
    monkeypatch.setattr(windows, "_OF_THE_MACHINE", link)
    assert str(zone_of_the_machine()).endswith("Tokyo")
    monkeypatch.setattr(windows, "_OF_THE_MACHINE", tmp_path / "a copy of a file")
    assert zone_of_the_machine() is UTC


def test_a_zone_that_is_none_is_refused() -> None:
    settings = load(variables={**NIGHT, "REVIEWER_TIME_ZONE": "Berlin"})
    with pytest.raises(SettingsError, match=r"execute\.time_zone must be the name of a time zone"):
        execution_windows(settings)


@pytest.mark.parametrize("text", ["20-6", "at night", "Mon 20:00-06:00"])
def test_text_that_gives_no_window_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(SettingsError, match=r'execute\.window must be days and hours, as in "20:00-06:00"'):
        load(variables={"REVIEWER_WINDOW": text})
