"""SSH keys of a test's own, made by ssh-keygen in the test's folder, and a file that allows them."""

import shutil
import subprocess
from pathlib import Path

import pytest

from reviewer.ssh_signature import AllowedSigners, SshSigner


class Keys:
    """A folder of keys. Without ssh-keygen the test is skipped."""

    def __init__(self, folder: Path) -> None:
        if shutil.which("ssh-keygen") is None:
            pytest.skip("there is no ssh-keygen here: install OpenSSH's client")
        folder.mkdir(mode=0o700, exist_ok=True)
        self.folder = folder
        self.allowed_file = folder / "allowed_signers"
        self.allowed_file.touch(mode=0o600)

    def make(self, name: str, *, passphrase: str = "") -> Path:
        """A private key; the public one is beside it."""
        path = self.folder / name
        make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", name, "-f", str(path)]
        subprocess.run(make, check=True, stdin=subprocess.DEVNULL, capture_output=True)
        return path

    def allow(self, principal: str, key: Path, options: str = 'namespaces="reviewer"') -> None:
        """Add a line to the file of allowed signers."""
        kind, public = key.with_suffix(".pub").read_text().split()[:2]
        with self.allowed_file.open("a") as file:
            file.write(f"{principal} {options} {kind} {public}\n")

    def forbid_all(self) -> None:
        """Allow nobody."""
        self.allowed_file.write_text("")

    def signer(self, name: str) -> SshSigner:
        """Signs with a new key that is allowed for this name."""
        key = self.make(name)
        self.allow(name, key)
        return SshSigner(key)

    @property
    def allowed(self) -> AllowedSigners:
        return AllowedSigners(self.allowed_file)
