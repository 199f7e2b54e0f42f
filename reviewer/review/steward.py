"""Who is deciding: the process's own user, and who they were before sudo. ``$USER`` is not asked; it can be set."""

import os
import pwd
from collections.abc import Mapping
from typing import NamedTuple

from reviewer.domain.persons import Person


class Steward(NamedTuple):
    """The person at the keyboard: the OS user of the process and its number, and the user who called sudo."""

    name: str
    sudo_user: str | None = None
    uid: int | None = None

    @property
    def person(self) -> Person:
        """Who an approval is by."""
        return Person(self.name, self.sudo_user)

    @property
    def told(self) -> str:
        """The steward as the audit names them: the person first, where they are another than the process's user."""
        return self.person.told


def present_steward(environ: Mapping[str, str] = os.environ) -> Steward:
    """The steward who runs this process."""
    uid = os.getuid()
    return Steward(_name_of(uid), environ.get("SUDO_USER"), uid)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
