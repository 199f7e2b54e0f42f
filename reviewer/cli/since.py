"""Instants as a person writes them: a day, a time, or how long ago."""

import re
from datetime import UTC, datetime, timedelta

_AGO = re.compile(r"(\d{1,6})([mhdw])").fullmatch
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
LAST = "last"


class NoInstant(ValueError):
    """The text is no instant; its text says what would be."""


def instant_of(text: str, now: datetime) -> datetime:
    """The instant of ``2026-11-01``, ``2026-11-01T14:00`` (UTC where no zone is named), ``7d``, ``12h``, ``2w``.

    Raises ``NoInstant``.
    """
    text = text.strip()
    try:
        if ago := _AGO(text):
            return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise NoInstant(f"{text!r} is neither a date like 2026-11-01 nor a duration like 7d or 12h") from None
