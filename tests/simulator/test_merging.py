"""Points 7 to 11 and 14 of the checklist: what a merge does, and what is left of its inputs."""

from typing import Any

import pytest

from reviewer.simulator.annexes import insert_sessions, session_of
from reviewer.simulator.organization import Organization
from tests.simulator.api import BULK, CONTACTS, Api, crm


def ids_of(references: list[dict[str, str]]) -> list[str]:
    return [one["id"] for one in references]


async def test_09_07_an_ancestor_answers_as_its_canonical_contact(api: Api) -> None:
    one, two = await api.people(2)
    merged = await api.merge(one, two)
    assert (await api.get(one))["id"] == merged["id"]
    changed = await api.patch(one, ("$.title", "Update", "Prof"))
    assert (changed["id"], changed["title"]) == (merged["id"], "Prof")


async def test_09_07_unresolved_shows_the_ancestor_itself(api: Api) -> None:
    one, two = await api.people(2)
    merged = await api.merge(one, two)
    ancestor = await api.get(one, "/unresolved")
    assert (ancestor["id"], ancestor["firstName"]) == (one, "Person 0")
    assert ancestor["mergedTo"]["id"] == merged["id"]


async def test_09_07_there_is_no_way_to_delete(api: Api) -> None:
    (one,) = await api.people(1)
    await api.call("DELETE", f"{CONTACTS}/{one}", status=404)
    await api.call("POST", f"{BULK}/remove", {"entities": [{"id": one}]}, status=404)
    await api.get(one)


async def test_09_08_merge_gives_a_new_canonical_contact(api: Api) -> None:
    one, two, three = await api.people(3)
    merged = await api.merge(one, two, three)
    assert merged["id"] not in (one, two, three)
    assert ids_of(merged["mergedFrom"]) == [one, two, three]
    assert merged["canonicalContact"]["id"] == merged["id"]
    assert sorted(ids_of(merged["mergeSet"])) == sorted([one, two, three, merged["id"]])
    assert merged.get("mergeOperation") is None
    assert merged["selfUri"].endswith(merged["id"])


async def test_09_08_a_second_merge_takes_all_members_along(api: Api) -> None:
    one, two, three = await api.people(3)
    first = await api.merge(one, two)
    second = await api.merge(first["id"], three)
    everyone = sorted([one, two, three, first["id"], second["id"]])
    for contact_id in everyone:
        member = await api.get(contact_id, "/unresolved")
        assert sorted(ids_of(member["mergeSet"])) == everyone
        assert member["canonicalContact"]["id"] == second["id"]
    assert (await api.get(one, "/unresolved"))["mergedTo"]["id"] == first["id"]
    assert (await api.get(first["id"], "/unresolved"))["mergedTo"]["id"] == second["id"]
    assert "mergedTo" not in second
    assert ids_of(second["mergedFrom"]) == [first["id"], three]


async def test_09_08_ids_are_two_to_twenty_five_unique_and_known(api: Api) -> None:
    ids = await api.people(26)
    await api.merge(ids[0], status=400)
    await api.merge(*ids, status=400)
    await api.merge(ids[0], ids[0], status=400)
    await api.merge(ids[0], "unknown", status=404)
    assert len((await api.merge(*ids[:25]))["mergedFrom"]) == 25


@pytest.mark.parametrize("status", [400, 409, 422])
async def test_09_08_the_merge_set_has_a_limit(api: Api, status: int) -> None:
    api.turn(merge_set_limit=4, merge_set_status=status)
    one, two, three, four = await api.people(4)
    merged = await api.merge(one, two, three)
    await api.merge(merged["id"], four, status=status)
    assert "mergedTo" not in await api.get(four, "/unresolved")


async def test_09_08_the_default_limit_of_a_merge_set_is_52(api: Api) -> None:
    ids = await api.people(52)
    left, right = await api.merge(*ids[:25]), await api.merge(*ids[25:49])
    await api.merge(left["id"], right["id"])  # 26 + 25 + 1 members
    await api.merge(left["id"], ids[50], status=409)


@pytest.mark.parametrize("status", [400, 409, 422])
async def test_09_08_divisions_are_not_merged_across(api: Api, status: int) -> None:
    api.turn(cross_division_status=status)
    here = await api.create(firstName="Ada", division={"id": "north"})
    there = await api.create(firstName="Ada", division={"id": "south"})
    await api.merge(here["id"], there["id"], status=status)
    api.turn(cross_division_status=None)
    assert (await api.merge(here["id"], there["id"]))["division"]["id"] == "north"


async def test_09_09_the_override_wins_then_the_most_recently_modified(api: Api) -> None:
    old = await api.create(firstName="Bob", lastName="Smith", title="Mr")
    new = await api.create(firstName="Robert", lastName="Smyth", address={"city": "York"})
    api.organization.clock.advance(1)
    await api.patch(old["id"], ("$.middleName", "Update", "J"))  # now the most recent
    merged = await api.merge(old["id"], new["id"], override={"firstName": "Rob", "title": None, "id": "x"})
    assert (merged["firstName"], merged["lastName"], merged["middleName"]) == ("Rob", "Smith", "J")
    assert (merged["title"], merged["address"]) == ("Mr", {"city": "York"})
    assert merged["id"] != "x"


async def test_09_09_losing_phones_and_emails_overflow_into_free_slots(api: Api) -> None:
    one = await api.create(cellPhone={"display": "+17029191300"}, personalEmail="a@example.com")
    two = await api.create(cellPhone={"display": "+17029191301"}, personalEmail="b@example.com")
    merged = await api.merge(one["id"], two["id"])
    assert merged["cellPhone"]["e164"] == "+17029191301"
    assert merged["workPhone"]["e164"] == "+17029191300"
    assert (merged["personalEmail"], merged["workEmail"]) == ("b@example.com", "a@example.com")


async def test_09_09_equal_phones_and_emails_do_not_overflow(api: Api) -> None:
    one = await api.create(cellPhone={"display": "(702) 919-1300"}, personalEmail="A@example.com")
    two = await api.create(homePhone={"display": "+17029191300"}, personalEmail="a@example.com")
    merged = await api.merge(one["id"], two["id"])
    assert "workPhone" not in merged and "otherPhone" not in merged
    assert "workEmail" not in merged and "otherEmail" not in merged


async def test_09_09_phones_without_a_free_slot_are_dropped_but_their_identifiers_stay(api: Api) -> None:
    slots = ("workPhone", "cellPhone", "homePhone", "otherPhone")
    full: dict[str, Any] = {slot: {"display": f"+1702919130{number}"} for number, slot in enumerate(slots)}
    one = await api.create(cellPhone={"display": "+17029191399"})
    two = await api.create(**full)
    merged = await api.merge(one["id"], two["id"])
    assert [merged[slot]["e164"] for slot in slots] == [f"+1702919130{number}" for number in range(4)]
    assert (await api.look_up("Phone", "+17029191399"))["id"] == merged["id"]


async def test_09_09_lists_are_joined_up_to_their_cap(api: Api) -> None:
    one = await api.create(firstName="A", externalIds=[crm("1"), crm("2")])
    two = await api.create(firstName="B", externalIds=[crm("2"), crm("3")])
    merged = await api.merge(one["id"], two["id"])
    assert [external["value"] for external in merged["externalIds"]] == ["2", "3", "1"]
    api.turn(list_cap=2)
    three = await api.create(firstName="C", externalIds=[crm("4")])
    assert len((await api.merge(merged["id"], three["id"]))["externalIds"]) == 2


@pytest.mark.parametrize(("rule", "values"), [("replace", ["9"]), ("union", ["9", "2", "1"])])
async def test_09_09_lists_of_the_override_replace_or_join(api: Api, rule: str, values: list[str]) -> None:
    api.turn(override_lists=rule)
    one = await api.create(firstName="A", externalIds=[crm("1")])
    two = await api.create(firstName="B", externalIds=[crm("2")])
    merged = await api.merge(one["id"], two["id"], override={"externalIds": [crm("9")]})
    assert [external["value"] for external in merged["externalIds"]] == values


@pytest.mark.parametrize(("rule", "expected"), [("by_key", {"a": 2, "b": 1}), ("whole", {"a": 2})])
async def test_09_09_custom_fields_are_joined_by_key_or_taken_whole(api: Api, rule: str, expected: Any) -> None:
    api.turn(custom_fields=rule)
    one = await api.create(firstName="A", customFields={"a": 1, "b": 1})
    two = await api.create(firstName="B", customFields={"a": 2})
    assert (await api.merge(one["id"], two["id"]))["customFields"] == expected


async def test_09_10_identifiers_of_all_inputs_move_to_the_canonical_contact(api: Api) -> None:
    one = await api.create(personalEmail="a@example.com", cellPhone={"display": "+17029191300"})
    two = await api.create(personalEmail="b@example.com", externalIds=[crm("77")])
    merged = await api.merge(one["id"], two["id"], override={"personalEmail": "c@example.com"})
    for kind, value in (("Email", "a@example.com"), ("Email", "c@example.com"), ("Phone", "+1 702 919 1300")):
        assert (await api.look_up(kind, value))["id"] == merged["id"]
    owned = (await api.get(merged["id"], "/identifiers"))["entities"]
    assert len(owned) == 5
    assert (await api.get(one["id"], "/identifiers"))["entities"] == []


async def test_09_11_notes_and_sessions_stay_where_they_are(api: Api) -> None:
    one, two = await api.people(2)
    note = await api.call("POST", f"{CONTACTS}/{one}/notes", {"noteText": "Prefers email."})
    merged = await api.merge(one, two)
    assert (await api.get(merged["id"], "/notes"))["entities"] == []
    whole = await api.get(merged["id"], "/notes", expand="mergeset")
    assert ids_of(whole["entities"]) == [note["id"]]
    assert (whole["total"], whole["entities"][0]["entityId"]) == (1, one)


async def test_09_11_sessions_are_listed_with_those_of_merged_contacts_on_request(
    api: Api, organization: Organization
) -> None:
    one, two = await api.people(2)
    insert_sessions(organization, [session_of(f"s{number}", one, "Voice", number, number + 9) for number in range(3)])
    merged = await api.merge(one, two)
    assert (await api.get(merged["id"], "/journey/sessions"))["entities"] == []
    first = await api.get(merged["id"], "/journey/sessions", includeMerged="true", pageSize=2)
    assert ids_of(first["entities"]) == ["s2", "s1"]
    rest = await api.call("GET", first["nextUri"])
    assert ids_of(rest["entities"]) == ["s0"]
    assert "nextUri" not in rest
    assert rest["entities"][0]["externalContact"]["id"] == one


@pytest.mark.parametrize("rule", ["own", "redirect"])
async def test_whose_notes_an_ancestor_shows_is_a_knob(api: Api, rule: str) -> None:
    api.turn(ancestor_parts=rule)
    one, two = await api.people(2)
    await api.call("POST", f"{CONTACTS}/{one}/notes", {"noteText": "before"})
    merged = await api.merge(one, two)
    await api.call("POST", f"{CONTACTS}/{merged['id']}/notes", {"noteText": "after"})
    shown = (await api.get(one, "/notes"))["entities"]
    assert [note["noteText"] for note in shown] == (["before"] if rule == "own" else ["after"])


@pytest.mark.parametrize(
    ("rule", "status"), [("conflict", 409), ("bad_request", 400), ("resolve", 200), ("nothing", 200)]
)
async def test_09_14_merging_again_what_is_merged_never_makes_a_second_result(api: Api, rule: str, status: int) -> None:
    api.turn(merged_again=rule)
    one, two = await api.people(2)
    merged = await api.merge(one, two)
    again = await api.merge(one, two, status=status)
    assert api.organization.contacts.count() == 3
    if status == 200:
        assert again["id"] == merged["id"]


async def test_09_14_an_ancestor_can_stand_for_its_canonical_contact(api: Api) -> None:
    api.turn(merged_again="resolve")
    one, two, three = await api.people(3)
    first = await api.merge(one, two)
    second = await api.merge(one, three)
    assert ids_of(second["mergedFrom"]) == [first["id"], three]


@pytest.mark.parametrize(("rule", "expected"), [("highest", "Identified"), ("curated", "Curated")])
async def test_the_type_of_a_result_of_anonymous_contacts_is_a_knob(api: Api, rule: str, expected: str) -> None:
    api.turn(merged_type=rule)
    one, two = await api.people(2)
    for contact_id, kind in ((one, "Identified"), (two, "Ephemeral")):
        stored = api.organization.contact(contact_id)
        api.organization.contacts.write({**stored.contact, "type": kind}, stored.modified)
    assert (await api.merge(one, two))["type"] == expected
