"""The file of settings, taken apart: which keys it gives, on which lines, and what it must not hold."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reviewer.domain.errors import SettingsError
from reviewer.settings.keys import (
    APPROVAL_KEYS,
    AUDIT_KEYS,
    DETECT_KEYS,
    ENVIRONMENT_KEYS,
    EXECUTE_KEYS,
    LOG_KEYS,
    REVIEW_KEYS,
    TOP_KEYS,
    nearest,
    require_distinct_environments,
    require_environment_name,
)
from reviewer.settings.source import Given, Origin, Source

Table = dict[str, Given]

_HEADER = re.compile(r"\s*\[([^\[\]]+)\]")
_KEY = re.compile(r"""\s*([\w."'-]+)\s*=""")
_SECRETS = frozenset(("client_secret", "clientsecret", "secret", "password", "token"))


@dataclass(frozen=True)
class SettingsFile:
    """What a file of settings gives, unchecked but for the names of its keys."""

    path: Path
    default_environment: Given | None = None
    environments: Mapping[str, Table] = field(default_factory=dict)
    review: Table = field(default_factory=dict)
    detect: Table = field(default_factory=dict)
    execute: Table = field(default_factory=dict)
    approval: Table = field(default_factory=dict)
    log: Table = field(default_factory=dict)
    audit: Table = field(default_factory=dict)


def read(path: Path, *, must_exist: bool = False) -> SettingsFile:
    """Read a file of settings; one that is not there gives nothing, unless it was asked for by name.

    Raises ``SettingsError`` if it cannot be read, is not TOML, has an unknown key, or holds a secret.
    """
    try:
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except FileNotFoundError as error:
        if must_exist:
            raise SettingsError(f"there is no file of settings at {path}; `reviewer init` writes one") from error
        return SettingsFile(path)
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}") from error
    return _Reader(path, _lines(text)).settings(document)


@dataclass(frozen=True)
class _Reader:
    path: Path
    lines: Mapping[str, int]

    def settings(self, document: dict[str, Any]) -> SettingsFile:
        self._refuse_secrets(document, "")
        self._refuse_unknown(document, TOP_KEYS, "")
        environments = self._tables(document, "environments")
        require_distinct_environments(environments, str(self.path))
        top = self._givens(document, "")
        return SettingsFile(
            self.path,
            default_environment=top.get("default_environment"),
            environments={name: self._environment(name, table) for name, table in environments.items()},
            review=self._section(document, "review", REVIEW_KEYS),
            detect=self._section(document, "detect", DETECT_KEYS),
            execute=self._section(document, "execute", EXECUTE_KEYS),
            approval=self._section(document, "approval", APPROVAL_KEYS),
            log=self._section(document, "log", LOG_KEYS),
            audit=self._section(document, "audit", AUDIT_KEYS),
        )

    def _environment(self, name: str, table: object) -> Table:
        prefix = f"environments.{name}"
        require_environment_name(name, self._place(prefix))
        if not isinstance(table, dict):
            raise SettingsError(f"{self._place(prefix)}: {prefix} must be a table: [{prefix}]")
        self._refuse_unknown(table, ENVIRONMENT_KEYS, prefix)
        return self._givens(table, prefix)

    def _section(self, document: dict[str, Any], name: str, known: Iterable[str]) -> Table:
        table = self._tables(document, name)
        self._refuse_unknown(table, known, name)
        return self._givens(table, name)

    def _tables(self, document: dict[str, Any], name: str) -> dict[str, Any]:
        table = document.get(name, {})
        if not isinstance(table, dict):
            raise SettingsError(f"{self._place(name)}: {name} must be a table: [{name}]")
        return table

    def _givens(self, table: dict[str, Any], prefix: str) -> Table:
        return {
            key: Given(value, Source(Origin.FILE, self._place(_dotted(prefix, key)))) for key, value in table.items()
        }

    def _refuse_unknown(self, table: dict[str, Any], known: Iterable[str], prefix: str) -> None:
        known = tuple(known)
        for key in table:
            if key not in known:
                meant = nearest(key, known)
                hint = f"did you mean {meant!r}?" if meant else f"known are {', '.join(known)}"
                where = f" in [{prefix}]" if prefix else ""
                raise SettingsError(f"{self._place(_dotted(prefix, key))}: unknown key {key!r}{where}; {hint}")

    def _refuse_secrets(self, table: dict[str, Any], prefix: str) -> None:
        for key, value in table.items():
            dotted = _dotted(prefix, key)
            if isinstance(value, dict):
                self._refuse_secrets(value, dotted)
            elif key.lower().replace("-", "_") in _SECRETS:
                raise SettingsError(
                    f"{self._place(dotted)}: {key} must not stand in the file of settings, which is copied "
                    "and backed up; take it out and put it into the keyring (secret_keyring), a 0600 file "
                    "(secret_file) or the variable REVIEWER_CLIENT_SECRET"
                )

    def _place(self, dotted: str) -> str:
        line = self.lines.get(dotted)
        return f"{self.path}:{line}" if line else str(self.path)


def _dotted(prefix: str, key: str) -> str:
    return f"{prefix}.{key}" if prefix else key


def _lines(text: str) -> dict[str, int]:
    """Dotted key to the line it stands on, as far as a look at the beginnings of lines can tell."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _bare(header[1])
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines.setdefault(_dotted(table, _bare(key[1])), number)
    return lines


def _bare(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.split("."))
