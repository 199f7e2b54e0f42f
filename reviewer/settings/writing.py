"""Writing an environment into the file of settings, with its comments and all else in it kept."""

import os
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reviewer.domain.errors import SettingsError
from reviewer.settings import toml_file

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_HEADING = "# Settings of Reviewer; `reviewer config show` lists them all. The client secret never stands here.\n"

Value = str | bool


def write_environment(
    path: Path, name: str, values: Mapping[str, Value | None], *, as_default: bool = False
) -> Path | None:
    """Set the given keys of one environment (None takes a key out) and leave all else as it is; the file is 0600.

    ``as_default`` makes it the default environment. Returns the copy made of the file that was there, if any.
    Raises ``SettingsError`` if the file there is not understood or cannot be written; it is then as it was.
    """
    path = path.resolve()
    toml_file.read(path)
    try:
        before = path.read_text(encoding="utf-8") if path.exists() else None
        after = _changed(_HEADING if before is None else before, name, values, as_default, path)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        backup = None if before is None else _back_up(path, before)
        _replace(path, after)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror}") from error
    return backup


def _changed(text: str, name: str, values: Mapping[str, Value | None], as_default: bool, path: Path) -> str:
    """The text with the changes, checked to mean what it meant before in everything else."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    expected = tomllib.loads(text)
    _change(expected, name, values, as_default)
    try:
        document = tomlkit.parse(text)
        _change(_with_table(document, name), name, values, as_default)
        after = tomlkit.dumps(document)
        understood = tomllib.loads(after) == expected
    except (ValueError, TypeError, TOMLKitError):
        understood = False
    if not understood:
        raise SettingsError(
            f"{path} is laid out so that it cannot be changed safely; add [environments.{name}] by hand"
        )
    return after


def _change(document: Any, name: str, values: Mapping[str, Value | None], as_default: bool) -> None:
    if as_default:
        document["default_environment"] = name
    table = document.setdefault("environments", {}).setdefault(name, {})
    for key, value in values.items():
        if value is not None:
            table[key] = value
        elif key in table:
            del table[key]


def _with_table(document: "TOMLDocument", name: str) -> "TOMLDocument":
    """The document with a table of its own for the environment, so that it is not written in one line."""
    import tomlkit

    if "environments" not in document:
        document["environments"] = tomlkit.table(is_super_table=True)
    environments: Any = document["environments"]
    if name not in environments:
        environments[name] = tomlkit.table()
    return document


def _back_up(path: Path, text: str) -> Path:
    """A copy beside the file, under the first number that is free."""
    number = 1
    while True:
        copy = path.with_name(f"{path.name}.{number}.bak")
        try:
            _write_new(copy, text)
        except FileExistsError:
            number += 1
        else:
            return copy


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        _write_new(draft, text)
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise


def _write_new(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
