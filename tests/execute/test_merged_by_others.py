"""What stewards decided about the members of an approval follows them into merges that others made."""

from pathlib import Path

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
