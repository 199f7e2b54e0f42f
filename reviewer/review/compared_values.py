"""What of a contact was compared, attribute by attribute: its comparable columns as texts."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from reviewer.domain.levels import ORDER, Attribute
from reviewer.domain.names import GUESSED
from reviewer.store import comparables
from reviewer.store.database import Database

_COLUMNS_OF: Mapping[Attribute, tuple[str, ...]] = {
    Attribute.GIVEN: ("given",),
    Attribute.SURNAME: ("surname",),
    Attribute.MIDDLE: ("middle",),
    Attribute.NAMESAKES: (),
    Attribute.SUFFIX: ("suffix",),
    Attribute.BORN: ("born",),
    Attribute.PHONE: ("phones",),
    Attribute.EMAIL: ("emails",),
    Attribute.ADDRESS: ("street", "postcode", "city"),
    Attribute.ANCHOR: ("anchors",),
    Attribute.SOCIAL: ("socials",),
    Attribute.HANDLE: ("handle",),
    Attribute.CREATED: ("created",),
}


def compared_values(database: Database, numbers: Sequence[int]) -> dict[int, dict[Attribute, str]]:
    """For each live contact the text that was compared ('' for none); record text.

    The number of people of one name is counted over all contacts and is no value of one.
    """
    found = {}
    for number, *values in comparables.rows(database, numbers):
        columns = dict(zip(comparables.COLUMNS, values, strict=True))
        found[int(str(number))] = {
            attribute: ", ".join(filter(None, (_text(name, columns[name]) for name in _COLUMNS_OF[attribute])))
            for attribute in ORDER
        }
    return found


def _text(column: str, value: object) -> str:
    if column == "created":
        seconds = int(str(value))
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC" if seconds else ""
    return ", ".join(str(value).replace(GUESSED, "").split("\n"))
