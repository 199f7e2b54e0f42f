"""Signatures with a steward's SSH key, made and checked by `ssh-keygen`: by its own rules, with its own files.

`ssh-keygen -Y sign` and `-Y verify` are described in ssh-keygen(1); so is the file of allowed signers, which says
whose key is whose, for which namespace, and from when until when.
"""

import os
import stat
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from reviewer.domain.errors import ReviewerError, SettingsError
from reviewer.domain.statement import NAMESPACE
from reviewer.exit_codes import ExitCode

_SECONDS = 15
"""How long a signature may take; a key on a token waits for a touch."""

_TRIAL = b"reviewer: is this key at hand?"
"""What is signed to see whether a key can be used without a question; it is no approval, and is thrown away."""


class CannotSign(ReviewerError):
    """The steward's key cannot sign; the sentence says what to do."""

    exit_code = ExitCode.REFUSED


@dataclass(frozen=True)
class SshSigner:
    """Signs with one key: a private key file, or a public one whose private half an agent holds.

    ``terminal`` gives the terminal to a program that asks for a passphrase: the workbench steps aside for it.
    """

    key: Path
    terminal: Callable[[], AbstractContextManager[object]] = field(default=nullcontext, repr=False)
    _ready: list[bool] = field(default_factory=list, repr=False, compare=False)

    def make_ready(self) -> None:
        """See to it that the key can be used without a question, asking for its passphrase where it has one.

        Call it before a database is locked: a person may think for long. Raises ``CannotSign``.
        """
        if self._ready:
            return
        try:
            self.sign(_TRIAL)
        except CannotSign as error:
            if "passphrase" not in str(error):
                raise
            self._unlock()
            self.sign(_TRIAL)
        self._ready.append(True)

    def sign(self, text: bytes) -> str:
        """The signature of ``text``, without asking anything. Raises ``CannotSign``."""
        done = _run(["-Y", "sign", "-n", NAMESPACE, "-f", str(self.key)], text, apart=True)
        if done.returncode == 0:
            return done.stdout.decode("ascii")
        said = _last_line(done)
        if "passphrase" in said.lower():
            raise CannotSign(_locked(self.key))
        raise CannotSign(f"the key {self.key} (signing_key) cannot sign: {said or 'ssh-keygen says nothing'}")

    def _unlock(self) -> None:
        """Let the steward's own agent hold the key; `ssh-add` asks for the passphrase on the terminal."""
        if not os.environ.get("SSH_AUTH_SOCK"):
            raise CannotSign(_locked(self.key))
        private = self.key.with_suffix("") if self.key.suffix == ".pub" else self.key
        with self.terminal():
            done = subprocess.run(["ssh-add", str(private)], check=False)
        if done.returncode != 0:
            raise CannotSign(_locked(self.key))


def _locked(key: Path) -> str:
    private = key.with_suffix("") if key.suffix == ".pub" else key
    return (
        "the signing key asks for a passphrase: let an agent hold it "
        f"(eval $(ssh-agent); ssh-add {private}) and try again"
    )


@dataclass(frozen=True)
class AllowedSigners:
    """The file that says whose key is whose. It belongs to whoever runs the executor, or to root."""

    path: Path

    def check_safe(self) -> None:
        """Raise ``SettingsError`` if the file or a folder above it can be changed by others: then it proves nothing."""
        try:
            real = self.path.resolve(strict=True)
            if not real.is_file():
                raise SettingsError(f"{self.path} (allowed_signers) is no file")
            for place in (real, *real.parents):
                _check_owned(place)
        except OSError as error:
            raise SettingsError(f"{self.path} (allowed_signers) cannot be read: {error.strerror}") from error

    def objection(self, text: bytes, signature: str, principal: str) -> str:
        """Why a signature is not one of ``principal`` on ``text`` that counts now; empty where it is.

        Raises ``SettingsError`` as ``check_safe``, and where there is no ssh-keygen.
        """
        self.check_safe()
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "signature"
            file.write_text(signature, encoding="utf-8", errors="replace")
            where = ["-n", NAMESPACE, "-s", str(file)]
            done = _run(["-Y", "verify", "-f", str(self.path), "-I", principal, *where], text)
            if done.returncode == 0:
                return ""
            if _run(["-Y", "check-novalidate", *where], text).returncode != 0:
                return "its signature is not one of what would be sent"
            found = _run(["-Y", "find-principals", "-f", str(self.path), "-s", str(file)], b"")
        if "expired" in _all(done) or "expired" in _all(found):
            return f"the key that signed it has expired in {self.path}"
        if "not yet valid" in _all(done) or "not yet valid" in _all(found):
            return f"the key that signed it is not valid yet in {self.path}"
        owners = found.stdout.decode("utf-8", "replace").split() if found.returncode == 0 else []
        if owners and principal not in owners:
            return f"it was signed with the key of {', '.join(owners)}"
        return f"the key that signed it is not allowed for {principal} in {self.path}"


def _check_owned(place: Path) -> None:
    """Raise ``SettingsError`` where somebody else than root and this user may change ``place``."""
    found = place.stat()
    if found.st_uid not in (0, os.geteuid()):
        raise SettingsError(
            f"{place} belongs to another user: allowed_signers and the folders above it must belong to root, or to "
            "the user who runs the executor"
        )
    may_write = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if may_write and not (place.is_dir() and found.st_mode & stat.S_ISVTX):
        raise SettingsError(
            f"{place} can be written by others: take that away (chmod go-w), or whoever can may allow any key"
        )


def _run(arguments: Sequence[str], text: bytes, *, apart: bool = False) -> "subprocess.CompletedProcess[bytes]":
    """ssh-keygen's answer; ``apart`` from the terminal it can ask nothing. Raises ``CannotSign``, ``SettingsError``."""
    quiet = {**os.environ, "SSH_ASKPASS_REQUIRE": "never", "LC_ALL": "C"}
    try:
        return subprocess.run(
            ["ssh-keygen", *arguments],
            input=text,
            capture_output=True,
            check=False,
            env=quiet,
            timeout=_SECONDS,
            start_new_session=apart,
        )
    except FileNotFoundError as error:
        raise SettingsError(
            "there is no ssh-keygen here: install OpenSSH's client, or set `signed` to false"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise CannotSign(f"ssh-keygen did not answer within {_SECONDS} seconds: try again") from error


def _all(done: "subprocess.CompletedProcess[bytes]") -> str:
    return (done.stderr + done.stdout).decode("utf-8", "replace")


def _last_line(done: "subprocess.CompletedProcess[bytes]") -> str:
    lines = [line for line in _all(done).splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""
