"""JSON and time as they travel: UTF-8 without spaces, ISO-8601 in UTC with milliseconds."""

import json
from datetime import UTC, datetime
from typing import Any

AS_TEXT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def dump(value: Any) -> bytes:
    """Encode as compact UTF-8 JSON; a lone surrogate, which UTF-8 cannot hold, is written as its escape."""
    try:
        return AS_TEXT.encode(value).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def load(body: bytes | str) -> Any:
    """Decode JSON. Raises ValueError for anything else, invalid UTF-8 included."""
    return json.loads(body)


def milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970, as the state keeps times."""
    return round(moment.timestamp() * 1000)


def timestamp(when: int) -> str:
    """ISO-8601 UTC text, as the API writes times, of milliseconds since 1970."""
    moment = datetime.fromtimestamp(when // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{when % 1000:03d}Z"


def moment_of(text: str) -> int:
    """Milliseconds since 1970 of an ISO-8601 text. Raises ValueError for anything else."""
    moment = datetime.fromisoformat(text)
    return milliseconds(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
