"""GET contacts and POST contacts/search: curated contacts, as the index knew them a moment ago."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from reviewer.simulator.call import Call
from reviewer.simulator.contacts import PATH, Stored
from reviewer.simulator.errors import ApiError, bad_request, invalid_parameter
from reviewer.simulator.organization import Organization
from reviewer.simulator.records import EXPAND, expanded
from reviewer.simulator.search.index import NAMES, Wanted
from reviewer.simulator.search.terms import expression
from reviewer.simulator.wire import load

WINDOW = 1000
PAGE_SIZE = 20
DIVISIONS_MOST, IDS_MOST = 50, 100


@dataclass(frozen=True)
class Page:
    """Which page is asked for, and under which path and parameters the others are found."""

    size: int
    number: int
    path: str
    query: Mapping[str, Any]

    def uri(self, number: int) -> str:
        query = {**self.query, "pageSize": self.size, "pageNumber": number}
        return f"{self.path}?{urlencode(query, doseq=True)}"


def list_contacts(organization: Organization, call: Call) -> Any:
    """GET contacts: those that ``q`` finds, or all. Raises ApiError 400 beyond the window of 1000."""
    page_size = call.number("pageSize", PAGE_SIZE, 1, WINDOW)
    page_number = call.number("pageNumber", 1, 1, WINDOW)
    divisions = call.values("divisionIds", DIVISIONS_MOST)
    order = call.parameter("sortOrder")
    expand = call.expand(EXPAND)
    text = call.parameter("q")
    asked = {"q": text, "sortOrder": order, "divisionIds": divisions, "expand": ",".join(sorted(expand))}
    page = Page(page_size, page_number, PATH, {name: value for name, value in asked.items() if value})
    check_window(page)
    wanted = Wanted(
        match=expression(text, organization.knobs),
        divisions=divisions,
        ancestors=organization.knobs.search_shows_ancestors,
        order=orders([order] if order else []),
    )
    return listing(organization, wanted, page, expand)


def search_contacts(organization: Organization, call: Call) -> Any:
    """POST contacts/search: only the operation simpleSearch is served. Raises ApiError 400 for any other."""
    body = call.object()
    operation = body.get("operation")
    if not isinstance(operation, Mapping) or list(operation) != ["simpleSearch"]:
        raise bad_request("operation must be a simpleSearch; no other is supported")
    simple = operation["simpleSearch"]
    if not isinstance(simple, Mapping):
        raise bad_request("operation.simpleSearch must be an object")
    page = Page(number_of(body, "pageSize", PAGE_SIZE), number_of(body, "pageNumber", 1), f"{PATH}/search", {})
    check_window(page)
    text = simple.get("query") or ""
    if not isinstance(text, str):
        raise bad_request("operation.simpleSearch.query must be text")
    expand = frozenset(texts(body, "expand", len(EXPAND)) or ())
    if expand - EXPAND:
        raise bad_request(f"expand must be among {', '.join(sorted(EXPAND))}")
    wanted = Wanted(
        match=expression(text, organization.knobs),
        divisions=texts(body, "divisionIds", DIVISIONS_MOST) or (),
        ids=texts(simple, "ids", IDS_MOST),
        ancestors=organization.knobs.search_shows_ancestors,
        order=orders(texts(simple, "sortOrder", len(NAMES)) or ()),
    )
    return listing(organization, wanted, page, expand)


def number_of(body: Mapping[str, Any], name: str, default: int) -> int:
    found = body.get(name)
    if found is None:
        return default
    if not isinstance(found, int) or isinstance(found, bool) or not 1 <= found <= WINDOW:
        raise bad_request(f"{name} must be a number from 1 to {WINDOW}")
    return found


def texts(body: Mapping[str, Any], name: str, most: int) -> Sequence[str] | None:
    """A list of text, or None where there is none."""
    found = body.get(name)
    if found is None:
        return None
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found) or len(found) > most:
        raise bad_request(f"{name} must be a list of at most {most} texts")
    return found


def check_window(page: Page) -> None:
    if page.size * page.number > WINDOW:
        raise invalid_parameter("pageNumber", f"pageSize * pageNumber must not exceed {WINDOW}")


def orders(given: Sequence[str]) -> list[tuple[str, bool]]:
    """Fields to sort by, and whether they fall. Raises ApiError 400 for a field that cannot be sorted by."""
    return [order(one) for one in given]


def order(text: str) -> tuple[str, bool]:
    name, _, direction = text.partition(":")
    if name not in NAMES or direction.lower() not in ("asc", "desc"):
        raise unsortable()
    return name, direction.lower() == "desc"


def unsortable() -> ApiError:
    return invalid_parameter("sortOrder", f"must be FIELD:asc or FIELD:desc, FIELD among {', '.join(NAMES)}")


def listing(organization: Organization, wanted: Wanted, page: Page, expand: frozenset[str]) -> dict[str, Any]:
    """One page of what is found, with the way to the others; no page beyond the window is pointed at."""
    moment = organization.search_horizon()
    with organization.state.transaction():
        organization.index.refresh(moment)
    total, ids = organization.index.find(wanted, (page.number - 1) * page.size, page.size)
    count = max(1, -(-total // page.size))
    reachable = min(count, WINDOW // page.size)
    found: dict[str, Any] = {
        "entities": [shown(organization, one, moment, expand) for one in ids],
        "pageSize": page.size,
        "pageNumber": page.number,
        "total": total,
        "pageCount": count,
        "firstUri": page.uri(1),
        "selfUri": page.uri(page.number),
        "lastUri": page.uri(reachable),
    }
    if page.number < reachable:
        found["nextUri"] = page.uri(page.number + 1)
    if page.number > 1:
        found["previousUri"] = page.uri(page.number - 1)
    return found | ({"partialResults": True} if organization.knobs.search_partial else {})


def shown(organization: Organization, contact_id: str, moment: int, expand: frozenset[str]) -> Any:
    """A contact as it was at a moment; it may have been changed or deleted since. What is expanded is as it is now."""
    seen = organization.history.seen(contact_id, moment)
    assert seen is not None, "the index is as of the same moment"
    number, body = seen
    contact = load(body)
    if not expand:
        return contact
    stored = Stored(number, contact_id, body, contact["type"], contact["division"]["id"], 0, None, None, None)
    return expanded(organization, stored, expand)
