"""Signatures with ssh-keygen: which count, and what is said of one that does not."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reviewer.domain.errors import SettingsError
from reviewer.ssh_signature import CannotSign, SshSigner
from tests.keys import Keys

TEXT = b"an approval"


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keys:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    return Keys(tmp_path / "keys")


def test_a_signature_of_an_allowed_key_counts_for_its_text_and_person_only(keys: Keys) -> None:
    ada, bob = keys.signer("ada"), keys.signer("bob")
    signature = ada.sign(TEXT)
    allowed = keys.allowed
    assert allowed.objection(TEXT, signature, "ada") == ""
    assert allowed.objection(b"another", signature, "ada") == "its signature is not one of what would be sent"
    assert allowed.objection(TEXT, bob.sign(TEXT), "ada") == "it was signed with the key of bob"
    assert "not one of what would be sent" in allowed.objection(TEXT, "no signature", "ada")
    assert "not one of what would be sent" in allowed.objection(TEXT, "", "ada")


def test_a_key_that_is_not_allowed_any_more_counts_for_nothing(keys: Keys) -> None:
    signature = keys.signer("ada").sign(TEXT)
    keys.forbid_all()
    assert keys.allowed.objection(TEXT, signature, "ada").startswith(
        "the key that signed it is not allowed for ada in "
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [('valid-before="20200101"', "has expired in"), ('valid-after="29990101"', "is not valid yet in")],
)
def test_a_key_counts_from_when_until_when_the_file_says(keys: Keys, options: str, said: str) -> None:
    key = keys.make("ada")
    keys.allow("ada", key, options)
    assert said in keys.allowed.objection(TEXT, SshSigner(key).sign(TEXT), "ada")


def test_a_signature_made_for_something_else_is_none_on_an_approval(keys: Keys) -> None:
    key = keys.make("ada")
    keys.allow("ada", key, "")
    sign = ["ssh-keygen", "-Y", "sign", "-n", "git", "-f", str(key)]
    signature = subprocess.run(sign, input=TEXT, check=True, capture_output=True).stdout.decode()
    assert "not one of what would be sent" in keys.allowed.objection(TEXT, signature, "ada")


@pytest.mark.parametrize("mode", [0o660, 0o602])
def test_a_file_that_others_may_write_proves_nothing(keys: Keys, mode: int) -> None:
    signature = keys.signer("ada").sign(TEXT)
    keys.allowed_file.chmod(mode)
    with pytest.raises(SettingsError, match="can be written by others"):
        keys.allowed.objection(TEXT, signature, "ada")


def test_nor_does_one_in_a_folder_that_others_may_write(keys: Keys) -> None:
    keys.folder.chmod(0o770)
    with pytest.raises(SettingsError, match="can be written by others"):
        keys.allowed.check_safe()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_nor_does_one_that_belongs_to_somebody_else(keys: Keys) -> None:
    os.chown(keys.allowed_file, 65534, -1)
    with pytest.raises(SettingsError, match="belongs to another user"):
        keys.allowed.check_safe()


def test_a_file_that_is_not_there_is_said(keys: Keys) -> None:
    keys.allowed_file.unlink()
    with pytest.raises(SettingsError, match=r"\(allowed_signers\) cannot be read: No such file"):
        keys.allowed.check_safe()


def test_a_key_that_is_not_there_is_said(keys: Keys) -> None:
    with pytest.raises(CannotSign, match=r"nowhere \(signing_key\) cannot sign: .*No such file"):
        SshSigner(keys.folder / "nowhere").make_ready()


def test_a_locked_key_without_an_agent_is_said(keys: Keys) -> None:
    locked = keys.make("locked", passphrase="a secret")
    with pytest.raises(
        CannotSign, match=r"the signing key asks for a passphrase: let an agent hold it .*ssh-add .*locked\)"
    ):
        SshSigner(locked).make_ready()


@contextmanager
def agent(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An agent of the test's own."""
    socket = keys.folder / "agent"
    with subprocess.Popen(["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.PIPE) as running:
        try:
            assert running.stdout is not None and running.stdout.readline()
            monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
            yield
        finally:
            running.terminate()


def test_an_agent_signs_with_the_public_key_alone(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    key = keys.make("ada")
    keys.allow("ada", key)
    with agent(keys, monkeypatch):
        subprocess.run(["ssh-add", "-q", str(key)], check=True, capture_output=True)
        key.unlink()
        signer = SshSigner(key.with_suffix(".pub"))
        signer.make_ready()
        assert keys.allowed.objection(TEXT, signer.sign(TEXT), "ada") == ""


def test_a_locked_key_is_asked_for_once_on_the_terminal_and_then_held_by_the_agent(
    keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = keys.make("ada", passphrase="a secret")
    keys.allow("ada", key)
    asks = keys.folder / "ask"
    asks.write_text("#!/bin/sh\necho a secret\n")
    asks.chmod(0o700)
    given: list[str] = []

    @contextmanager
    def terminal() -> Iterator[None]:
        given.append("given")
        monkeypatch.setenv("SSH_ASKPASS", str(asks))
        monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "force")
        yield

    with agent(keys, monkeypatch):
        signer = SshSigner(key, terminal)
        for _ in range(3):
            signer.make_ready()
            assert keys.allowed.objection(TEXT, signer.sign(TEXT), "ada") == ""
    assert given == ["given"]


def test_without_ssh_keygen_it_is_said(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    key = keys.make("ada")
    monkeypatch.setenv("PATH", str(keys.folder))
    with pytest.raises(SettingsError, match="there is no ssh-keygen here"):
        SshSigner(key).make_ready()
