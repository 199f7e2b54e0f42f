"""Settings: which source wins, where each value is said to come from, and what a wrong one gets."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from reviewer.domain.errors import SettingsError
from reviewer.exit_codes import ExitCode
from reviewer.settings import Options, Origin, Settings, load
from reviewer.settings.keys import DETECT_KEYS, ENVIRONMENT_KEYS, EXECUTE_KEYS, REVIEW_KEYS, variable

FILE = """\
default_environment = "acme"

[environments.acme]   # the real one
region = "mypurecloud.de"
client_id = "an-id"
production = true
ca_file = "certificates/own.pem"

[environments.acme-test]
region = "mypurecloud.ie"

[review]
cool_off_minutes = 3

[execute]
rate_share_free = 0.5
"""

Loader = Callable[..., Settings]


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Loader:
    """Settings from the text of a file, variables and options; nothing from this machine."""
    monkeypatch.setenv("REVIEWER_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("REVIEWER_CONFIG", raising=False)
    path = tmp_path / "config.toml"

    def settings(text: str | None = FILE, variables: dict[str, str] | None = None, **options: object) -> Settings:
        if text is not None:
            path.write_text(text, encoding="utf-8")
            options["config"] = path
        return load(Options(**options), variables or {})  # type: ignore[arg-type]

    return settings


def test_without_a_file_everything_has_its_default(loaded: Loader, tmp_path: Path) -> None:
    settings = loaded(None)
    assert settings.environment.name == "default"
    assert settings.environment.database == tmp_path / "home" / "data" / "default.db"
    assert settings.environment.date_of_birth == "customFields.dateOfBirth"
    assert settings.environment.production is False
    assert (settings.review.cool_off_minutes, settings.review.auto, settings.review.mouse) == (
        10,
        False,
        True,
    )
    assert (settings.execute.settle_seconds, settings.execute.rate_share_free) == (120, 0.2)
    assert {source.origin for source in settings.sources.values()} == {Origin.DEFAULT}
    assert not (tmp_path / "home").exists()


def test_the_file_overrules_defaults_and_says_on_which_line(loaded: Loader, tmp_path: Path) -> None:
    settings = loaded()
    assert settings.environment.region == "mypurecloud.de"
    assert settings.environment.production is True
    assert settings.review.cool_off_minutes == 3
    assert settings.environments == ("acme", "acme-test")
    path = tmp_path / "config.toml"
    assert str(settings.sources["environment"]) == f"{path}:1"
    assert str(settings.sources["environments.acme.region"]) == f"{path}:4"
    assert str(settings.sources["review.cool_off_minutes"]) == f"{path}:13"
    assert str(settings.sources["execute.settle_seconds"]) == "default"


def test_variables_overrule_the_file_and_options_overrule_variables(loaded: Loader, tmp_path: Path) -> None:
    variables = {
        "REVIEWER_ENVIRONMENT": "acme-test",
        "REVIEWER_REGION": "usw2.pure.cloud",
        "REVIEWER_DATABASE": "/from/variable.db",
        "REVIEWER_COOL_OFF_MINUTES": "7",
        "REVIEWER_RATE_SHARE_FREE": "0.25",
        "REVIEWER_AUTO": "yes",
        "REVIEWER_MOUSE": "off",
    }
    settings = loaded(variables=variables)
    assert settings.environment.name == "acme-test"
    assert settings.environment.region == "usw2.pure.cloud"
    assert settings.environment.database == Path("/from/variable.db")
    assert (settings.review.cool_off_minutes, settings.execute.rate_share_free) == (7, 0.25)
    assert (settings.review.auto, settings.review.mouse) == (True, False)
    assert str(settings.sources["review.auto"]) == "REVIEWER_AUTO"

    settings = loaded(variables=variables, environment="acme", database=tmp_path / "mine.db")
    assert settings.environment.name == "acme"
    assert settings.environment.database == tmp_path / "mine.db"
    assert str(settings.sources["environment"]) == "--environment"
    assert str(settings.sources["environments.acme.database"]) == "--database"


def test_an_empty_variable_counts_as_not_set(loaded: Loader) -> None:
    assert loaded(variables={"REVIEWER_REGION": "", "REVIEWER_ENVIRONMENT": ""}).environment.region == "mypurecloud.de"


def test_variables_alone_are_enough(loaded: Loader) -> None:
    variables = {
        "REVIEWER_ENVIRONMENT": "box",
        "REVIEWER_REGION": "mypurecloud.de",
        "REVIEWER_CLIENT_ID": "id",
    }
    settings = loaded(None, variables=variables)
    settings.environment.require_connection()
    assert settings.environment.name == "box"


def test_every_setting_has_a_variable_of_its_own() -> None:
    names = [variable(key) for key in (*ENVIRONMENT_KEYS, *REVIEW_KEYS, *DETECT_KEYS, *EXECUTE_KEYS)]
    assert len(names) == len(set(names))


def test_paths_in_the_file_are_relative_to_it(loaded: Loader, tmp_path: Path) -> None:
    assert loaded().environment.ca_file == tmp_path / "certificates" / "own.pem"
    settings = loaded(variables={"REVIEWER_CA_FILE": "own.pem"})
    assert settings.environment.ca_file == Path.cwd() / "own.pem"


def test_the_only_environment_of_a_file_needs_no_choosing(loaded: Loader) -> None:
    assert loaded('[environments.sole]\nregion = "mypurecloud.de"\n').environment.name == "sole"


def test_settings_cannot_be_changed(loaded: Loader) -> None:
    with pytest.raises(FrozenInstanceError):
        loaded().review.auto = True  # type: ignore[misc]


def test_a_proxys_password_is_not_in_the_representation(loaded: Loader) -> None:
    settings = loaded(variables={"REVIEWER_HTTPS_PROXY": "http://me:hunter2@proxy:3128"})
    assert settings.environment.https_proxy == "http://me:hunter2@proxy:3128"
    assert "hunter2" not in repr(settings)


def test_variables_that_are_no_setting_are_reported_with_the_nearest_that_is(loaded: Loader) -> None:
    variables = {
        "REVIEWER_REGOIN": "x",
        "REVIEWER_CLIENT_SECRET_ACME": "s",
        "REVIEWER_HOME": "/h",
        "PATH": "/bin",
    }
    assert loaded(variables=variables).unknown_variables == {"REVIEWER_REGOIN": "REVIEWER_REGION"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            '[environments.acme]\nregoin = "x"\n',
            ["config.toml:2", "'regoin'", "[environments.acme]", "'region'"],
        ),
        ("[reviews]\n", ["config.toml:1", "'reviews'", "'review'"]),
        ("[review]\nzzz = 1\n", ["config.toml:2", "'zzz'", "cool_off_minutes"]),
        ('[review]\ncool_off_minutes = "3"\n', ["config.toml:2", "review.cool_off_minutes", "whole number"]),
        ("[review]\ncool_off_minutes = -1\n", ["review.cool_off_minutes", "0 to 10080"]),
        ("[review]\nauto = 1\n", ["review.auto", "true or false"]),
        ("[execute]\nrate_share_free = 1.5\n", ["execute.rate_share_free", "0 to 0.9"]),
        ('[execute]\nclaims_read = "some"\n', ["execute.claims_read", "all, open or none"]),
        ('[environments.a]\ndefault_country = "Germany"\n', ["default_country", "two capital letters"]),
        ('[environments.a]\nregion = "https://x"\n', ["region", "mypurecloud.de"]),
        ('[environments.a]\napi_url = "http://far.example"\n', ["api_url", "https://"]),
        ('[environments.a]\ndatabase = ""\n', ["database", "path"]),
        ("[environments]\na = 1\n", ["environments.a", "table"]),
        ("review = 1\n", ["review must be a table"]),
        ('[environments."../x"]\n', ["'../x'", "letters, digits"]),
        ("[environments.a-b]\n[environments.A_B]\n", ["'a-b'", "'A_B'", "too alike"]),
        ("[environments.a]\n[environments.b]\n", ["default_environment", "--environment"]),
        ('default_environment = "acmee"\n[environments.acme]\n', ["config.toml:1", "'acmee'", "'acme'"]),
        ("default_environment = 3\n", ["default_environment", "text"]),
        ("region = = 1\n", ["not valid TOML", "line 1"]),
    ],
)
def test_a_wrong_setting_is_named_with_its_place_and_what_it_should_be(
    loaded: Loader, text: str, words: list[str]
) -> None:
    with pytest.raises(SettingsError) as raised:
        loaded(text)
    assert [word for word in words if word not in str(raised.value)] == []
    assert raised.value.exit_code == ExitCode.SETTINGS


def test_a_wrong_environment_that_was_not_chosen_is_refused_too(loaded: Loader) -> None:
    with pytest.raises(SettingsError, match="production"):
        loaded('default_environment = "a"\n[environments.a]\n[environments.b]\nproduction = "no"\n')


def test_a_wrong_variable_is_named(loaded: Loader) -> None:
    with pytest.raises(SettingsError, match=r"REVIEWER_AUTO: review.auto must be true or false"):
        loaded(variables={"REVIEWER_AUTO": "perhaps"})


def test_an_unknown_environment_is_refused_with_the_nearest(loaded: Loader) -> None:
    with pytest.raises(SettingsError, match=r"--environment: there is no environment 'acne'.*'acme'"):
        loaded(environment="acne")


@pytest.mark.parametrize("key", ["client_secret", "client-secret", "password"])
def test_a_secret_in_the_file_is_refused_with_the_reason_and_not_repeated(loaded: Loader, key: str) -> None:
    with pytest.raises(SettingsError) as raised:
        loaded(f'[environments.acme]\n{key} = "hunter2"\n')
    assert "config.toml:2" in str(raised.value)
    assert "secret_keyring" in str(raised.value)
    assert "hunter2" not in str(raised.value)


def test_no_message_repeats_a_value(loaded: Loader) -> None:
    with pytest.raises(SettingsError) as raised:
        loaded('[environments.acme]\nhttps_proxy = "me:hunter2@proxy"\n')
    assert "hunter2" not in str(raised.value)


def test_a_file_that_was_named_has_to_be_there(loaded: Loader, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"missing.toml.*reviewer init"):
        loaded(None, config=tmp_path / "missing.toml")


def test_a_file_that_is_not_utf_8_or_a_folder_is_refused(loaded: Loader, tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes(b'[review]\ntheme = "caf\xe9"\n')
    with pytest.raises(SettingsError, match="UTF-8"):
        loaded(None, config=path)
    with pytest.raises(SettingsError, match="cannot be read"):
        loaded(None, config=tmp_path)


def test_a_connection_that_is_not_set_up_names_what_is_missing(loaded: Loader) -> None:
    with pytest.raises(SettingsError, match=r"no region.*'default'.*REVIEWER_REGION"):
        loaded(None).environment.require_connection()
    with pytest.raises(SettingsError, match=r"no client_id.*'acme-test'.*REVIEWER_CLIENT_ID"):
        loaded(environment="acme-test").environment.require_connection()


def test_a_region_in_a_variable_overrules_the_addresses_in_the_file(loaded: Loader) -> None:
    text = '[environments.acme]\napi_url = "http://127.0.0.1:1"\nlogin_url = "http://127.0.0.1:2"\n'
    assert loaded(text).environment.api_url == "http://127.0.0.1:1"
    settings = loaded(text, {"REVIEWER_REGION": "mypurecloud.ie"})
    environment = settings.environment
    assert (environment.region, environment.api_url, environment.login_url) == ("mypurecloud.ie", None, None)
    assert settings.sources["environments.acme.api_url"].origin is Origin.DEFAULT
    both = loaded(text, {"REVIEWER_REGION": "mypurecloud.ie", "REVIEWER_API_URL": "http://127.0.0.1:3"}).environment
    assert both.api_url == "http://127.0.0.1:3", "an address of the same rank wins, as within a file"


def test_who_has_to_approve_is_set_in_a_section_of_its_own(loaded: Loader, tmp_path: Path) -> None:
    default = loaded("").approval
    assert (default.four_eyes, default.four_eyes_group_size, default.four_eyes_weight) == ("never", 5, 7.0)
    assert (default.four_eyes_anchors, default.four_eyes_vetoes, default.signed) == (True, True, False)
    text = """[approval]
four_eyes = "risky"
four_eyes_group_size = 3
four_eyes_weight = 4
signed = true
signing_key = "keys/ada.pub"
allowed_signers = "/etc/reviewer/allowed_signers"
"""
    settings = loaded(text, {"REVIEWER_FOUR_EYES": "always", "REVIEWER_FOUR_EYES_ANCHORS": "off"})
    given = settings.approval
    assert (given.four_eyes, given.four_eyes_group_size, given.four_eyes_weight) == ("always", 3, 4.0)
    assert (given.four_eyes_anchors, given.signed) == (False, True)
    assert given.signing_key == tmp_path / "keys" / "ada.pub", "relative to the file"
    assert given.allowed_signers == Path("/etc/reviewer/allowed_signers")
    assert str(settings.sources["approval.four_eyes"]) == "REVIEWER_FOUR_EYES"
    assert settings.sources["approval.four_eyes_weight"].name.endswith(":4")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('four_eyes = "sometimes"', "approval.four_eyes must be never, risky or always, as text"),
        ("four_eyes_group_size = 1", "four_eyes_group_size must be a whole number of contacts, from 2"),
        ('four_eyes_weight = "much"', "four_eyes_weight must be a match weight, from -100 to 100"),
        ("four_eye = true", "unknown key 'four_eye' in [approval]; did you mean 'four_eyes'?"),
    ],
)
def test_a_wrong_setting_of_approvals_says_what_it_should_be(loaded: Loader, line: str, expected: str) -> None:
    with pytest.raises(SettingsError) as refused:
        loaded(f"[approval]\n{line}\n")
    assert expected in str(refused.value)


@pytest.mark.parametrize(
    "master", ["local", "local[4]", "local[*]", "yarn", "spark://a:7077,b:7077", "k8s://https://k:443"]
)
def test_where_spark_runs_is_a_setting(loaded: Loader, tmp_path: Path, master: str) -> None:
    settings = loaded(f'[detect]\nspark_master = "{master}"\nengine_folder = "shared"\n')
    assert settings.detect.spark_master == master
    assert settings.detect.engine_folder == tmp_path / "shared"
    assert loaded("").detect.engine_folder is None


@pytest.mark.parametrize("master", ["", "spark://", "http://a", "local[*] --conf x=y"])
def test_what_is_no_place_for_spark_is_refused(loaded: Loader, master: str) -> None:
    with pytest.raises(SettingsError, match=r"detect.spark_master must be where Spark runs, as in local\[\*\]"):
        loaded(f'[detect]\nspark_master = "{master}"\n')
