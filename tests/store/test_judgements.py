"""Rulings, deferrals and constraints: in force, replaced, run out, taken back."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from reviewer.domain.identifiers import Identifier
from reviewer.domain.rulings import Ruling, RulingKind
from reviewer.store import constraints, decisions, deferrals, derivation, rulings, shared_identifiers
from reviewer.store.database import Database
from reviewer.store.shared_identifiers import SharedRow
from reviewer.store.transaction import transaction
from tests.store.world import NOON, TODAY, decide, fresh, stored

PHONE = Identifier("Phone", "+17029191300")
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with fresh(tmp_path, 4) as opened:
        shared_identifiers.replace(opened, [SharedRow(*PHONE, 3, 2, 4.0, "household", "three hold it", 0.87, 0.99)])
        derivation.refresh_shared(opened, TODAY)
        yield opened


def rule(database: Database, kind: RulingKind, until: date | None = None, identifier: Identifier = PHONE) -> int:
    with transaction(database) as connection:
        decision = decide(database, "shared")
        rulings.write(connection, decision, Ruling(identifier, kind, until), NOON)
    return decision


def take_back(database: Database, decision: int) -> list[Identifier]:
    with transaction(database) as connection:
        freed = rulings.end_of_decision(connection, decision, NOON)
        decisions.undo(connection, decision, "ada", NOON)
    return freed


def in_force(database: Database, today: date = TODAY) -> list[RulingKind]:
    assert rulings.on(database, [PHONE], today) == rulings.in_force(database, today)
    return [ruling.kind for ruling in rulings.in_force(database, today)]


def states(database: Database) -> list[str]:
    query = "SELECT state FROM candidate WHERE kind = 'shared'"
    return [state for (state,) in database.connection.execute(query)]


def test_a_ruling_replaces_the_one_before_and_puts_it_back_when_it_is_taken_back(database: Database) -> None:
    first = rule(database, RulingKind.HOUSEHOLD)
    second = rule(database, RulingKind.SWITCHBOARD)
    assert in_force(database) == [RulingKind.SWITCHBOARD]
    assert take_back(database, second) == [PHONE]
    assert in_force(database) == [RulingKind.HOUSEHOLD]
    assert take_back(database, first) == [PHONE]
    assert in_force(database) == []


def test_a_ruling_that_was_taken_back_meanwhile_is_not_put_back(database: Database) -> None:
    rule(database, RulingKind.HOUSEHOLD)
    second, third = rule(database, RulingKind.DESK), rule(database, RulingKind.PERSONAL)
    assert take_back(database, second) == []
    take_back(database, third)
    assert in_force(database) == [RulingKind.HOUSEHOLD]


def test_a_ruling_counts_through_its_last_day_and_is_not_put_back_after_it(database: Database) -> None:
    rule(database, RulingKind.HOUSEHOLD, TODAY - timedelta(days=1))
    assert in_force(database, TODAY - timedelta(days=1)) == [RulingKind.HOUSEHOLD]
    assert in_force(database) == []
    assert derivation.wake(database, TODAY, NOON) == [tuple(PHONE)]
    second = rule(database, RulingKind.DESK)
    take_back(database, second)
    assert derivation.wake(database, TODAY, NOON) == [], "what ran out is not put back to run out again"


def test_a_ruling_settles_its_warning_until_it_runs_out(database: Database) -> None:
    assert states(database) == ["open"]
    rule(database, RulingKind.HOUSEHOLD, TODAY)
    derivation.refresh_shared(database, TODAY)
    assert "open" not in states(database)
    derivation.wake(database, TOMORROW, NOON)
    assert states(database) == ["open"]


def test_a_warning_that_was_put_off_comes_back_on_its_day(database: Database) -> None:
    with transaction(database) as connection:
        deferrals.write(connection, decide(database, "defer"), PHONE, TOMORROW)
    derivation.refresh_shared(database, TODAY)
    assert states(database) == ["deferred"]
    derivation.wake(database, TODAY, NOON)
    assert states(database) == ["deferred"]
    derivation.wake(database, TOMORROW, NOON)
    assert states(database) == ["open"]


def test_a_value_with_half_a_sign_can_be_ruled_on(database: Database) -> None:
    odd = Identifier("Email", "bob\ud800@a.example")
    decision = rule(database, RulingKind.ROLE_MAILBOX, identifier=odd)
    assert [ruling.kind for ruling in rulings.on(database, [odd], TODAY)] == [RulingKind.ROLE_MAILBOX]
    assert len(take_back(database, decision)) == 1


def test_constraints_hold_for_every_pair_and_end_with_their_decision(database: Database) -> None:
    with transaction(database) as connection:
        decision = decide(database)
        constraints.write(connection, decision, "cannot", stored(database, 3, 1, 2))
    found = constraints.in_force(database.connection)
    assert [(limit.a, limit.b, limit.kind, limit.stale) for limit in found] == [
        (1, 2, "cannot", False), (1, 3, "cannot", False), (2, 3, "cannot", False),
    ]  # fmt: skip
    assert constraints.in_force(database.connection, [4]) == []
    assert {(limit.a, limit.b) for limit in constraints.in_force(database.connection, [3])} == {(1, 3), (2, 3)}
    with transaction(database) as connection:
        constraints.end_of_decision(connection, decision, NOON)
    assert constraints.in_force(database.connection) == []
