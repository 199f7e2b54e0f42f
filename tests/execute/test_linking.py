"""A link: released, claimed, set, looked up; each once, and the truth where it cannot be."""

from typing import Any

import pytest

from reviewer.domain.journal import State
from reviewer.genesys.answers import Answer
from reviewer.genesys.errors import MissingPermission
from reviewer.store import contacts, derivation, line_stops, operations
from reviewer.store.transaction import transaction
from tests.execute.links import Linked, approved_link, changes, leads_to, taken_by_another
from tests.execute.scene import Scene
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
