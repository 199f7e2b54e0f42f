"""The staging area's words for links and compensations: whom they are about, and what their contacts are to them."""

from datetime import timedelta

import pytest

from reviewer.domain.journal import State
from reviewer.review.operations import Key, OperationDetail, OperationRow
from reviewer.tui.drawing.operations import counted_kinds, detail_lines, operation_line, sending_words
from tests.tui.small_queue import NOON


def row(kind: str, who: str, state: State = State.STAGED, canonical: str = "") -> OperationRow:
    return OperationRow(
        7, 3, kind, state.value, ("m-1", "x-1"), ("Kim", "x"), who, "ada", NOON, NOON, 12, False, "", canonical, "",
        Key("", 7),
    )  # fmt: skip


def detail(found: OperationRow, *steps: tuple[str, str], recreates: tuple[str, ...] = ()) -> str:
    settles_at = NOON + timedelta(seconds=1) if found.state == State.UNCLEAR else None
    shown = OperationDetail(found, steps, recreates, (), settles_at, False, None, "", None, "")
    return "\n".join(line.text.strip() for line in detail_lines(shown, 110))


@pytest.mark.parametrize("width", [80, 120])
def test_a_row_says_whom_it_is_about_and_its_kind_stands_apart(width: int) -> None:
    line = operation_line(row("compensate", "Lee Roe out of Kim Doe"), width, cursor=False).text
    assert "compensate from 11-23" in line and "Lee Roe out of Kim Doe" in line
    assert "Cookie c-1 ⇢ Kim Doe" in operation_line(row("link", "Cookie c-1 ⇢ Kim Doe"), width, cursor=True).text


def test_a_compensation_names_those_whom_it_re_creates_and_the_merged_contact() -> None:
    found = row("compensate", "Lee Roe out of Kim Doe")
    said = detail(found, ("set", "pending"), ("create", "pending"), recreates=("b-1",))
    assert said.startswith("Lee Roe out of Kim Doe\ncompensation, 12 calls, approved by ada (decision 3)")
    assert "steps: set, create" in said and "re-creates b-1, out of the merged contact m-1" in said
    done = detail(row("compensate", "", State.DONE, "new-1"), ("create", "done"), recreates=("b-1",))
    assert "new contact new-1" in done and "reviewer compensate" not in done


def test_a_link_merges_nothing() -> None:
    said = detail(row("link", "Cookie c-1 ⇢ Kim Doe"), ("claim", "pending"), ("claim back", "only if it is refused"))
    assert "link, 12 calls, approved by ada" in said and "merged" not in said and "contacts m-1, x-1" in said
    assert "claim back only if it is refused" in said


@pytest.mark.parametrize("kind", ["merge", "link", "compensate"])
def test_of_what_was_erased_no_contact_is_named(kind: str) -> None:
    said = detail(row(kind, "", State.DONE)._replace(contacts=(), names=(), outcome="erased"))
    assert said.startswith("—\n") and "erased" in said and "contact" not in said
    assert "—" in operation_line(row(kind, ""), 80, cursor=False).text


def test_a_merge_that_took_effect_in_part_can_be_compensated_too() -> None:
    assert "if it was wrong: reviewer compensate 7" in detail(row("merge", "Kim Doe", State.PARTIAL, "head"))


def test_the_question_to_send_calls_them_by_their_names() -> None:
    assert sending_words(row("compensate", "Lee Roe out of Kim Doe")) == "#7 compensation: Lee Roe out of Kim Doe"
    assert counted_kinds({"link": 2, "compensate": 1}) == "2 links and 1 compensation"
