"""`reviewer init`: asked or given, tried on an embedded organisation, written without losing anything."""

import json
import stat
import tomllib
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from click.testing import CliRunner, Result

from reviewer import secret
from reviewer.cli.context import Context
from reviewer.cli.init import PermissionsMissing, init
from reviewer.domain.errors import ReviewerError, SettingsError
from reviewer.exit_codes import ExitCode
from reviewer.secret import Secret
from reviewer.settings import Options, load
from reviewer.simulator.serving import Access, ServedOrganization
from tests.unit.test_secret import MemoryKeyring


@pytest.fixture(scope="module")
def access() -> Iterator[Access]:
    """An embedded organisation in a process of its own."""
    with ServedOrganization(population=150, rate_limit=None) as served:
        yield served.access


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A home and a keyring of its own."""
    for name in ("REVIEWER_CONFIG", "REVIEWER_ENVIRONMENT", "REVIEWER_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("REVIEWER_HOME", str(tmp_path))
    before = keyring.get_keyring()
    keyring.set_keyring(MemoryKeyring())
    yield tmp_path
    keyring.set_keyring(before)


def run(*arguments: str, answers: str | None = None) -> Result:
    return CliRunner().invoke(init, arguments, input=answers, obj=Context())


def reaching(access: Access, *more: str) -> list[str]:
    """Options that reach the embedded organisation."""
    return ["--environment", "acme", "--api-url", access.url, "--client-id", access.client_id, *more]


def given(access: Access, *more: str) -> Result:
    """A run that asks nothing and gets the secret on standard input."""
    options = reaching(access, "--no-input", "--secret-stdin", "--secret-in", "file", *more)
    return run(*options, answers=access.client_secret + "\n")


def environments(home: Path) -> dict[str, dict[str, object]]:
    return tomllib.loads((home / "config.toml").read_text())["environments"]  # type: ignore[no-any-return]


def test_without_a_terminal_everything_can_be_given(access: Access, home: Path) -> None:
    result = given(access, "--external-source", "crm", "--default-country", "de", "--production")
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert environments(home)["acme"] == {
        "api_url": access.url,
        "client_id": access.client_id,
        "secret_file": str(home / "acme.secret"),
        "external_source": "crm",
        "default_country": "DE",
        "production": True,
    }
    assert {stat.S_IMODE((home / name).stat().st_mode) for name in ("config.toml", "acme.secret")} == {0o600}
    assert access.organization_id in result.stderr
    assert access.client_secret not in result.output + (home / "config.toml").read_text()


def test_what_was_written_connects(access: Access, home: Path) -> None:
    given(access)
    connection = Context().connection()
    assert connection.api_url == access.url
    assert connection.client_secret == access.client_secret
    assert load(Options(), {}).environment.name == "acme"


def test_what_reading_cannot_prove_is_said_to_be_unknown(access: Access) -> None:
    narration = given(access).stderr
    assert "Reading cannot prove" in narration
    assert "externalContacts:identity:merge" in narration
    assert "externalContacts:contact:edit" in narration, "removing a value after a merge edits"
    assert "externalContacts:contact:add" not in narration, "nothing here creates"


def test_a_steward_is_asked_and_enter_takes_the_default(access: Access, home: Path) -> None:
    answers = ["keyring", access.client_secret, "CRM", "", "deu", "de", "n"]
    result = run(*reaching(access), answers="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    assert "two capital letters" in result.stderr
    assert "External sources: CRM" in result.stderr
    written = environments(home)["acme"]
    assert written["secret_keyring"] == "reviewer"
    assert (written["external_source"], written["default_country"], written["production"]) == ("CRM", "DE", False)
    assert keyring.get_password("reviewer", "acme") == access.client_secret
    assert access.client_secret not in result.output


def test_the_region_is_understood_by_name_and_asked_again_when_wrong(home: Path) -> None:
    answers = ["nowhere.example", "eu-central-1", "an-id", "variable", "s3cret", "", "", "", "y"]
    result = run("--environment", "acme", "--no-check", answers="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    assert "no region of the service" in result.stderr
    assert environments(home)["acme"] == {"region": "mypurecloud.de", "client_id": "an-id", "production": True}
    assert "REVIEWER_CLIENT_SECRET_ACME" in result.stderr


def test_an_external_source_that_is_not_there_is_refused_with_those_that_are(access: Access, home: Path) -> None:
    result = given(access, "--external-source", "ERP")
    assert isinstance(result.exception, SettingsError)
    assert "'ERP'" in str(result.exception) and "CRM" in str(result.exception)
    assert not (home / "config.toml").exists()


def test_a_second_run_keeps_comments_other_environments_and_the_old_file(access: Access, home: Path) -> None:
    before = '# mine\n[environments.other]  # real\nregion = "mypurecloud.ie"\n'
    (home / "config.toml").write_text(before)
    result = given(access, "--external-source", "CRM")
    assert result.exit_code == 0, result.output
    after = (home / "config.toml").read_text()
    assert "# mine" in after and "# real" in after
    assert "default_environment" not in after
    assert (home / "config.toml.1.bak").read_text() == before
    secret.write_file(home / "acme.secret", Secret(access.client_secret))
    result = run("--environment", "acme", "--no-input", "--production")
    assert result.exit_code == 0, result.output
    assert environments(home)["acme"]["external_source"] == "CRM"
    assert environments(home)["acme"]["production"] is True


def test_a_region_takes_the_place_of_an_address(access: Access, home: Path) -> None:
    given(access)
    result = run("-e", "acme", "--no-input", "--no-check", "--region", "mypurecloud.de")
    assert result.exit_code == 0, result.output
    assert "api_url" not in environments(home)["acme"]
    assert environments(home)["acme"]["region"] == "mypurecloud.de"


def test_a_wrong_secret_writes_nothing_and_names_the_setting(access: Access, home: Path) -> None:
    options = reaching(access, "--no-input", "--secret-stdin", "--secret-in", "file")
    result = run(*options, answers="wrong-secret\n")
    assert isinstance(result.exception, ReviewerError)
    assert result.exception.exit_code == ExitCode.CONNECTION
    assert "client_secret" in str(result.exception)
    assert "wrong-secret" not in result.output + str(result.exception)
    (listed,) = (file for file in home.rglob("*") if file.is_file())
    assert listed.name == "acme.api.jsonl", "neither settings nor a secret, but the call that was refused"
    assert "wrong-secret" not in listed.read_text() and "401" in listed.read_text()


def test_a_steward_may_write_the_settings_although_it_did_not_connect(access: Access, home: Path) -> None:
    answers = ["file", "wrong-secret", "n", "y", "", "", "", "n"]
    result = run(*reaching(access), answers="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    assert environments(home)["acme"]["client_id"] == access.client_id
    answers[3] = "n"
    result = run(*reaching(access)[2:], "-e", "second", answers="\n".join(answers) + "\n")
    assert result.exit_code == ExitCode.CONNECTION
    assert result.output.count("did not let the OAuth client in") == 1, "it was told when it happened"
    assert "second" not in environments(home)


def test_a_wrong_secret_is_asked_for_again_and_nothing_else_is(access: Access, home: Path) -> None:
    answers = ["file", "wrong-secret", "y", "", access.client_secret, "", "", "", "n"]
    result = run(*reaching(access), answers="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    assert result.output.count("did not let the OAuth client in") == 1
    assert "`api_url`" in result.stderr and "`region`" not in result.stderr
    assert (home / "config" / "acme.secret").exists() or list(home.rglob("acme.secret"))
    assert environments(home)["acme"]["client_id"] == access.client_id


def test_an_address_that_nobody_answers_at_is_named_with_its_port_and_asked_for_again(
    access: Access, home: Path
) -> None:
    options = ["-e", "acme", "--api-url", "http://127.0.0.1:9", "--client-id", access.client_id]
    answers = ["file", access.client_secret, "y", access.url, "", "", "", "n"]
    result = run(*options, answers="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    assert "Cannot reach 127.0.0.1:9 for" in result.stderr and "`region`" not in result.stderr
    assert environments(home)["acme"]["api_url"] == access.url


def test_the_only_external_source_is_the_default_and_the_next_command_is_named(access: Access, home: Path) -> None:
    result = run(*reaching(access), answers="\n".join(["file", access.client_secret, "", "", "", "n"]) + "\n")
    assert result.exit_code == 0, result.output
    assert environments(home)["acme"]["external_source"] == "CRM"
    assert result.stderr.endswith("Next: `reviewer sync`.\n")


@pytest.mark.parametrize("typed", ["client", "s3cret", "credentials"])
def test_a_secret_that_may_be_a_word_is_not_given_away_by_a_blot(access: Access, home: Path, typed: str) -> None:
    result = run(*reaching(access, "--no-input", "--secret-stdin", "--secret-in", "file"), answers=f"{typed}\n")
    said = str(result.exception)
    assert "did not let the OAuth client in" in said
    assert "[secret]" not in said and "authentication failed" not in said.lower() and "(401, correlation id" in said


@pytest.fixture
def without_permissions(access: Access) -> Iterator[None]:
    """The OAuth client may only look at external sources."""
    address = f"{access.url}/simulator/permissions"
    with urllib.request.urlopen(address) as answer:
        before = json.load(answer)["permissions"]
    _put(address, ["externalContacts:externalSource:view"])
    yield
    _put(address, before)


def _put(address: str, permissions: list[str]) -> None:
    body = json.dumps({"permissions": permissions}).encode()
    urllib.request.urlopen(urllib.request.Request(address, body, method="PUT")).close()


@pytest.mark.usefixtures("without_permissions")
def test_missing_permissions_are_named_and_the_settings_are_written_all_the_same(access: Access, home: Path) -> None:
    result = given(access)
    assert isinstance(result.exception, PermissionsMissing)
    assert result.exception.exit_code == ExitCode.PERMISSION
    assert "Missing: " in result.stderr
    assert "externalContacts:contact:view" in result.stderr
    assert environments(home)["acme"]["client_id"] == access.client_id


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--no-input"], "--region"),
        (["--no-input", "--region", "mypurecloud.de"], "--client-id"),
        (["--no-input", "--region", "mypurecloud.de", "--client-id", "x"], "REVIEWER_CLIENT_SECRET_DEFAULT"),
        (["--no-input", "--region", "nowhere"], "region"),
        (["--no-input", "-e", "../x"], "cannot name an environment"),
        (["-e", "acme"], "input ended before --region"),
    ],
)
def test_what_is_missing_or_wrong_is_named(home: Path, arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert isinstance(result.exception, SettingsError)
    assert words in str(result.exception)
    assert list(home.iterdir()) == []


def test_a_file_that_is_not_understood_is_not_touched(home: Path) -> None:
    (home / "config.toml").write_text("[reviews]\n")
    result = run("--no-input", "--region", "mypurecloud.de", "--client-id", "x", "--no-check")
    assert isinstance(result.exception, SettingsError)
    assert (home / "config.toml").read_text() == "[reviews]\n"


def test_the_question_for_the_region_takes_an_address_and_explains_an_empty_answer(home: Path) -> None:
    answers = ["", "http://127.0.0.1:9", "an-id", "variable", "s3cret", "", "", "", "n"]
    result = run("--environment", "acme", "--no-check", answers="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    assert "an answer is needed" in result.stderr
    written = environments(home)["acme"]
    assert written["api_url"] == "http://127.0.0.1:9" and "region" not in written
