"""Record text on its way into files: CSV columns that are no formulas, JSON harmless on a terminal."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.text import for_formula, from_formula, json_safe

likely_formulas = st.text(alphabet="'=+-@\t\r\n ＝＋－＠a1(", max_size=8)


@pytest.mark.parametrize(
    "text", ["=1+1", "+49 30 1", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠1", " =1"]
)
def test_what_a_spreadsheet_may_run_is_guarded_with_an_apostrophe(text: str) -> None:
    assert for_formula(text) == "'" + text


@pytest.mark.parametrize("text", ["", "Bob", "O'Brien", "'quoted'", "bob@work.example", "1+1", "'", "a=b"])
def test_other_text_is_not_guarded(text: str) -> None:
    assert for_formula(text) == text
    assert from_formula(text) == text


@given(likely_formulas | st.text())
def test_the_guard_can_be_taken_off_again_exactly(text: str) -> None:
    assert from_formula(for_formula(text)) == text


def test_guarding_an_apostrophe_before_a_formula_keeps_the_two_apart() -> None:
    assert for_formula("'=1") != for_formula("=1")


documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(documents, st.sampled_from([None, 2]))
def test_json_is_the_same_document_and_holds_nothing_that_acts_on_a_terminal(value: object, indent: int | None) -> None:
    written = json_safe(value, indent)
    assert json.loads(written) == value
    assert all(char.isprintable() or char in "\n\u00a0\u3000\u200c\u200d" for char in written)
    written.encode("utf-8")


def test_names_stay_readable_in_json_and_hostile_characters_are_escaped() -> None:
    assert json_safe("Ayşe 山田 می‌نا") == '"Ayşe 山田 می‌نا"'
    assert json_safe("\x1b\x7f\x9b\u202e\ud800\U000e0041\u3164") == (
        '"\\u001b\\u007f\\u009b\\u202e\\ud800\\udb40\\udc41\\u3164"'
    )


def test_structs_dataclasses_dates_and_paths_can_be_written_as_json() -> None:
    class Row(msgspec.Struct):
        born: date

    @dataclass
    class Place:
        path: Path

    assert json_safe([Row(date(1978, 12, 11)), Place(Path("/tmp/x"))]) == (
        '[{"born": "1978-12-11"}, {"path": "/tmp/x"}]'
    )
