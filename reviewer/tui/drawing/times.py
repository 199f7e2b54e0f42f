"""Times as a steward reads them: in UTC with its name, as on every command's output, whatever the terminal's zone."""

from datetime import UTC, datetime


def clock_time(at: datetime) -> str:
    """The time of day, absolute: an idle screen never has to be painted again."""
    return f"{at.astimezone(UTC):%H:%M} UTC"


def day_time(at: datetime) -> str:
    """Month, day and time of day: for what may be on another day."""
    return f"{at.astimezone(UTC):%m-%d %H:%M} UTC"
