"""Ids of contacts as people and tools write them down."""

import json

from reviewer.mirror.lines import Line

LONGEST_ID = 200
"""Characters; the service's own ids have 36."""


def read_id(line: Line) -> str:
    """The id that a line holds. Raises ``ValueError`` with the reason if it holds none."""
    try:
        text = line.content.decode().strip()
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    value: object = text
    if text.startswith(("{", '"')):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            raise ValueError("not JSON") from None
        if isinstance(value, dict):
            value = value.get("id")
    return checked_id(value)


def checked_id(value: object) -> str:
    """``value`` as an id. Raises ``ValueError`` with the reason if it cannot be one."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None or value == "":
        raise ValueError("no id")
    if not isinstance(value, str):
        raise ValueError("the id is not text")
    value = value.strip()
    if not value:
        raise ValueError("no id")
    if len(value) > LONGEST_ID:
        raise ValueError(f"the id is longer than {LONGEST_ID} characters")
    if not value.isprintable() or " " in value:
        raise ValueError("the id has blanks or unprintable characters")
    return value
