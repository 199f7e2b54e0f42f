"""What is kept to compensate a merge goes with the person, or when its time is over; compensating says so then."""

from datetime import timedelta
from pathlib import Path

import pytest

from reviewer.domain.errors import RefusedError
from reviewer.review.compensate import show
from reviewer.review.desk import Desk
from reviewer.review.forget import forget, records
from reviewer.review.retention import Expired, Retention, expire
from reviewer.store import audit_check, recreations, snapshots
from tests.execute.compensating import Mistake, approved, compensated, mistake, new_id
from tests.execute.scene import Scene
from tests.execute.test_crosswalk import rows
from tests.review.people import RULES


def left_of(scene: Scene, *texts: str) -> list[str]:
    """Those of these texts that stand in the files of the database, whatever is on its way into it included."""
    path = scene.database.path
    held = b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
    return [text for text in texts if text.encode() in held]


def all_of(found: Mistake) -> list[str]:
    """What tells of Kim and Lee: their old ids, the email of both, Lee's name, phone and cookie."""
    index = found.kim.split("-")[1]
    return [found.kim, found.lee, f"kim{index}@mail.example", found.last_name, found.phone, found.cookie]


async def test_snapshots_go_with_the_person_down_to_the_last_byte(scene: Scene) -> None:
    found = await mistake(scene, cookie=True)
    canonical = str(scene.operation(found.merge).canonical)
    assert left_of(scene, *all_of(found), canonical) == [*all_of(found), canonical]
    assert forget(scene.desk, found.kim).snapshots == 2
    assert left_of(scene, *all_of(found), canonical) == []
    assert audit_check.check(scene.database).fault is None
    assert [one.raw for one in snapshots.of_operation(scene.database, found.merge)] == [None, None]
    with pytest.raises(RefusedError, match=f"kept for operation {found.merge} was erased"):
        show(scene.desk, found.merge)


async def test_a_merge_that_was_compensated_is_forgotten_with_what_the_compensation_held(
    scene: Scene, tmp_path: Path
) -> None:
    found, operation = await compensated(scene, cookie=True)
    await scene.run()
    new = new_id(scene, operation)
    canonical = str(scene.operation(found.merge).canonical)
    forget(scene.desk, new)
    forget(scene.desk, found.kim)
    assert left_of(scene, *all_of(found), canonical, new) == []
    assert recreations.by(scene.database, operation) == []
    assert rows(scene, tmp_path / "crosswalk.csv") == {}


async def test_who_was_made_anew_is_forgotten_as_who_they_were(scene: Scene) -> None:
    """Their old id leads to the other person; what was kept under it is theirs all the same."""
    found, operation = await compensated(scene)
    await scene.run()
    new, kim = new_id(scene, operation), await scene.read(found.kim)
    assert records(scene.desk, new) == tuple(sorted([new, found.lee]))
    assert forget(scene.desk, new).snapshots == 1
    assert left_of(scene, found.last_name, found.phone, new) == []
    assert left_of(scene, kim["id"]) == [kim["id"]], "the person they were merged with stays"
    kept = [one.raw is None for one in snapshots.of_operation(scene.database, found.merge)]
    assert sorted(kept) == [False, True]
    with pytest.raises(RefusedError, match="was erased"):
        show(scene.desk, found.merge, [found.lee])


async def test_somebody_who_was_found_to_be_like_one_who_was_made_anew_is_not_named_any_more(scene: Scene) -> None:
    first, operation = await compensated(scene)
    alike = await scene.elsewhere(f"pair-{scene.fresh_number()}-a", f"pair-{scene.fresh_number()}-b")
    await scene.mirror(alike)
    recreations.note_known(scene.database.connection, operation, first.lee, [alike, "another"])
    forget(scene.desk, alike)
    assert [one.known_before for one in recreations.by(scene.database, operation)] == [("another",)]
    assert left_of(scene, alike) == []


async def test_snapshots_are_erased_when_their_time_is_over(scene: Scene, tmp_path: Path) -> None:
    found = await mistake(scene)
    kept = Retention(snapshot_days=30)
    assert expire(scene.desk, kept) == Expired(0, 0, 0)
    later = Desk(scene.database, scene.desk.steward, RULES, clock=lambda: scene.desk.moment + timedelta(days=31))
    assert expire(later, Retention()) == Expired(0, 0, 0)
    assert expire(later, kept) == Expired(0, 0, 2)
    assert expire(later, kept) == Expired(0, 0, 0)
    assert audit_check.check(scene.database).fault is None
    with pytest.raises(RefusedError, match=f"what was kept of {found.kim}, {found.lee} was erased"):
        show(scene.desk, found.merge)
    assert set(rows(scene, tmp_path / "crosswalk.csv")) == {found.kim, found.lee}, "their ids stay until they go"
    with pytest.raises(RefusedError, match="was erased"):
        await approved(scene, found)
