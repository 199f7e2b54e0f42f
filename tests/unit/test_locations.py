"""Where files live, and that asking makes none."""

from pathlib import Path

import pytest

from reviewer import locations


def test_one_variable_moves_everything(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("REVIEWER_CONFIG", raising=False)
    monkeypatch.setenv("REVIEWER_HOME", str(tmp_path))
    assert locations.config_file() == tmp_path / "config.toml"
    assert locations.database("acme") == tmp_path / "data" / "acme.db"
    assert locations.secret_file("acme") == tmp_path / "acme.secret"
    assert locations.log_file() == tmp_path / "state" / "reviewer.log"
    assert list(tmp_path.iterdir()) == []


def test_the_file_of_settings_can_be_moved_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REVIEWER_HOME", str(tmp_path))
    monkeypatch.setenv("REVIEWER_CONFIG", "~/elsewhere.toml")
    assert locations.config_file() == Path("~/elsewhere.toml").expanduser()
    assert locations.database("acme").is_relative_to(tmp_path)


def test_without_variables_the_platforms_own_places_are_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("REVIEWER_HOME", "REVIEWER_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    places = (locations.config_file(), locations.database("acme"), locations.log_file())
    assert all(place.is_relative_to(tmp_path) and "reviewer" in str(place) for place in places)
    assert len({place.parent for place in places}) == 3
    assert list(tmp_path.iterdir()) == []
