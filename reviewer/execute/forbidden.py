"""What the service forbids: of which division, for want of which permission, and what becomes of the others.

A role holds for divisions, so a refusal is about the division of the contacts: the operations of that division are
held back, and those of others are tried. What was allowed before cannot be for want of the role. Until it is known
whether merges are allowed in a division, only a few of its operations are tried at the same time.

Merges, links and compensations need permissions of their own: what is learned of one says nothing of the others.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from reviewer.domain.wire import JsonObject
from reviewer.execute.faults import WaitsError
from reviewer.genesys.errors import MissingPermission

MOST_TRIED = 4
"""Merges that may be under way in a division of which nothing is known yet."""

HELD_BACK_SECONDS = 900.0
"""How long a division is held back; then one of its operations is tried again."""


class Division(NamedTuple):
    """A division as records name it, for plans of one act; ``id`` is empty where they name none."""

    id: str
    name: str
    act: str

    @property
    def place(self) -> tuple[str, str]:
        """What a permission is given for."""
        return self.act, self.id

    def __str__(self) -> str:
        if not self.id:
            return "the unassigned division"
        return f"the division {self.name} ({self.id})" if self.name else f"the division {self.id}"


def divisions_of(kind: str, records: Iterable[JsonObject]) -> list[Division]:
    """The divisions of contacts that an operation of this kind is about, each once."""
    act = "merge" if kind == "stitch" else kind
    found: dict[str, Division] = {}
    for record in records:
        given = record.get("division") or {}
        division = Division(str(given.get("id") or ""), str(given.get("name") or ""), act)
        if division.id not in found or division.name:
            found[division.id] = division
    return list(found.values())


class Refusal(NamedTuple):
    """That the first call of an operation was forbidden, and for which act."""

    act: str
    error: MissingPermission


@dataclass
class Forbidden:
    """What one executor learned of where its credentials may merge."""

    refused: dict[int, Refusal] = field(default_factory=dict)
    """Operation → its refusal, until it is settled what becomes of it."""
    _allowed: set[tuple[str, str]] = field(default_factory=set)
    _closed: dict[tuple[str, str], tuple[float, MissingPermission]] = field(default_factory=dict)
    _trying: dict[tuple[str, str], asyncio.Semaphore] = field(default_factory=dict)

    @property
    def some_allowed(self) -> bool:
        """Whether anything was allowed anywhere: then the credentials are good for something."""
        return bool(self._allowed)

    def is_allowed_elsewhere(self, act: str) -> bool:
        """Whether such an act was allowed in some division: then a refusal is about the division."""
        return any(one == act for one, _ in self._allowed)

    @asynccontextmanager
    async def tried(self, divisions: Iterable[Division]) -> AsyncIterator[None]:
        """Around an attempt to merge in these: waits where enough are tried already. Raises as ``check``."""
        divisions = list(divisions)
        self.check(divisions)
        unknown = next((one.place for one in divisions if one.place not in self._allowed), None)
        if unknown is None:
            yield
            return
        async with self._trying.setdefault(unknown, asyncio.Semaphore(MOST_TRIED)):
            self.check(divisions)
            yield

    def check(self, divisions: Iterable[Division]) -> None:
        """Raise ``WaitsError`` if merges in one of these are held back."""
        for division in divisions:
            at, error = self._closed.get(division.place, (0.0, None))
            if error is not None and time.monotonic() - at < HELD_BACK_SECONDS:
                raise WaitsError(f"held back in {division}: {error}")

    def allow(self, divisions: Iterable[Division]) -> None:
        """A call in these was made."""
        for division in divisions:
            self._allowed.add(division.place)
            self._closed.pop(division.place, None)

    def refuse(self, operation: int, divisions: Iterable[Division], error: MissingPermission) -> None:
        """The first call of an operation in these was forbidden."""
        divisions = list(divisions)
        told = error.within(" and ".join(map(str, divisions)))
        self.refused[operation] = Refusal(next(iter(divisions)).act, told)
        for division in divisions:
            if division.place not in self._allowed:
                self._closed[division.place] = (time.monotonic(), told)
