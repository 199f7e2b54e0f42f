"""What can be compensated, and what is said of the rest; the service itself is in tests/execute."""

import json
from datetime import timedelta
from typing import Any

import pytest

from reviewer.domain.errors import NotFoundError, RefusedError
from reviewer.domain.journal import State
from reviewer.execute.reading import Reading
from reviewer.execute.snapshots import Snapshots
from reviewer.review import candidate, decide
from reviewer.review.compensate import Now, show
from reviewer.review.compensation_text import compensation_lines
from reviewer.review.recreate import approve
from reviewer.review.undo import undo
from reviewer.store import decisions, operations, snapshots
from reviewer.store.transaction import transaction
from tests.review.people import World, person

MERGED = {**person("merged", firstName="Rob", personalEmail="bob@mail.example"), "mergedFrom": [{"id": "a"}]}


def ended(world: World, state: State = State.DONE, *, kept: bool = True) -> int:
    """A merge of a and b that ended so; its operation."""
    decided = decide.merge(world.desk, candidate.view(world.desk, world.candidate("a", "b")))
    number = decided.operation or 0
    document = json.loads(world_document(world, decided.decision))
    raw = {one["id"]: json.dumps(one).encode() for one in document["members"]}
    at = world.clock()
    with transaction(world.database) as connection:
        if state in (State.DONE, State.PARTIAL):
            operations.move(connection, number, State.SENDING, at)
            operations.move(connection, number, State.CONFIRMED, at)
            if kept:
                reading = Reading({one["id"]: one for one in document["members"]}, raw, (), 0.0)
                Snapshots(reading, {}, document["promise"]).keep(world.database, number, 1, at)
            operations.move(connection, number, State.FOLLOWING_UP, at, canonical="merged")
        if state is not State.STAGED:
            operations.move(connection, number, state, at)
    world.write(MERGED)
    return number


def world_document(world: World, decision: int) -> bytes:
    return decisions.read(world.database, decision).document


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.STAGED, "only once it has ended"),
        (State.VOID, "ended void: it merged nobody"),
        (State.FAILED, "ended failed: it merged nobody"),
        (State.MERGED_ELSEWHERE, "ended merged elsewhere: it merged nobody"),
    ],
)
def test_what_merged_nobody_has_nobody_to_re_create(world: World, state: State, said: str) -> None:
    number = ended(world, state)
    with pytest.raises(RefusedError, match=said):
        show(world.desk, number)
    with pytest.raises(NotFoundError):
        show(world.desk, 99)


def test_the_stored_plans_name_the_merged_contact(world: World) -> None:
    shown = show(world.desk, ended(world))
    assert [choice.contacts for choice in shown.choices] == [("a",), ("b",)] and not shown.asked
    text = "\n".join(compensation_lines(shown))
    assert '"contactId": "merged"' in text and "(the merged contact)" not in text
    with pytest.raises(RefusedError, match="has to be read first"):
        approve(world.desk, show(world.desk, shown.operation, ["a"]), note="wrong")


def test_a_merge_of_before_this_version_says_where_its_contacts_are(world: World) -> None:
    with pytest.raises(RefusedError, match="kept nothing for this; `reviewer audit show 1`"):
        show(world.desk, ended(world, kept=False))


def test_where_snapshots_were_erased_nothing_is_planned(world: World) -> None:
    number = ended(world)
    with transaction(world.database) as connection:
        snapshots.expire(connection, world.clock() + timedelta(seconds=1), world.clock())
    with pytest.raises(RefusedError, match="what was kept of a, b was erased"):
        show(world.desk, number)


def now(**fields: Any) -> Now:
    return Now({**MERGED, **fields}, frozenset())


def test_what_changed_since_is_said(world: World) -> None:
    shown = show(world.desk, ended(world), now=now(lastName="Other"))
    assert any(said.startswith("changed since the merge: ") and "last name" in said for said in shown.since)
    assert "changed since the merge" in "\n".join(compensation_lines(shown))


def test_a_contact_that_was_merged_on_shows_the_calls_for_the_living_one(world: World) -> None:
    shown = show(world.desk, ended(world), ["b"], Now({**MERGED, "id": "head"}, frozenset()))
    assert "merged was merged on into head" in shown.refusal and shown.canonical == "head"
    targets = {step.request["contactId"] for step in shown.choices[0].steps if step.kind.value == "set"}
    assert targets == {"head"}
    with pytest.raises(RefusedError, match="was merged on into head"):
        approve(world.desk, shown, note="wrong")


def test_a_note_is_needed(world: World) -> None:
    with pytest.raises(RefusedError, match="needs a note"):
        approve(world.desk, show(world.desk, ended(world), ["a"], now()), note=" ")


def test_undo_of_a_merge_that_was_made_says_what_shows_the_way_back(world: World) -> None:
    number = ended(world)
    with pytest.raises(RefusedError, match=f"`reviewer compensate {number}` shows"):
        undo(world.desk, operations.read(world.database, number).decision)
