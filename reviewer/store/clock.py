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
