"""The golden record: who wins, what moves, and every value that is lost is said to be lost."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from reviewer.domain.consequences import sentence
from reviewer.domain.fields import EMAIL_PATHS, PHONE_PATHS, content, same, value_at
from reviewer.domain.golden_record import Why, golden_record, promised
from reviewer.domain.override import value_override
from reviewer.domain.parts import phone_key
from reviewer.domain.service_rule import LIST_CAP, entry_key
from tests.domain.generated import members


def contact(id_: str, modified: str = "2026-10-01T09:00:00Z", **fields: Any) -> dict[str, Any]:
    return {"id": id_, "modifyDate": modified, **fields}


def phone(number: str, **parts: Any) -> dict[str, Any]:
    return {"display": number, "e164": number, **parts}


OLD, NEW = "2026-10-01T09:00:00Z", "2026-10-02T09:00:00Z"


def test_the_newest_value_wins_and_the_other_is_lost() -> None:
    golden = golden_record([contact("a", OLD, firstName="Bob"), contact("b", NEW, firstName="Rob")], {})
    assert golden.fields["firstName"] == ("Rob", "b", Why.NEWEST)
    assert [(loss.path, loss.value, loss.source) for loss in golden.losses] == [("firstName", "Bob", "a")]
    assert sentence(golden.losses[0]) == "first name Bob: another value was chosen"


def test_a_contact_without_a_value_does_not_win() -> None:
    golden = golden_record([contact("a", OLD, firstName="Bob"), contact("b", NEW, firstName="  ")], {})
    assert golden.fields["firstName"] == ("Bob", "a", Why.ONLY) and golden.losses == ()


def test_fractions_of_a_second_count() -> None:
    early, late = "2026-10-01T09:00:00Z", "2026-10-01T09:00:00.250Z"
    golden = golden_record([contact("b", early, title="early"), contact("a", late, title="late")], {})
    assert golden.fields["title"].value == "late"


def test_a_date_that_cannot_be_read_is_the_oldest() -> None:
    golden = golden_record([contact("b", "yesterday", title="x"), contact("a", OLD, title="y"), {"id": "c"}], {})
    assert golden.fields["title"].value == "y"


def test_a_pick_wins() -> None:
    found = [contact("a", OLD, firstName="Bob"), contact("b", NEW, firstName="Rob")]
    assert golden_record(found, {"firstName": "a"}).fields["firstName"] == ("Bob", "a", Why.PICKED)


@pytest.mark.parametrize("picks", [{"firstName": "c"}, {"lastName": "a"}, {"nonsense": "a"}])
def test_a_pick_of_nothing_is_refused(picks: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="to pick"):
        golden_record([contact("a", firstName="Bob"), contact("b")], picks)


def test_phones_that_lose_move_to_free_slots_newest_first_and_the_rest_is_lost() -> None:
    found = [
        contact("a", OLD, workPhone=phone("+11"), cellPhone=phone("+12"), homePhone=phone("+13")),
        contact("b", NEW, workPhone=phone("+21"), cellPhone=phone("+22")),
    ]
    golden = golden_record(found, {})
    assert {path: golden.fields[path].value["e164"] for path in PHONE_PATHS} == {
        "workPhone": "+21", "cellPhone": "+22", "homePhone": "+13", "otherPhone": "+11",
    }  # fmt: skip
    assert golden.fields["otherPhone"].why is Why.MOVED
    assert [(loss.value["e164"], loss.reason) for loss in golden.losses] == [("+12", "no free slot")]


def test_numbers_that_nobody_could_read_are_not_taken_for_one() -> None:
    golden = golden_record(
        [contact("a", OLD, workPhone={"display": "private"}), contact("b", NEW, workPhone={"display": "unknown"})], {}
    )
    assert {chosen.value["display"] for chosen in golden.fields.values()} == {"private", "unknown"}


def test_an_opt_out_of_one_is_an_opt_out_and_a_pick_against_it_is_a_loss() -> None:
    found = [contact("a", OLD, surveyOptOut=True), contact("b", NEW, surveyOptOut=False)]
    golden = golden_record(found, {})
    assert golden.fields["surveyOptOut"] == (True, "a", Why.OPTED_OUT) and golden.losses == ()
    picked = golden_record(found, {"surveyOptOut": "b"})
    assert picked.fields["surveyOptOut"].value is False
    assert [(loss.path, loss.value) for loss in picked.losses] == [("surveyOptOut", True)]


def ids(*values: int) -> list[dict[str, Any]]:
    return [{"externalSource": {"id": "crm"}, "value": str(value)} for value in values]


def test_lists_are_joined_up_to_their_cap_and_the_rest_is_lost() -> None:
    found = [contact("a", OLD, externalIds=ids(*range(8))), contact("b", NEW, externalIds=ids(*range(6, 14)))]
    golden = golden_record(found, {})
    assert golden.fields["externalIds"].value == ids(*range(6, 14), 0, 1)
    assert len(golden.fields["externalIds"].value) == LIST_CAP
    assert [loss.value["value"] for loss in golden.losses] == ["2", "3", "4", "5"]
    assert {loss.reason for loss in golden.losses} == {"only 10 are kept"}


def test_a_picked_list_stands_alone_and_what_it_leaves_out_is_lost() -> None:
    found = [contact("a", externalIds=ids(1, 2)), contact("b", externalIds=ids(2, 3))]
    golden = golden_record(found, {"externalIds": "a"})
    assert golden.fields["externalIds"].value == ids(1, 2)
    assert [(loss.value["value"], loss.reason) for loss in golden.losses] == [("3", "another value was chosen")]


def test_the_same_value_of_two_sources_is_two_entries() -> None:
    other = [{"externalSource": {"id": "erp"}, "value": "1"}]
    assert len(golden_record([contact("a", externalIds=ids(1)), contact("b", externalIds=other)], {}).fields["externalIds"].value) == 2  # fmt: skip  # noqa: E501


def sent(*found: dict[str, Any], **picks: str) -> dict[str, Any]:
    return value_override(golden_record(found, picks), found)


def test_what_is_sent_leaves_out_what_only_the_service_writes() -> None:
    whole = phone("+17029191300", userInput="702", countryCode="US", acceptsSMS=True, extension=5)
    override = sent(
        contact("a", workPhone=whole, externalIds=[{"externalSource": {"id": "crm", "selfUri": "/"}, "value": "1"}]),
        contact("b", externalOrganization={"id": "o1", "name": "ACME"}, address={"city": "Graz", "state": " "}),
    )
    assert override == {
        "workPhone": {"display": "+17029191300", "extension": 5, "acceptsSMS": True},
        "externalIds": [{"externalSource": {"id": "crm"}, "value": "1"}],
        "externalOrganization": {"id": "o1"},
        "address": {"city": "Graz"},
    }


@pytest.mark.parametrize("display", ["020 7946 0000", None, ""])
def test_a_number_is_sent_with_its_country_code_where_it_is_known(display: str | None) -> None:
    override = sent(contact("a", workPhone={"display": display, "e164": "+442079460000"}), contact("b"))
    assert override["workPhone"] == {"display": "+442079460000"}


def test_a_whatsapp_number_is_sent_without_the_plus() -> None:
    number = {"display": "+44 7911 123456", "e164": "+447911123456", "userInput": "07911 123456", "countryCode": "GB"}
    override = sent(contact("a", whatsAppId={"phoneNumber": number}), contact("b"))
    assert override["whatsAppId"] == {"phoneNumber": {"display": "447911123456"}}


def test_custom_fields_go_with_the_schema_of_the_newest_contact() -> None:
    override = sent(
        contact("a", OLD, customFields={"tier": 0, "gone": None}, schema={"id": "s", "version": 1}),
        contact("b", NEW, customFields={"born": "1978-12-11"}, schema={"id": "s", "version": 2}),
    )
    assert override == {"customFields": {"tier": 0, "born": "1978-12-11"}, "schema": {"id": "s", "version": 2}}


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(found=members())
def test_every_value_is_kept_or_said_to_be_lost(found: list[dict[str, Any]]) -> None:
    golden = golden_record(found, {})
    kept = promised(golden)
    for record in found:
        for path in content(record):
            value = value_at(record, path)
            values = [
                *([kept[path]] if path in kept else ()),
                *(loss.value for loss in golden.losses if loss.path == path),
            ]
            if path in PHONE_PATHS or path in EMAIL_PATHS:
                slots = PHONE_PATHS if path in PHONE_PATHS else EMAIL_PATHS
                values = [kept[slot] for slot in slots if slot in kept]
                values += [loss.value for loss in golden.losses if loss.path in slots]
                key = phone_key if path in PHONE_PATHS else str.casefold
                assert key(value) in {key(one) for one in values}
            elif path in ("externalIds", "appleOpaqueIds"):
                lost = {entry_key(loss.value) for loss in golden.losses if loss.path == path}
                assert {entry_key(one) for one in value} <= {entry_key(one) for one in kept[path]} | lost
            elif path != "surveyOptOut":
                assert any(same(path, value, one) for one in values)
