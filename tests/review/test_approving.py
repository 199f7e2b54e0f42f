"""Approving a merge or a stitch: what is stored, what is staged, and when it is refused."""

import json
from datetime import timedelta
from typing import Any

import pytest

from reviewer.domain.errors import RefusedError
from reviewer.domain.fingerprint import fingerprint
from reviewer.domain.identifiers import Identifier
from reviewer.domain.journal import State
from reviewer.domain.levels import Attribute
from reviewer.domain.rulings import RulingKind
from reviewer.review import candidate, decide, rule, stage
from reviewer.store import audit, audit_check, decisions, operations, pairs
from tests.review.conftest import FAMILY
from tests.review.people import ONE_PHONE, TWO_FACTORS, World, acts_of, person


def document_of(world: World, decision: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(decisions.read(world.database, decision).document)
    return found


def test_a_merge_is_on_disk_with_its_plan_and_leaves_the_queue(world: World) -> None:
    number = world.candidate("a", "b")
    decided = decide.merge(world.desk, candidate.view(world.desk, number))
    operation = world.operation(decided.decision)
    (step,) = operations.steps(world.database, operation.id)
    request = json.loads(step.request)
    assert operation.state is State.STAGED and decided.operation == operation.id
    assert decided.send_after == world.clock() + timedelta(minutes=10)
    assert request["contactIds"] == ["a", "b"]
    assert request["valueOverride"]["firstName"] == "Rob", "the most recently modified value wins"
    assert number not in world.open() and world.state(number) == "staged"


def test_the_whole_golden_record_is_sent_and_a_pick_wins_in_it(world: World) -> None:
    view = candidate.view(world.desk, world.candidate("a", "b"), picks={"firstName": "a"})
    decided = decide.merge(world.desk, view)
    (step,) = operations.steps(world.database, world.operation(decided.decision).id)
    override = json.loads(step.request)["valueOverride"]
    assert override["firstName"] == "Bob"
    assert set(override) == {"firstName", "lastName", "title", "cellPhone", "personalEmail"}
    assert document_of(world, decided.decision)["picks"] == {"firstName": "a"}


def test_the_fingerprint_covers_what_was_shown(world: World) -> None:
    view = candidate.view(world.desk, world.candidate("a", "b"))
    decided = decide.merge(world.desk, view)
    document = document_of(world, decided.decision)
    covered: dict[str, Any] = {
        "members": {one["id"]: one for one in document["members"]},
        "picks": document["picks"],
        "promise": document["promise"],
        "steps": [{"kind": kind, "request": request} for kind, request in document["steps"]],
        "verdict": document["verdict"],
        "factors": document["factors"],
        "rulings": [],
    }
    stored = decisions.read(world.database, decided.decision).fingerprint
    assert stored == fingerprint(**covered)
    changes: dict[str, Any] = {"picks": {"title": "a"}, "promise": {}, "steps": [], "verdict": "auto", "factors": []}
    for part, other in changes.items():
        assert fingerprint(**{**covered, part: other}) != stored, part


def test_a_decision_keeps_what_the_steward_saw(world: World) -> None:
    view = candidate.view(world.desk, world.candidate("a", "b"))
    decided = decide.merge(world.desk, view, note="same voice")
    document, row = document_of(world, decided.decision), decisions.read(world.database, decided.decision)
    assert [one["id"] for one in document["members"]] == ["a", "b"]
    assert document["weight"] == view.weight and document["verdict"] == "review"
    assert document["reasons"] == list(view.reasons) and document["factors"] == list(view.factors)
    assert "≠ first name: Bob | Rob → Rob" in document["screen"].replace("≈", "≠")
    assert (row.steward, row.note, row.rung) == ("ada", "same voice", "steward")
    (entry,) = audit.entries(world.database, f"decision:{decided.decision}")
    assert entry.payload is not None
    payload = json.loads(entry.payload)
    assert entry.act == "decided merge" and payload["fingerprint"] == row.fingerprint
    assert payload["document"] == document
    assert audit_check.first_broken(world.database) is None


def test_a_stitch_is_proved_by_looking_the_identity_up_and_keeps_it(world: World) -> None:
    decided = decide.stitch(world.desk, candidate.view(world.desk, world.candidate("e", "f")))
    operation = world.operation(decided.decision)
    steps = operations.steps(world.database, operation.id)
    assert [step.kind for step in steps] == ["merge", "look up"]
    assert json.loads(steps[1].request) == {"type": "SocialInstagram", "value": "178"}
    for subject in ("contact:e", "contact:f", "identifier:SocialInstagram:178"):
        assert operations.holder_of(world.database, subject) == operation.id


def test_only_a_stitch_candidate_is_stitched(world: World) -> None:
    with pytest.raises(RefusedError, match="merge it instead"):
        decide.stitch(world.desk, candidate.view(world.desk, world.candidate("a", "b")))


def test_contacts_left_out_of_a_group_are_not_merged_and_stay_in_the_queue(world: World) -> None:
    world.write(person("b2", firstName="Robby", personalEmail="bob@mail.example"))
    world.score(("a", "b2", "duplicate", TWO_FACTORS), ("b", "b2", "duplicate", TWO_FACTORS))
    group = world.candidate("a", "b", "b2")
    view = candidate.view(world.desk, group, left_out=["b2"])
    decided = decide.merge(world.desk, view)
    (step,) = operations.steps(world.database, world.operation(decided.decision).id)
    assert json.loads(step.request)["contactIds"] == ["a", "b"]
    assert operations.holder_of(world.database, "contact:b2") is None
    assert world.state(group) == "waiting"


def test_a_group_cannot_be_left_with_one_contact(world: World) -> None:
    with pytest.raises(RefusedError, match="at least two"):
        candidate.view(world.desk, world.candidate("a", "b"), left_out=["b"])


@pytest.mark.parametrize("what", ["content", "score", "ruling", "state"])
def test_an_act_is_refused_if_the_candidate_changed_since_it_was_shown(world: World, what: str) -> None:
    view = candidate.view(world.desk, world.candidate("a", "b"))
    if what == "content":
        world.write(person("b", firstName="Roberta", personalEmail="bob@mail.example"))
    elif what == "score":
        weaker = {**TWO_FACTORS, Attribute.GIVEN: "loose"}
        pairs.update_scores(world.database, [world.scored("a", "b", "duplicate", weaker)])
    elif what == "ruling":
        rule.rule(world.desk, Identifier("Email", "bob@mail.example"), RulingKind.HOUSEHOLD)
    else:
        world.write(person("b", mergedTo={"id": "x"}))
    for act in (decide.merge, decide.distinct):
        with pytest.raises(RefusedError, match="changed since it was shown"):
            act(world.desk, view)
    assert decisions.of_candidate(world.database, view.id) is None


def test_a_candidate_is_decided_once(world: World) -> None:
    view = candidate.view(world.desk, world.candidate("a", "b"))
    decide.merge(world.desk, view)
    with pytest.raises(RefusedError, match=r"decided already: staged as operation 1.* of ada at 2026-11-23"):
        decide.distinct(world.desk_of("bea"), view)


def test_a_contact_is_in_at_most_one_live_operation(world: World) -> None:
    world.write(person("z"))
    world.score(("b", "z", "duplicate", ONE_PHONE))
    other = world.candidate("b", "z")
    before = candidate.view(world.desk, other)
    decide.merge(world.desk, candidate.view(world.desk, world.candidate("a", "b")))
    assert world.state(other) == "waiting"
    with pytest.raises(RefusedError, match="b is already part of operation 1"):
        decide.merge(world.desk, candidate.view(world.desk, other))
    with pytest.raises(RefusedError, match="b is already part of operation 1"):
        decide.merge(world.desk, before)
    count = world.database.connection.execute("SELECT count(*) FROM decision").fetchone()[0]
    assert count == 1, "a refused act leaves nothing behind"


def test_a_merged_or_vanished_contact_cannot_be_merged(world: World) -> None:
    number = world.candidate("a", "b")
    world.database.connection.execute("UPDATE contact SET state = 'gone' WHERE id = 'a'")
    view = candidate.view(world.desk, number)
    assert "does not know a any more" in view.refusal
    with pytest.raises(RefusedError, match="does not know a"):
        decide.merge(world.desk, view)


def test_the_staging_area_shows_calls_and_times_and_lets_them_go_early(world: World) -> None:
    decided = decide.merge(world.desk, candidate.view(world.desk, world.candidate("a", "b")))
    stitched = decide.stitch(world.desk, candidate.view(world.desk, world.candidate("e", "f")))
    first, second = stage.staged(world.desk)
    assert (first.contacts, first.names, first.calls) == (("a", "b"), ("Bob Doe", "Rob Doe"), 2)
    assert second.calls == 4 and second.decision == stitched.decision
    assert operations.due(world.database, world.clock()) == []
    assert stage.release(world.desk, [first.operation]) == 1
    assert [one.id for one in operations.due(world.database, world.clock())] == [decided.operation]
    assert acts_of(world.database, "staging") == ["released"]
    assert stage.release(world.desk, [99]) == 0 and stage.release(world.desk) == 2


def test_ruling_on_the_family_phone_from_a_candidate_leaves_the_candidate_open(world: World) -> None:
    number = world.candidate("a", "b")
    rule.rule(world.desk, Identifier("Phone", FAMILY), RulingKind.HOUSEHOLD, candidate=number)
    assert world.state(number) == "open"
    assert decisions.of_candidate(world.database, number) is None
