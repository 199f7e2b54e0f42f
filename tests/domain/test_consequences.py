"""What a merge costs and needs is said beforehand, in these sentences."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from reviewer.domain.consequences import Consequence, Kind, consequences
from reviewer.domain.golden_record import NOTHING, golden_record
from reviewer.domain.identifiers import Identifier
from reviewer.domain.merge_set import MOST_MEMBERS
from reviewer.domain.merged_identifiers import merged_identifiers
from tests.domain.test_emptying import NEW, contact, phone

STAYS = "notes, sessions and conversations stay with the old contacts; shown together"


def said(
    *members: dict[str, Any], others: Mapping[Identifier, Sequence[str]] | None = None, **picks: str
) -> list[tuple[str, str]]:
    golden = golden_record(members, picks)
    found = consequences(members, golden, merged_identifiers(members, golden, others or {}))
    assert all(isinstance(one, Consequence) for one in found)
    return [(one.kind.value, one.sentence) for one in found if one.kind is not Kind.STAYS]


def test_what_stays_behind_is_always_said() -> None:
    members = [contact("a", title="Dr"), contact("b")]
    golden = golden_record(members, {})
    assert consequences(members, golden, ()) == (Consequence(Kind.STAYS, "", STAYS),)


def test_a_value_that_loses_and_one_without_a_slot() -> None:
    crowd: dict[str, Any] = {"workEmail": "b@b.example", "personalEmail": "c@c.example", "otherEmail": "d@d.example"}
    unknown = "in no field of the result; whether it still leads to this person is not known"
    assert said(contact("a", title="Mr", workEmail="a@a.example"), contact("b", NEW, title="Dr", **crowd)) == [
        ("lost", "work email a@a.example: no free slot"),
        ("lost", "title Mr: another value was chosen"),
        ("identifier", f"Email a@a.example: {unknown}"),
    ]


def test_a_list_over_its_cap() -> None:
    ids = [[{"value": str(10 * place + number)} for number in range(8)] for place in range(2)]
    found = said(contact("a", NEW, appleOpaqueIds=ids[0]), contact("b", appleOpaqueIds=ids[1]))
    assert found[:6] == [("lost", f"Apple ids {number}: only 10 are kept") for number in range(12, 18)]
    assert ("own step", "Apple ids: set to what is shown, should the service join all lists nevertheless") in found
    assert ("open", "Apple ids: 16 in all; whether the service merges so many is not documented") in found
    alone = next(sentence for kind, sentence in found if kind == "identifier")
    assert alone.startswith("AppleOpaqueId 12, AppleOpaqueId 13, AppleOpaqueId 14 and 3 more: in no field")


def test_an_opt_out_that_is_overridden() -> None:
    assert said(contact("a", surveyOptOut=True), contact("b"), surveyOptOut="b") == [
        ("lost", "survey opt-out: overridden, this person may be asked again"),
        ("own step", "survey opt-out: set to what is shown, should the service keep it nevertheless"),
    ]


def test_a_value_that_is_removed_moved_before_and_released() -> None:
    found = said(contact("a", workPhone=phone("+11")), contact("b", NEW, workPhone=phone("+21")), workPhone=NOTHING)
    assert found == [
        ("own step", "work phone +21: removed right after the merge"),
        ("own step", "work phone +11: removed right after the merge, which moves it to cell phone"),
        ("own step", "Phone +11: released, no longer leads to this person, unless it is written into a field again"),
        ("own step", "Phone +21: released, no longer leads to this person, unless it is written into a field again"),
    ]


@pytest.mark.parametrize(
    ("others", "told"),
    [
        (["x"], "another contact holds it too"),
        (["x", "y"], "2 others hold it too"),
        ([str(number) for number in range(10)], "many others hold it too"),
    ],
)
def test_an_identifier_that_others_hold(others: list[str], told: str) -> None:
    found = said(contact("a", workPhone=phone("+11")), contact("b"), others={Identifier("Phone", "+11"): others})
    assert found == [("identifier", f"Phone +11: {told.removesuffix(' too')} too, and it leads to the first that claimed it")]  # fmt: skip  # noqa: E501


def test_an_identifier_that_no_member_has_claimed_and_one_without_a_field() -> None:
    cookie = [{"type": "Cookie", "value": "c1"}]
    found = said(contact("a", workPhone=phone("+11"), identifiers=cookie), contact("b", identifiers=[]))
    assert found == [
        ("identifier", "Cookie c1: in no field of the result, but still leads to this person"),
        ("identifier", "Phone +11: none of these has claimed it, so it may lead to another contact"),
    ]


def test_the_size_of_the_merge_set_and_the_most_that_one_merge_takes() -> None:
    merged = contact("a", mergeSet=[{"id": "a"}, {"id": "a1"}, {"id": "a2"}])
    arithmetic = "the person will consist of 5 contacts (these 2, 2 merged into them before, and the new one) of at most 52"  # fmt: skip  # noqa: E501
    assert said(merged, contact("b")) == [("limit", arithmetic)]
    many = [contact(f"c{number}") for number in range(MOST_MEMBERS)]
    assert said(*many) == [("limit", "25 contacts are the most that one merge takes")]


def test_a_type_that_is_not_documented() -> None:
    anonymous = contact("a", type="Identified"), contact("b", type="Ephemeral")
    assert said(*anonymous) == [("open", "none of these is curated: whether the new contact is, is not documented")]
    assert said(contact("a", type="Curated"), contact("b", type="Ephemeral")) == []
