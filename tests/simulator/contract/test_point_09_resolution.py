"""Point 9: which value wins in the result of a merge."""

from typing import Any

import pytest

from tests.simulator.api import Api, crm


async def test_point_09_the_override_wins_then_the_most_recently_modified(api: Api) -> None:
    old = await api.create(firstName="Bob", lastName="Smith", title="Mr")
    new = await api.create(firstName="Robert", lastName="Smyth", address={"city": "York"})
    api.organization.clock.advance(1)
    await api.patch(old["id"], ("$.middleName", "Update", "J"))  # now the most recent
    merged = await api.merge(old["id"], new["id"], override={"firstName": "Rob", "title": None, "id": "x"})
    assert (merged["firstName"], merged["lastName"], merged["middleName"]) == ("Rob", "Smith", "J")
    assert (merged["title"], merged["address"]) == ("Mr", {"city": "York"})
    assert merged["id"] != "x"


async def test_point_09_losing_phones_and_emails_overflow_into_free_slots(api: Api) -> None:
    one = await api.create(cellPhone={"display": "+17029191300"}, personalEmail="a@example.com")
    two = await api.create(cellPhone={"display": "+17029191301"}, personalEmail="b@example.com")
    merged = await api.merge(one["id"], two["id"])
    assert merged["cellPhone"]["e164"] == "+17029191301"
    assert merged["workPhone"]["e164"] == "+17029191300"
    assert (merged["personalEmail"], merged["workEmail"]) == ("b@example.com", "a@example.com")


async def test_point_09_equal_phones_and_emails_do_not_overflow(api: Api) -> None:
    one = await api.create(cellPhone={"display": "(702) 919-1300"}, personalEmail="A@example.com")
    two = await api.create(homePhone={"display": "+17029191300"}, personalEmail="a@example.com")
    merged = await api.merge(one["id"], two["id"])
    assert "workPhone" not in merged and "otherPhone" not in merged
    assert "workEmail" not in merged and "otherEmail" not in merged


async def test_point_09_phones_without_a_free_slot_are_dropped_but_their_identifiers_stay(api: Api) -> None:
    slots = ("workPhone", "cellPhone", "homePhone", "otherPhone")
    full: dict[str, Any] = {slot: {"display": f"+1702919130{number}"} for number, slot in enumerate(slots)}
    one = await api.create(cellPhone={"display": "+17029191399"})
    two = await api.create(**full)
    merged = await api.merge(one["id"], two["id"])
    assert [merged[slot]["e164"] for slot in slots] == [f"+1702919130{number}" for number in range(4)]
    assert (await api.look_up("Phone", "+17029191399"))["id"] == merged["id"]


async def test_point_09_lists_are_joined_up_to_their_cap(api: Api) -> None:
    one = await api.create(firstName="A", externalIds=[crm("1"), crm("2")])
    two = await api.create(firstName="B", externalIds=[crm("2"), crm("3")])
    merged = await api.merge(one["id"], two["id"])
    assert [external["value"] for external in merged["externalIds"]] == ["2", "3", "1"]
    api.turn(list_cap=2)
    three = await api.create(firstName="C", externalIds=[crm("4")])
    assert len((await api.merge(merged["id"], three["id"]))["externalIds"]) == 2


@pytest.mark.parametrize(("rule", "values"), [("replace", ["9"]), ("union", ["9", "2", "1"])])
async def test_point_09_lists_of_the_override_replace_or_join(api: Api, rule: str, values: list[str]) -> None:
    api.turn(override_lists=rule)
    one = await api.create(firstName="A", externalIds=[crm("1")])
    two = await api.create(firstName="B", externalIds=[crm("2")])
    merged = await api.merge(one["id"], two["id"], override={"externalIds": [crm("9")]})
    assert [external["value"] for external in merged["externalIds"]] == values


@pytest.mark.parametrize(("rule", "expected"), [("by_key", {"a": 2, "b": 1}), ("whole", {"a": 2})])
async def test_point_09_custom_fields_are_joined_by_key_or_taken_whole(api: Api, rule: str, expected: Any) -> None:
    api.turn(custom_fields=rule)
    one = await api.create(firstName="A", customFields={"a": 1, "b": 1})
    two = await api.create(firstName="B", customFields={"a": 2})
    assert (await api.merge(one["id"], two["id"]))["customFields"] == expected


async def test_point_09_what_the_service_sets_cannot_be_overridden(api: Api) -> None:
    ids = await api.people(2)
    given = {"id": "x", "type": "Ephemeral", "createDate": "1999-01-01T00:00:00Z", "modifyDate": "1999-01-01T00:00:00Z"}
    merged = await api.merge(*ids, override={**given, "firstName": "Rob"})
    assert (merged["firstName"], merged["type"]) == ("Rob", "Curated")
    assert merged["id"] != "x" and merged["createDate"] == merged["modifyDate"] > "2020"


async def test_point_09_an_older_value_stays_where_the_most_recent_has_none(api: Api) -> None:
    old = await api.create(firstName="Ada", title="Dr", surveyOptOut=True)
    api.organization.clock.advance(1)
    new = await api.create(lastName="Love")
    merged = await api.merge(new["id"], old["id"])
    assert (merged["firstName"], merged["lastName"], merged["title"]) == ("Ada", "Love", "Dr")
    assert merged["surveyOptOut"] is True


async def test_point_09_a_value_that_the_override_displaces_overflows_too(api: Api) -> None:
    one = await api.create(cellPhone={"display": "+17029191300"}, personalEmail="a@example.com")
    two = await api.create(firstName="B")
    override = {"cellPhone": {"display": "+17029191309"}, "personalEmail": "z@example.com"}
    merged = await api.merge(one["id"], two["id"], override=override)
    assert (merged["cellPhone"]["e164"], merged["workPhone"]["e164"]) == ("+17029191309", "+17029191300")
    assert (merged["personalEmail"], merged["workEmail"]) == ("z@example.com", "a@example.com")


async def test_point_09_apple_ids_are_joined_too(api: Api) -> None:
    one = await api.create(firstName="A", appleOpaqueIds=[{"value": "1"}])
    two = await api.create(firstName="B", appleOpaqueIds=[{"value": "2"}, {"value": "1"}])
    merged = await api.merge(one["id"], two["id"])
    assert [one["value"] for one in merged["appleOpaqueIds"]] == ["2", "1"]


@pytest.mark.parametrize(("override", "status"), [("x", 400), ([1], 400), ({"personalEmail": "nobody"}, 400)])
async def test_point_09_an_override_that_is_no_contact_refuses_the_merge(api: Api, override: Any, status: int) -> None:
    ids = await api.people(2)
    await api.merge(*ids, override=override, status=status)
    assert "mergedTo" not in await api.get(ids[0], "/unresolved")
