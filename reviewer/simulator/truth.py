"""What is true of the population: who is who, which traps it holds, and which duplicates are certain."""

from collections.abc import Iterable, Sequence
from typing import Any

from reviewer.simulator.organization import Organization
from reviewer.simulator.wire import dump, load


def record(
    organization: Organization,
    persons: Iterable[tuple[str, str]],
    traps: Iterable[dict[str, Any]],
    duplicates: Iterable[Sequence[str]],
) -> None:
    """Store the truth; ``persons`` pairs contact ids with person ids. In the caller's transaction."""
    sql = organization.state.sql
    sql.executemany("INSERT INTO persons VALUES (?, ?)", persons)
    sql.executemany("INSERT INTO traps (kind, body) VALUES (?, ?)", [(one["kind"], dump(one)) for one in traps])
    sql.executemany("INSERT INTO duplicates (contacts) VALUES (?)", [(dump(list(ids)),) for ids in duplicates])


def truth_of(organization: Organization) -> dict[str, Any]:
    """The truth as it was seeded; contacts that merges make are not in it, the members of their merge sets are."""
    sql = organization.state.sql
    return {
        "persons": dict(sql.execute("SELECT contact, person FROM persons")),
        "traps": [load(body) for (body,) in sql.execute("SELECT body FROM traps ORDER BY number")],
        "certain_duplicates": [load(ids) for (ids,) in sql.execute("SELECT contacts FROM duplicates ORDER BY number")],
    }
