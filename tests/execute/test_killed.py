"""Executors that are killed, stopped and resumed, and started twice, against a served organisation."""

import json
import os
import random
import signal
import subprocess
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from reviewer.domain.journal import State
from reviewer.execute.at_once import MOST
from reviewer.exit_codes import ExitCode
from reviewer.store import audit_check
from tests.execute.child import execute, executing, kill_at_any_instant, reached
from tests.execute.scene import Scene, all_ended, until


@pytest.mark.parametrize(
    ("endpoint", "fault", "state"),
    [
        ("bulk_unresolved", {"kind": "slow", "seconds": 30}, State.STAGED),
        ("merge", {"kind": "slow", "seconds": 30}, State.SENDING),
        ("merge", {"kind": "late", "seconds": 0.2}, State.UNCLEAR),
        ("merge", {"kind": "drop_before"}, State.UNCLEAR),
        ("merge", {"kind": "drop_after"}, State.UNCLEAR),
        ("lookup", {"kind": "slow", "seconds": 30}, State.FOLLOWING_UP),
    ],
)
async def test_killed_in_each_state_it_is_resumed_and_done_once(
    scene: Scene, tmp_path: Path, endpoint: str, fault: dict[str, Any], state: State
) -> None:
    names = {one["path"]: one["name"] for one in scene.served.read("endpoints")}
    wanted = {"bulk_unresolved": "/api/v2/externalcontacts/bulk/contacts/unresolved"}
    operation = await scene.approved_stitch()
    scene.served.write("faults", {names.get(wanted.get(endpoint, ""), endpoint): fault})
    with executing(scene, tmp_path) as process:
        reached(process, lambda: scene.served.read("faults") == {} and scene.state(operation) is state)
        process.kill()
        process.wait()
    assert scene.state(operation) is state
    status, said = execute(scene, tmp_path)
    assert status == ExitCode.OK, said
    assert scene.state(operation) is State.DONE
    assert len(scene.effects(operation)) == 1
    assert audit_check.first_broken(scene.database) is None


def _called_again_or_ended(scene: Scene, process: subprocess.Popen[str], before: int) -> bool:
    return len(scene.served.read("calls")) > before or process.poll() is not None


@pytest.mark.parametrize("seed", range(2))
async def test_killed_at_random_instants_every_approval_takes_effect_once(
    scene: Scene, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    approved = [await scene.approved() for _ in range(5)] + [await scene.approved_stitch() for _ in range(2)]
    kinds = ["drop_after", "late", "drop_before", "error_after", "error_before", "slow"]
    faults = [
        {"kind": kind, "seconds": 0.1, "skip": chance.randrange(2), "status": chance.choice((500, 503, 504))}
        for kind in chance.sample(kinds, 4)
    ]
    scene.served.write("faults", {"merge": faults})
    for _ in range(3):
        before = len(scene.served.read("calls"))
        with executing(scene, tmp_path) as process:
            until(partial(_called_again_or_ended, scene, process, before))
            kill_at_any_instant(process, chance)
    status, said = execute(scene, tmp_path)
    assert status == ExitCode.OK, said
    assert all_ended(scene.database, approved)
    for operation in approved:
        assert scene.state(operation) is State.DONE
        assert len(scene.effects(operation)) == 1
    assert audit_check.first_broken(scene.database) is None


async def test_a_stopped_executor_keeps_its_lock_and_goes_on_when_it_is_resumed(scene: Scene, tmp_path: Path) -> None:
    operation = await scene.approved()
    scene.fault("merge", "slow", seconds=0.5)
    with executing(scene, tmp_path) as process:
        reached(process, lambda: scene.state(operation) is State.SENDING)
        os.kill(process.pid, signal.SIGSTOP)
        status, said = execute(scene, tmp_path)
        assert status == ExitCode.BUSY and f"process {process.pid}" in said
        os.kill(process.pid, signal.SIGCONT)
        process.communicate(timeout=60)
        assert process.returncode == ExitCode.OK
    assert scene.state(operation) is State.DONE and len(scene.calls(operation)) == 1


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_lets_the_call_in_flight_end_and_sends_no_more(
    scene: Scene, tmp_path: Path, sign: signal.Signals
) -> None:
    approved = [await scene.approved() for _ in range(MOST + 4)]
    scene.fault("merge", "slow", seconds=0.7, count=-1)
    with executing(scene, tmp_path) as process:
        reached(process, lambda: any(scene.state(one) is State.SENDING for one in approved))
        process.send_signal(sign)
        process.communicate(timeout=60)
    assert process.returncode == 128 + sign
    states = [scene.state(one) for one in approved]
    assert set(states) == {State.DONE, State.STAGED}
    for operation, state in zip(approved, states, strict=True):
        assert len(scene.effects(operation)) == (state is State.DONE)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_an_executor_that_waits_for_a_service_which_does_not_answer(
    scene: Scene, tmp_path: Path, sign: signal.Signals
) -> None:
    operation = await scene.approved()
    scene.served.write("faults", {"bulk_unresolved": {"kind": "error_before", "count": -1}})
    with executing(scene, tmp_path) as process:
        assert process.stderr is not None
        assert "waiting for the service" in process.stderr.readline()
        process.send_signal(sign)
        _, words = process.communicate(timeout=60)
    assert process.returncode == 128 + sign, words
    assert "nothing was sent" in words and "tries again" not in words, "it is told once"
    assert scene.state(operation) is State.STAGED


@pytest.mark.parametrize("options", [["--watch"], ["--watch", "--json"]], ids=" ".join)
async def test_each_outcome_is_told_as_it_ends_while_watching(scene: Scene, tmp_path: Path, options: list[str]) -> None:
    first = await scene.approved()
    with executing(scene, tmp_path, *options) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        second = await scene.approved()
        again = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        rest, words = process.communicate(timeout=60)
    assert process.returncode == ExitCode.OK, words
    if "--json" in options:
        assert [json.loads(said)["id"] for said in (line, again)] == [first, second]
    else:
        assert line.startswith(f"operation {first}: done: merged") and again.startswith(f"operation {second}: done")
    assert rest == "" and "operations carried out: 2" in words


async def test_a_correlation_id_is_told_once(scene: Scene, tmp_path: Path) -> None:
    operation = await scene.approved()
    scene.fault("merge", "error_before", status=409)
    _, said = execute(scene, tmp_path)
    found = scene.operation(operation).correlation_id
    assert found and said.count(found) == 1


async def test_exit_statuses_tell_scripts_how_it_went(scene: Scene, tmp_path: Path) -> None:
    assert execute(scene, tmp_path)[0] == ExitCode.OK
    operation = await scene.approved()
    scene.fault("merge", "error_before", status=409)
    status, said = execute(scene, tmp_path)
    assert status == ExitCode.SOME_FAILED and f"operation {operation}: failed" in said
