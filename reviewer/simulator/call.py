"""A call as a handler sees it, and the endpoint that it came to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reviewer.simulator.errors import bad_request, invalid_parameter
from reviewer.simulator.faults import Fault
from reviewer.simulator.organization import Organization


@dataclass
class Call:
    """One request, taken apart; ``effect`` is what the handler says it changed.

    ``fault`` is what goes wrong with it; only a partial failure concerns the handler.
    """

    path: Mapping[str, str]
    query: Mapping[str, list[str]]
    body: Any = None
    url: str = ""
    effect: str | None = None
    fault: Fault | None = None

    def parameter(self, name: str, default: str = "") -> str:
        """The last value of a query parameter."""
        return self.query.get(name, [default])[-1]

    def number(self, name: str, default: int, lowest: int, highest: int) -> int:
        """A query parameter that is a number. Raises ApiError 400 outside of its range."""
        text = self.parameter(name, str(default))
        if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= highest:
            raise invalid_parameter(name, f"must be a number from {lowest} to {highest}")
        return int(text)

    def flag(self, name: str) -> bool:
        return self.parameter(name).lower() == "true"

    def values(self, name: str, most: int) -> list[str]:
        """A query parameter that is a list, repeated or joined by commas. Raises ApiError 400 for too many."""
        found = [part for value in self.query.get(name, ()) for part in value.split(",") if part]
        if len(found) > most:
            raise invalid_parameter(name, f"must not have more than {most} values")
        return found

    def expand(self, allowed: frozenset[str]) -> frozenset[str]:
        """What the caller wants expanded. Raises ApiError 400 for a name that is not offered here."""
        wanted = frozenset(part.strip() for value in self.query.get("expand", ()) for part in value.split(",") if part)
        if wanted - allowed:
            raise invalid_parameter("expand", f"must be among {', '.join(sorted(allowed))}")
        return wanted

    def object(self) -> dict[str, Any]:
        """The body, which has to be an object. Raises ApiError 400."""
        if not isinstance(self.body, dict):
            raise bad_request("The request body must be a JSON object")
        return self.body


Handler = Callable[[Organization, Call], Any]
"""Answers a call with what is sent as JSON: bytes as they are, all else encoded. Raises ApiError."""


@dataclass(frozen=True)
class Endpoint:
    """A route of the API: any of the permissions lets a caller in."""

    name: str
    method: str
    path: str
    permissions: tuple[str, ...]
    handler: Handler
    writes: bool = False
