"""What stewards decided about the members of an approval follows them into merges that others made."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from reviewer.domain.journal import State
from reviewer.mirror.rejects import Rejects
from reviewer.mirror.sync import sync
from reviewer.review import decide
from reviewer.store import constraints, contacts
from tests.execute.scene import Scene
from tests.review.people import RULES, TWO_FACTORS


async def test_what_keeps_a_member_apart_follows_it_though_only_some_were_merged(scene: Scene, tmp_path: Path) -> None:
    index = scene.fresh_number()
    a, b = f"pair-{index}-a", f"pair-{index}-b"
    apart, beyond = f"pair-{scene.fresh_number()}-a", f"pair-{scene.fresh_number()}-a"
    decide.distinct(scene.desk, scene.view(await scene.candidate_of(a, apart, "duplicate", TWO_FACTORS)))
    operation = scene.approve(await scene.candidate_of(a, b, "duplicate", TWO_FACTORS)).operation or 0
    target = await scene.elsewhere(a, beyond)
    await scene.run()
    assert scene.state(operation) is State.VOID
    assert contacts.by_ids(scene.database, [a])[a].merged_into == target
    async with scene.client() as client:
        with Rejects("scan", [tmp_path / "rejects.jsonl"], lambda told: None) as rejects:
            await sync(client, scene.database, RULES, rejects=rejects)
    numbers = {one.number for one in contacts.by_ids(scene.database, [target, apart]).values()}
    assert numbers in [{one.a, one.b} for one in constraints.in_force(scene.database.connection)]


async def test_it_follows_at_once_where_the_mirror_knows_the_merged_contact(scene: Scene) -> None:
    index = scene.fresh_number()
    a, b = f"pair-{index}-a", f"pair-{index}-b"
    apart, beyond = f"pair-{scene.fresh_number()}-a", f"pair-{scene.fresh_number()}-a"
    decide.distinct(scene.desk, scene.view(await scene.candidate_of(a, apart, "duplicate", TWO_FACTORS)))
    scene.approve(await scene.candidate_of(a, b, "duplicate", TWO_FACTORS))
    target = await scene.elsewhere(a, beyond)
    await scene.mirror(target)
    await scene.run()
    numbers = {one.number for one in contacts.by_ids(scene.database, [target, apart]).values()}
    assert numbers in [{one.a, one.b} for one in constraints.in_force(scene.database.connection)]


async def test_a_merge_that_the_service_carried_on_to_a_colleagues_is_not_called_void(scene: Scene) -> None:
    """Between reading and sending a member is merged on; a service that resolves ids then merges all three."""
    scene.served.write("knobs", {"merged_again": "resolve"})
    operation = await scene.approved()
    member, beyond = scene.members(operation)[0], f"pair-{scene.fresh_number()}-a"
    async with scene.client() as client:
        merge = client.merge

        async def late(*given: Any, **how: Any) -> Any:
            await scene.elsewhere(member, beyond)
            scene.fault("merge", "drop_after")
            return await merge(*given, **how)

        client.merge = late  # type: ignore[method-assign]
        await scene.executor(client).sender.carry_out(scene.operation(operation))
        assert scene.state(operation) is State.UNCLEAR
        await scene.executor(client, settle=timedelta(0)).recovery.recover()
    head = (await scene.read(member))["id"]
    found = scene.operation(operation)
    assert found.state is State.MERGED_ELSEWHERE and f"all of that is {head} now" in found.outcome
    assert "had a part in it cannot be told" in found.outcome
    living = contacts.living(scene.database, member)
    assert living is not None and living.id == head


async def test_members_that_were_merged_into_two_persons_are_void(scene: Scene) -> None:
    operation = await scene.approved()
    for member in scene.members(operation):
        await scene.elsewhere(member, f"pair-{scene.fresh_number()}-a")
    await scene.run()
    assert scene.state(operation) is State.VOID
