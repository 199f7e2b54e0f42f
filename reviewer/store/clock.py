"""Instants as the database keeps them: UTC, ISO 8601, whole microseconds, sortable as text."""

from datetime import UTC, datetime


def text_of(moment: datetime) -> str:
    """``moment`` as sortable text, for example ``2026-11-02T14:21:00.000000Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment_of(text: str) -> datetime:
    """The instant that ``text_of`` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def now() -> datetime:
    """The present instant in UTC."""
    return datetime.now(UTC)


def is_moment(column: str) -> str:
    """SQL: whether a column holds an instant as ``text_of`` writes it, of a day that there is."""
    digits = "[0-9]"
    day, time = f"{digits * 4}-{digits * 2}-{digits * 2}", f"{digits * 2}:{digits * 2}:{digits * 2}.{digits * 6}"
    is_date = f"date(julianday(substr({column}, 1, 10))) IS substr({column}, 1, 10)"
    return f"({column} GLOB '{day}T{time}Z' AND {is_date} AND time(substr({column}, 12, 8)) IS NOT NULL)"
