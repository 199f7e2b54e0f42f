"""`reviewer config`: every value with its place, no secret, and what a wrong setting gets."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reviewer.cli.config import config
from reviewer.cli.context import Context
from reviewer.domain.errors import SettingsError


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home of its own, without variables of this machine."""
    for name in ("REVIEWER_CONFIG", "REVIEWER_ENVIRONMENT", "REVIEWER_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("REVIEWER_HOME", str(tmp_path))
    return tmp_path


def run(*arguments: str, **context: object) -> Result:
    return CliRunner().invoke(config, arguments, obj=Context(**context), catch_exceptions=True)  # type: ignore[arg-type]


def written(home: Path, text: str) -> Path:
    path = home / "config.toml"
    path.write_text(text)
    return path


def test_each_value_is_printed_with_the_place_it_comes_from(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(home, '[environments.acme]\nregion = "mypurecloud.de"\nproduction = true\n')
    monkeypatch.setenv("REVIEWER_AUTO", "yes")
    result = run("show", database=Path("/mine.db"))
    lines = {line.split()[0]: line.split(maxsplit=1)[1] for line in result.stdout.splitlines()}
    assert lines["environment"].split() == ["acme", f"({path})"]
    assert lines["environments.acme.region"].split() == ["mypurecloud.de", f"({path}:2)"]
    assert lines["environments.acme.production"].split() == ["true", f"({path}:3)"]
    assert lines["environments.acme.database"].split() == ["/mine.db", "(--database)"]
    assert lines["environments.acme.client_id"].split() == ["not", "set", "(default)"]
    assert lines["review.auto"].split() == ["true", "(REVIEWER_AUTO)"]
    assert lines["execute.settle_seconds"].split() == ["120", "(default)"]
    assert lines["client_secret"] == "not set"
    assert result.stderr == ""


def test_json_has_the_same_facts_with_their_types(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(home, '[environments.acme]\nregion = "mypurecloud.de"\n')
    monkeypatch.setenv("REVIEWER_CLIENT_SECRET_ACME", "hunter2")
    document = json.loads(run("show", "--json").stdout)
    assert document["config_file"] == str(path)
    assert document["environments"] == ["acme"]
    rows = {row["key"]: row for row in document["settings"]}
    assert rows["environments.acme.region"] == {
        "key": "environments.acme.region",
        "value": "mypurecloud.de",
        "source": f"{path}:2",
    }
    assert rows["review.mouse"]["value"] is True
    assert rows["environments.acme.client_id"]["value"] is None
    assert rows["client_secret"]["value"] == "set"


def test_a_secret_is_only_said_to_be_set(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(home, '[environments.acme]\nhttps_proxy = "http://me:hunter2@proxy:3128"\n')
    monkeypatch.setenv("REVIEWER_CLIENT_SECRET", "hunter2")
    for arguments in (["show"], ["show", "--json"]):
        result = run(*arguments)
        assert "the variable REVIEWER_CLIENT_SECRET" in result.stdout
        assert "http://…@proxy:3128" in result.stdout
        assert "hunter2" not in result.output


def test_a_secret_that_cannot_be_used_is_shown_with_the_reason(home: Path) -> None:
    written(home, '[environments.acme]\nsecret_file = "acme.secret"\n')
    (home / "acme.secret").write_text("hunter2")
    (home / "acme.secret").chmod(0o644)
    result = run("show")
    assert "not usable" in result.stdout
    assert f"chmod 600 '{home / 'acme.secret'}'" in result.stdout
    assert "hunter2" not in result.output


def test_record_like_text_in_a_setting_cannot_act_on_the_terminal(home: Path) -> None:
    written(home, '[environments.acme]\nexternal_source = "CRM\\u001b[31m"\n')
    assert "CRM␛[31m" in run("show").stdout


def test_without_a_file_the_way_to_one_is_told(home: Path) -> None:
    result = run("show")
    assert result.exit_code == 0
    assert "reviewer init" in result.stderr
    assert not (home / "config.toml").exists()


def test_a_wrong_setting_is_a_settings_error(home: Path) -> None:
    written(home, "[review]\nauto = 3\n")
    assert isinstance(run("show").exception, SettingsError)


def test_the_path_is_printed_even_of_a_file_that_is_wrong_or_missing(home: Path) -> None:
    assert run("path").stdout == f"{home / 'config.toml'}\n"
    written(home, "not = = toml")
    assert run("path").stdout == f"{home / 'config.toml'}\n"
    assert run("path", config=Path("/else.toml")).stdout == "/else.toml\n"


def test_all_paths_can_be_printed(home: Path) -> None:
    lines = run("path", "--all").stdout.split()
    assert lines == [
        *("config", str(home / "config.toml")),
        *("database", str(home / "data" / "default.db")),
        *("log", str(home / "state" / "reviewer.log")),
        *("api-log", str(home / "state" / "default.api.jsonl")),
    ]
