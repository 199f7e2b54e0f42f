"""Approving a link: in place of a stitch, or of an identity and a contact by name."""

from dataclasses import replace

import pytest

from reviewer.domain.errors import NotFoundError, RefusedError
from reviewer.domain.identifiers import Identifier
from reviewer.domain.journal import State
from reviewer.domain.risk import FourEyes, Thresholds
from reviewer.domain.rulings import RulingKind
from reviewer.domain.wire import decode_object
from reviewer.execute.approval import objection, read_approval
from reviewer.execute.journaling import Journal
from reviewer.review import candidate, decide, link, undo
from reviewer.review import operations as listed
from reviewer.review.link_identity import Way, link_identity
from reviewer.review.progress import progress
from reviewer.review.rule import rule
from reviewer.review.standing import came_of
from reviewer.store import audit_check, decisions, operations, queue
from reviewer.store.transaction import transaction
from tests.review.people import SOCIAL, World, person, phone

ACCOUNT = {"instagramId": {"ids": [{"scopedId": "1784"}]}}
ANONYMOUS = {"id": "x", "type": "Ephemeral", "division": {"id": "home"}, **ACCOUNT}


def stitch(world: World, **person_fields: object) -> int:
    """A person and an anonymous contact that may be theirs; the candidate's number."""
    world.write(person("m", **person_fields), ANONYMOUS)
    world.score(("m", "x", "stitch", SOCIAL))
    return world.candidate("m", "x")


def test_release_and_claim_is_approved_with_what_was_shown_and_taken_back_until_it_is_sent(world: World) -> None:
    number = stitch(world)
    view = candidate.view(world.desk, number)
    decided = link.link(world.desk, view, note="asked for it")
    assert "link of SocialInstagram 1784 to m approved" in decided.sentence and decided.operation
    operation = operations.read(world.database, decided.operation)
    assert (operation.kind, operation.state) == ("link", State.STAGED)
    found = decisions.read(world.database, decided.decision)
    document = decode_object(found.document)
    assert [one["id"] for one in document["members"]] == ["m", "x"] and found.kind == "link"
    assert "stays as an empty shell" in document["screen"] and found.note == "asked for it"
    held = "SELECT subject FROM operation_hold WHERE live = 1 ORDER BY subject"
    subjects = [row[0] for row in world.database.connection.execute(held)]
    assert subjects == ["contact:m", "contact:x", "identifier:SocialInstagram:1784"]
    assert queue.read(world.database, number).state == "staged"
    assert undo.undo(world.desk).candidate == number
    assert queue.read(world.database, number).state == "open" and audit_check.first_broken(world.database) is None


def test_the_offer_says_what_it_does_or_why_there_is_none(world: World) -> None:
    view = candidate.view(world.desk, stitch(world))
    assert any("two calls" in sentence for sentence in link.offer(view).costs)
    assert any("link instead: two calls" in told for told in link.link_lines(view))
    other = replace(view, kind="duplicate")
    assert "no anonymous channel identity" in link.offer(other).refusal and list(link.link_lines(other)) == []


def test_a_field_with_another_value_refuses_the_link_and_nothing_is_decided(world: World) -> None:
    number = stitch(world, instagramId={"ids": [{"scopedId": "9"}]})
    with pytest.raises(RefusedError, match="Instagram of m holds 9 already"):
        link.link(world.desk, candidate.view(world.desk, number))
    assert decisions.last_live(world.database, "ada") is None


def test_picks_and_a_candidate_that_changed_are_refused(world: World) -> None:
    number = stitch(world)
    picked = candidate.view(world.desk, number, picks={"firstName": "m"})
    with pytest.raises(RefusedError, match="picks no values"):
        link.link(world.desk, picked)
    view = candidate.view(world.desk, number)
    world.write(person("m", title="Dr"))
    with pytest.raises(RefusedError, match="changed since it was shown"):
        link.link(world.desk, view)


def test_an_identity_is_linked_by_name_without_a_candidate(world: World) -> None:
    world.write(person("m"))
    decided = link_identity(world.desk, "m", Identifier("SocialFacebook", "55"), None)
    assert decided.operation is not None and decided.settles == 0
    document = decode_object(decisions.read(world.database, decided.decision).document)
    assert [kind for kind, _ in document["steps"]] == ["claim", "set", "look up"]
    assert document["screen"].startswith("link of SocialFacebook 55\nA: m · curated · Kim Doe\n  first name: Kim")
    with pytest.raises(RefusedError, match="already part of operation"):
        link_identity(world.desk, "m", Identifier("SocialLine", "U"), None)
    assert undo.undo(world.desk).candidate == 0
    with pytest.raises(NotFoundError):
        link_identity(world.desk, "stranger", Identifier("SocialLine", "U"), None)


def test_contacts_of_a_file_and_known_holders_are_never_linked(world: World) -> None:
    world.write(person("m"))
    world.write(person("z"), origin="file people.csv")
    with pytest.raises(RefusedError, match=r"came from file people\.csv"):
        link_identity(world.desk, "z", Identifier("SocialLine", "U"), None)
    world.write(person("k", firstName="Known"))
    with pytest.raises(RefusedError, match=r"Known Doe .*a known person"):
        link_identity(world.desk, "m", Identifier("SocialLine", "U"), "k")


def test_a_stitch_and_a_link_of_one_pair_exclude_each_other(world: World) -> None:
    view = candidate.view(world.desk, stitch(world))
    decide.stitch(world.desk, view)
    with pytest.raises(RefusedError, match="decided already"):
        link.link(world.desk, view)


def test_the_state_between_release_and_claim_is_shown_while_it_lasts(world: World) -> None:
    decided = link.link(world.desk, candidate.view(world.desk, stitch(world)))
    number = decided.operation or 0
    at = world.clock()
    with transaction(world.database) as connection:
        operations.move(connection, number, State.SENDING, at)
        operations.update_step(connection, number, 1, state="done")
        operations.update_step(connection, number, 2, state="unclear")
        operations.move(connection, number, State.UNCLEAR, at, outcome="no answer came")
    told = "SocialInstagram 1784 is released from x, not yet claimed for m: it leads to nobody; no answer came"
    assert progress(world.desk).newest[0].outcome == told
    assert told in came_of(world.desk, decisions.read(world.database, decided.decision))
    with transaction(world.database) as connection:
        operations.update_step(connection, number, 2, state="done")
        operations.move(connection, number, State.FOLLOWING_UP, at, outcome="")
        operations.move(connection, number, State.DONE, at, outcome="linked")
    assert progress(world.desk).newest[0].outcome == "linked"
    late = "was carried out: a link is not taken back"
    with pytest.raises(RefusedError, match=late):
        undo.undo(world.desk, decided.decision)


def test_what_an_anonymous_contact_holds_needs_a_choice(world: World) -> None:
    world.write(person("m"), ANONYMOUS)
    identity = Identifier("SocialInstagram", "1784")
    with pytest.raises(RefusedError, match=r"the anonymous contact x: choose --merge .* or --release"):
        link_identity(world.desk, "m", identity, "x")
    released = link_identity(world.desk, "m", identity, "x", Way.RELEASE)
    assert world.operation(released.decision).kind == "link"
    undo.undo(world.desk)
    merged = link_identity(world.desk, "m", identity, "x", Way.MERGE)
    assert world.operation(merged.decision).kind == "stitch"
    document = decode_object(decisions.read(world.database, merged.decision).document)
    assert [kind for kind, _ in document["steps"]] == ["merge", "look up"]
    assert "after: the two become one new contact" in document["screen"]


def test_an_approval_covers_the_rulings_on_what_the_contacts_hold(world: World) -> None:
    world.write(person("m", cellPhone=phone("+17029191399")))
    rule(world.desk, Identifier("Phone", "+17029191399"), RulingKind.PERSONAL)
    decided = link_identity(world.desk, "m", Identifier("SocialLine", "U"), None)
    approval = read_approval(world.database, decided.decision)
    steps = operations.steps(world.database, decided.operation or 0)
    assert objection(approval, steps) == "" and approval.fits_its_fingerprint


def test_a_link_that_ended_in_between_does_not_go_on_saying_whom_the_identity_leads_to(world: World) -> None:
    decided = link.link(world.desk, candidate.view(world.desk, stitch(world)))
    number, at = decided.operation or 0, world.clock()
    with transaction(world.database) as connection:
        operations.move(connection, number, State.SENDING, at)
        operations.update_step(connection, number, 1, state="done")
        operations.move(connection, number, State.CONFIRMED, at)
        operations.move(connection, number, State.FOLLOWING_UP, at)
        operations.move(connection, number, State.PARTIAL, at, outcome="it was released, but not claimed")
    assert progress(world.desk).newest[0].outcome == "it was released, but not claimed"


def test_a_link_by_name_is_not_said_to_be_of_little_weight(world: World) -> None:
    """Nothing was weighed where there is no candidate: that is no reason for a second steward."""
    world.write(person("m"))
    desk = replace(world.desk, four_eyes=Thresholds(FourEyes.RISKY))
    decided = link_identity(desk, "m", Identifier("SocialInstagram", "1784"), None)
    assert decided.why_two == () and operations.read(world.database, decided.operation or 0).state is State.STAGED


def test_a_link_by_name_that_came_to_nothing_waits_until_a_steward_has_seen_it(world: World) -> None:
    """There is no candidate that returns to the queue: nothing else would say that what was approved was not done."""
    world.write(person("m"))
    operation = link_identity(world.desk, "m", Identifier("SocialInstagram", "1784"), None).operation or 0
    Journal(world.database, world.desk.rules, clock=world.clock).end(operation, State.VOID, "changed", members=["m"])
    assert progress(world.desk).faulty == 1
    listed.seen(world.desk, operation, "asked the customer")
    assert progress(world.desk).faulty == 0
