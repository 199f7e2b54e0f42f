"""A link: released, claimed, set, looked up; each once, and the truth where it cannot be."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reviewer.domain.identifiers import Identifier
from reviewer.domain.journal import State
from reviewer.domain.wire import decode_object, encode
from reviewer.execute.approval import read_approval
from reviewer.execute.index_lag import IndexLag
from reviewer.execute.journaling import MOST_UNCLEAR, Journal
from reviewer.genesys.answers import Answer
from reviewer.genesys.errors import MissingPermission, RequestRejected
from reviewer.review import undo
from reviewer.review.link_identity import Way, link_identity
from reviewer.review.progress import progress
from reviewer.store import contacts, decisions, derivation, line_stops, operations, stamp
from reviewer.store.backup import write_backup
from reviewer.store.database import open_database
from reviewer.store.transaction import transaction
from tests.execute.between import go_on, stopped_before
from tests.execute.links import Linked, approved_link, changes, leads_to, linkable, taken_by_another
from tests.execute.scene import Killed, Scene
from tests.execute.test_following_up import kinds
from tests.execute.test_recovering import AFTER_THE_EFFECT, BEFORE_THE_EFFECT

ALL_DONE = [
    ("release", "done"),
    ("claim", "done"),
    ("set", "done"),
    ("look up", "done"),
    ("claim back", "not done"),
]


def outcome(scene: Scene, linked: Linked) -> str:
    return scene.operation(linked.operation).outcome


@pytest.mark.parametrize(
    "knobs", [{}, {"claim_conflict": "steal"}, {"release_clears_field": True}, {"patch_claims": False}], ids=str
)
async def test_release_and_claim_moves_the_identity_and_sets_the_field(scene: Scene, knobs: dict[str, Any]) -> None:
    linked = await approved_link(scene)
    scene.served.write("knobs", knobs)
    assert await leads_to(scene, linked) == linked.holder
    await scene.run()
    assert scene.state(linked.operation) is State.DONE, outcome(scene, linked)
    assert await leads_to(scene, linked) == linked.master
    master = await scene.read(linked.master)
    assert master["instagramId"] == {"ids": [{"scopedId": linked.account}]} and master["firstName"] == "Jane"
    assert kinds(scene, linked.operation) == ALL_DONE
    assert changes(scene, linked) == ["Release", "Claim", "changed"]
    mirrored = contacts.by_ids(scene.database, [linked.master])[linked.master]
    assert linked.account.encode() in mirrored.raw
    assert operations.held_contacts(scene.database.connection) == {}


@pytest.mark.parametrize("fault", AFTER_THE_EFFECT, ids=str)
@pytest.mark.parametrize("endpoint", ["claim", "patch"])
@pytest.mark.parametrize("skip", [0, 1])
async def test_a_call_whose_answer_is_lost_is_read_back_and_not_made_again(
    scene: Scene, fault: dict[str, Any], endpoint: str, skip: int
) -> None:
    linked = await approved_link(scene)
    scene.fault(endpoint, **fault, skip=skip)
    await scene.run()
    assert scene.state(linked.operation) is State.DONE, outcome(scene, linked)
    assert changes(scene, linked) == ["Release", "Claim", "changed"]
    assert "unclear" in scene.acts(linked.operation) or (endpoint, skip) == ("patch", 1)


@pytest.mark.parametrize("fault", BEFORE_THE_EFFECT, ids=str)
@pytest.mark.parametrize(("endpoint", "skip"), [("claim", 0), ("claim", 1), ("patch", 0)])
async def test_a_call_without_effect_is_made_again_after_the_settle_time(
    scene: Scene, fault: dict[str, Any], endpoint: str, skip: int
) -> None:
    linked = await approved_link(scene)
    scene.fault(endpoint, **fault, skip=skip)
    await scene.run()
    assert scene.state(linked.operation) is State.DONE, outcome(scene, linked)
    assert changes(scene, linked) == ["Release", "Claim", "changed"]


@pytest.mark.parametrize("status", [400, 409, 422])
async def test_a_refused_release_ends_as_failed_and_nothing_changed(scene: Scene, status: int) -> None:
    linked = await approved_link(scene)
    scene.fault("claim", "error_before", status=status)
    await scene.run()
    assert scene.state(linked.operation) is State.FAILED
    assert changes(scene, linked) == [] and await leads_to(scene, linked) == linked.holder
    assert scene.candidate_state(linked.candidate) == ("open", f"operation {linked.operation} ended failed")


@pytest.mark.parametrize("status", [400, 409, 422])
async def test_a_refused_claim_is_claimed_back_as_it_was_approved(scene: Scene, status: int) -> None:
    linked = await approved_link(scene)
    scene.fault("claim", "error_before", status=status, skip=1)
    await scene.run()
    assert scene.state(linked.operation) is State.FAILED
    assert f"claimed back for {linked.holder}: nothing changed in the end" in outcome(scene, linked)
    assert await leads_to(scene, linked) == linked.holder
    assert changes(scene, linked) == ["Release", "Claim"]
    assert dict(kinds(scene, linked.operation))["claim back"] == "done"
    assert scene.candidate_state(linked.candidate)[0] == "open"


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "error_after"])
async def test_the_claiming_back_is_recovered_too(scene: Scene, kind: str) -> None:
    linked = await approved_link(scene)
    refused, lost = {"kind": "error_before", "status": 409, "skip": 1}, {"kind": kind}
    scene.served.write("faults", {"claim": [refused, lost]})
    await scene.run()
    assert scene.state(linked.operation) is State.FAILED, outcome(scene, linked)
    assert await leads_to(scene, linked) == linked.holder
    assert changes(scene, linked) == ["Release", "Claim"] and "unclear" in scene.acts(linked.operation)


async def test_what_a_release_cleared_does_not_come_back_with_the_claim_and_is_told(scene: Scene) -> None:
    scene.served.write("knobs", {"release_clears_field": True})
    linked = await approved_link(scene)
    scene.fault("claim", "error_before", status=409, skip=1)
    await scene.run()
    assert scene.state(linked.operation) is State.PARTIAL
    assert f"claimed back, but {linked.holder} is not as it was shown any more" in outcome(scene, linked)


@pytest.mark.parametrize("knob", ["conflict", "steal"])
async def test_an_identity_that_an_interaction_took_meanwhile_is_left_to_its_new_contact(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, knob: str
) -> None:
    scene.served.write("knobs", {"claim_conflict": knob})
    linked = await approved_link(scene)
    taken = ""
    async with scene.client() as client:
        release = client.release

        async def released(*given: Any, **how: Any) -> Answer:
            nonlocal taken
            answer = await release(*given, **how)
            taken = await taken_by_another(client, linked.account)
            return answer

        monkeypatch.setattr(client, "release", released)
        await scene.executor(client).run_once()
    assert scene.state(linked.operation) is State.PARTIAL
    assert outcome(scene, linked).count(f"leads to ig:{linked.account} ({taken}) now") == 2
    assert await leads_to(scene, linked) == taken and changes(scene, linked) == ["Release"]


async def test_a_refused_field_ends_in_part_and_the_identity_leads_to_the_person(scene: Scene) -> None:
    linked = await approved_link(scene)
    scene.fault("patch", "error_before", status=422)
    await scene.run()
    assert scene.state(linked.operation) is State.PARTIAL
    assert f"leads to {linked.master} now, but its field was not set" in outcome(scene, linked)
    assert scene.candidate_state(linked.candidate) == ("open", f"operation {linked.operation} ended partial")
    assert await leads_to(scene, linked) == linked.master


async def test_a_field_that_somebody_wrote_meanwhile_is_not_overwritten(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked = await approved_link(scene)
    async with scene.client() as client:
        claim = client.claim

        async def claimed(*given: Any, **how: Any) -> Answer:
            answer = await claim(*given, **how)
            await scene.change(linked.master, "instagramId", {"ids": [{"scopedId": "999"}]})
            return answer

        monkeypatch.setattr(client, "claim", claimed)
        await scene.executor(client).run_once()
    assert scene.state(linked.operation) is State.PARTIAL
    assert "holds 999 now: it was not overwritten" in outcome(scene, linked)


async def test_an_identity_that_leads_elsewhere_before_anything_was_sent_voids_the_approval(scene: Scene) -> None:
    linked = await approved_link(scene)
    async with scene.client() as client:
        await client.release(linked.holder, "SocialInstagram", linked.account)
    await scene.run()
    assert scene.state(linked.operation) is State.VOID
    told = f"leads to nobody now, and led to {linked.holder} then"
    assert told in outcome(scene, linked) and changes(scene, linked)[1:] == []
    assert scene.candidate_state(linked.candidate)[0] == "open"


async def test_a_person_that_changed_voids_the_approval(scene: Scene) -> None:
    linked = await approved_link(scene)
    await scene.change(linked.master, "title", "Dr")
    await scene.run()
    assert scene.state(linked.operation) is State.VOID and "title of" in outcome(scene, linked)


async def test_a_change_that_nobody_asked_for_stops_the_line(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    linked = await approved_link(scene)
    async with scene.client() as client:
        patch = client.patch

        async def more(contact: str, given: Any, **how: Any) -> Answer:
            title = {"field": "$.title", "action": "Update", "value": "Dr"}
            return await patch(contact, [*given, title], **how)

        monkeypatch.setattr(client, "patch", more)
        await scene.executor(client).run_once()
    found = scene.operation(linked.operation)
    assert found.state is State.DONE_WITH_DIFFERENCES and '"title"' in found.differences
    assert len(line_stops.open_stops(scene.database)) == 1


async def test_a_link_that_is_done_does_not_come_back_unless_something_changes(scene: Scene) -> None:
    linked = await approved_link(scene)
    await scene.run()
    assert scene.candidate_state(linked.candidate)[0] == "settled"
    derivation.rebuild(scene.database, scene.desk.today)
    await scene.mirror(linked.master, linked.holder)
    derivation.rebuild(scene.database, scene.desk.today)
    assert scene.candidate_state(linked.candidate)[0] == "settled"
    await scene.change(linked.holder, "title", "Dr")
    await scene.mirror(linked.holder)
    derivation.rebuild(scene.database, scene.desk.today)
    assert scene.candidate_state(linked.candidate)[0] == "open"


async def test_a_forbidden_link_is_told_and_stays_staged(scene: Scene) -> None:
    linked = await approved_link(scene)
    scene.served.write("permissions", {"permissions": ["externalContacts:contact:view"]})
    with pytest.raises(MissingPermission):
        await scene.run()
    assert scene.state(linked.operation) is State.STAGED and changes(scene, linked) == []


@pytest.mark.parametrize("allowed", ["merges", "links"])
async def test_what_is_allowed_of_merges_says_nothing_of_links_and_the_other_way_round(
    scene: Scene, allowed: str
) -> None:
    """For want of a permission that the credentials have nowhere all stay staged, though they are good for others."""
    links = [(await approved_link(scene)).operation for _ in range(2)]
    merges = [await scene.approved() for _ in range(2)]
    links.append((await approved_link(scene)).operation)
    needed = {"merges": "externalContacts:identity:merge", "links": "externalContacts:contact:edit"}[allowed]
    scene.served.write("permissions", {"permissions": ["externalContacts:contact:view", needed]})
    async with scene.client() as client:
        run = await scene.executor(client).run_once()
    done, held = (merges, links) if allowed == "merges" else (links, merges)
    assert {scene.state(one) for one in done} == {State.DONE}
    assert {scene.state(one) for one in held} == {State.STAGED}
    assert len(run.passed_over) == len(held) and set(run.carried_out) == set(done)


@pytest.mark.parametrize("number", [1, 2, 5])
async def test_an_edited_step_is_never_sent(scene: Scene, number: int) -> None:
    linked = await approved_link(scene)
    with transaction(scene.database) as connection:
        connection.execute(
            "UPDATE operation_step SET request = replace(request, ?, 'stranger') WHERE operation = ? AND number = ?",
            (linked.master if number == 2 else linked.holder, linked.operation, number),
        )
    await scene.run()
    assert scene.state(linked.operation) is State.VOID and changes(scene, linked) == []


async def test_a_restored_backup_finds_its_link_done(scene: Scene, tmp_path: Path) -> None:
    linked = await approved_link(scene)
    kept = tmp_path / "kept.db"
    write_backup(scene.database, kept)
    await scene.run()
    before = changes(scene, linked)
    with open_database(kept) as restored:
        with transaction(restored):
            stamp.write(restored, "restored", "then")
        async with scene.client() as client:
            run = await scene.executor(client, database=restored).run_once()
        assert operations.read(restored, linked.operation).state is State.DONE
        assert run.recovered == (linked.operation,)
    assert changes(scene, linked) == before


async def test_the_stopped_line_holds_the_state_between_and_it_goes_on_afterwards(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked = await approved_link(scene)
    await stopped_before(scene, monkeypatch, linked.operation, "claim")
    assert changes(scene, linked) == ["Release"] and await leads_to(scene, linked) is None
    told = f"is released from {linked.holder}, not yet claimed for {linked.master}: it leads to nobody"
    assert told in next(one.outcome for one in progress(scene.desk).newest if one.operation == linked.operation)
    await scene.run()
    assert scene.state(linked.operation) is State.FOLLOWING_UP
    await go_on(scene)
    assert scene.state(linked.operation) is State.DONE and changes(scene, linked) == ["Release", "Claim", "changed"]


async def test_until_the_settle_time_has_passed_nothing_more_is_sent(scene: Scene) -> None:
    linked = await approved_link(scene)
    scene.fault("claim", "late", seconds=0.2, skip=1)
    async with scene.client() as client:
        executor = scene.executor(client, settle=timedelta(hours=1))
        await executor.sender.carry_out(scene.operation(linked.operation))
        assert scene.state(linked.operation) is State.UNCLEAR
        assert await executor.recovery.recover(wait=False) == []
        seconds = executor.recovery.pause({})
    assert seconds is not None and 3500 < seconds <= 3600
    await scene.run(settle=timedelta(seconds=0.5))
    assert scene.state(linked.operation) is State.DONE and changes(scene, linked) == ["Release", "Claim", "changed"]


async def test_a_release_that_never_has_an_effect_ends_as_failed(scene: Scene) -> None:
    linked = await approved_link(scene)
    scene.fault("claim", "drop_before", count=-1)
    await scene.run(settle=timedelta(seconds=0.05))
    assert scene.state(linked.operation) is State.FAILED
    assert f"sent {MOST_UNCLEAR} times, each time without an answer and without effect" in outcome(scene, linked)
    assert changes(scene, linked) == [] and await leads_to(scene, linked) == linked.holder


async def test_a_claim_that_never_has_an_effect_is_claimed_back(scene: Scene) -> None:
    linked = await approved_link(scene)
    scene.fault("claim", "drop_before", count=MOST_UNCLEAR, skip=1)
    await scene.run(settle=timedelta(seconds=0.05))
    assert scene.state(linked.operation) is State.FAILED and await leads_to(scene, linked) == linked.holder


@pytest.mark.parametrize(("endpoint", "skip"), [("claim", 0), ("claim", 1), ("patch", 0)])
@pytest.mark.parametrize("status", [401, 429])
async def test_a_throttled_call_or_a_token_that_ran_out_costs_nothing(
    scene: Scene, endpoint: str, skip: int, status: int
) -> None:
    linked = await approved_link(scene)
    scene.served.write("knobs", {"retry_after": False})
    kind: dict[str, Any] = {"kind": "error_before", "status": 429} if status == 429 else {"kind": "token_expired"}
    scene.fault(endpoint, **kind, skip=skip)
    await scene.run()
    assert scene.state(linked.operation) is State.DONE and changes(scene, linked) == ["Release", "Claim", "changed"]


async def test_a_look_up_that_is_behind_is_asked_again(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    linked = await approved_link(scene)
    async with scene.client() as client:
        look_up, behind = client.look_up, [await client.contact(linked.holder)] * 2

        async def late(*given: Any, **how: Any) -> bytes | None:
            released = "Release" in changes(scene, linked)
            return behind.pop() if released and behind else await look_up(*given, **how)

        async def at_once(seconds: float) -> None:
            assert seconds > 0

        monkeypatch.setattr(client, "look_up", late)
        await scene.executor(client, lag=IndexLag(15, sleep=at_once)).run_once()
    assert scene.state(linked.operation) is State.DONE, outcome(scene, linked)
    assert behind == [] and changes(scene, linked) == ["Release", "Claim", "changed"]


async def test_what_is_claimed_back_is_claimed_though_the_look_up_still_shows_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked = await approved_link(scene)
    async with scene.client() as client:
        look_up, held, shown = client.look_up, client.identifiers, await client.contact(linked.holder)
        listed = await held(linked.holder)

        def behind() -> bool:
            return changes(scene, linked) == ["Release"]

        async def late(*given: Any, **how: Any) -> bytes | None:
            return shown if behind() else await look_up(*given, **how)

        async def late_list(contact: str) -> Any:
            return listed if behind() and contact == linked.holder else await held(contact)

        monkeypatch.setattr(client, "look_up", late)
        monkeypatch.setattr(client, "identifiers", late_list)
        await scene.executor(client).run_once()
    assert scene.state(linked.operation) is State.FAILED, outcome(scene, linked)
    assert await leads_to(scene, linked) == linked.holder and changes(scene, linked) == ["Release", "Claim"]


async def test_a_person_who_is_merged_on_after_the_release_has_nothing_claimed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked, other = await approved_link(scene), await scene.approved()
    async with scene.client() as client:
        release = client.release

        async def released(*given: Any, **how: Any) -> Answer:
            answer = await release(*given, **how)
            await scene.elsewhere(linked.master, scene.members(other)[0])
            return answer

        monkeypatch.setattr(client, "release", released)
        await scene.executor(client).sender.carry_out(scene.operation(linked.operation))
    assert scene.state(linked.operation) is State.FAILED
    assert f"{linked.master} was merged into" in outcome(scene, linked)
    assert await leads_to(scene, linked) == linked.holder


async def test_a_release_that_may_have_taken_effect_is_no_failure(scene: Scene) -> None:
    """Its answer is lost, and the holder is merged into somebody: what came of it cannot be read any more."""
    linked, other = await approved_link(scene), await scene.approved()
    scene.fault("claim", "drop_after")
    async with scene.client() as client:
        await scene.executor(client).sender.carry_out(scene.operation(linked.operation))
    assert scene.state(linked.operation) is State.UNCLEAR
    await scene.elsewhere(linked.holder, scene.members(other)[0])
    await scene.run()
    assert scene.state(linked.operation) is State.PARTIAL, outcome(scene, linked)
    assert f"what became of SocialInstagram {linked.account} is not known" in outcome(scene, linked)
    assert changes(scene, linked)[0] == "Release"


async def test_a_release_by_somebody_else_at_the_same_moment_is_not_made_twice(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked = await approved_link(scene)
    async with scene.client() as client:
        release = client.release

        async def twice(*given: Any, **how: Any) -> Answer:
            await release(*given)
            return await release(*given, **how)

        monkeypatch.setattr(client, "release", twice)
        await scene.executor(client).run_once()
    assert scene.state(linked.operation) is State.DONE, outcome(scene, linked)


async def test_an_approval_that_is_taken_back_at_the_last_moment_sends_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked = await approved_link(scene)
    async with scene.client() as client:
        identifiers = client.identifiers

        async def meanwhile(contact: str) -> Any:
            if scene.state(linked.operation) is State.STAGED:
                undo.undo(scene.desk)
            return await identifiers(contact)

        monkeypatch.setattr(client, "identifiers", meanwhile)
        await scene.executor(client).run_once()
    assert scene.state(linked.operation) is State.WITHDRAWN and changes(scene, linked) == []


async def test_recovery_alone_resolves_and_leaves_the_rest_to_a_run_that_sends(scene: Scene) -> None:
    linked = await approved_link(scene)
    scene.fault("claim", "drop_after")
    async with scene.client() as client:
        executor = scene.executor(client, settle=timedelta(seconds=0.05))
        await executor.sender.carry_out(scene.operation(linked.operation))
        run = await executor.recover_only()
    assert scene.state(linked.operation) is State.FOLLOWING_UP and changes(scene, linked) == ["Release"]
    assert "left to a run that sends" in " ".join(run.passed_over)
    await scene.run()
    assert scene.state(linked.operation) is State.DONE


async def test_a_free_identity_is_claimed_and_set(scene: Scene) -> None:
    _, master, holder, account = await linkable(scene)
    async with scene.client() as client:
        await client.release(holder, "SocialInstagram", account)
    decided = link_identity(scene.desk, master, Identifier("SocialInstagram", account), None)
    linked = Linked(decided.operation or 0, 0, master, holder, account)
    await scene.run()
    assert scene.state(linked.operation) is State.DONE and await leads_to(scene, linked) == master
    assert kinds(scene, linked.operation) == [("claim", "done"), ("set", "done"), ("look up", "done")]
    assert changes(scene, linked) == ["Release", "Claim", "changed"]


@pytest.mark.parametrize("knob", ["conflict", "steal"])
async def test_a_free_identity_that_another_took_is_not_taken_away(scene: Scene, knob: str) -> None:
    scene.served.write("knobs", {"claim_conflict": knob})
    _, master, holder, account = await linkable(scene)
    decided = link_identity(scene.desk, master, Identifier("SocialInstagram", account), None)
    await scene.run()
    assert scene.state(decided.operation or 0) is State.VOID
    linked = Linked(decided.operation or 0, 0, master, holder, account)
    assert f"leads to ig:{account} ({holder}) now, and led to nobody then" in outcome(scene, linked)
    assert await leads_to(scene, linked) == holder


async def test_an_identity_is_linked_by_name_with_a_merge(scene: Scene) -> None:
    _, master, holder, account = await linkable(scene)
    decided = link_identity(scene.desk, master, Identifier("SocialInstagram", account), holder, Way.MERGE)
    await scene.run()
    found = scene.operation(decided.operation or 0)
    assert found.state is State.DONE and found.kind == "stitch"
    assert (await scene.read(master))["id"] == (await scene.read(holder))["id"] == found.canonical


async def test_a_forged_link_with_a_fitting_fingerprint_has_not_the_shape_of_one(scene: Scene) -> None:
    linked = await approved_link(scene)
    decision = scene.operation(linked.operation).decision
    document = decode_object(decisions.read(scene.database, decision).document)
    document["steps"][1][1]["contactId"] = "stranger"
    with transaction(scene.database) as connection:
        connection.execute("UPDATE decision SET document = ? WHERE id = ?", (encode(document), decision))
        request = encode(document["steps"][1][1])
        connection.execute("UPDATE operation_step SET request = ? WHERE operation = ? AND number = 2", (request, 1))
        connection.execute("UPDATE audit SET payload = NULL, salt = NULL")
        computed = read_approval(scene.database, decision).computed
        connection.execute("UPDATE decision SET fingerprint = ? WHERE id = ?", (computed, decision))
    await scene.run()
    assert scene.state(linked.operation) is State.VOID and changes(scene, linked) == []
    assert outcome(scene, linked) == "the journaled calls are not those of a link"


async def test_a_look_up_that_is_refused_after_a_kill_ends_in_part(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one call of the plan was confirmed, and the executor stopped before the plan went on."""
    index = scene.fresh_number()
    master = f"pair-{index}-a"
    await scene.mirror(master)
    identity = Identifier("Cookie", f"cookie-of-{index}")
    operation = link_identity(scene.desk, master, identity, None).operation or 0
    assert [step.kind for step in operations.steps(scene.database, operation)] == ["claim", "look up"]
    with monkeypatch.context() as patched:
        patched.setattr(Journal, "go_on", killed)
        async with scene.client() as client:
            with pytest.raises(Killed):
                await scene.executor(client).run_once()
    assert scene.state(operation) is State.CONFIRMED
    async with scene.client() as client:

        async def refused(*given: object) -> bytes:
            raise RequestRejected(400, "bad.request", "no", "", "the look-up")

        monkeypatch.setattr(client, "look_up", refused)
        await scene.executor(client).run_once()
    assert scene.state(operation) is State.PARTIAL


def killed(*given: object, **how: object) -> None:
    raise Killed
