"""The evaluator: which level a pair has in each attribute."""

import msgspec
import numpy as np
import pytest

from reviewer.detect.columns import columns_of_comparables
from reviewer.detect.evaluator import Evaluator
from reviewer.detect.level_columns import LEAST_TELLING_FIRST
from reviewer.domain.comparable import Comparable
from reviewer.domain.identifiers import Identifier
from reviewer.domain.levels import LEVELS, Attribute
from reviewer.domain.rulings import Ruling, RulingKind
from tests.detect.people import level_name, level_names, person

A = Attribute


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("robert", "robert", "exact"),
        ("robert", "bob", "nickname"),
        ("anna maria", "anna", "part"),
        ("xiu ying", "xiuying", "near"),
        ("r", "robert", "initial"),
        ("b", "robert", "unlike"),
        ("sebastian", "basti", "short"),
        ("robert", "robrt", "slip"),
        ("mario", "maria", "loose"),
        ("daniel", "daniela", "loose"),
        ("mohamed", "muhammad", "near"),
        ("carl", "carol", "loose"),
        ("jean pierre", "jp", "initial"),
        ("~dvd", "david", "near"),
        ("mehmet", "mehmed", "near"),
        ("carl", "carla", "loose"),
        ("robert", "susan", "unlike"),
        ("robert", "", "one-sided"),
        ("", "", "missing"),
        ("~jie", "jie", "near"),
        ("~tailang", "taro", "script"),
        ("~wei", "~wei", "exact"),
    ],
)
def test_given_names(first: str, second: str, expected: str) -> None:
    assert level_name(A.GIVEN, person(first, "x"), person(second, "x")) == expected
    assert level_name(A.GIVEN, person(second, "x"), person(first, "x")) == expected


def test_names_of_one_sound_are_near_also_where_both_are_usual() -> None:
    known = [person("steven"), person("stephen"), person("alexander"), person("aleksandr")]
    assert level_name(A.GIVEN, person("steven"), person("stephen"), *known) == "near"
    assert level_name(A.GIVEN, person("alexander"), person("aleksandr"), *known) == "near"


def test_the_same_words_parted_elsewhere_are_swapped() -> None:
    found = level_names(person("nguyen", "van an"), person("an", "nguyen van"))
    assert (found[A.GIVEN], found[A.SURNAME]) == ("swapped", "swapped")


def test_an_address_that_too_many_have_is_common() -> None:
    assert level_name(A.ADDRESS, *(person("a", "b", street="1 main st") for _ in range(30))) == "common"


def test_a_slip_is_one_only_if_the_slipped_name_is_found_nowhere_else() -> None:
    assert level_name(A.GIVEN, person("robert"), person("robrt")) == "slip"
    assert level_name(A.GIVEN, person("robert"), person("robrt"), person("robrt")) == "near"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("smith", "smith", "exact"),
        ("smith", "smyth", "near"),
        ("garcia", "garcia lopez", "part"),
        ("s", "smith", "initial"),
        ("smith", "jones", "unlike"),
        ("~zheng", "jung", "script"),
    ],
)
def test_surnames(first: str, second: str, expected: str) -> None:
    assert level_name(A.SURNAME, person("x", first), person("x", second)) == expected


def test_swapped_names_are_seen_in_both_attributes_also_with_a_slip() -> None:
    for given, surname in (("smith", "robert"), ("smyth", "robert")):
        found = level_names(person("robert", "smith"), person(given, surname))
        assert (found[A.GIVEN], found[A.SURNAME]) == ("swapped", "swapped")


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (person("", "thomas"), person("thomas", "gabriel"), "crossed"),
        (person("thomas", ""), person("gabriel", "thomsa"), "crossed"),
        (person("thomas", ""), person("", "thomas"), "crossed"),
        (person("thomas", "gabriel"), person("gabriel", "smith"), "unlike"),
        (person("thomas", ""), person("thomas", "thomas"), "exact"),
    ],
)
def test_one_name_in_the_other_s_place_counts_where_nothing_speaks_against_it(
    a: Comparable, b: Comparable, expected: str
) -> None:
    assert level_name(A.GIVEN, a, b) == level_name(A.GIVEN, b, a) == expected
    assert (level_name(A.SURNAME, a, b) == "crossed") is (expected == "crossed")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("james", "james", "exact"), ("j", "james", "initial"), ("james", "paul", "unlike"), ("", "paul", "one-sided")],
)
def test_middle_names(first: str, second: str, expected: str) -> None:
    assert level_name(A.MIDDLE, person("a", "b", middle=first), person("a", "b", middle=second)) == expected


def test_a_full_name_is_graded_by_what_chance_would_give() -> None:
    a, b = person("zacharias", "quill"), person("zacharias", "quill")
    strangers = [person(f"g{n}", f"s{n}") for n in range(1000)]
    crowd = [person("zacharias", "quill") for _ in range(30)]
    assert level_name(A.NAMESAKES, a, b, *strangers) == "rare"
    assert level_name(A.NAMESAKES, a, b, *strangers, *crowd) == "very common"
    assert level_name(A.NAMESAKES, a, person("zacharias", "other")) == "missing"


def test_suffixes() -> None:
    assert level_name(A.SUFFIX, person("a", "b", suffix="jr"), person("a", "b", suffix="sr")) == "conflict"
    assert level_name(A.SUFFIX, person("a", "b", suffix="jr"), person("a", "b", suffix="2")) == "same"
    assert level_name(A.SUFFIX, person("a", "b", suffix="jr"), person("a", "b")) == "one-sided"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("1978-12-11", "1978-12-11", "exact"),
        ("1978-12-11", "1978-12-17", "slip"),
        ("1978-12-11", "1978-12-12", "slip"),
        ("1978-12-21", "1978-12-12", "slip"),
        ("1978-12-11", "1978-11-12", "day-month"),
        ("1978-12-11", "1979-01-05", "weeks"),
        ("1978", "1978-12-11", "year"),
        ("1978", "1978", "year"),
        ("1978", "1979-12-11", "different"),
        ("1948-03-23", "1968-03-23", "generation"),
        ("1948-03-23", "1958-03-23", "slip"),
        ("1929-04-21", "1992-04-21", "slip"),
        ("1919-04-21", "2001-04-21", "two parts"),
        ("1978-12-11", "1978-12-29", "two parts"),
        ("1978-12-11", "1978-03-11", "two parts"),
        ("1978-12-11", "1951-04-02", "different"),
        ("1978-12-11", "", "one-sided"),
    ],
)
def test_dates_of_birth(first: str, second: str, expected: str) -> None:
    assert level_name(A.BORN, person("a", "b", born=first), person("a", "b", born=second)) == expected


def test_a_date_of_birth_that_too_many_have_is_common() -> None:
    same = [person("a", "b", born="1980-01-01") for _ in range(20)]
    assert level_name(A.BORN, *same) == "common"


PHONE = "+17029191300"


def test_a_phone_that_only_one_name_has_is_their_own() -> None:
    assert level_name(A.PHONE, person("bob", "smith", phones=PHONE), person("robert", "smith", phones=PHONE)) == "own"


def test_a_phone_is_graded_by_people_not_by_records() -> None:
    a = person("jane", "doe", phones=PHONE)
    others = [person(name, "doe", phones=PHONE) for name in ("kevin", "susan", "kevin")]
    assert level_name(A.PHONE, a, a, *others) == "shared by 3"


def test_the_level_of_one_attribute_does_not_depend_on_another() -> None:
    jane = person("jane", "doe", phones=PHONE, emails="j@doe.example", street="1 main st", born="1990-01-02")
    kevin = person("kevin", "doe", phones=PHONE, emails="k@doe.example", street="1 main st", born="1990-01-02")
    found = level_names(jane, kevin)
    assert (found[A.PHONE], found[A.ADDRESS], found[A.BORN]) == ("shared by 2", "exact", "exact")
    near = level_names(jane, msgspec.structs.replace(kevin, phones=("+17029191309",)))
    assert near[A.PHONE] == "near"


def test_every_level_of_an_identifier_has_its_place_among_the_telling_ones() -> None:
    for attribute in (A.PHONE, A.EMAIL):
        assert {known.name for known in LEVELS[attribute]} <= set(LEAST_TELLING_FIRST)


def test_the_best_of_several_common_phones_counts() -> None:
    own, shared = "+17029191301", "+17029191302"
    a = person("jane", "doe", phones=(own, shared))
    others = [person(name, "x", phones=shared) for name in ("kevin", "susan", "carl")]
    assert level_name(A.PHONE, a, a, *others) == "own"


def test_phones_that_differ() -> None:
    def phones(first: str, second: str) -> str:
        return level_name(A.PHONE, person("a", "b", phones=first), person("a", "b", phones=second))

    assert phones("+17029191300", "+17029191309") == "near"
    assert phones("+17029191300", "+4930123456") == "different"
    assert phones("+3903526553537", "+103526553537") == "near"


def test_rulings_count_at_once() -> None:
    a, b = person("jane", "doe", phones=PHONE), person("jane", "doe", phones=PHONE)
    crowd = [person(name, "x", phones=PHONE) for name in ("kevin", "susan")]
    for kind in RulingKind:
        ruling = Ruling(Identifier("Phone", PHONE), kind, None)
        assert level_names(a, b, *crowd, rulings=(ruling,))[A.PHONE] == f"ruled {kind.value}"


def test_a_ruling_on_a_whatsapp_number_is_one_on_the_phone() -> None:
    ruling = Ruling(Identifier("SocialWhatsapp", PHONE[1:]), RulingKind.HOUSEHOLD, None)
    a = person("jane", "doe", phones=PHONE)
    assert level_names(a, a, rulings=(ruling,))[A.PHONE] == "ruled household"


def test_a_ruling_on_an_email_finds_every_spelling_of_it() -> None:
    ruling = Ruling(Identifier("Email", "Jane.Doe+x@gmail.com"), RulingKind.ROLE_MAILBOX, None)
    a = person("jane", "doe", emails="janedoe@gmail.com")
    assert level_names(a, a, rulings=(ruling,))[A.EMAIL] == "ruled role mailbox"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("jane@doe.example", "jane@doe.example", "own"),
        ("info@doe.example", "info@doe.example", "role"),
        ("jane.doe@post.example", "jane.deo@post.example", "near"),
        ("janedoe@post.example", "janedoe@mail.org", "alike"),
        ("jane1@post.example", "jane2@post.example", "different"),
        ("jane@doe.example", "carl@smith.example", "different"),
        ("jane.doe@post.example", "jayne.deo@psot.example", "similar"),
        ("j.d@white.org", "j.d@whtie.org", "near"),
        ("jane1@post.example", "jane2@psot.example", "different"),
    ],
)
def test_emails(first: str, second: str, expected: str) -> None:
    assert level_name(A.EMAIL, person("a", "b", emails=first), person("a", "b", emails=second)) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({"street": "1 main st", "city": "salem"}, {"street": "1 main st", "city": "salem"}, "exact"),
        ({"street": "1 main st"}, {"street": "1 main st", "city": "salem"}, "exact"),
        ({"street": "1 main st", "city": "salem"}, {"street": "1 main st", "city": "boston"}, "other town"),
        ({"street": "11 coplanddrive"}, {"street": "copland dr"}, "near"),
        ({"street": "7 oak rd apt 4"}, {"street": "7 oak rd apt 5"}, "unit"),
        ({"street": "7 oak rd apt 4"}, {"street": "7 oak rd"}, "near"),
        ({"street": "23 ashburton cct", "city": "salem"}, {"street": "276 ashburton cct", "city": "salem"}, "street"),
        ({"street": "7 oak rd", "postcode": "12345"}, {"street": "7 elm rd", "postcode": "54321"}, "different"),
        ({"postcode": "12345", "city": "salem"}, {"postcode": "12345", "city": "salme"}, "place"),
        ({"postcode": "12345", "city": "salem"}, {"postcode": "12354", "city": "salem"}, "near place"),
        ({"postcode": "12345"}, {"postcode": "12354"}, "near postcode"),
        ({"street": "1 main st"}, {"city": "salem"}, "one-sided"),
        ({"street": "1 main st"}, {"street": "1 main st salem or"}, "near"),
        ({"street": "1 main st"}, {"street": "2 main st"}, "different"),
        ({"street": "1 main st", "postcode": "12345"}, {"street": "9 oak rd", "postcode": "12345"}, "postcode"),
        ({"city": "salem"}, {"city": "salem"}, "town"),
        ({"city": "salem"}, {}, "one-sided"),
    ],
)
def test_addresses(first: dict[str, str], second: dict[str, str], expected: str) -> None:
    assert level_name(A.ADDRESS, person("a", "b", **first), person("a", "b", **second)) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (("1", "2"), ("2", "1"), "equal"),
        (("1", "2"), ("1",), "overlap"),
        (("1",), ("2",), "disjoint"),
        (("1",), (), "one-sided"),
        ((), (), "missing"),
    ],
)
def test_anchors(first: tuple[str, ...], second: tuple[str, ...], expected: str) -> None:
    assert level_name(A.ANCHOR, person("a", "b", anchors=first), person("a", "b", anchors=second)) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("SocialLine:1", "SocialLine:1", "same"),
        ("SocialLine:1", "SocialLine:2", "different"),
        ("SocialLine:1", "SocialTwitter:1", "one-sided"),
    ],
)
def test_social_ids(first: str, second: str, expected: str) -> None:
    assert level_name(A.SOCIAL, person("a", "b", socials=first), person("a", "b", socials=second)) == expected


@pytest.mark.parametrize(
    ("handle", "expected"),
    [
        ("jane doe", "full"),
        ("doe jane", "full"),
        ("janedoe", "full"),
        ("jdoerr", "part"),
        ("jane x doe", "part"),
        ("jane d", "part"),
        ("j doe", "part"),
        ("janie doe", "part"),
        ("mrsjanedoe", "part"),
        ("jane", "given"),
        ("night star", "unlike"),
    ],
)
def test_display_names(handle: str, expected: str) -> None:
    surname = "doerr" if "doerr" in handle else "doe"
    assert level_name(A.HANDLE, person(handle=handle, anonymous=True), person("jane", surname)) == expected


def test_a_display_name_tells_which_given_name_an_initial_stands_for() -> None:
    s_burgess = person("s", "burgess", handle="stuart")
    assert level_name(A.HANDLE, s_burgess, person("stuart", "burgess")) == "given"
    assert level_name(A.HANDLE, person("simon", "burgess"), s_burgess) == "unlike"
    assert level_name(A.HANDLE, s_burgess, person("s", "burgess")) == "one-sided"


def test_a_display_name_in_another_script_is_the_name_in_that_script() -> None:
    shown, named = person(handle="tailang shantian", anonymous=True), person("~tailang", "~shantian")
    assert level_name(A.HANDLE, shown, named) == "full"


def test_a_display_name_says_nothing_where_both_have_names() -> None:
    assert level_name(A.HANDLE, person("anna", "b", handle="jane doe"), person("jane", "doe")) == "one-sided"
    assert level_name(A.HANDLE, person(handle="jane doe"), person(handle="jane doe")) == "same"


def test_two_contacts_created_within_seconds_are_a_race_but_an_import_is_not() -> None:
    a, b = person("a", "b", created=1000), person("a", "b", created=1008)
    assert level_name(A.CREATED, a, b) == "race"
    assert level_name(A.CREATED, a, person("a", "b", created=2000)) == "apart"
    assert level_name(A.CREATED, a, b, *(person("x", "y", created=1000 + n) for n in range(9))) == "apart"
    assert level_name(A.CREATED, a, person("a", "b")) == "one-sided"


def test_the_levels_do_not_depend_on_which_contact_comes_first() -> None:
    a = person("bob", "smith", born="1978-12-11", phones=(PHONE, "+4930123456"), emails="bob@x.example", anchors="1")
    b = person("robert", "smyth", born="1978-11-12", phones=PHONE, city="salem", anchors=("1", "2"))
    columns = columns_of_comparables(enumerate((a, b)))
    found = Evaluator(columns).levels(np.array([0, 1]), np.array([1, 0]))
    assert found[0].tolist() == found[1].tolist()


def test_two_empty_contacts_have_nothing_to_compare() -> None:
    assert set(level_names(Comparable(), Comparable()).values()) == {"missing"}
