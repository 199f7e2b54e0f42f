"""The names of settings: keys of the file, variables of the environment, and the nearest to a wrong one."""

import re
from collections.abc import Iterable
from dataclasses import fields

from reviewer.domain.errors import SettingsError
from reviewer.settings.shape import Approval, Audit, Detect, Environment, Execute, Log, Review

ENVIRONMENT_KEYS = tuple(f.name for f in fields(Environment) if f.name != "name")
REVIEW_KEYS = tuple(f.name for f in fields(Review))
DETECT_KEYS = tuple(f.name for f in fields(Detect))
EXECUTE_KEYS = tuple(f.name for f in fields(Execute))
APPROVAL_KEYS = tuple(f.name for f in fields(Approval))
LOG_KEYS = tuple(f.name for f in fields(Log))
AUDIT_KEYS = tuple(f.name for f in fields(Audit))
TOP_KEYS = ("default_environment", "environments", "review", "detect", "execute", "approval", "log", "audit")

VARIABLE_PREFIX = "REVIEWER_"
CHOICE_VARIABLE = "REVIEWER_ENVIRONMENT"
SECRET_VARIABLE = "REVIEWER_CLIENT_SECRET"
_PLACES = ("REVIEWER_CONFIG", "REVIEWER_HOME")

_ENVIRONMENT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}").fullmatch


def variable(key: str) -> str:
    """The one environment variable of a setting: ``review.auto`` is set by ``REVIEWER_AUTO``."""
    return VARIABLE_PREFIX + key.rpartition(".")[2].upper()


def known_variables() -> tuple[str, ...]:
    """Every variable that means something, the general one of the secret included."""
    settings = (
        *ENVIRONMENT_KEYS, *REVIEW_KEYS, *DETECT_KEYS, *EXECUTE_KEYS, *APPROVAL_KEYS, *LOG_KEYS, *AUDIT_KEYS
    )  # fmt: skip
    return (*map(variable, settings), CHOICE_VARIABLE, SECRET_VARIABLE, *_PLACES)


def environment_suffix(environment: str) -> str:
    """An environment's name as it ends a variable: ``acme-test`` is ``ACME_TEST``."""
    return environment.upper().replace("-", "_")


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that a wrong one was probably meant to be."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, list(known), n=1, cutoff=0.6)), None)


def require_environment_name(name: str, place: str) -> str:
    """The name, if it can name a database and a variable. Raises ``SettingsError``."""
    if not _ENVIRONMENT_NAME(name):
        raise SettingsError(
            f"{place}: {name!r} cannot name an environment; use letters, digits, - and _, at most 40, "
            "beginning with a letter or digit"
        )
    return name


def require_distinct_environments(names: Iterable[str], place: str) -> None:
    """Make sure that no two environments would share a database or a variable. Raises ``SettingsError``."""
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(environment_suffix(name), name)
        if other != name:
            raise SettingsError(f"{place}: the environments {other!r} and {name!r} are too alike; rename one")
