"""The calls that a plan is said to need are those that are made; a dry run prints these very calls."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from reviewer.domain.golden_record import NOTHING
from reviewer.domain.journal import State
from reviewer.domain.plan_calls import Purpose
from reviewer.execute.approval import read_approval
from reviewer.genesys.calls import CallRecord
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.described import MERGED, OF_EACH_RUN, DescribedCall, described
from tests.execute.child import execute
from tests.execute.scene import Scene
from tests.execute.test_following_up import crowded

Approve = Callable[[Scene], Awaitable[int]]


async def plain(scene: Scene) -> int:
    return await scene.approved()


async def with_removals(scene: Scene) -> int:
    return scene.approve(await scene.pair(), cellPhone=NOTHING, externalIds=NOTHING).operation or 0


async def with_a_look_up(scene: Scene) -> int:
    return await scene.approved_stitch()


def told(scene: Scene, number: int) -> list[DescribedCall]:
    approval = read_approval(scene.database, scene.operation(number).decision)
    division = (next(iter(approval.members.values())).get("division") or {}).get("id")
    return described(list(approval.members), approval.steps, division)


async def made(scene: Scene) -> list[CallRecord]:
    """The calls of one run, without those that every run begins with."""
    calls: list[CallRecord] = []
    async with GenesysClient(scene.connection(), on_call=calls.append, keep_bodies=True) as client:
        await scene.executor(client).run_once()
    return [call for call in calls if f"{call.method} {call.path}" not in set(map(str, OF_EACH_RUN))]


async def with_a_release(scene: Scene) -> int:
    return (await crowded(scene))[0]


def as_sent(call: CallRecord) -> tuple[str, str, object]:
    exchange = call.exchange
    return call.method, call.target, json.loads(exchange.request) if exchange and exchange.request else None


@pytest.mark.parametrize("approve", [plain, with_removals, with_a_release, with_a_look_up])
async def test_the_calls_are_those_that_were_told(scene: Scene, approve: Approve) -> None:
    """All of them, and no other; but what the service has let go by itself is not released."""
    number = await approve(scene)
    expected = told(scene, number)
    assert scene.operation(number).calls == len(expected)
    before = len(scene.served.read("calls"))
    calls = await made(scene)
    assert scene.state(number) is State.DONE
    canonical = scene.operation(number).canonical or ""
    written = [call["body"] for call in scene.served.read("calls")[before:]]
    let_go = [call for call in expected if call.purpose is Purpose.RELEASE and call.body not in written]
    assert len(let_go) == scene.acts(number).count("nothing left to do")
    left = [call for call in expected if call not in let_go]
    assert [as_sent(call) for call in calls] == [
        (call.method, call.path.replace(MERGED, canonical), call.body) for call in left
    ]
    assert written == [call.body for call in left if call.writes], "and these writes the organisation saw"


async def test_a_dry_run_prints_each_call_sends_nothing_and_needs_no_secret(scene: Scene, tmp_path: Path) -> None:
    number = await with_removals(scene)
    expected = told(scene, number)
    before = len(scene.served.read("calls"))
    status, said = execute(scene, tmp_path, "--dry-run", without=("REVIEWER_CLIENT_SECRET", "REVIEWER_CLIENT_ID"))
    assert status == 0 and f"operation {number} (merge" in said
    for call in expected:
        assert f"{call.method} {call.path}" in said
    assert json.dumps(expected[0].body, separators=(",", ":")) in said.replace(": ", ":").replace(", ", ",")
    status, said = execute(scene, tmp_path, "--dry-run", "--json", without=("REVIEWER_CLIENT_SECRET",))
    (operation,) = json.loads(said)
    assert [DescribedCall(**call) for call in operation["calls"]] == expected
    assert scene.state(number) is State.STAGED and len(scene.served.read("calls")) == before
