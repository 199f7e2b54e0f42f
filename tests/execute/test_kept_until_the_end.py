"""The merged contact belongs to its operation until that has ended: nobody else's approval is spoilt by its steps."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from reviewer.domain.errors import RefusedError
from reviewer.domain.journal import State
from reviewer.domain.risk import FourEyes, Thresholds
from reviewer.execute.faults import WaitsError
from reviewer.execute.journaling import Journal
from reviewer.genesys.answers import Answer
from reviewer.review import candidate, decide
from reviewer.store import line_stops, operations
from tests.execute.between import go_on, stopped_before
from tests.execute.scene import Scene
from tests.execute.test_following_up import without_phone
from tests.review.people import TWO_FACTORS


async def beside(scene: Scene, canonical: str) -> tuple[int, str]:
    """A candidate of the merged contact and one that nobody has touched; its number, and that one's id."""
    third = f"pair-{scene.fresh_number()}-a"
    return await scene.candidate_of(canonical, third, "duplicate", TWO_FACTORS), third


async def test_while_a_step_is_unclear_no_other_merge_of_the_contact_can_be_approved(scene: Scene) -> None:
    operation = await without_phone(scene)
    scene.fault("patch", "late", seconds=0.5)
    async with scene.client() as client:
        executor = scene.executor(client, settle=timedelta(seconds=1.5))
        await executor.sender.carry_out(scene.operation(operation))
        assert scene.state(operation) is State.UNCLEAR
        canonical = scene.operation(operation).canonical or ""
        assert operations.holder_of(scene.database, f"contact:{canonical}") == operation
        number, _ = await beside(scene, canonical)
        assert scene.candidate_state(number)[0] == "waiting"
        with pytest.raises(RefusedError, match=f"part of operation {operation}"):
            scene.approve(number)
        await executor.run_once()
    assert scene.state(operation) is State.DONE
    assert scene.candidate_state(number)[0] == "open"
    assert operations.holder_of(scene.database, f"contact:{canonical}") is None


async def test_a_merge_that_was_approved_before_the_contact_was_kept_waits_for_it(scene: Scene) -> None:
    operation = await without_phone(scene)
    scene.fault("merge", "drop_after")
    async with scene.client() as client:
        executor = scene.executor(client, settle=timedelta(hours=1))
        await executor.sender.carry_out(scene.operation(operation))
        assert scene.state(operation) is State.UNCLEAR
        async with scene.client() as other:
            canonical = json.loads(await other.contact(scene.members(operation)[0]))["id"]
        number, third = await beside(scene, canonical)  # a sync has seen it before the answer was read back
        later = scene.approve(number).operation or 0
    scene.served.write("faults", {})
    scene.fault("patch", "late", seconds=0.5)
    async with scene.client() as client:
        executor = scene.executor(client, settle=timedelta(seconds=1.5))
        assert await executor.recovery.recover() == []
        assert scene.state(operation) is State.UNCLEAR
        with pytest.raises(WaitsError, match=f"comes out of operation {operation}, which has not ended"):
            await executor.sender.carry_out(scene.operation(later))
        assert scene.state(later) is State.STAGED
        await executor.run_once()
        assert scene.state(operation) is State.DONE, "its own steps go on although another keeps the contact"
        await executor.run_once()
    assert scene.state(later) is State.VOID and "changed since it was approved" in scene.operation(later).outcome
    assert (await scene.read(third))["id"] == third


async def test_what_comes_of_a_colleagues_merge_does_not_wait_for_a_proposal_of_the_same(scene: Scene) -> None:
    number = await scene.pair()
    careful = replace(scene.desk, four_eyes=Thresholds(FourEyes.ALWAYS))
    proposed = decide.merge(careful, candidate.view(careful, number)).operation or 0
    assert scene.state(proposed) is State.PLANNED
    canonical = await scene.elsewhere(*scene.members(proposed))
    number, _ = await beside(scene, canonical)
    later = scene.approve(number).operation or 0
    await scene.run()
    assert scene.state(later) is State.DONE and scene.state(proposed) is State.PLANNED


async def test_an_answer_about_another_contact_stops_the_line(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A colleague merges the contact on just before the removal: the service leads the call to the living person."""
    operation, other = await without_phone(scene), await scene.approved()
    async with scene.client() as client:
        patch = client.patch

        async def late(canonical: str, *given: Any, **how: Any) -> Answer:
            await scene.elsewhere(canonical, f"pair-{scene.fresh_number()}-a")
            return await patch(canonical, *given, **how)

        monkeypatch.setattr(client, "patch", late)
        await scene.executor(client).sender.carry_out(scene.operation(operation))
    found = scene.operation(operation)
    assert found.state is State.DONE_WITH_DIFFERENCES
    (differing,) = json.loads(found.differences)
    assert differing[0] == "changed contact" and differing[1] == found.canonical != differing[2]
    assert len(line_stops.open_stops(scene.database)) == 1
    assert scene.state(other) is State.STAGED


async def test_the_answer_about_another_contact_is_remembered_through_a_crash(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = await without_phone(scene)
    canonical = await stopped_before(scene, monkeypatch, operation)
    journal = Journal(scene.database, scene.desk.rules)
    journal.begin_step(operation, 2)
    answer = Answer(200, json.dumps({"id": "somebody else"}).encode(), "")
    journal.finish_step(operation, 2, answer.body, act="removed", answer=answer)
    await go_on(scene)
    assert scene.state(operation) is State.DONE_WITH_DIFFERENCES
    assert f"promised {canonical}, got somebody else" in line_stops.open_stops(scene.database)[0].reason
