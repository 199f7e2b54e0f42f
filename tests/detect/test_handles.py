"""Display names: what they show of a person, how many others they fit, and what is left alone."""

import pytest

from reviewer.detect.run import score_contacts
from reviewer.domain.comparable import Comparable
from reviewer.domain.display_names import comparable_display_name, is_telling, name_in, short_form
from reviewer.domain.levels import Attribute
from tests.detect.people import level_name, level_names, person

A = Attribute
JANE = person("jane", "doerr")


def shows(handle: str, emails: str = "", socials: str = "") -> Comparable:
    """A nameless contact of a channel."""
    held = {name: value for name, value in (("emails", emails), ("socials", socials)) if value}
    return person("", "", handle=handle, anonymous=True, **held)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jane Doe", "jane doe"),
        ("queen_12345", "queen12345"),
        ("jdoe1978", "jdoe1978"),
        ("Doe.Jane", "doe jane"),
        ("+49 151 123", ""),
        ("", ""),
    ],
)
def test_figures_are_kept_but_alone_are_no_name(text: str, expected: str) -> None:
    assert comparable_display_name(text) == expected


def test_the_letters_alone_may_be_a_name() -> None:
    assert name_in("jdoe1978") == "jdoe"
    assert not is_telling("queen")
    assert is_telling("queen12345")
    assert [short_form(shown, "jane", "doerr") for shown in ("jdoerr7", "jane d", "janedoerr")] == [
        "surname", "given name", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("handle", "expected"),
    [
        ("jdoerr1978", "part"),
        ("jane d", "part"),
        ("janedoerr82", "full"),
        ("doerr jane", "full"),
        ("janie", "given"),
        ("janie doerr", "part"),
        ("queen12345", "unlike"),
    ],
)
def test_a_display_name_against_a_name(handle: str, expected: str) -> None:
    assert level_name(A.HANDLE, shows(handle), JANE) == expected


def test_two_nameless_contacts_share_a_name_only_if_it_is_telling() -> None:
    assert level_name(A.HANDLE, shows("queen12345"), shows("queen12345")) == "same"
    assert level_name(A.HANDLE, shows("queen12345"), shows("queen99")) == "unlike"
    assert level_name(A.HANDLE, shows("queen"), shows("queen")) == "one-sided"


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ((), "rare"),
        ((person("jane", "doerr"),), "usual"),
        (tuple(person("jane", "doerr") for _ in range(3)), "common"),
        (tuple(person("jane", "doerr") for _ in range(30)), "very common"),
    ],
)
def test_a_full_name_is_graded_by_who_else_has_it(others: tuple[Comparable, ...], expected: str) -> None:
    assert level_names(shows("jane doerr"), JANE, *others)[A.NAMESAKES] == expected


def test_a_short_form_fits_all_whose_name_has_it() -> None:
    john, alone = person("john", "doerr"), level_names(shows("jdoerr7"), JANE)
    assert alone[A.NAMESAKES] == "rare"
    assert level_names(shows("jdoerr7"), JANE, john)[A.NAMESAKES] == "common"
    assert level_names(shows("jane doerr"), JANE, john)[A.NAMESAKES] == "rare"
    assert level_names(shows("jane d"), JANE, person("jane", "drew"))[A.NAMESAKES] == "common"


def test_a_given_name_alone_is_not_graded_for_it_is_nobodys_full_name() -> None:
    assert level_names(shows("jane"), JANE, *[person("jane", "fox")] * 9)[A.NAMESAKES] == "missing"


def chance(*contacts: Comparable) -> float:
    """The probability that the first contact is the second, whatever else is there."""
    rows = score_contacts(list(enumerate(contacts)), floor=None)
    return next((row.probability for row in rows if (row.a, row.b) == (0, 1)), 0.0)


def test_the_more_it_fits_the_less_it_proves() -> None:
    one, three = chance(shows("jane doerr"), JANE), chance(shows("jane doerr"), JANE, *[person("jane", "doerr")] * 2)
    assert one > 0.8 > three
    assert chance(shows("jane doerr"), JANE, *[person("jane", "doerr")] * 8) < 0.5
    assert chance(shows("jdoerr7"), JANE, person("john", "doerr")) < 0.5


def test_what_an_identity_gave_outweighs_how_many_its_name_fits() -> None:
    jane = person("jane", "doerr", emails="jane@doerr.example")
    assert chance(shows("jane doerr", emails="jane@doerr.example"), jane, *[JANE] * 8) > 0.9


def test_identities_that_share_a_made_up_word_are_left_alone() -> None:
    queens = [(n, shows("queen" if n % 2 else f"queen{n}", socials=f"SocialFacebook:{n}")) for n in range(8)]
    assert score_contacts(queens) == []
    pair = [(1, shows("queen12345", socials="SocialFacebook:1")), (2, shows("queen12345", socials="SocialTwitter:2"))]
    assert [(row.kind, row.verdict) for row in score_contacts(pair)] == [("duplicate", "review")]
