"""Rulings on identifiers count at once, run out on their day, and are taken back."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from reviewer.detect.run import detect
from reviewer.detect.run import rescore as rescore_with_the_detector
from reviewer.domain.errors import RefusedError
from reviewer.domain.identifiers import Identifier
from reviewer.domain.journal import State
from reviewer.domain.rulings import RulingKind
from reviewer.review import candidate, decide, queue, rule
from reviewer.review.desk import Desk
from reviewer.review.undo import undo
from reviewer.store import derivation, pairs, rulings
from reviewer.store import queue as stored_queue
from reviewer.store.database import Database
from tests.review.conftest import FAMILY
from tests.review.people import World, acts_of, person, phone

PHONE = Identifier("Phone", FAMILY)


class Judge:
    """Stands for the detector: remembers what it was asked to judge again."""

    def __init__(self) -> None:
        self.asked: list[tuple[list[tuple[int, int]], date]] = []

    def __call__(self, database: Database, pairs: Sequence[tuple[int, int]], today: date) -> None:
        self.asked.append((list(pairs), today))


def desk_with_the_detector(world: World) -> Desk:
    def rescore(database: Database, pairs: Sequence[tuple[int, int]], today: date) -> None:
        rescore_with_the_detector(database, pairs, today=today)

    return world.desk_of("ada", rescore=rescore)


def test_the_pairs_that_rest_on_the_identifier_are_judged_again_at_once(world: World) -> None:
    judge = Judge()
    desk = world.desk_of("ada", rescore=judge)
    decided = rule.rule(desk, PHONE, RulingKind.HOUSEHOLD)
    g, h = world.numbers("g", "h")
    ((asked, day),) = judge.asked
    assert asked[0] == (g, h) and day == world.today, "those that rest on it, and its other holders"
    assert decided.sentence == f"Phone {FAMILY} ruled household; 1 pair judged again"
    assert rulings.on(world.database, [PHONE], world.today)[0].kind is RulingKind.HOUSEHOLD
    assert acts_of(world.database, f"decision:{decided.decision}") == ["ruled household"]


def test_a_ruling_settles_the_warning_and_is_shown_with_every_holder(world: World) -> None:
    warning = next(number for number in world.open() if queue.row(world.desk, number).kind == "shared")
    decided = rule.rule(world.desk, PHONE, RulingKind.HOUSEHOLD, candidate=warning, until=world.today)
    assert warning not in world.open()
    assert stored_queue.read(world.database, warning).decision == decided.decision
    ruled = candidate.view(world.desk, world.candidate("g", "h")).rulings
    assert ruled == (("Phone", FAMILY, "household", world.today.isoformat()),)


@pytest.mark.parametrize("by_the_detector", [False, True])
def test_taking_a_ruling_back_brings_the_warning_back_under_its_number(world: World, by_the_detector: bool) -> None:
    desk = desk_with_the_detector(world) if by_the_detector else world.desk
    if by_the_detector:
        detect(world.database, today=world.today)
        derivation.rebuild(world.database, world.today)
    before = world.snapshot()
    warning = next(number for number in world.open() if queue.row(desk, number).kind == "shared")
    rule.rule(desk, PHONE, RulingKind.HOUSEHOLD, candidate=warning)
    derivation.rebuild(world.database, world.today)
    assert warning not in world.open()
    undo(desk)
    assert world.snapshot() == before


def test_with_the_detector_a_ruled_phone_proves_nothing_any_more(world: World) -> None:
    desk = desk_with_the_detector(world)
    world.write(
        person("x", firstName="Ina", lastName="Vogel", cellPhone=phone("+4930222333")),
        person("y", firstName="Ina", lastName="Vogel", cellPhone=phone("+4930222333")),
    )
    detect(world.database, today=world.today)
    derivation.rebuild(world.database, world.today)
    number, before = world.candidate("x", "y"), world.snapshot()
    weight = queue.row(desk, number).weight
    rule.rule(desk, Identifier("Phone", "+4930222333"), RulingKind.SWITCHBOARD)
    assert queue.row(desk, number).weight < weight
    (bar,) = [bar for bar in candidate.view(desk, number).bars if "ruled a switchboard" in bar.sentence]
    assert bar.weight == 0.0
    undo(desk)
    assert world.snapshot() == before


@pytest.mark.parametrize(
    ("fields", "identifier"),
    [
        (
            ({"cellPhone": phone("+4930222333")}, {"whatsAppId": {"phoneNumber": "4930222333"}}),
            Identifier("Phone", "+4930222333"),
        ),
        (
            ({"personalEmail": "i.vogel+shop@gmail.com"}, {"workEmail": "IVogel@gmail.com"}),
            Identifier("Email", "i.vogel+shop@gmail.com"),
        ),
    ],
)
def test_a_ruling_counts_at_once_for_every_spelling_of_the_identifier(
    world: World, fields: Sequence[dict[str, object]], identifier: Identifier
) -> None:
    desk = desk_with_the_detector(world)
    world.write(*(person(key, firstName="Ina", lastName="Vogel", **one) for key, one in zip("xy", fields, strict=True)))
    detect(world.database, today=world.today)
    derivation.rebuild(world.database, world.today)
    number = world.candidate("x", "y")
    before = candidate.view(desk, number)
    decided = rule.rule(desk, identifier, RulingKind.HOUSEHOLD)
    after = candidate.view(desk, number)
    assert decided.sentence.endswith("1 pair judged again")
    assert after.weight < before.weight and len(after.factors) == len(before.factors) - 1


def test_a_second_ruling_replaces_the_first_and_gives_way_to_it_again(world: World) -> None:
    def in_force() -> RulingKind:
        (found,) = rulings.on(world.database, [PHONE], world.today)
        return found.kind

    rule.rule(world.desk, PHONE, RulingKind.HOUSEHOLD)
    rule.rule(world.desk, PHONE, RulingKind.RECYCLED)
    assert in_force() is RulingKind.RECYCLED
    undo(world.desk)
    assert in_force() is RulingKind.HOUSEHOLD
    undo(world.desk)
    assert rulings.on(world.database, [PHONE], world.today) == []


def test_a_ruling_runs_out_after_its_last_day_and_its_pairs_are_judged_again(world: World) -> None:
    judge = Judge()
    desk = world.desk_of("ada", rescore=judge)
    warning = next(number for number in world.open() if queue.row(desk, number).kind == "shared")
    rule.rule(desk, PHONE, RulingKind.HOUSEHOLD, until=world.today + timedelta(days=1), candidate=warning)
    judge.asked.clear()
    world.clock.move(days=1)
    queue.wake(desk)
    assert judge.asked == [] and warning not in world.open(), "its last day counts"
    world.clock.move(days=1)
    queue.wake(desk)
    assert [today for _, today in judge.asked] == [world.today]
    assert warning in world.open() and rulings.in_force(world.database, world.today) == []


def test_a_ruling_that_runs_out_is_judged_and_ended_in_one_transaction(world: World) -> None:
    class Broken(Exception):
        pass

    def broken(database: Database, pairs: Sequence[tuple[int, int]], today: date) -> None:
        raise Broken

    rule.rule(world.desk, PHONE, RulingKind.HOUSEHOLD, until=world.today)
    world.clock.move(days=1)
    with pytest.raises(Broken):
        queue.wake(world.desk_of("ada", rescore=broken))
    judge = Judge()
    queue.wake(world.desk_of("ada", rescore=judge))
    assert judge.asked, "the next one does it"


def test_an_approval_made_under_other_rulings_does_not_fit_any_more(world: World) -> None:
    view = candidate.view(world.desk, world.candidate("g", "h"))
    then = decide.fingerprint_of(world.desk, view)
    rule.rule(world.desk, PHONE, RulingKind.HOUSEHOLD)
    now = decide.fingerprint_of(world.desk, view)
    rule.rule(world.desk, PHONE, RulingKind.RECYCLED)
    assert len({then, now, decide.fingerprint_of(world.desk, view)}) == 3


@pytest.mark.parametrize(
    ("identifier", "until", "said"),
    [
        (Identifier("SocialInstagram", "178"), None, "is not ruled on"),
        (Identifier("Phone", "+1000"), None, "no contact in the mirror holds"),
        (PHONE, date(2026, 11, 22), "is past"),
    ],
)
def test_a_ruling_that_makes_no_sense_is_refused(
    world: World, identifier: Identifier, until: date | None, said: str
) -> None:
    with pytest.raises(RefusedError, match=said):
        rule.rule(world.desk, identifier, RulingKind.DESK, until=until)
    assert rulings.in_force(world.database, world.today) == []


def test_what_most_contacts_of_a_candidate_share_is_offered_for_a_ruling(world: World) -> None:
    assert rule.rulable(candidate.view(world.desk, world.candidate("a", "b"))) == [
        Identifier("Email", "bob@mail.example")
    ]
    assert rule.rulable(candidate.view(world.desk, world.candidate("e", "f"))) == []
    warning = next(number for number in world.open() if queue.row(world.desk, number).kind == "shared")
    assert rule.rulable(candidate.view(world.desk, warning)) == [PHONE]


def test_a_ruling_leaves_a_staged_merge_staged(world: World) -> None:
    decided = decide.merge(world.desk, candidate.view(world.desk, world.candidate("g", "h")))
    rule.rule(world.desk, PHONE, RulingKind.HOUSEHOLD)
    assert world.operation(decided.decision).state is State.STAGED, "the executor voids it, visibly"


def test_a_ruling_brings_two_holders_together_who_were_no_pair_so_far(world: World) -> None:
    desk = desk_with_the_detector(world)
    world.write(
        person("x", firstName="Ina", lastName="Vogel", cellPhone=phone("+4930222333")),
        person("y", firstName="Carl", lastName="Fox", cellPhone=phone("+4930222333")),
    )
    detect(world.database, today=world.today)
    numbers = set(world.numbers("x", "y"))
    assert not pairs.between(world.database, sorted(numbers))
    said = rule.rule(desk, Identifier("Phone", "+4930222333"), RulingKind.PERSONAL)
    assert "1 pair judged again" in said.sentence
    assert [{pair.a, pair.b} for pair in pairs.between(world.database, sorted(numbers))] == [numbers]
    assert world.candidate("x", "y") in world.open()
    rule.rule(desk, Identifier("Phone", "+4930222333"), RulingKind.SWITCHBOARD)
    assert pairs.between(world.database, sorted(numbers)), "a pair that there is stays, however little it weighs"
