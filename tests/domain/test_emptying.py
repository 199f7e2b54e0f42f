"""A pick of nothing: what goes along with the merge, what is removed after it, and what is released."""

from typing import Any

import pytest

from reviewer.domain.errors import RefusedError
from reviewer.domain.golden_record import NOTHING, golden_record, promised
from reviewer.domain.plan import Step, StepKind, merge_plan

OLD, NEW = "2026-10-01T09:00:00Z", "2026-10-02T09:00:00Z"


def contact(id_: str, modified: str = OLD, **fields: Any) -> dict[str, Any]:
    return {"id": id_, "modifyDate": modified, "division": {"id": "home"}, **fields}


def phone(number: str) -> dict[str, Any]:
    return {"display": number, "e164": number}


def planned(*members: dict[str, Any], **picks: str) -> tuple[dict[str, Any], list[Step]]:
    """The promise and the steps under these picks."""
    golden = golden_record(members, picks)
    return promised(golden), merge_plan(members, golden)


def removing(*fields: str) -> tuple[StepKind, dict[str, Any]]:
    return StepKind.REMOVE, {"changes": [{"field": f"$.{field}", "action": "Remove"} for field in fields]}


def releasing(kind: str, value: str, **source: Any) -> tuple[StepKind, dict[str, Any]]:
    return StepKind.RELEASE, {"operation": "Release", "identifier": {"type": kind, "value": value, **source}}


def test_a_field_is_sent_as_it_would_be_chosen_and_removed_afterwards() -> None:
    promise, steps = planned(contact("a", title="Mr"), contact("b", NEW, title="Dr", firstName="Bob"), title=NOTHING)
    assert promise == {"firstName": "Bob"}
    assert steps[0].request["valueOverride"] == {"firstName": "Bob", "title": "Dr"}
    assert steps[1:] == [removing("title")]


def test_the_slot_that_the_service_would_move_a_value_to_is_said_filled_and_removed_too() -> None:
    promise, steps = planned(
        contact("a", workPhone=phone("+11")), contact("b", NEW, workPhone=phone("+21")), workPhone=NOTHING
    )
    assert promise == {}
    sent = steps[0].request["valueOverride"]
    assert {slot: value["display"] for slot, value in sent.items()} == {"workPhone": "+21", "cellPhone": "+11"}
    assert steps[1:] == [removing("workPhone", "cellPhone"), releasing("Phone", "+21"), releasing("Phone", "+11")]


def test_a_value_that_is_wanted_in_another_field_stays_there_and_is_not_released() -> None:
    promise, steps = planned(
        contact("a", workPhone=phone("+11")), contact("b", cellPhone=phone("+11")), workPhone=NOTHING
    )
    assert promise == {"cellPhone": phone("+11")} and steps[1:] == [removing("workPhone")]


def test_no_other_value_moves_into_a_slot_that_is_to_be_empty() -> None:
    first = contact("a", cellPhone=phone("+12"), workPhone=phone("+11"))
    promise, steps = planned(first, contact("b", NEW, cellPhone=phone("+22")), workPhone=NOTHING)
    assert {slot: value["e164"] for slot, value in promise.items()} == {"cellPhone": "+22", "homePhone": "+12"}
    assert steps[1:] == [removing("workPhone"), releasing("Phone", "+11")]


def test_a_value_for_which_only_an_emptied_slot_is_left_is_removed_from_there() -> None:
    crowd: dict[str, Any] = {"cellPhone": phone("+12"), "homePhone": phone("+13"), "otherPhone": phone("+14")}
    first = contact("a", **crowd)
    promise, steps = planned(first, contact("b", NEW, cellPhone=phone("+22")), workPhone=NOTHING)
    assert set(promise) == set(crowd)
    assert steps[0].request["valueOverride"]["workPhone"] == {"display": "+12"}
    assert steps[1:] == [removing("workPhone"), releasing("Phone", "+12")]


def test_a_value_that_finds_no_slot_at_all_is_released_all_the_same() -> None:
    crowd: dict[str, Any] = {f"{slot}Phone": phone(f"+1{slot}") for slot in ("cell", "home", "other")}
    first = contact("a", workPhone=phone("+11"), **crowd)
    _, steps = planned(first, contact("b", NEW, workPhone=phone("+21")), workPhone=NOTHING)
    assert steps[1:] == [removing("workPhone"), releasing("Phone", "+21"), releasing("Phone", "+11")]


def test_an_email_is_released_in_each_of_its_spellings() -> None:
    _, steps = planned(contact("a", workEmail="Bob@A.example"), contact("b", NEW, workEmail="bob@a.example"), workEmail=NOTHING)  # fmt: skip  # noqa: E501
    assert steps[1:] == [
        removing("workEmail"), releasing("Email", "Bob@A.example"), releasing("Email", "bob@a.example")
    ]  # fmt: skip


def test_a_list_is_removed_as_a_whole_and_each_of_its_entries_released() -> None:
    ids = [{"externalSource": {"id": "crm"}, "value": "0031/8"}]
    _, steps = planned(contact("a", externalIds=ids), contact("b"), externalIds=NOTHING)
    assert steps[1:] == [removing("externalIds"), releasing("ExternalId", "0031/8", externalSource={"id": "crm"})]


def test_a_custom_field_is_removed_by_its_key_and_one_that_cannot_be_named_is_refused() -> None:
    found = contact("a", customFields={"tier": "gold", "a.b": 1}), contact("b")
    promise, steps = planned(*found, **{"customFields.tier": NOTHING})
    assert promise == {"customFields.a.b": 1} and steps[1:] == [removing("customFields.tier")]
    with pytest.raises(ValueError, match=r"a\.b cannot be emptied"):
        golden_record(found, {"customFields.a.b": NOTHING})


def test_what_nobody_has_cannot_be_emptied() -> None:
    with pytest.raises(ValueError, match="nobody has a value for title to pick against"):
        golden_record([contact("a"), contact("b")], {"title": NOTHING})


@pytest.mark.parametrize("pick", ["b", "c", NOTHING])
def test_an_opt_out_is_overridden_by_picking_no_even_of_a_contact_that_says_nothing(pick: str) -> None:
    found = contact("a", NEW, surveyOptOut=True), contact("b", surveyOptOut=False), contact("c")
    assert planned(*found)[0] == {"surveyOptOut": True}
    promise, steps = planned(*found, surveyOptOut=pick)
    assert promise == {"surveyOptOut": False} and steps[0].request["valueOverride"] == {"surveyOptOut": False}
    kept = {"field": "$.surveyOptOut", "action": "Update", "value": False}
    assert steps[1:] == [(StepKind.REMOVE, {"changes": [kept]})], "a service may keep it nevertheless"


def test_an_identity_that_is_stitched_cannot_be_removed_in_the_same_act() -> None:
    account: dict[str, Any] = {"instagramId": {"ids": [{"scopedId": "178"}]}}
    members = [contact("a", **account), contact("b")]
    with pytest.raises(RefusedError, match="SocialInstagram 178 is what this links"):
        merge_plan(members, golden_record(members, {"instagramId": NOTHING}), [("SocialInstagram", "178")])
