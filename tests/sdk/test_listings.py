"""Many contacts at once: the scan to its end, the search, bulk calls."""

import time
import uuid
from collections.abc import Callable
from typing import Any

from reviewer.simulator.serving import ServedOrganization
from tests.sdk.client import Sdk


def scan(sdk: Sdk, **query: Any) -> list[Any]:
    """All pages of a scan."""
    pages = [sdk.get_externalcontacts_scan_contacts(**query)]
    while pages[-1].cursors is not None:
        pages.append(sdk.get_externalcontacts_scan_contacts(cursor=pages[-1].cursors.after, **query))
    return pages


def test_a_scan_comes_to_its_end_through_empty_and_short_pages(sdk: Sdk, served: ServedOrganization) -> None:
    served.write("knobs", {"scan_empty_every": 3, "scan_short_every": 2})
    pages = scan(sdk, limit=20)
    sizes = [len(page.entities) for page in pages]
    assert (sizes[0], sizes[1], sizes[2]) == (20, 10, 0)
    ids = [contact.id for page in pages for contact in page.entities]
    assert len(ids) == len(set(ids)) > 100
    assert {contact.type for page in pages for contact in page.entities} == {"Curated"}


def eventually(find: Callable[[], list[str]], expected: list[str]) -> None:
    """The index catches up by the organisation's real clock."""
    until = time.monotonic() + 20
    while find() != expected:
        assert time.monotonic() < until, find()
        time.sleep(0.02)


def test_a_search_finds_what_the_index_has_taken_in(sdk: Sdk, served: ServedOrganization) -> None:
    name = f"Zeta{uuid.uuid4().hex[:8]}"
    served.write("knobs", {"search_delay_seconds": 3600})
    ids = [sdk.create(first_name=first, last_name=name).id for first in ("Bob", "Ada", "Carl")]

    def listed() -> list[str]:
        page = sdk.get_externalcontacts_contacts(
            q=name, sort_order="firstName:asc", page_size=2, expand=["identifiers"], division_ids=["*"]
        )
        return [contact.id for contact in page.entities]

    def searched() -> list[str]:
        simple = sdk.model("ContactSimpleSearch", query=name, sort_order=["firstName:desc"], ids=ids)
        operation = sdk.model("ContactSearchOperation", simple_search=simple)
        request = sdk.model("ContactSearchRequest", page_size=10, page_number=1, operation=operation)
        return [contact.id for contact in sdk.post_externalcontacts_contacts_search(request).entities]

    assert listed() == searched() == []
    served.write("knobs", {"search_delay_seconds": 0.05})
    eventually(listed, [ids[1], ids[0]])
    eventually(searched, [ids[2], ids[0], ids[1]])
    page = sdk.get_externalcontacts_contacts(q=name, page_size=2, page_number=2)
    assert (page.total, page.page_count, len(page.entities)) == (3, 2, 1)
    assert page.previous_uri and page.first_uri and page.last_uri and not page.next_uri


def ids_request(sdk: Sdk, ids: list[str]) -> Any:
    return sdk.model("BulkIdsRequest", entities=[sdk.model("Entity", id=one) for one in ids])


def test_contacts_are_fetched_in_bulk_resolved_and_unresolved(sdk: Sdk) -> None:
    ids = sdk.people(3)
    merged = sdk.merge(ids[:2])
    missing = str(uuid.uuid4())
    for fetch, expected in (
        (sdk.post_externalcontacts_bulk_contacts, merged.id),
        (sdk.post_externalcontacts_bulk_contacts_unresolved, ids[0]),
    ):
        answer = fetch(ids_request(sdk, [*ids, missing]))
        by_id = {result.id: result for result in answer.results}
        assert by_id[ids[0]].entity.id == expected
        assert (by_id[missing].success, by_id[missing].error.status) == (False, 404)
        assert [answer.results[index].id for index in answer.error_indexes] == [missing]
        assert answer.error_count == 1


def test_contacts_are_added_changed_and_removed_in_bulk(sdk: Sdk) -> None:
    people = [sdk.model("ExternalContact", first_name="Ada"), sdk.model("ExternalContact", personal_email="nobody")]
    added = sdk.post_externalcontacts_bulk_contacts_add(sdk.model("BulkContactsRequest", entities=people))
    made = next(result.entity for result in added.results if result.success)
    (failed,) = [result for result in added.results if not result.success]
    assert (added.error_count, failed.error.details[0].field_name) == (1, "personalEmail")
    changed = sdk.model("ExternalContact", id=made.id, first_name="Adam")
    updated = sdk.post_externalcontacts_bulk_contacts_update(sdk.model("BulkContactsRequest", entities=[changed]))
    assert updated.results[0].entity.first_name == "Adam"
    missing = str(uuid.uuid4())
    removed = sdk.post_externalcontacts_bulk_contacts_remove(ids_request(sdk, [made.id, missing]))
    assert {result.id: result.success for result in removed.results} == {made.id: True, missing: False}


def test_some_entries_of_a_bulk_call_may_fail(sdk: Sdk, served: ServedOrganization) -> None:
    ids = sdk.people(4)
    served.write("faults", {"bulk": {"kind": "partial", "failing": 2, "retryable": True}})
    answer = sdk.post_externalcontacts_bulk_contacts(ids_request(sdk, ids))
    failed = [answer.results[index] for index in answer.error_indexes]
    assert [(result.success, result.error.retryable) for result in failed] == [(False, True)] * 2
