"""What it takes to make a merged person anew: the exact calls, and what they do not bring back."""

from typing import Any

import pytest

from reviewer.domain.compensation import MERGED, Compensation, Member, compensation, made_by
from reviewer.domain.errors import RefusedError
from reviewer.domain.golden_record import golden_record, promised
from reviewer.domain.identifiers import Identifier
from reviewer.domain.wire import JsonObject
from tests.domain.test_emptying import NEW, OLD, contact, phone

SOURCE = {"externalSource": {"id": "crm"}}
BOB = contact(
    "bob",
    NEW,
    type="Curated",
    firstName="Bob",
    lastName="Smith",
    cellPhone=phone("+11"),
    personalEmail="Smith@home.example",
    externalIds=[{**SOURCE, "value": "1"}],
    customFields={"tier": "gold", "a.b": "odd"},
    schema={"id": "s", "version": 1},
    createDate=OLD,
)
ANN = contact(
    "ann",
    type="Curated",
    firstName="Ann",
    lastName="Smith",
    cellPhone=phone("+12"),
    personalEmail="smith@home.example",
    externalIds=[{**SOURCE, "value": "2"}],
)


def members(*records: JsonObject, **claims: set[tuple[str, str]]) -> list[Member]:
    known = {id_: frozenset(Identifier(*one) for one in found) for id_, found in claims.items()}
    return [Member(record, known.get(str(record["id"]))) for record in records]


def planned(found: list[Member], *ids: str, **how: Any) -> Compensation:
    promise = promised(golden_record([one.record for one in found], {}))
    return compensation(found, ids, promise, **how)


def calls(plan: Compensation) -> list[tuple[str, JsonObject]]:
    return [(step.kind.value, step.request) for step in plan.steps]


def test_the_calls_in_their_order() -> None:
    plan = planned(members(BOB, ANN), "bob")
    assert plan.contacts == ("bob",) and plan.names == ("Bob Smith",)
    assert calls(plan) == [
        (
            "set",
            {
                "contactId": MERGED,
                "changes": [
                    {"field": "$.firstName", "action": "Update", "value": "Ann"},
                    {"field": "$.externalIds", "action": "Update", "value": [{**SOURCE, "value": "2"}]},
                    {"field": "$.cellPhone", "action": "Remove"},
                    {"field": "$.customFields.tier", "action": "Remove"},
                ],
            },
        ),
        (
            "release",
            {"contactId": MERGED, "operation": "Release", "identifier": {"type": "Phone", "value": "+11"}},
        ),
        (
            "release",
            {
                "contactId": MERGED,
                "operation": "Release",
                "identifier": {"type": "ExternalId", "value": "1", **SOURCE},
            },
        ),
        (
            "create",
            {
                "contact": {
                    "firstName": "Bob",
                    "lastName": "Smith",
                    "cellPhone": {"display": "+11"},
                    "personalEmail": "Smith@home.example",
                    "externalIds": [{**SOURCE, "value": "1"}],
                    "customFields": {"tier": "gold", "a.b": "odd"},
                    "schema": {"id": "s", "version": 1},
                    "division": {"id": "home"},
                },
                "insteadOf": "bob",
            },
        ),
        ("look up", {"contactId": made_by(4), "type": "Phone", "value": "+11"}),
        ("look up", {"contactId": made_by(4), "type": "ExternalId", "value": "1", **SOURCE}),
    ]


def test_no_call_ever_deletes() -> None:
    kinds = {kind for kind, _ in calls(planned(members(BOB, ANN), "bob"))}
    assert kinds <= {"set", "release", "create", "claim", "look up"}


def test_what_cannot_come_back_is_said_in_plain_words() -> None:
    plan = planned(members(BOB, ANN), "bob", canonical="new")
    assert plan.lost == (
        "the id bob: it stays an alias of new for good; the new contact has a new one",
        "notes, sessions and conversations so far: they stay with bob, and are shown with new",
        "the dates of its creation and last change, and its place as the first who claimed an identifier",
    )
    assert plan.stays == (
        "Email smith@home.example: others hold it too, so it goes on leading to where it leads now",
        "what led to it was not read before the merge: the calls go by what its fields held",
        "a.b: stays in the merged contact: the service cannot be told to change a field of that name",
    )


def test_an_anonymous_contact_an_earlier_merge_and_unknown_fields_are_said() -> None:
    odd = contact(
        "odd",
        type="Ephemeral",
        firstName="Bob",
        mergeSet=[{"id": "odd"}, {"id": "x"}, {"id": "y"}],
        externalDataSources=[{"platform": "SALESFORCE"}],
        mood="blue",
    )
    lost = planned(members(odd, ANN), "odd", canonical="new").lost
    assert "its type: it was Ephemeral, what is created is Curated" in lost
    assert "what was merged into it before (2 contacts): they stay aliases of new" in lost
    assert "its link to the data source that keeps it up to date: only that source can make it" in lost
    assert "fields that this program does not know: mood; the snapshot has them" in lost


def test_what_was_claimed_and_stands_in_no_field_is_claimed_by_a_call_of_its_own() -> None:
    anonymous = contact("anonymous", type="Ephemeral", instagramId={"ids": [{"scopedId": "178"}]})
    claims = {("Cookie", "c1"), ("SocialInstagram", "178")}
    plan = planned(members(anonymous, ANN, anonymous=claims), "anonymous")
    released = [request["identifier"]["value"] for kind, request in calls(plan) if kind == "release"]
    assert released == ["178", "c1"]
    created = 1 + [kind for kind, _ in calls(plan)].index("create")
    assert [request for kind, request in calls(plan) if kind == "claim"] == [
        {"contactId": made_by(created), "operation": "Claim", "identifier": {"type": "Cookie", "value": "c1"}}
    ]
    looked_up = [request["value"] for kind, request in calls(plan) if kind == "look up"]
    assert looked_up == ["178", "c1"]
    assert not any("was not read" in sentence for sentence in plan.stays)


def test_what_it_held_without_having_claimed_it_is_not_taken_for_its_own() -> None:
    plan = planned(members(BOB, ANN, bob={("ExternalId", "crm/1")}), "bob")
    assert [request["identifier"]["value"] for kind, request in calls(plan) if kind == "release"] == ["1"]
    assert "Phone +11" in " ".join(plan.stays)


def test_only_what_leads_to_the_merged_contact_today_is_released() -> None:
    plan = planned(members(BOB, ANN), "bob", canonical="new", claims=frozenset({Identifier("Phone", "+11")}))
    assert [request["identifier"]["value"] for kind, request in calls(plan) if kind == "release"] == ["+11"]
    assert [request["value"] for kind, request in calls(plan) if kind == "look up"] == ["+11"]
    gone = "ExternalId 1: does not lead to new now; the new contact has it only if nobody else took it"
    assert gone in plan.lost


def test_what_somebody_changed_since_is_left_alone() -> None:
    found = members(BOB, ANN)
    now = {**promised(golden_record([BOB, ANN], {})), "id": "new", "firstName": "Bobby"}
    now = {**now, "customFields": {"tier": "gold"}}
    plan = planned(found, "bob", now=now)
    assert "$.firstName" not in {change["field"] for change in calls(plan)[0][1]["changes"]}
    assert "first name: was changed since the merge, and is left as it is" in plan.stays


def test_an_opt_out_stays_on_both_sides() -> None:
    plan = planned(members({**BOB, "surveyOptOut": True}, ANN), "bob")
    assert "$.surveyOptOut" not in {change["field"] for change in calls(plan)[0][1]["changes"]}
    (created,) = [request["contact"] for kind, request in calls(plan) if kind == "create"]
    assert created["surveyOptOut"] is True
    assert "survey opt-out: stays as the merge left it: to ask less often is the safe side" in plan.stays


def test_a_value_that_moved_to_another_slot_is_taken_from_there_and_what_lost_its_place_comes_back() -> None:
    crowd: dict[str, Any] = {slot: phone(f"+3{index}") for index, slot in enumerate(("homePhone", "otherPhone"))}
    first = contact("first", NEW, cellPhone=phone("+11"), workPhone=phone("+10"), **crowd)
    second = contact("second", cellPhone=phone("+12"), firstName="Ann")
    plan = planned(members(first, second), "first")
    assert calls(plan)[0][1]["changes"] == [
        {"field": "$.workPhone", "action": "Remove"},
        {"field": "$.cellPhone", "action": "Update", "value": {"display": "+12"}},
        {"field": "$.homePhone", "action": "Remove"},
        {"field": "$.otherPhone", "action": "Remove"},
    ]
    moved = planned(members(contact("a", NEW, cellPhone=phone("+11")), second), "second")
    assert {"field": "$.workPhone", "action": "Remove"} in calls(moved)[0][1]["changes"]


def test_several_are_made_anew_in_one_plan_and_an_identifier_of_both_goes_to_the_first() -> None:
    third = contact("third", firstName="Cy")
    plan = planned(members(BOB, ANN, third), "bob", "ann")
    kinds = [kind for kind, _ in calls(plan)]
    first, second = (index + 1 for index, kind in enumerate(kinds) if kind == "create")
    mails = [request for kind, request in calls(plan) if kind == "look up" and request["type"] == "Email"]
    assert [request["contactId"] for request in mails] == [made_by(first)]
    looked_up = [request["contactId"] for kind, request in calls(plan) if kind == "look up"]
    assert made_by(second) in looked_up and all(one in (made_by(first), made_by(second)) for one in looked_up)
    assert plan.names == ("Bob Smith", "Ann Smith")


def test_one_has_to_stay() -> None:
    with pytest.raises(RefusedError, match="one of them has to stay in the merged contact, which is never deleted"):
        planned(members(BOB, ANN), "bob", "ann")
    with pytest.raises(RefusedError, match="eve was no member"):
        planned(members(BOB, ANN), "eve")


def test_two_records_of_the_same_content_give_nothing_back_but_one_is_made() -> None:
    twin = {**BOB, "id": "twin"}
    assert [kind for kind, _ in calls(planned(members(BOB, twin), "bob"))] == ["create"]
