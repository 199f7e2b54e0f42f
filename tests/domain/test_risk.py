"""Four eyes: what makes an act risky, one row of the table at a time, and what the settings make of it."""

from typing import Any

import pytest

from reviewer.domain.persons import Person, may_be_one
from reviewer.domain.risk import RISKS, Facts, FourEyes, Thresholds, facts_of, why_two

HARMLESS = Facts("merge", 2, (frozenset({"1"}), frozenset({"1"})), (), 20.0, "review")
RISKY = Thresholds(FourEyes.RISKY)

ROWS = {
    "group size": ({"contacts": 12}, "12 contacts"),
    "different anchors": ({"anchors": (frozenset("1"), frozenset("2"))}, "its contacts have different anchors"),
    "loss of an anchor": ({"lost": ("1",)}, "an anchor is lost"),
    "weight": ({"weight": 6.9}, "its weight +6.9 is below +7.0"),
    "veto": ({"verdict": "veto"}, "the rules veto it"),
    "compensation": ({"kind": "compensate"}, "it re-creates persons after a merge"),
}


def test_every_row_of_the_table_is_tested() -> None:
    assert [risk.name for risk in RISKS] == list(ROWS)


@pytest.mark.parametrize("name", ROWS)
def test_each_risk_alone_asks_for_a_second_steward_in_words(name: str) -> None:
    changed, said = ROWS[name]
    facts = HARMLESS._replace(**changed)  # type: ignore[arg-type]
    assert why_two(facts, RISKY) == (said,)
    assert why_two(facts, Thresholds(FourEyes.NEVER)) == ()
    assert why_two(facts, Thresholds(FourEyes.ALWAYS)) == (said,)


def test_a_compensation_has_no_weight_that_could_be_too_small() -> None:
    facts = HARMLESS._replace(kind="compensate", weight=0.0, verdict="")
    assert why_two(facts, RISKY) == ("it re-creates persons after a merge",)


def test_what_is_harmless_needs_a_second_steward_only_by_an_always() -> None:
    assert why_two(HARMLESS, RISKY) == ()
    assert why_two(HARMLESS, Thresholds(FourEyes.ALWAYS)) == ("the settings ask for two on every act",)


@pytest.mark.parametrize(
    ("limits", "facts"),
    [
        ({"group_size": 13}, {"contacts": 12}),
        ({"anchors": False}, {"anchors": (frozenset("1"), frozenset("2")), "lost": ("2",)}),
        ({"weight": 6.9}, {"weight": 6.9}),
        ({"vetoes": False}, {"verdict": "veto"}),
    ],
)
def test_a_threshold_that_is_set_otherwise_lets_it_pass(limits: dict[str, Any], facts: dict[str, Any]) -> None:
    assert why_two(HARMLESS._replace(**facts), RISKY._replace(**limits)) == ()


def anchored(*values: str, source: str = "crm") -> dict[str, Any]:
    return {"id": "x", "externalIds": [{"externalSource": {"id": source}, "value": value} for value in values]}


def test_the_facts_come_from_the_document_of_an_approval() -> None:
    document = {
        "members": [anchored("1", "2"), anchored("3"), anchored("9", source="shop"), {"id": "y"}],
        "promise": anchored("1", "3"),
        "weight": 11,
        "verdict": "veto",
    }
    found = facts_of(document, "merge", "crm")
    assert found == Facts("merge", 4, (frozenset("12"), frozenset("3")), ("2",), 11.0, "veto")
    assert facts_of({**document, "promise": {}}, "merge", "crm").lost == ("1", "2", "3")


def test_what_makes_no_merged_contact_loses_no_anchor() -> None:
    assert facts_of({"members": [anchored("1")]}, "link", "crm") == Facts("link", 1, (frozenset("1"),), (), None, "")


@pytest.mark.parametrize("document", [{"members": 3}, {"members": ["a"]}, {"weight": "much"}, {"promise": [1]}])
def test_a_document_that_is_none_is_a_value_error(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        facts_of(document, "merge", "crm")


@pytest.mark.parametrize(
    ("first", "second", "one"),
    [
        (Person("ada"), Person("ada"), True),
        (Person("ada"), Person("bob"), False),
        (Person("ada"), Person("root", "ada"), True),
        (Person("desk", "ada"), Person("desk", "bob"), False),
        (Person("desk", "ada"), Person("desk"), True),
        (Person("ada"), Person("ada", "somebody"), True),
        (Person("ada", "somebody"), Person("ada"), True),
    ],
)
def test_two_approvals_may_be_of_one_person(first: Person, second: Person, one: bool) -> None:
    assert may_be_one(first, second) is one
