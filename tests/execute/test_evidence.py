"""What the audit keeps of each call, and what is left of it when the person is forgotten."""

import json
from hashlib import sha256

import pytest

from reviewer.domain.journal import State
from reviewer.execute.executor import Executor
from reviewer.execute.journaling import Journal
from reviewer.execute.recovery import Recovery
from reviewer.execute.sending import Sender
from reviewer.review.forget import forget
from reviewer.review.retention import Expired, Retention, expire
from reviewer.store import audit, audit_check, operations
from tests.execute.scene import NO_LAG, SETTLE, Scene
from tests.review.people import RULES


def payloads(scene: Scene, operation: int) -> dict[str, dict[str, object]]:
    """Act → payload of an operation's audit entries."""
    entries = audit.entries(scene.database, f"operation:{operation}")
    return {entry.act: json.loads(entry.payload or b"{}") for entry in entries}


async def test_the_audit_has_the_request_as_it_was_sent_and_the_hash_of_the_answer(scene: Scene) -> None:
    number = await scene.approved()
    await scene.run()
    assert scene.state(number) is State.DONE
    told, (step,) = payloads(scene, number), operations.steps(scene.database, number)
    (call,) = scene.calls(number)
    assert told["sending"]["call"] == "merge" and told["sending"]["request"] == call["body"]
    assert step.answer is not None
    assert told["confirmed"]["answer_sha256"] == sha256(step.answer).hexdigest()
    assert told["confirmed"]["status"] == 200 and told["confirmed"]["correlation_id"] == step.correlation_id
    assert "answer" not in told["confirmed"], "personal data of answers only by setting"


async def test_the_answer_itself_is_kept_where_the_setting_says_so(scene: Scene) -> None:
    number = await scene.approved()
    async with scene.client() as client:
        sender = Sender(client, Journal(scene.database, RULES, keep_answers=True), index_lag=NO_LAG)
        await sender.carry_out(scene.operation(number))
    (step,) = operations.steps(scene.database, number)
    assert payloads(scene, number)["confirmed"]["answer"] == json.loads(step.answer or b"")


async def test_a_merged_person_is_forgotten_down_to_the_last_byte(scene: Scene) -> None:
    number = await scene.approved()
    members = scene.members(number)
    await scene.run()
    canonical = scene.operation(number).canonical or ""
    forget(scene.desk, members[0])
    path = scene.database.path
    held = b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
    index = members[0].split("-")[1]
    gone = [*members, canonical, f"kim{index}@mail.example", f"0031-{index}"]
    assert [text for text in gone if text.encode() in held] == []
    assert audit_check.check(scene.database).fault is None
    assert scene.state(number) is State.DONE and scene.operation(number).outcome == "erased"


async def test_requests_and_answers_are_erased_when_their_time_is_over(scene: Scene) -> None:
    number = await scene.approved()
    await scene.run()
    later = scene.desk.__class__(
        scene.database, scene.desk.steward, RULES, clock=lambda: scene.desk.moment.replace(year=2036)
    )
    assert expire(later, Retention(answer_days=400)) == Expired(0, 1)
    (step,) = operations.steps(scene.database, number)
    assert (step.request, step.answer) == (b"{}", None)
    assert expire(later, Retention(answer_days=400)) == Expired(0, 0)


@pytest.mark.parametrize("batches", [1, 2])
async def test_the_end_of_each_batch_is_told_and_no_empty_one(scene: Scene, batches: int) -> None:
    heads = []
    async with scene.client() as client:
        sender = Sender(client, Journal(scene.database, RULES), index_lag=NO_LAG)
        executor = Executor(
            sender, Recovery(sender, SETTLE), on_batch=lambda: heads.append(audit.head(scene.database).entry)
        )
        for _ in range(batches):
            await scene.approved()
            await executor.run_once()
            await executor.run_once()
    assert len(heads) == batches and heads[-1] == audit.head(scene.database).entry
