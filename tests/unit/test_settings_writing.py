"""Writing an environment: what is kept, what is changed, and that nothing is lost."""

import stat
import tomllib
from pathlib import Path

import pytest

from reviewer.domain.errors import SettingsError
from reviewer.settings import Options, load
from reviewer.settings.writing import write_environment

FILE = """\
# our settings
default_environment = "acme"

[environments.acme]  # the real one
region = "mypurecloud.de"   # Frankfurt
client_id = "an-id"

[review]
auto = true  # since May

[environments.other]
region = "mypurecloud.ie"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file of settings with comments, environments apart from each other."""
    path = tmp_path / "config.toml"
    path.write_text(FILE)
    return path


def test_a_first_file_is_private_and_understood(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"
    assert write_environment(path, "acme", {"region": "mypurecloud.de", "production": True}, as_default=True) is None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["config.toml"]
    settings = load(Options(config=path), {})
    assert settings.environment.region == "mypurecloud.de"
    assert settings.environment.production is True
    assert "[environments.acme]" in path.read_text()
    assert path.read_text().index("default_environment") < path.read_text().index("[environments.acme]")


def test_comments_other_environments_and_other_keys_are_kept(path: Path) -> None:
    write_environment(path, "acme", {"region": "usw2.pure.cloud", "production": True})
    after = path.read_text()
    for kept in ("# our settings", "# the real one", "# Frankfurt", "# since May", 'client_id = "an-id"'):
        assert kept in after
    expected = tomllib.loads(FILE)
    expected["environments"]["acme"] |= {"region": "usw2.pure.cloud", "production": True}
    assert tomllib.loads(after) == expected


def test_a_further_environment_gets_a_table_of_its_own(path: Path) -> None:
    write_environment(path, "third", {"region": "mypurecloud.jp"})
    expected = tomllib.loads(FILE)
    expected["environments"]["third"] = {"region": "mypurecloud.jp"}
    assert tomllib.loads(path.read_text()) == expected
    assert "[environments.third]" in path.read_text()


def test_none_takes_a_key_out(path: Path) -> None:
    write_environment(path, "acme", {"client_id": None, "secret_env": None})
    assert tomllib.loads(path.read_text())["environments"]["acme"] == {"region": "mypurecloud.de"}


@pytest.mark.parametrize(
    "layout",
    [
        '[environments]\nacme = {region = "a"}\n[review]\n',
        '["environments"."acme"]\nregion = "a"',
        "[review]\nauto = true",
        "",
    ],
)
def test_every_layout_of_the_file_is_changed_to_mean_just_that(tmp_path: Path, layout: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(layout)
    expected = tomllib.loads(layout)
    for name in ("acme", "b"):
        write_environment(path, name, {"client_id": 'quote " and \\ and é'}, as_default=True)
        expected.setdefault("environments", {}).setdefault(name, {})["client_id"] = 'quote " and \\ and é'
        expected["default_environment"] = name
        assert tomllib.loads(path.read_text()) == expected


def test_a_layout_that_cannot_be_changed_safely_is_left_as_it_is(tmp_path: Path) -> None:
    path, layout = tmp_path / "config.toml", 'environments = {acme = {region = "a"}}\n'
    path.write_text(layout)
    with pytest.raises(SettingsError, match=r"add \[environments.b\] by hand"):
        write_environment(path, "b", {"client_id": "x"}, as_default=True)
    assert path.read_text() == layout
    assert list(tmp_path.iterdir()) == [path]


def test_the_file_that_was_there_is_copied_each_time_under_a_new_name(path: Path) -> None:
    first = write_environment(path, "acme", {"client_id": "b"})
    second = write_environment(path, "acme", {"client_id": "c"})
    assert first and second and first != second
    assert first.read_text() == FILE
    assert 'client_id = "b"' in second.read_text()
    assert {stat.S_IMODE(file.stat().st_mode) for file in (first, second, path)} == {0o600}


def test_a_link_to_the_file_stays_a_link(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.toml"
    link.symlink_to(path)
    write_environment(link, "acme", {"client_id": "b"})
    assert link.is_symlink()
    assert 'client_id = "b"' in path.read_text()


@pytest.mark.parametrize("text", ["not = = toml\n", "[reviews]\n", '[environments.a]\nclient_secret = "x"\n'])
def test_a_file_that_is_not_understood_is_left_as_it_is(path: Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(SettingsError):
        write_environment(path, "acme", {"client_id": "b"})
    assert path.read_text() == text
    assert list(path.parent.iterdir()) == [path]
