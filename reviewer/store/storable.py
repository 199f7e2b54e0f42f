"""Text as SQLite can keep it."""

from typing import overload


@overload
def storable(text: str) -> str: ...
@overload
def storable(text: str | None) -> str | None: ...
def storable(text: str | None) -> str | None:
    """``text`` with each lone surrogate as its escape, since SQLite takes none (raw bytes stay as they came)."""
    if text is None or text.isascii():
        return text
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
