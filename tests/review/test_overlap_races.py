"""Two processes on one database at the same instant: an approval is sent, or given up for another, and never both."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.domain.journal import LIVE_STATES, State
from reviewer.domain.levels import Attribute
from reviewer.review import candidate, decide
from reviewer.store import audit_check, decisions, operations
from tests.review.people import TWO_FACTORS, World, person
from tests.store.processes import run_all

ROUNDS = 12

SWAPPING = """
import sys, time
from datetime import timedelta
from pathlib import Path
from reviewer.domain.errors import ReviewerError
from reviewer.execute.journaling import Journal
from reviewer.review import candidate, join, overlap
from reviewer.review.desk import Desk
from reviewer.review.steward import Steward
from reviewer.store.database import open_database
from tests.review.people import RULES

path, role, meeting = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
numbers = [int(number) for number in sys.argv[4].split(",")]

def meet(round_):
    (meeting / f"{role}-{round_}").touch()
    while len(list(meeting.glob(f"*-{round_}"))) < 2:
        time.sleep(0.0005)

with open_database(path) as database:
    desk = Desk(database, Steward(role), RULES)
    views = {
        number: overlap.offer(desk, candidate.view(desk, number)) and join.union(desk, number) for number in numbers
    }
    for round_, number in enumerate(numbers):
        view = views[number]
        act = {
            "joiner": lambda: join.join(desk, view),
            "other": lambda: join.join(desk, view),
            "taker": lambda: overlap.take_back(desk, candidate.view(desk, number)),
            "executor": lambda: Journal(database, RULES).intend(view.joining[0].operation, 1),
        }[role]
        meet(round_)
        try:
            print(number, "done" if act() else "held back")
        except ReviewerError as error:
            print(number, "refused:", error)
"""


@pytest.fixture
def overlaps(world: World) -> Iterator[tuple[World, list[int]]]:
    """Staged pairs, each with a third contact that is a candidate with one of its two; the numbers of those."""
    people, rows = [], []
    for index in range(ROUNDS):
        mail = f"kim{index}@mail.example"
        people += [person(f"{index}-a", personalEmail=mail), person(f"{index}-b", personalEmail=mail)]
        people.append(person(f"{index}-z"))
        rows.append((f"{index}-a", f"{index}-b", "duplicate", TWO_FACTORS))
        rows.append((f"{index}-b", f"{index}-z", "duplicate", {Attribute.GIVEN: "exact", Attribute.SURNAME: "exact"}))
    world.write(*people)
    world.score(*rows)
    for index in range(ROUNDS):
        pair = world.candidate(f"{index}-a", f"{index}-b")
        decide.merge(world.desk_of("bea"), candidate.view(world.desk, pair))
    yield world, [world.candidate(f"{index}-b", f"{index}-z") for index in range(ROUNDS)]


def both(world: World, numbers: list[int], folder: Path, first: str, second: str) -> list[dict[int, str]]:
    folder.mkdir()
    given = ",".join(map(str, numbers))
    said = run_all(SWAPPING, *[(world.database.path, role, folder, given) for role in (first, second)])
    return [{int(line.split()[0]): line.partition(" ")[2] for line in one.splitlines()} for one in said]


def live(world: World) -> list[operations.Operation]:
    return operations.in_states(world.database, LIVE_STATES)


@pytest.mark.parametrize("second", ["other", "taker"])
def test_of_two_stewards_who_swap_at_once_one_approves_and_the_other_is_refused(
    overlaps: tuple[World, list[int]], tmp_path: Path, second: str
) -> None:
    world, numbers = overlaps
    one, other = both(world, numbers, tmp_path / "meeting", "joiner", second)
    for number in numbers:
        assert sorted(said.partition(":")[0] for said in (one[number], other[number])) == ["done", "refused"], number
    assert len(live(world)) == ROUNDS, "one live operation for each"
    assert {operation.state for operation in live(world)} == {State.STAGED}
    undone = [decision for decision in decisions.all_of(world.database) if decision.undone_at]
    assert len(undone) == ROUNDS and audit_check.first_broken(world.database) is None


@pytest.mark.parametrize("role", ["joiner", "taker"])
def test_an_approval_that_the_executor_begins_to_send_at_that_instant_is_sent_or_swapped(
    overlaps: tuple[World, list[int]], tmp_path: Path, role: str
) -> None:
    world, numbers = overlaps
    steward, executor = both(world, numbers, tmp_path / "meeting", role, "executor")
    for number in numbers:
        swapped, sent = steward[number] == "done", executor[number] == "done"
        assert swapped is not sent, (number, steward[number], executor[number])
        assert swapped or "cannot be taken back any more" in steward[number]
    states = {operation.id: operation.state for operation in live(world)}
    begun = sum(state is State.SENDING for state in states.values())
    assert begun == sum(said == "done" for said in executor.values()) and len(states) == ROUNDS
