"""Merges of 2 and of 25, what becomes of the merged, and what the SDK does where an answer is lost."""

import pytest

from reviewer.simulator.serving import ServedOrganization
from tests.sdk.client import Sdk


def test_two_contacts_become_a_new_one(sdk: Sdk) -> None:
    one = sdk.create(first_name="Bob", last_name="Smith", home_phone=sdk.phone("+1 702 919 1301"))
    two = sdk.create(first_name="Robert", last_name="Smith", home_phone=sdk.phone("+1 702 919 1302"))
    merged = sdk.merge([one.id, two.id], first_name="Bobby")
    assert merged.id not in (one.id, two.id)
    assert (merged.first_name, merged.merge_operation) == ("Bobby", None)
    assert [one.id for one in merged.merged_from] == [one.id, two.id]
    assert {one.id for one in merged.merge_set} == {one.id, two.id, merged.id}
    numbers = {phone.e164 for phone in (merged.home_phone, merged.work_phone, merged.cell_phone) if phone}
    assert numbers == {"+17029191301", "+17029191302"}
    assert sdk.get_externalcontacts_contact(one.id).id == merged.id
    ancestor = sdk.get_externalcontacts_contact_unresolved(one.id, expand=["identifiers"])
    assert (ancestor.id, ancestor.merged_to.id, ancestor.canonical_contact.id) == (one.id, merged.id, merged.id)


def test_twenty_five_contacts_become_one_and_no_more(sdk: Sdk) -> None:
    ids = sdk.people(26)
    with pytest.raises(sdk.module.rest.ApiException) as refused:
        sdk.merge(ids)
    assert refused.value.status == 400
    merged = sdk.merge(ids[:25])
    assert (len(merged.merge_set), len(merged.merged_from)) == (26, 25)


def test_the_sdk_sends_a_merge_again_when_the_connection_is_lost(sdk: Sdk, served: ServedOrganization) -> None:
    """Its connection pool retries any method. A merge that was done is then told as a conflict, or as a success
    under the knob: neither is what happened to the first request, which is why our client does no such thing."""
    ids = sdk.people(2)
    served.write("faults", {"merge": {"kind": "drop_after"}})
    before = len(served.read("calls"))
    with pytest.raises(sdk.module.rest.ApiException) as refused:
        sdk.merge(ids)
    calls = [call for call in served.read("calls")[before:] if call["endpoint"] == "merge"]
    assert [call["status"] for call in calls] == [None, 409]
    assert refused.value.status == 409
    assert sdk.get_externalcontacts_contact_unresolved(ids[0]).merged_to is not None
