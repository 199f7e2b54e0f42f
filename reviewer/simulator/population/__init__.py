"""A seeded population of any size, of what contact centres really have, and the truth about it."""

from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from reviewer.simulator.population import conversations
from reviewer.simulator.population.plan import episodes
from reviewer.simulator.population.seeded import Case, Episode, Seeded
from reviewer.simulator.population.world import World

SMALLEST = 150


class Population:
    """Contacts in the order in which they were created, and what is true of them."""

    def __init__(self, made: list[Episode], seed: int) -> None:
        self._seeded = sorted((one for each in made for one in each.seeded), key=attrgetter("created"))
        conversations.of_anonymous(self._seeded, seed)
        self.departed = conversations.of_departed(len(self._seeded), seed)
        """Sessions of contacts that are no longer there."""
        self.cases: list[Case] = [case for each in made for case in each.all_cases()]

    def __iter__(self) -> Iterator[Seeded]:
        return iter(self._seeded)

    def __len__(self) -> int:
        return len(self._seeded)

    def persons(self) -> list[tuple[str, str]]:
        """Contact id and person id of every contact."""
        return [(one.id, one.person) for one in self._seeded]

    def traps(self) -> list[dict[str, Any]]:
        """Every instance of a trap."""
        return [
            {
                "kind": case.kind.name.lower(),
                "name": case.kind.value,
                "contacts": list(case.contacts),
                "persons": list(case.persons),
                "expect": case.expect,
            }
            for case in self.cases
        ]

    def certain_duplicates(self) -> list[tuple[str, ...]]:
        """Groups of contacts that certainly are one person, and of which the records prove it."""
        return [case.contacts for case in self.cases if case.expect == "together"]


def population(size: int, seed: int, source_id: str = "crm") -> Population:
    """``size`` contacts; the same for the same seed, in every process.

    ``source_id`` is the external source of the CRM ids. Raises ValueError for a size that cannot hold every trap.
    """
    if size < SMALLEST:
        raise ValueError(f"a population needs at least {SMALLEST} contacts to hold every trap")
    return Population(list(episodes(World(seed, source_id), size)), seed)
