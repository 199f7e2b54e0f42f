"""Packages that only some installations have: looked for when needed, and a clear sentence where they are missing."""

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from reviewer.domain.errors import ReviewerError


class MissingExtraError(ReviewerError):
    """An extra of this program is not installed; the sentence says how to install it."""


def require(*packages: str, extra: str, purpose: str) -> None:
    """Make sure that the packages, which come with ``extra``, are there, without importing them.

    Raises ``MissingExtraError``; ``purpose`` begins its sentence.
    """
    missing = [package for package in packages if find_spec(package) is None]
    if missing:
        listed = " and ".join(filter(None, (", ".join(missing[:-1]), missing[-1])))
        are = "is" if len(missing) == 1 else "are"
        raise MissingExtraError(f"{purpose} needs {listed}, which {are} not installed: pip install 'reviewer[{extra}]'")


def imported(module: str, *, extra: str, purpose: str) -> ModuleType:
    """The module, which comes with ``extra``. Raises ``MissingExtraError`` as ``require`` does."""
    require(module.partition(".")[0], extra=extra, purpose=purpose)
    return import_module(module)
