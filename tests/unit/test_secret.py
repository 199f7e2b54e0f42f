"""The client secret: where it is found, in which order, what is refused, and that it is never shown."""

import pickle
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import keyring
import keyring.backend
import pytest
from keyring.errors import KeyringLocked, NoKeyringError

from reviewer import secret
from reviewer.domain.errors import SettingsError
from reviewer.secret import Secret


@dataclass
class Place:
    name: str = "acme-test"
    secret_env: str | None = None
    secret_file: Path | None = None
    secret_keyring: str | None = None


class MemoryKeyring(keyring.backend.KeyringBackend):
    """A keyring of this test alone."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.error: Exception | None = None

    def get_password(self, service: str, username: str) -> str | None:
        self._fail()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._fail()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]

    def _fail(self) -> None:
        if self.error:
            raise self.error


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    """A keyring in memory in place of the system's."""
    before, ring = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def private_file(path: Path, content: str = "from-file\n") -> Path:
    path.write_text(content)
    path.chmod(0o600)
    return path


def test_a_secret_is_never_shown() -> None:
    kept = Secret("hunter2")
    assert "hunter2" not in f"{kept} {kept!r} {kept!s} {[kept]}"
    assert kept.reveal() == "hunter2"
    with pytest.raises(TypeError):
        pickle.dumps(kept)
    with pytest.raises(TypeError):
        hash(kept)


def test_the_places_are_asked_in_order(tmp_path: Path, ring: MemoryKeyring) -> None:
    place = Place(secret_env="MINE", secret_file=private_file(tmp_path / "s"), secret_keyring="reviewer")
    secret.write_keyring("reviewer", "acme-test", Secret("from-keyring"))
    variables = {
        "REVIEWER_CLIENT_SECRET_ACME_TEST": "specific",
        "REVIEWER_CLIENT_SECRET": "general",
        "MINE": "mine",
    }
    found = []
    for last in (*variables, "file", "keyring"):
        held = secret.find(place, variables)
        assert held is not None
        found.append((held.secret.reveal(), held.place))
        variables.pop(last, None)
        if last == "file":
            place.secret_file = None
    assert found == [
        ("specific", "the variable REVIEWER_CLIENT_SECRET_ACME_TEST"),
        ("general", "the variable REVIEWER_CLIENT_SECRET"),
        ("mine", "the variable MINE"),
        ("from-file", f"the file {tmp_path / 's'}"),
        ("from-keyring", "the keyring service reviewer"),
    ]


def test_no_secret_anywhere_says_where_to_put_one(tmp_path: Path) -> None:
    assert secret.find(Place(), {}) is None
    with pytest.raises(SettingsError, match=r"'acme-test'.*REVIEWER_CLIENT_SECRET_ACME_TEST.*reviewer init"):
        secret.require(Place(), {"REVIEWER_CLIENT_SECRET": "  "})
    with pytest.raises(SettingsError, match=r"nothing is in .*missing"):
        secret.require(Place(secret_file=tmp_path / "missing"), {})


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_can_read_is_refused_with_the_command_to_run(tmp_path: Path, mode: int) -> None:
    path = private_file(tmp_path / "s")
    path.chmod(mode)
    with pytest.raises(SettingsError) as raised:
        secret.require(Place(secret_file=path), {})
    assert f"chmod 600 '{path}'" in str(raised.value)
    assert "from-file" not in str(raised.value)


def test_a_folder_is_no_secret(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        secret.require(Place(secret_file=tmp_path), {})


def test_what_cannot_be_a_secret_is_refused_without_showing_it(tmp_path: Path) -> None:
    path = private_file(tmp_path / "s", "two\nlines\n")
    with pytest.raises(SettingsError) as raised:
        secret.require(Place(secret_file=path), {})
    assert "two" not in str(raised.value)


def test_a_written_file_is_private_and_replaces_the_old_one_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "acme.secret"
    for value in ("first", "second"):
        secret.write_file(path, Secret(value))
        assert secret.read_file(path) == value + "\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["acme.secret"]
    (tmp_path / "occupied" / "x").mkdir(parents=True)
    with pytest.raises(SettingsError, match="cannot be written"):
        secret.write_file(tmp_path / "occupied", Secret("x"))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["new", "occupied"]


def test_a_system_without_a_keyring_holds_no_secret(ring: MemoryKeyring) -> None:
    ring.error = NoKeyringError()
    assert secret.find(Place(secret_keyring="reviewer"), {}) is None
    with pytest.raises(SettingsError, match="no keyring that works"):
        secret.write_keyring("reviewer", "acme", Secret("x"))


def test_a_keyring_that_stays_locked_is_an_error(ring: MemoryKeyring) -> None:
    ring.error = KeyringLocked()
    with pytest.raises(SettingsError, match="could not be opened"):
        secret.find(Place(secret_keyring="reviewer"), {})
