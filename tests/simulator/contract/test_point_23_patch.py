"""Point 23: PATCH, six actions on fields named by paths."""

from typing import Any

import pytest

from tests.simulator.api import Api, crm


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("$.firstName", "Update", "Eve"), {"firstName": "Eve"}),
        (("$.address.city", "Update", "Leeds"), {"address": {"city": "Leeds", "state": "N"}}),
        (("$.firstName", "UpdateIfEmpty", "Eve"), {"firstName": "Ada"}),
        (("$.title", "UpdateIfEmpty", "Dr"), {"title": "Dr"}),
        (("$.firstName", "UpdateIfExists", "Eve"), {"firstName": "Eve"}),
        (("$.title", "UpdateIfExists", "Dr"), {"title": None}),
        (("$.firstName", "Remove", None), {"firstName": None}),
        (("$.address.state", "Remove", None), {"address": {"city": "York"}}),
        (("$.customFields.dateOfBirth", "Update", "1970-01-01"), {"customFields": {"dateOfBirth": "1970-01-01"}}),
        (("$.externalIds", "AppendToCollection", crm("2")), {"externalIds": [crm("1"), crm("2")]}),
        (("$.externalIds", "AppendToCollection", crm("1")), {"externalIds": [crm("1")]}),
        (("$.externalIds", "RemoveFromCollection", crm("1")), {"externalIds": None}),
    ],
)
async def test_point_23_each_action_does_what_it_says(
    api: Api, change: tuple[str, str, Any], expected: dict[str, Any]
) -> None:
    one = await api.create(firstName="Ada", address={"city": "York", "state": "N"}, externalIds=[crm("1")])
    changed = await api.patch(one["id"], change)
    assert {name: changed.get(name) for name in expected} == expected
    assert await api.get(one["id"]) == changed


@pytest.mark.parametrize(
    ("field", "action", "status"),
    [
        ("firstName", "Update", 400),
        ("$..firstName", "Update", 400),
        ("$.externalIds[0]", "Update", 400),
        ("$.nickName", "Update", 400),
        ("$.id", "Update", 400),
        ("$.modifyDate", "Remove", 400),
        ("$.firstName", "Replace", 400),
    ],
)
async def test_point_23_paths_and_actions_that_are_not_offered_are_refused(
    api: Api, field: str, action: str, status: int
) -> None:
    (one,) = await api.people(1)
    before = await api.get(one)
    await api.patch(one, ("$.title", "Update", "Dr"), (field, action, "x"), status=status)
    assert await api.get(one) == before


async def test_point_23_a_field_and_its_parent_in_one_request_conflict(api: Api) -> None:
    (one,) = await api.people(1)
    changes = (("$.address", "Update", {"city": "York"}), ("$.address.state", "Update", "N"))
    await api.patch(one, *changes, status=409)
    await api.patch(one, *reversed(changes), status=409)


async def test_point_23_an_unknown_field_is_422_where_the_knob_says_so(api: Api) -> None:
    api.turn(validation_status=422)
    (one,) = await api.people(1)
    await api.patch(one, ("$.nickName", "Update", "x"), status=422)
    await api.patch(one, ("$.personalEmail", "Update", "x"), status=422)


async def test_point_23_a_patched_phone_is_normalised(api: Api) -> None:
    (one,) = await api.people(1)
    changed = await api.patch(one, ("$.cellPhone", "Update", {"display": "702-919-1300"}))
    assert changed["cellPhone"]["e164"] == "+17029191300"


async def test_point_23_patch_of_an_ancestor_is_a_knob(api: Api) -> None:
    one, two = await api.people(2)
    await api.merge(one, two)
    api.turn(patch_ancestor="conflict")
    await api.patch(one, ("$.title", "Update", "Dr"), status=409)


async def test_point_23_a_removed_field_is_gone_from_later_reads_and_merges(api: Api) -> None:
    one = await api.create(firstName="Ada", title="Dr")
    two = await api.create(lastName="Love")
    await api.patch(one["id"], ("$.title", "Remove", None))
    assert "title" not in await api.get(one["id"])
    assert "title" not in await api.merge(one["id"], two["id"])


async def test_point_23_a_list_is_added_to_and_taken_from_by_parts(api: Api) -> None:
    one = await api.create(firstName="Ada", externalIds=[crm("1")])
    changed = await api.patch(one["id"], ("$.externalIds", "AppendToCollection", [crm("2"), crm("3")]))
    assert [external["value"] for external in changed["externalIds"]] == ["1", "2", "3"]
    changed = await api.patch(one["id"], ("$.externalIds", "RemoveFromCollection", {"value": "2"}))
    assert [external["value"] for external in changed["externalIds"]] == ["1", "3"]


@pytest.mark.parametrize("changes", [None, [], ["x"], [{"action": "Update", "value": 1}]])
async def test_point_23_changes_that_are_none_are_refused(api: Api, changes: Any) -> None:
    (one,) = await api.people(1)
    await api.call("PATCH", f"/api/v2/externalcontacts/contacts/{one}", {"changes": changes}, status=400)
