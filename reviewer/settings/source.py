"""Where a value came from."""

from dataclasses import dataclass
from enum import StrEnum


class Origin(StrEnum):
    """The four places that a value can come from, each overruling those before it."""

    DEFAULT = "default"
    FILE = "file"
    VARIABLE = "variable"
    OPTION = "option"


@dataclass(frozen=True, slots=True)
class Source:
    """The place of one value: its origin, and there the file and line, the variable or the option."""

    origin: Origin
    name: str = ""

    def __str__(self) -> str:
        return self.name if self.name else self.origin.value


DEFAULT = Source(Origin.DEFAULT)


@dataclass(frozen=True, slots=True)
class Given:
    """A value as it was found, not yet checked, and its place."""

    value: object
    source: Source
