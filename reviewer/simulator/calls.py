"""The write calls that reached the organisation, with what each of them did: the truth about a run."""

from typing import Any

from reviewer.simulator.organization import Organization
from reviewer.simulator.wire import dump, load


def record(organization: Organization, entry: dict[str, Any]) -> None:
    """Append one call."""
    organization.state.sql.execute("INSERT INTO calls (body) VALUES (?)", (dump(entry),))


def recorded(organization: Organization) -> list[dict[str, Any]]:
    """All calls, oldest first, numbered from 1."""
    rows = organization.state.sql.execute("SELECT number, body FROM calls ORDER BY number")
    return [{"number": number, **load(body)} for number, body in rows]
