"""A link that is interrupted, held back or recovered: each call once, and the truth where it cannot be."""

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
from reviewer.genesys.errors import RequestRejected
from reviewer.review import undo
from reviewer.review.link_identity import Way, link_identity
from reviewer.review.progress import progress
from reviewer.store import decisions, operations, stamp
from reviewer.store.backup import write_backup
from reviewer.store.database import open_database
from reviewer.store.transaction import transaction
from tests.execute.between import go_on, stopped_before
from tests.execute.links import Linked, approved_link, changes, leads_to, linkable
from tests.execute.scene import Killed, Scene
from tests.execute.test_following_up import kinds
from tests.execute.test_linking import outcome


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
