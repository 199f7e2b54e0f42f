"""The scan: all curated contacts, a page at a time, under a cursor that is new for every page."""

import base64
import binascii
import secrets
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote

from reviewer.simulator.call import Call
from reviewer.simulator.errors import ApiError, invalid_parameter
from reviewer.simulator.organization import Organization
from reviewer.simulator.scan_changes import Changes
from reviewer.simulator.wire import dump, load

PATH = "/api/v2/externalcontacts/scan/contacts"
LOWEST, DEFAULT, HIGHEST = 10, 100, 200
NOT_YET = -1


class Cursor(NamedTuple):
    """Where a scan stands."""

    after: int = 0
    """The sequence number of the last contact that was shown."""
    page: int = 1
    issued: int = 0
    """Since when the cursor is valid, in milliseconds since 1970."""
    began: int = 0
    """Number of the latest change of any contact when the scan began."""
    moved: int = NOT_YET
    """Once all were shown: number of the last change among those that moved to the end."""

    def text(self) -> str:
        """Opaque, and different each time."""
        return base64.urlsafe_b64encode(dump([*self, secrets.token_hex(4)])).decode()


def read_cursor(text: str, organization: Organization) -> Cursor:
    """The cursor of a request. Raises ApiError 400 where it is malformed or has expired."""
    if not text:
        return Cursor(began=organization.contacts.last_change())
    try:
        *numbers, _ = load(base64.urlsafe_b64decode(text))
        after, page, issued, began, moved = (int(number) for number in numbers)
        cursor = Cursor(after, page, issued, began, moved)
    except (binascii.Error, ValueError, TypeError) as wrong:
        raise invalid_cursor() from wrong
    if organization.clock.now() - cursor.issued > organization.knobs.cursor_hours * 3_600_000:
        raise invalid_cursor()
    return cursor


def invalid_cursor() -> ApiError:
    return invalid_parameter("cursor", "is not a cursor of this scan, or has expired")


def scan_contacts(organization: Organization, call: Call) -> bytes:
    """GET scan/contacts: the next page. Contacts are joined as they are stored, never decoded."""
    limit = call.number("limit", DEFAULT, LOWEST, HIGHEST)
    cursor = read_cursor(call.parameter("cursor"), organization)
    wanted = page_size(cursor.page, limit, organization)
    shown, following = next_page(organization, cursor, wanted)
    parts = [b'{"entities":[', b",".join(shown), b"]"]
    parts.append(b',"selfUri":' + dump(f"{PATH}?limit={limit}"))
    if following is not None:
        text = following._replace(page=cursor.page + 1, issued=organization.clock.now()).text()
        parts.append(b',"nextUri":' + dump(f"{PATH}?limit={limit}&cursor={quote(text)}"))
        parts.append(b',"cursors":' + dump({"after": text}))
    return b"".join(parts) + b"}"


def next_page(organization: Organization, cursor: Cursor, wanted: int) -> tuple[Sequence[bytes], Cursor | None]:
    """The contacts of a page, and where the scan goes on; None at its end."""
    changes = Changes(organization, cursor.began)
    if cursor.moved != NOT_YET:
        moved = changes.moved_after(cursor.moved)
        page = moved[:wanted]
        following = cursor._replace(moved=page[-1][0] if page else cursor.moved)
        return [body for _, body in page], following if len(moved) > wanted else None
    rows = organization.contacts.page(cursor.after, wanted + 1, ancestors=organization.knobs.scan_shows_ancestors)
    due = rows[:wanted]
    out_of_place = changes.out_of_place()
    shown = [body for seq, body in due if seq not in out_of_place]
    if len(rows) > wanted:
        return shown, cursor._replace(after=due[-1][0] if due else cursor.after)
    return shown, cursor._replace(moved=cursor.began) if changes.moved_after(cursor.began) else None


def page_size(page: int, limit: int, organization: Organization) -> int:
    """How many contacts a page that is not the last holds: some pages are empty, some are short."""
    empty, short = organization.knobs.scan_empty_every, organization.knobs.scan_short_every
    if empty and page % empty == 0:
        return 0
    return limit // 2 if short and page % short == 0 else limit
