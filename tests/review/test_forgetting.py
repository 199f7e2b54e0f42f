"""The right to be forgotten: no byte of the person is left in the files, and the audit's chain still holds."""

import json
from datetime import timedelta

import pytest

from reviewer.domain.errors import NotFoundError, RefusedError
from reviewer.domain.identifiers import Identifier
from reviewer.domain.rulings import RulingKind
from reviewer.review import candidate, decide, rule, undo
from reviewer.review.forget import forget
from reviewer.review.retention import Expired, Retention, expire
from reviewer.store import audit, audit_check, contacts, rulings
from tests.review.people import TWO_FACTORS, World, person

PERSONAL = (b"Zebulon", b"zeb@mail.example", b"zebulon-1", b"lives at the corner")


def files_of(world: World) -> bytes:
    """The database and what is on its way into it, as bytes."""
    path = world.database.path
    return b"".join(one.read_bytes() for one in sorted(path.parent.glob(f"{path.name}*")))


@pytest.fixture
def zebulon(world: World) -> World:
    """A person beside ``a``, on whom something was decided, taken back, ruled and noted."""
    world.write(person("zebulon-1", firstName="Zebulon", personalEmail="zeb@mail.example"))
    world.score(("a", "zebulon-1", "duplicate", TWO_FACTORS))
    group = world.candidate("a", "b", "zebulon-1")
    decided = decide.merge(world.desk, candidate.view(world.desk, group), note="lives at the corner")
    undo.undo(world.desk, decided.decision)
    decide.distinct(world.desk, candidate.view(world.desk, group), note="lives at the corner")
    rule.rule(world.desk, Identifier("Email", "zeb@mail.example"), RulingKind.PERSONAL)
    return world


def test_nothing_of_a_forgotten_person_is_left_in_the_files(zebulon: World) -> None:
    zebulon.database.connection.execute("PRAGMA secure_delete = OFF")  # as SQLite is built where it is not on already
    before = files_of(zebulon)
    assert all(text in before for text in PERSONAL)
    forgotten = forget(zebulon.desk, "zebulon-1")
    after = files_of(zebulon)
    assert [text for text in PERSONAL if text in after] == []
    assert (forgotten.records, forgotten.decisions, forgotten.operations) == (1, 3, 1)


def test_the_chain_holds_after_a_person_was_forgotten_and_says_that_it_was_done(zebulon: World) -> None:
    entries = [(one.id, one.act, one.hash) for one in audit.entries(zebulon.database)]
    forgotten = forget(zebulon.desk, "zebulon-1")
    checked = audit_check.check(zebulon.database)
    assert checked.fault is None and checked.erased == forgotten.payloads > 0
    now = [(one.id, one.act, one.hash) for one in audit.entries(zebulon.database)]
    assert now[: len(entries)] == entries
    last = list(audit.entries(zebulon.database))[-1]
    assert (last.id, last.act, last.steward) == (forgotten.entry, "forgot a person", "ada")
    assert last.payload is not None and json.loads(last.payload)["records"] == 1


def test_those_beside_a_forgotten_person_stay_and_are_asked_again(zebulon: World) -> None:
    forget(zebulon.desk, "zebulon-1")
    assert set(contacts.by_ids(zebulon.database, ["a", "b", "zebulon-1"])) == {"a", "b"}
    assert zebulon.state(zebulon.candidate("a", "b")) == "open"
    for view in (candidate.view(zebulon.desk, number) for number in zebulon.open()):
        assert view.columns or view.kind == "shared"


def test_acts_on_what_was_erased_say_so(zebulon: World) -> None:
    forget(zebulon.desk, "zebulon-1")
    with pytest.raises(RefusedError, match="taken back already"):
        undo.undo(zebulon.desk, 1)
    for number in (2, 3):
        with pytest.raises(RefusedError, match=f"what decision {number} was about has been erased"):
            undo.undo(zebulon.desk, number)


def test_a_person_is_found_by_any_of_their_records(world: World) -> None:
    world.write(
        person("old-1", mergedTo={"id": "head"}),
        person("old-2", mergedTo={"id": "head"}),
        person("head", firstName="Zebulon", mergeSet=[{"id": "old-1"}, {"id": "old-2"}, {"id": "never-seen"}]),
    )
    forgotten = forget(world.desk, "old-2")
    assert forgotten.traces.ids == ("head", "never-seen", "old-1", "old-2")
    assert contacts.by_ids(world.database, ["head", "old-1", "old-2"]) == {}


def test_an_identifier_that_others_hold_keeps_its_ruling(world: World) -> None:
    rule.rule(world.desk, Identifier("Email", "bob@mail.example"), RulingKind.HOUSEHOLD)
    forget(world.desk, "a")
    (left,) = rulings.in_force(world.database, world.today)
    assert left.identifier.value == "bob@mail.example"


def test_a_person_whose_operation_has_not_ended_is_not_forgotten(world: World) -> None:
    decided = decide.merge(world.desk, candidate.view(world.desk, world.candidate("a", "b")))
    before = world.snapshot()
    with pytest.raises(RefusedError, match=f"operation {decided.operation}, which has not ended"):
        forget(world.desk, "b")
    assert world.snapshot() == before and "b" in contacts.by_ids(world.database, ["b"])


def test_of_an_unknown_id_there_is_nothing_to_forget(world: World) -> None:
    with pytest.raises(NotFoundError, match="nothing is known of nobody"):
        forget(world.desk, "nobody")
    assert list(audit.entries(world.database)) == []


def test_payloads_are_erased_when_their_time_is_over_and_not_while_they_are_needed(world: World) -> None:
    ended = decide.merge(world.desk, candidate.view(world.desk, world.candidate("a", "b")))
    undo.undo(world.desk, ended.decision)
    live = decide.merge(world.desk, candidate.view(world.desk, world.candidate("c", "d")))
    kept = Retention(payload_days=30)
    assert expire(world.desk, kept) == Expired(0, 0)
    world.clock.now += timedelta(days=31)
    assert expire(world.desk, Retention()) == Expired(0, 0)
    assert expire(world.desk, kept) == Expired(2, 0)
    payloads = {one.subject: one.payload for one in audit.entries(world.database) if one.act.startswith("decided")}
    assert payloads[f"decision:{ended.decision}"] is None and payloads[f"decision:{live.decision}"] is not None
    assert audit_check.check(world.database) == (None, 4, 2)
    world.clock.now += timedelta(days=31)
    assert expire(world.desk, kept) == Expired(0, 0), "the record of an erasure is not erased"
