"""A journal edited by hand: what does not fit its approval is never sent."""

import json
from pathlib import Path

import pytest

from reviewer.domain.journal import State
from reviewer.domain.wire import encode
from reviewer.execute.approval import read_approval
from reviewer.review.line import acknowledge
from reviewer.store import backup, decisions, operations
from reviewer.store.database import open_database
from tests.execute.between import stopped_before
from tests.execute.scene import Scene
from tests.execute.test_following_up import without_phone


def tampered(scene: Scene, operation: int, what: str) -> None:
    """Change the journal by hand."""
    connection = scene.database.connection
    decision = scene.operation(operation).decision
    document = json.loads(decisions.read(scene.database, decision).document)
    request = json.loads(operations.steps(scene.database, operation)[0].request)
    if what == "override in the step":
        request["valueOverride"]["firstName"] = "Mallory"
    elif what == "ids in the step":
        request["contactIds"] = [*request["contactIds"], "pair-119-a"]
    elif what == "override in both":
        request["valueOverride"]["firstName"] = document["steps"][0][1]["valueOverride"]["firstName"] = "Mallory"
    elif what == "promise":
        document["promise"]["firstName"] = "Mallory"
    elif what == "verdict":
        document["verdict"] = "auto"
    elif what == "members":
        document["members"] = document["members"][:1]
    elif what == "no document":
        document = {"members": "nobody"}
    elif what == "fingerprint":
        connection.execute("UPDATE decision SET fingerprint = ? WHERE id = ?", ("0" * 64, decision))
    elif what == "no approval":
        connection.execute("UPDATE decision SET kind = 'distinct', fingerprint = '' WHERE id = ?", (decision,))
    elif what == "another step":
        connection.execute(
            "INSERT INTO operation_step (operation, number, kind, request, state) VALUES (?, 2, 'merge', ?, 'pending')",
            (operation, json.dumps(request).encode()),
        )
    elif what == "no steps":
        connection.execute("DELETE FROM operation_step WHERE operation = ?", (operation,))
    elif what == "taken back":
        connection.execute("UPDATE decision SET undone_at = decided_at WHERE id = ?", (decision,))
    connection.execute("UPDATE decision SET document = ? WHERE id = ?", (json.dumps(document).encode(), decision))
    connection.execute(
        "UPDATE operation_step SET request = ? WHERE operation = ? AND number = 1",
        (json.dumps(request).encode(), operation),
    )


@pytest.mark.parametrize(
    "what",
    [
        "override in the step", "ids in the step", "override in both", "promise", "verdict", "members",
        "no document", "fingerprint", "no approval", "another step", "no steps", "taken back",
    ],
)  # fmt: skip
async def test_a_journal_edited_by_hand_is_void_and_sends_nothing(scene: Scene, what: str) -> None:
    number = await scene.pair()
    operation, other = scene.approve(number).operation or 0, await scene.approved()
    tampered(scene, operation, what)
    await scene.run()
    assert scene.state(operation) is State.VOID, scene.operation(operation)
    assert scene.calls(operation) == [] and scene.state(other) is State.DONE
    assert scene.candidate_state(number)[0] == "open"


async def test_an_approval_that_does_not_fit_its_fingerprint_is_told_as_that(scene: Scene) -> None:
    operation = await scene.approved()
    tampered(scene, operation, "fingerprint")
    await scene.run()
    assert "the stored approval does not fit its fingerprint" in scene.operation(operation).outcome


async def test_what_has_ended_is_not_sent_again_because_the_journal_calls_it_staged(scene: Scene) -> None:
    operation = await scene.approved()
    await scene.run()
    calls = len(scene.calls(operation))
    connection = scene.database.connection
    connection.execute("UPDATE operation SET state = 'staged' WHERE id = ?", (operation,))
    connection.execute("UPDATE operation_step SET state = 'pending', answer = NULL WHERE operation = ?", (operation,))
    await scene.run()
    assert scene.state(operation) is State.VOID and len(scene.calls(operation)) == calls
    assert "the journal calls it staged, but the audit has it as confirmed" in scene.operation(operation).outcome


FOLLOWING = ["a change more", "another identifier", "another value", "all and its fingerprint"]


def tampered_after_the_merge(scene: Scene, operation: int, what: str) -> None:
    """Change the steps that are left, in the journal and in the approval alike."""
    decision = scene.operation(operation).decision
    document = json.loads(decisions.read(scene.database, decision).document)
    steps = document["steps"]
    if what == "another identifier":
        steps[2][1]["identifier"]["value"] = "+17029190000"
    elif what == "another value":
        document["promise"]["personalEmail"] = "mallory@mail.example"
    else:
        steps[1][1]["changes"].append({"field": "$.personalEmail", "action": "Update", "value": "mallory@mail.example"})
        document["promise"]["personalEmail"] = "mallory@mail.example"
    connection = scene.database.connection
    connection.execute("UPDATE decision SET document = ? WHERE id = ?", (encode(document), decision))
    for number, (_, request) in enumerate(steps, start=1):
        query = "UPDATE operation_step SET request = ? WHERE operation = ? AND number = ?"
        connection.execute(query, (encode(request), operation, number))
    if what == "all and its fingerprint":
        approval = read_approval(scene.database, decision)
        connection.execute("UPDATE decision SET fingerprint = ? WHERE id = ?", (approval.computed, decision))


@pytest.mark.parametrize("what", FOLLOWING)
async def test_a_step_that_was_edited_after_the_merge_is_not_sent(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    operation = await without_phone(scene)
    canonical = await stopped_before(scene, monkeypatch, operation)
    before = await scene.read(canonical)
    tampered_after_the_merge(scene, operation, what)
    acknowledge(scene.desk, "looked at it")
    async with scene.client() as client:
        run = await scene.executor(client).run_once()
    assert scene.state(operation) is State.FOLLOWING_UP
    assert f"operation {operation} was begun, but the stored approval does not fit" in " ".join(run.passed_over)
    assert await scene.read(canonical) == before
    assert scene.sent("patch", operation) == scene.sent("claim", operation) == []


async def test_an_edited_audit_entry_voids_what_it_tells_of(scene: Scene) -> None:
    operation = await scene.approved()
    subject = f"decision:{scene.operation(operation).decision}"
    scene.database.connection.execute("UPDATE audit SET payload = ? WHERE subject = ?", (b"{}", subject))
    await scene.run()
    assert scene.state(operation) is State.VOID and scene.calls(operation) == []


async def test_an_erased_audit_entry_says_nothing_against_an_approval(scene: Scene) -> None:
    operation = await scene.approved()
    subject = f"decision:{scene.operation(operation).decision}"
    scene.database.connection.execute("UPDATE audit SET payload = NULL, salt = NULL WHERE subject = ?", (subject,))
    await scene.run()
    assert scene.state(operation) is State.DONE


async def test_a_restored_backup_concludes_nothing_from_an_approval_that_was_edited(
    scene: Scene, tmp_path: Path
) -> None:
    operation = await without_phone(scene)
    backup.write_backup(scene.database, tmp_path / "backup.db")
    await scene.run()
    assert scene.state(operation) is State.DONE
    scene.database.close()
    backup.restore_backup(tmp_path / "backup.db", scene.path)
    scene.database = open_database(scene.path)
    tampered(scene, operation, "promise")
    before = len(scene.sent("patch", operation))
    await scene.run()
    assert scene.state(operation) is State.VOID
    assert len(scene.sent("patch", operation)) == before
