"""A journal edited by hand: what does not fit its approval is never sent."""

import json

import pytest

from reviewer.domain.journal import State
from reviewer.store import decisions, operations
from tests.execute.scene import Scene


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
