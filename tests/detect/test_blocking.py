"""Blocking proposes what is alike, never blows up, and says what was too common."""

import numpy as np
import pytest

from reviewer.detect.blocking import Blocks, block
from reviewer.detect.blocking_rules import LARGEST_GROUP, weak_group
from reviewer.detect.columns import columns_of_comparables
from reviewer.detect.facts import skeleton_of
from reviewer.domain.comparable import Comparable
from tests.detect.people import person

PHONE = "+17029191300"


def blocks_of(contacts: list[Comparable]) -> Blocks:
    return block(columns_of_comparables(enumerate(contacts)))


def pairs_of(contacts: list[Comparable]) -> set[tuple[int, int]]:
    found = blocks_of(contacts)
    return set(zip(found.a.tolist(), found.b.tolist(), strict=True))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (person("a", "b", phones=PHONE), person("c", "d", phones=PHONE)),
        (person("a", "b", phones="+17029191300"), person("c", "d", phones="+449191300")),
        (person("a", "b", emails="x@y.example"), person("c", "d", emails="x@y.example")),
        (person("a", "b", emails="jane@y.example"), person("c", "d", emails="jane@z.example")),
        (person("a", "b", anchors="1"), person("c", "d", anchors="1")),
        (person("a", "b", socials="SocialLine:1"), person("c", "d", socials="SocialLine:1")),
        (person("jane", "smith"), person("jane", "smyth")),
        (person("smith", "jane"), person("jane", "smith")),
        (person("a", "smith", born="1978-12-11"), person("x", "smyth", born="1978-12-11")),
        (person("jane", "b", born="1978-12-11"), person("jayne", "x", born="1978-12-11")),
        (person("jane", "smith", born="1978-12-11"), person("j", "smith", born="1978-11-12")),
        (person("a", "b", street="1 main st"), person("c", "d", street="1 main st")),
        (person("a", "smith", postcode="12345"), person("c", "smith", postcode="12345")),
        (person("a", "b", postcode="12345", born="1978-12-11"), person("c", "d", postcode="12345", born="1978-12-11")),
        (person("", "smith", city="salem"), person("c", "smith", city="salem")),
        (person(handle="jane doe"), person("jane", "doe")),
        (person(handle="jdoe"), person("jane", "doe")),
        (person(handle="tailang shantian"), person("~tailang", "~shantian")),
        (person("s", "burgess", handle="stuart"), person("stuart", "burgess")),
    ],
)
def test_contacts_with_something_telling_in_common_are_proposed(a: Comparable, b: Comparable) -> None:
    assert pairs_of([a, b]) == {(0, 1)}


def test_strangers_are_not_proposed() -> None:
    assert pairs_of([person("jane", "doe", city="salem"), person("carl", "smith", city="salem")]) == set()


@pytest.mark.parametrize("contacts", [[], [person("jane", "doe")], [Comparable()] * 3])
def test_nothing_one_contact_and_empty_contacts_propose_nothing(contacts: list[Comparable]) -> None:
    found = blocks_of(contacts)
    assert (len(found.a), found.left_out) == (0, ())


def test_pairs_are_ordered_and_each_is_there_once() -> None:
    found = blocks_of([person("jane", "doe", phones=PHONE, emails="j@d.example", born="1978-12-11")] * 5)
    assert len(found.a) == 10
    assert (found.a < found.b).all()


def test_one_phone_on_fifty_thousand_contacts_is_refined_and_reported() -> None:
    contacts = [person(f"g{n % 40_000}", f"s{n % 40_000}", phones=PHONE) for n in range(50_000)]
    found = blocks_of(contacts)
    assert len(found.a) < 10 * len(contacts)
    pairs = set(zip(found.a.tolist(), found.b.tolist(), strict=True))
    assert (0, 40_000) in pairs
    said = f"phone {PHONE} is held by 50,000 contacts; contacts with it were compared only where something else agrees"
    assert any(sentence.startswith(said) for sentence in found.left_out)


def test_fifty_thousand_equal_contacts_do_not_blow_up() -> None:
    same = person("jane", "doe", phones=PHONE, emails="j@d.example", born="1978-12-11", street="1 main st", city="x")
    found = blocks_of([same] * 50_000)
    assert 49_999 <= len(found.a) <= 100_000
    assert found.left_out


def test_a_crowded_group_still_pairs_those_of_one_name() -> None:
    crowd = [person(f"name{chr(97 + n % 26)}{n}", f"other{n}", phones=PHONE) for n in range(LARGEST_GROUP * 2)]
    found = pairs_of([person("jane", "doe", phones=PHONE), *crowd, person("jane", "doe", phones=PHONE)])
    assert (0, LARGEST_GROUP * 2 + 1) in found


def test_record_text_in_a_sentence_cannot_style_a_terminal() -> None:
    hostile = [person(f"a{n}", f"b{n}", emails="\x1b[31m@x.example") for n in range(LARGEST_GROUP + 1)]
    sentences = "".join(blocks_of(hostile).left_out)
    assert "\x1b" not in sentences
    assert "␛[31m@x.example" in sentences


def test_names_of_a_thousand_characters_are_no_trouble() -> None:
    contacts = [person("a" * 1000, "b" * 1000), person("a" * 999, "b" * 1000)]
    assert pairs_of(contacts) == {(0, 1)}


def test_a_skeleton_is_the_same_for_most_spellings() -> None:
    assert skeleton_of("smith") == skeleton_of("smyth")
    assert skeleton_of("garski") == skeleton_of("garsky")
    assert skeleton_of("~sato") == skeleton_of("sato")
    assert skeleton_of("") == ""


def test_blocking_twice_gives_the_same() -> None:
    contacts = [person(f"g{n % 7}", f"s{n % 11}", phones=f"+1702919{n % 50:04d}") for n in range(500)]
    first, second = blocks_of(contacts), blocks_of(contacts)
    assert np.array_equal(first.a, second.a)
    assert np.array_equal(first.b, second.b)
    assert first.left_out == second.left_out


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (person("jane", "doe", born="1978-12-11"), person("doe", "jayne", born="1978-12-11")),
        (person("jane", "smith", born="1978-12-11"), person("june", "smyth", born="1978-10-11")),
        (person("jane", "smith", born="1978-12-11"), person("june", "smyth", born="1978-12-01")),
        (person("jane", "smith", born="1978-12-11"), person("jane", "smyth", born="1987-12-11")),
        (person("j", "smith", born="1978-12-11"), person("jane", "simth", born="1978-11-12")),
        (person("jane", "smith", street="12 old bridge lane"), person("jane", "smith", street="12 olde brdge ln")),
        (
            person("jane", "smith", street="7 main st", postcode="12345"),
            person("jnae", "smiht", street="7 mian street", postcode="12345"),
        ),
    ],
)
@pytest.mark.parametrize("contacts", [2, 1_000_000])
def test_two_facts_with_slips_are_enough_among_any_number_of_contacts(
    a: Comparable, b: Comparable, contacts: int
) -> None:
    assert len(block(columns_of_comparables(enumerate((a, b))), contacts=contacts).a) == 1


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (person("jane", "b", city="salem"), person("jane", "", city="salem")),
        (person("jane", "b"), person("jane", "c")),
        (person("jane", "b", born="1978-12-11"), person("x", "y", born="1978-12-11")),
    ],
)
def test_what_proves_little_is_compared_only_among_few_contacts(a: Comparable, b: Comparable) -> None:
    crowd = [person("jane", "b", city="salem", born="1978-12-11"), a, b]
    columns = columns_of_comparables(enumerate(crowd))
    few, many = (block(columns, contacts=contacts) for contacts in (3, 1_000_000))
    assert (1, 2) in set(zip(few.a.tolist(), few.b.tolist(), strict=True))
    assert (1, 2) not in set(zip(many.a.tolist(), many.b.tolist(), strict=True))


def test_the_more_contacts_the_rarer_must_be_what_proves_little() -> None:
    sizes = [weak_group(contacts) for contacts in (10, 5_000, 20_000, 40_000, 100_000, 10**6)]
    assert sizes == sorted(set(sizes), reverse=True)
