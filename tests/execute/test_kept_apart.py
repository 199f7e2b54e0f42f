"""What stewards keep apart stays apart through a merge and through the steps that follow it."""

from datetime import timedelta

import pytest

from reviewer.domain.golden_record import NOTHING
from reviewer.domain.journal import State
from reviewer.review import decide
from reviewer.store import constraints, contacts, derivation
from tests.execute.between import go_on, stopped_before
from tests.execute.scene import Scene
from tests.review.people import TWO_FACTORS


async def apart_from_a_member(scene: Scene, **picks: str) -> tuple[int, str]:
    """An approved merge, and a contact that a steward keeps apart from one of its members."""
    index, apart = scene.fresh_number(), f"pair-{scene.fresh_number()}-a"
    a, b = f"pair-{index}-a", f"pair-{index}-b"
    decide.distinct(scene.desk, scene.view(await scene.candidate_of(a, apart, "duplicate", TWO_FACTORS)))
    return scene.approve(await scene.candidate_of(a, b, "duplicate", TWO_FACTORS), **picks).operation or 0, apart


def open_candidates(scene: Scene) -> list[str]:
    query = "SELECT key FROM candidate WHERE state = 'open' AND kind <> 'shared'"
    return [key for (key,) in scene.database.connection.execute(query)]


@pytest.mark.parametrize("pick", [{}, {"cellPhone": NOTHING}], ids=["merged", "merged and removed"])
async def test_what_we_made_of_a_contact_brings_no_decided_pair_back(scene: Scene, pick: dict[str, str]) -> None:
    operation, _ = await apart_from_a_member(scene, **pick)
    await scene.run()
    assert scene.state(operation) is State.DONE
    (limit,) = constraints.in_force(scene.database.connection)
    assert not limit.stale, "only our own step changed it"
    assert open_candidates(scene) == []


async def test_a_sync_between_the_removal_and_the_end_makes_no_difference(scene: Scene) -> None:
    operation, _ = await apart_from_a_member(scene, cellPhone=NOTHING)
    scene.fault("patch", "drop_after")
    async with scene.client() as client:
        executor = scene.executor(client, settle=timedelta(0))
        await executor.sender.carry_out(scene.operation(operation))
        assert scene.state(operation) is State.UNCLEAR
        await scene.mirror(scene.operation(operation).canonical or "")
        assert constraints.in_force(scene.database.connection)[0].stale
        await executor.run_once()
    assert scene.state(operation) is State.DONE
    derivation.rebuild(scene.database, scene.desk.today)
    assert not constraints.in_force(scene.database.connection)[0].stale and open_candidates(scene) == []


async def test_what_somebody_else_changed_still_brings_a_decided_pair_back(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation, apart = await apart_from_a_member(scene, cellPhone=NOTHING)
    canonical = await stopped_before(scene, monkeypatch, operation)
    await scene.change(canonical, "title", "Dr")
    await go_on(scene)
    assert scene.state(operation) is State.DONE_WITH_DIFFERENCES
    assert constraints.in_force(scene.database.connection)[0].stale
    both = sorted(one.number for one in contacts.by_ids(scene.database, [canonical, apart]).values())
    assert open_candidates(scene) == ["contacts:" + "+".join(map(str, both))]
