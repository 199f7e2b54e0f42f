"""The client secret: where it may be kept, and a wrapper that never shows it.

It is looked for in the variable of the environment (``REVIEWER_CLIENT_SECRET_ACME``), the general variable
``REVIEWER_CLIENT_SECRET``, then in the places that the settings name: a variable, a 0600 file, the keyring.
"""

import os
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NoReturn, Protocol

from reviewer.domain.errors import SettingsError

GENERAL_VARIABLE = "REVIEWER_CLIENT_SECRET"
KEYRING_SERVICE = "reviewer"
"""The service under which `reviewer init` files secrets; the user name there is the environment's name."""

_OTHER_PLACES = "keep the secret in a file or a variable instead"


class Secret:
    """A text that is shown to nobody by accident: not by ``str``, ``repr``, ``format``, nor by pickling."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself, to be handed to the API client."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled or copied")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Found:
    """A secret and the place that held it, in words."""

    secret: Secret
    place: str


class Kept(Protocol):
    """What of an environment's settings tells where its secret is."""

    @property
    def name(self) -> str: ...
    @property
    def secret_env(self) -> str | None: ...
    @property
    def secret_file(self) -> Path | None: ...
    @property
    def secret_keyring(self) -> str | None: ...


def find(environment: Kept, variables: Mapping[str, str] | None = None) -> Found | None:
    """The client secret of an environment, from the first place that has one; None if none has.

    Raises ``SettingsError`` if a file can be read by others or not by us, if the keyring stays locked, or if
    what was found cannot be a secret.
    """
    given = os.environ if variables is None else variables
    places: list[tuple[str, Callable[[], str | None]]] = []
    for variable in (specific_variable(environment.name), GENERAL_VARIABLE, environment.secret_env):
        if variable:
            places.append((f"the variable {variable}", partial(given.get, variable)))
    if path := environment.secret_file:
        places.append((f"the file {path}", lambda: read_file(path)))
    if service := environment.secret_keyring:
        places.append((f"the keyring service {service}", lambda: _from_keyring(service, environment.name)))
    for place, look in places:
        if value := (look() or "").strip():
            return Found(checked(value, place), place)
    return None


def require(environment: Kept, variables: Mapping[str, str] | None = None) -> Secret:
    """The environment's client secret. Raises ``SettingsError`` saying where to put it, if there is none."""
    if found := find(environment, variables):
        return found.secret
    named = (environment.secret_env, environment.secret_file, environment.secret_keyring)
    empty = ", ".join(str(place) for place in named if place)
    empty = f" (nothing is in {empty})" if empty else ""
    raise SettingsError(
        f"no client secret is set for the environment {environment.name!r}{empty}: "
        f"set {specific_variable(environment.name)}, or run `reviewer init`"
    )


def checked(value: str, place: str) -> Secret:
    """The text as a secret. Raises ``SettingsError`` naming the place if it cannot be one."""
    if not (value.isascii() and value.isprintable()):
        raise SettingsError(f"what {place} holds is no client secret: it has characters that a secret cannot have")
    return Secret(value)


def specific_variable(environment: str) -> str:
    """The variable that holds the secret of one environment."""
    return f"{GENERAL_VARIABLE}_{environment.upper().replace('-', '_')}"


def read_file(path: Path) -> str | None:
    """The content of a file that only its owner may read; None if there is no file.

    Raises ``SettingsError`` with the command to run if others may read it.
    """
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise SettingsError(f"secret_file: {path} is not an ordinary file")
            if os.name == "posix" and status.st_mode & 0o077:
                raise SettingsError(f"secret_file: {path} can be read by others; run: chmod 600 '{path}'")
            return file.read(4096).decode("utf-8", "replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SettingsError(f"secret_file: {path} cannot be read: {error.strerror}") from error


def write_file(path: Path, secret: Secret) -> None:
    """Keep the secret in a 0600 file, whole or not at all. Raises ``SettingsError`` if that fails."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secret.reveal() + "\n")
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise SettingsError(f"secret_file: {path} cannot be written: {error.strerror}") from error


def has_keyring() -> bool:
    """Whether this system has a keyring that a secret could be kept in."""
    try:
        import keyring
        from keyring.backends.fail import Keyring
    except ImportError:
        return False
    return not isinstance(keyring.get_keyring(), Keyring)


def write_keyring(service: str, environment: str, secret: Secret) -> None:
    """Keep the secret in the keyring. Raises ``SettingsError`` if there is none that works."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError as error:
        raise SettingsError(f"secret_keyring: keyring is not installed; {_OTHER_PLACES}") from error
    try:
        keyring.set_password(service, environment, secret.reveal())
    except KeyringError as error:
        raise SettingsError(f"secret_keyring: this system has no keyring that works here; {_OTHER_PLACES}") from error


def _from_keyring(service: str, environment: str) -> str | None:
    """A system without a keyring holds no secret; one that stays locked is an error."""
    try:
        import keyring
        from keyring.errors import KeyringError, NoKeyringError
    except ImportError:
        return None
    try:
        return keyring.get_password(service, environment)
    except NoKeyringError:
        return None
    except KeyringError as error:
        raise SettingsError(f"secret_keyring: the keyring could not be opened; {_OTHER_PLACES}") from error
