"""An executor that is killed while the first or the second merge of a large group is on its way."""

from pathlib import Path
from typing import Any

import pytest

from reviewer.domain.journal import State
from reviewer.exit_codes import ExitCode
from reviewer.store import audit_check
from tests.execute.child import execute, executing, reached
from tests.execute.large import approved_group, effects, step_states
from tests.execute.scene import Scene

CASES: list[tuple[int, dict[str, Any]]] = [
    (1, {"kind": "slow", "seconds": 30}),
    (2, {"kind": "slow", "seconds": 30}),
    (2, {"kind": "drop_after"}),
]


@pytest.mark.parametrize(("nth", "fault"), CASES, ids=str)
async def test_killed_while_a_merge_is_on_its_way_both_take_effect_once(
    scene: Scene, tmp_path: Path, nth: int, fault: dict[str, Any]
) -> None:
    operation, ids = await approved_group(scene, 40)
    scene.fault("merge", skip=nth - 1, **fault)
    with executing(scene, tmp_path) as process:
        reached(process, lambda: scene.served.read("faults") == {} and len(effects(scene, ids)) == nth)
        process.kill()
        process.wait()
    assert step_states(scene, operation)[nth - 1][1] in ("sending", "unclear")
    status, said = execute(scene, tmp_path)
    assert status == ExitCode.OK, said
    found = scene.operation(operation)
    assert found.state is State.DONE, found.outcome
    assert len(effects(scene, ids)) == 2
    assert len((await scene.read(ids[0]))["mergeSet"]) == 42
    assert audit_check.first_broken(scene.database) is None
