"""The scan: all curated contacts, a page at a time, under a cursor that is new for every page."""

import base64
import binascii
import secrets
from typing import NamedTuple
from urllib.parse import quote

from reviewer.simulator.call import Call
from reviewer.simulator.errors import ApiError, invalid_parameter
from reviewer.simulator.organization import Organization
from reviewer.simulator.wire import dump, load

PATH = "/api/v2/externalcontacts/scan/contacts"
LOWEST, DEFAULT, HIGHEST = 10, 100, 200


class Cursor(NamedTuple):
    """Where a scan stands: after which sequence number, at which page, and since when the cursor is valid."""

    after: int = 0
    page: int = 1
    issued: int = 0

    def text(self) -> str:
        """Opaque, and different each time."""
        return base64.urlsafe_b64encode(dump([*self, secrets.token_hex(4)])).decode()


def read_cursor(text: str, organization: Organization) -> Cursor:
    """The cursor of a request. Raises ApiError 400 where it is malformed or has expired."""
    if not text:
        return Cursor()
    try:
        after, page, issued, _ = load(base64.urlsafe_b64decode(text))
        cursor = Cursor(int(after), int(page), int(issued))
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
    rows = organization.contacts.page(cursor.after, wanted + 1, ancestors=organization.knobs.scan_shows_ancestors)
    shown = rows[:wanted]
    parts = [b'{"entities":[', b",".join([body for _, body in shown]), b"]"]
    parts.append(b',"selfUri":' + dump(f"{PATH}?limit={limit}"))
    if len(rows) > wanted:
        after = shown[-1][0] if shown else cursor.after
        following = Cursor(after, cursor.page + 1, organization.clock.now()).text()
        parts.append(b',"nextUri":' + dump(f"{PATH}?limit={limit}&cursor={quote(following)}"))
        parts.append(b',"cursors":' + dump({"after": following}))
    return b"".join(parts) + b"}"


def page_size(page: int, limit: int, organization: Organization) -> int:
    """How many contacts a page that is not the last holds: some pages are empty, some are short."""
    empty, short = organization.knobs.scan_empty_every, organization.knobs.scan_short_every
    if empty and page % empty == 0:
        return 0
    return limit // 2 if short and page % short == 0 else limit
