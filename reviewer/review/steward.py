"""Who is deciding: the process's own user, and who they were before sudo. ``$USER`` is not asked; it can be set."""

import os
import pwd
from collections.abc import Mapping
from typing import NamedTuple


class Steward(NamedTuple):
    """The person at the keyboard: the OS user of the process, and the user who called sudo."""

    name: str
    sudo_user: str | None = None


def present_steward(environ: Mapping[str, str] = os.environ) -> Steward:
    """The steward who runs this process."""
    return Steward(_name_of(os.getuid()), environ.get("SUDO_USER"))


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
