"""What `visible` lets through, what it shows in place of the rest, and that it never lets through more."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reviewer import text
from reviewer.text import fit, visible, visible_exact, width

any_text = st.text(alphabet=st.characters(), max_size=40)
"""Lone surrogates and unassigned characters included."""

hostile_text = st.text(
    alphabet="aé ‹+4›\n\x00\x1b\x7f\x9b\u0301\u0489\u0903\u200b\u200c\u200d\u202e\u3164\ud800\U000e0041",
    max_size=40,
)

NAMES = [
    "Bob Smith",
    "María-José O’Łukasz",
    "Nguyễn Thị Ánh",
    "Ωμέγα Παπαδόπουλος",
    "Юлія Шевченко",
    "山田　太郎",
    "김민수",
    "می‌نا محمدی",
    "علی‌رضا",
    "रमेश कुमार",
    "র‍্যাব",
    "രാജന്‍",
    "ශ්‍රී ලංකා",
    "လျှို့ဝှက်",
    "שָׁלוֹם",
    "👩‍👧 Jo",
]


def never_allowed(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") and char not in "\u200c\u200d"


@given(any_text | hostile_text)
@example("\ud800")
def test_no_control_format_surrogate_private_or_unassigned_character_gets_through(value: str) -> None:
    for shown in (visible(value), visible_exact(value)):
        assert not any(never_allowed(char) for char in shown)
        shown.encode("utf-8")


@given(any_text | hostile_text)
def test_making_visible_twice_is_making_visible_once(value: str) -> None:
    assert visible(visible(value)) == visible(value)
    assert visible_exact(visible_exact(value)) == visible_exact(value)


@given(any_text | hostile_text)
def test_no_base_carries_more_than_four_zero_width_marks(value: str) -> None:
    run = 0
    for char in visible(value):
        if unicodedata.category(char) in ("Mn", "Me"):
            run += 1
        elif unicodedata.category(char) != "Mc" and char not in "\u200c\u200d":
            run = 0
        assert run <= text.MARKS_PER_BASE


@given(hostile_text)
def test_a_text_that_is_not_empty_never_vanishes(value: str) -> None:
    assert bool(width(visible(value))) == bool(value)


@pytest.mark.parametrize("name", NAMES)
def test_names_of_every_script_come_back_as_they_are(name: str) -> None:
    assert visible(name) == name


def test_clean_text_comes_back_as_the_same_object() -> None:
    name = "".join(["Bob ", "Smith"])
    assert visible(name) is name


def test_every_character_of_the_fast_path_would_pass_the_careful_path_too() -> None:
    clean = [chr(code) for code in range(0x110000) if text._CLEAN(chr(code))]
    assert len(clean) > 30_000
    assert [char for char in clean if list(text._pictures(char, exact=True)) != [char]] == []
    assert [char for char in clean if unicodedata.category(char)[0] == "M"] == []


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("two\nlines", "two⏎lines"),
        ("a\tb", "a⇥b"),
        ("\x1b[31mred", "␛[31mred"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("good\rEVIL", "good␍EVIL"),
        ("\x00\x7f", "␀␡"),
        ("\x9b31m", "‹009B›31m"),
        ("\u202egnp.exe", "‹202E›gnp.exe"),
        ("\u2066x\u2069", "‹2066›x‹2069›"),
        ("Bob\u200b", "Bob‹200B›"),
        ("\ufeffBob", "‹FEFF›Bob"),
        ("Bo\u00adb", "Bo‹00AD›b"),
        ("\U000e0041", "‹E0041›"),
        ("a\u2028b", "a‹2028›b"),
        ("\ud800", "‹D800›"),
        ("\u0378\ue000", "‹0378›‹E000›"),
        ("\u3164\u115f\u2800", "‹3164›‹115F›‹2800›"),
        ("\u2003", "‹2003›"),
        ("❤\ufe0f", "❤‹FE0F›"),
        ("\u200dBob", "‹200D›Bob"),
        ("a\u200d\u200db", "a\u200d‹200D›b"),
        ("e" + "\u0301" * 50, "e" + "\u0301" * 4 + "‹+46 marks›"),
        ("e" + "\u0301" * 5 + "x", "e" + "\u0301" * 4 + "‹+1 mark›x"),
        ("\u0301x", "◌\u0301x"),
        ("[/x] [@click=app.quit]x[/]", "[/x] [@click=app.quit]x[/]"),
    ],
)
def test_what_cannot_be_seen_is_shown_as_what_it_is(value: str, shown: str) -> None:
    assert visible(value) == shown


def test_joiners_do_not_let_more_marks_onto_one_letter() -> None:
    assert visible("e" + "\u0301\u200d" * 6).count("\u0301") == text.MARKS_PER_BASE


def test_differences_that_cannot_be_seen_are_seen_in_a_diff() -> None:
    assert visible("Bob\u00a0Smith") == "Bob\u00a0Smith"
    assert visible_exact("Bob\u00a0Smith") == "Bob‹00A0›Smith"
    assert visible_exact("می‌نا") == "می‹200C›نا"
    assert visible_exact("山田\u3000太郎") == "山田‹3000›太郎"
    assert visible_exact("Bob Smith") == "Bob Smith"


def test_values_that_are_not_text_are_shown_too() -> None:
    assert visible(None) == ""
    assert visible(42) == "42"
    assert visible(b"caf\xc3\xa9 \xff\x1b") == "café \\xff␛"


def test_width_counts_cells() -> None:
    assert [width(value) for value in ("", "Bob", "山田", "e\u0301", "می‌نا", "ｶﾅ")] == [0, 3, 4, 1, 4, 2]
    assert width(unicodedata.normalize("NFD", "한")) == 2


@given(any_text | hostile_text, st.integers(min_value=-1, max_value=30))
def test_fit_never_takes_more_cells_than_it_was_given(value: str, cells: int) -> None:
    shown = visible(value)
    cut = fit(shown, cells)
    assert width(cut) <= max(cells, 0)
    assert (cut == shown) == (width(shown) <= cells) or not shown


def test_fit_marks_what_it_left_out_and_keeps_letters_whole() -> None:
    assert fit("Bob Smith", 9) == "Bob Smith"
    assert fit("Bob Smith", 5) == "Bob …"
    assert fit("山田太郎", 4) == "山…"
    assert fit("e\u0301e\u0301e\u0301", 2) == "e\u0301…"
    assert fit("Bob", 1) == "…"
    assert fit("Bob", 0) == ""
