"""Who has to have approved, asked again just before sending: by count, and by the keys that signed."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from reviewer.domain.journal import State
from reviewer.domain.persons import Person
from reviewer.domain.risk import FourEyes, Thresholds
from reviewer.domain.wire import encode
from reviewer.execute.approval import read_approval
from reviewer.execute.consent import Consent
from reviewer.review import approving, candidate, decide
from reviewer.review.desk import Desk
from reviewer.review.steward import Steward
from reviewer.review.undo import undo
from reviewer.ssh_signature import SshSigner
from reviewer.store import approvals, audit, audit_check, decisions, operations, stamp
from reviewer.store.clock import now
from reviewer.store.transaction import transaction
from tests.execute.scene import Scene
from tests.keys import Keys

ALWAYS = Thresholds(FourEyes.ALWAYS, weight=-100.0)
NEVER = Thresholds()


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keys:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    return Keys(tmp_path / "keys")


async def claimed(scene: Scene) -> None:
    """Tie the database to its organisation, as a sync does."""
    async with scene.client() as client:
        organization = await client.organization()
    stamp.claim_organization(scene.database, organization.id, organization.name)


def desk_of(scene: Scene, name: str, four_eyes: Thresholds = ALWAYS, signer: SshSigner | None = None) -> Desk:
    return replace(scene.desk, steward=Steward(name, None, 1000), four_eyes=four_eyes, signer=signer)


async def merged_by(scene: Scene, desk: Desk, second: Desk | None = None) -> int:
    """An operation that a desk decides, and a second one approves."""
    number = await scene.pair()
    decided = decide.merge(desk, candidate.view(desk, number))
    if second is not None:
        approving.approve(second, decided.decision)
    return decided.operation or 0


def said_of(scene: Scene, operation: int) -> str:
    found = scene.operation(operation)
    return f"{found.state}: {found.outcome}"


# By count


async def test_what_two_stewards_approved_is_sent_and_what_waits_for_one_is_not(scene: Scene) -> None:
    ada, bob = desk_of(scene, "ada"), desk_of(scene, "bob")
    both, one = await merged_by(scene, ada, bob), await merged_by(scene, ada)
    await scene.run(consent=Consent(ALWAYS))
    assert scene.state(both) is State.DONE
    assert scene.state(one) is State.PLANNED and scene.calls(one) == []


def staged_by_force(scene: Scene, operation: int) -> None:
    """What a trigger would have refused."""
    connection = scene.database.connection
    connection.execute("DROP TRIGGER IF EXISTS operation_lacks_approvals")
    connection.execute("DROP TRIGGER IF EXISTS operation_needs_no_fewer")
    connection.execute("DROP TRIGGER IF EXISTS approval_of_ones_own")
    connection.execute("UPDATE operation SET state = 'staged' WHERE id = ?", (operation,))


@pytest.mark.parametrize(
    "how", ["staged", "needs none", "approved by the proposer", "no proposer", "of another content"]
)
async def test_without_the_triggers_the_executor_still_counts(scene: Scene, how: str) -> None:
    operation = await merged_by(scene, desk_of(scene, "ada"))
    staged_by_force(scene, operation)
    connection = scene.database.connection
    if how == "needs none":
        connection.execute("UPDATE operation SET approvals_needed = 0")
    elif how != "staged":
        approver = {"approved by the proposer": Person("root", "ada")}.get(how, Person("bob"))
        with transaction(scene.database):
            approvals.write(
                connection, operation=operation, role="approver", person=approver, uid=0, at=now(), note="",
                fingerprint="0" * 64 if how == "of another content" else _fingerprint(scene, operation),
            )  # fmt: skip
    if how == "no proposer":
        connection.execute("DELETE FROM approval WHERE role = 'proposer'")
    await scene.run(consent=Consent(ALWAYS if how == "needs none" else NEVER))
    expected = {
        "no proposer": "nobody is recorded as its proposer",
        "of another content": "what bob approved is not what would be sent",
    }.get(how, "the approval of a second steward is missing (the settings ask for two on every act)")
    assert said_of(scene, operation) == f"void: {expected}"
    assert scene.calls(operation) == []
    assert scene.candidate_state(_candidate(scene, operation))[0] == "open"


def _fingerprint(scene: Scene, operation: int) -> str:
    return decisions.read(scene.database, scene.operation(operation).decision).fingerprint


def _candidate(scene: Scene, operation: int) -> int:
    return decisions.read(scene.database, scene.operation(operation).decision).candidate


async def test_the_executors_own_thresholds_count(scene: Scene) -> None:
    """A steward whose settings ask for nobody else gets nothing through where the executor's do."""
    operation = await merged_by(scene, desk_of(scene, "ada", NEVER))
    assert scene.state(operation) is State.STAGED
    risky = Thresholds(FourEyes.RISKY, group_size=2, weight=-100.0)
    await scene.run(consent=Consent(risky))
    assert said_of(scene, operation) == "void: the approval of a second steward is missing (2 contacts)"


# By their keys


def signed(keys: Keys, four_eyes: Thresholds = NEVER) -> Consent:
    return Consent(four_eyes, None, keys.allowed.objection)


async def test_a_signed_approval_is_sent(scene: Scene, keys: Keys) -> None:
    await claimed(scene)
    alone = await merged_by(scene, desk_of(scene, "ada", NEVER, keys.signer("ada")))
    await scene.run(consent=signed(keys))
    assert said_of(scene, alone).startswith("done:")


async def test_so_is_one_that_two_signed(scene: Scene, keys: Keys) -> None:
    await claimed(scene)
    ada, bob = desk_of(scene, "ada", ALWAYS, keys.signer("ada")), desk_of(scene, "bob", ALWAYS, keys.signer("bob"))
    operation = await merged_by(scene, ada, bob)
    assert all(
        one.signature and one.principal == one.steward for one in approvals.of_operation(scene.database, operation)
    )
    await scene.run(consent=signed(keys, ALWAYS))
    assert said_of(scene, operation).startswith("done:")


async def test_a_signature_that_is_missing_voids_it_and_the_rest_goes_on(scene: Scene, keys: Keys) -> None:
    await claimed(scene)
    without = await merged_by(scene, desk_of(scene, "ada", NEVER))
    with_one = await merged_by(scene, desk_of(scene, "ada", NEVER, keys.signer("ada")))
    await scene.run(consent=signed(keys))
    assert said_of(scene, without) == "void: the approval of ada (proposer) is not signed"
    assert scene.calls(without) == []
    assert scene.state(with_one) is State.DONE


BY_KEY = {
    "another's key": "it was signed with the key of bob",
    "revoked": "the key that signed it is not allowed for ada in ",
    "expired": "the key that signed it has expired in ",
    "another principal": "the approval of ada (proposer) names bob as its signer",
    "another name": "its signature is not one of what would be sent",
}


@pytest.mark.parametrize("how", BY_KEY)
async def test_a_key_that_does_not_count_voids_it(scene: Scene, keys: Keys, how: str) -> None:
    await claimed(scene)
    ada, bob = keys.signer("ada"), keys.signer("bob")
    operation = await merged_by(scene, desk_of(scene, "ada", NEVER, bob if how == "another's key" else ada))
    connection = scene.database.connection
    if how == "revoked":
        keys.forbid_all()
    elif how == "expired":
        keys.forbid_all()
        keys.allow("ada", ada.key, 'valid-before="20200101"')
    elif how == "another principal":
        connection.execute("UPDATE approval SET principal = 'bob'")
    elif how == "another name":
        connection.execute("UPDATE approval SET steward = 'bob', principal = 'bob'")
    await scene.run(consent=signed(keys))
    assert scene.state(operation) is State.VOID and BY_KEY[how] in said_of(scene, operation)
    assert scene.calls(operation) == []


def rewritten(scene: Scene, operation: int) -> None:
    """The database edited by somebody who knows this program: all that is stored of an approval fits together."""
    connection = scene.database.connection
    decision = decisions.read(scene.database, scene.operation(operation).decision)
    document = json.loads(decision.document)
    document["promise"]["firstName"] = document["steps"][0][1]["valueOverride"]["firstName"] = "Mallory"
    request = encode(document["steps"][0][1])
    connection.execute("UPDATE decision SET document = ? WHERE id = ?", (encode(document), decision.id))
    connection.execute("UPDATE operation_step SET request = ? WHERE operation = ?", (request, operation))
    computed = read_approval(scene.database, decision.id).computed
    connection.execute("UPDATE decision SET fingerprint = ? WHERE id = ?", (computed, decision.id))
    connection.execute("UPDATE approval SET fingerprint = ?", (computed,))
    entries = list(audit.entries(scene.database))
    connection.execute("DELETE FROM audit")
    connection.execute("UPDATE sqlite_sequence SET seq = 0 WHERE name = 'audit'")
    with transaction(scene.database):
        for entry in entries:
            payload = json.loads(entry.payload or b"{}")
            if entry.act.startswith("decided "):
                payload |= {"fingerprint": computed, "document": document}
            audit.append(
                connection, at=now(), steward=entry.steward, act=entry.act, subject=entry.subject, payload=payload
            )
    assert audit_check.first_broken(scene.database) is None
    assert read_approval(scene.database, decision.id).fits_its_fingerprint


async def test_an_edited_database_gets_through_unsigned_and_not_where_approvals_are_signed(
    scene: Scene, keys: Keys
) -> None:
    """The first shows that the edit is a good one: nothing but the signature tells it."""
    await claimed(scene)
    for consent in (Consent(), signed(keys)):
        signer = keys.signer("ada") if consent.check_signature else None
        operation = await merged_by(scene, desk_of(scene, "ada", NEVER, signer))
        rewritten(scene, operation)
        await scene.run(consent=consent)
        if consent.check_signature is None:
            assert scene.state(operation) is State.DONE
            assert (await scene.read(scene.operation(operation).canonical or ""))["firstName"] == "Mallory"
    assert said_of(scene, operation) == (
        "void: the approval of ada (proposer) does not count: its signature is not one of what would be sent"
    )
    assert scene.calls(operation) == []


@pytest.mark.parametrize("what", ["needed", "note", "moment", "kind", "weight"])
async def test_each_part_of_what_was_signed_is_covered(scene: Scene, keys: Keys, what: str) -> None:
    await claimed(scene)
    operation = await merged_by(scene, desk_of(scene, "ada", ALWAYS, keys.signer("ada")), None)
    approving.approve(desk_of(scene, "bob", ALWAYS, keys.signer("bob")), scene.operation(operation).decision)
    connection = scene.database.connection
    staged_by_force(scene, operation)
    if what == "needed":
        connection.execute("UPDATE operation SET approvals_needed = 0")
        connection.execute("DELETE FROM approval WHERE role = 'approver'")
    elif what == "note":
        connection.execute("UPDATE approval SET note = 'because'")
    elif what == "moment":
        connection.execute("UPDATE approval SET at = '2026-01-01T00:00:00.000000Z'")
    elif what == "kind":
        connection.execute("UPDATE operation SET kind = 'stitch' WHERE id = ?", (operation,))
        connection.execute("UPDATE decision SET kind = 'stitch'")
    else:
        document = json.loads(decisions.read(scene.database, scene.operation(operation).decision).document)
        connection.execute("UPDATE decision SET document = ?", (encode({**document, "weight": 99.0}),))
    await scene.run(consent=signed(keys))
    assert "its signature is not one of what would be sent" in said_of(scene, operation)
    assert scene.calls(operation) == []


async def test_one_key_does_not_speak_for_two_stewards(scene: Scene, keys: Keys) -> None:
    await claimed(scene)
    shared = keys.signer("ada")
    keys.allow("bob", shared.key)
    operation = await merged_by(scene, desk_of(scene, "ada", ALWAYS, shared), None)
    approving.approve(desk_of(scene, "bob", ALWAYS, shared), scene.operation(operation).decision)
    await scene.run(consent=signed(keys))
    assert said_of(scene, operation) == "void: one key speaks for ada and bob: each needs one of their own"
    assert scene.calls(operation) == []


async def test_a_signature_is_good_for_one_operation_of_one_organisation(scene: Scene, keys: Keys) -> None:
    await claimed(scene)
    desk = desk_of(scene, "ada", NEVER, keys.signer("ada"))
    first, second = await merged_by(scene, desk), await merged_by(scene, desk)
    (good,) = approvals.of_operation(scene.database, first)
    with transaction(scene.database) as connection:
        connection.execute("UPDATE approval SET signature = ? WHERE operation = ?", (good.signature, second))
    decision = decisions.read(scene.database, scene.operation(first).decision)
    text = approvals.statement(good, scene.operation(first), decision, "another organisation").text()
    assert "not one of what would be sent" in keys.allowed.objection(text, good.signature, "ada")
    await scene.run(consent=signed(keys))
    assert scene.state(first) is State.DONE
    assert "its signature is not one of what would be sent" in said_of(scene, second)


async def test_an_approval_that_was_sent_cannot_be_played_again_as_another_operation(scene: Scene, keys: Keys) -> None:
    await claimed(scene)
    operation = await merged_by(scene, desk_of(scene, "ada", NEVER, keys.signer("ada")))
    connection = scene.database.connection
    again = operation + 1
    for table, column in (("operation", "id"), ("operation_step", "operation"), ("approval", "operation")):
        names = [name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))]
        kept = [name for name in names if name != column and (table, name) != ("approval", "id")]
        listed = ", ".join(kept)
        connection.execute(
            f"INSERT INTO {table} ({column}, {listed}) SELECT ?, {listed} FROM {table} WHERE {column} = ?",
            (again, operation),
        )
    connection.execute("UPDATE operation SET state = 'withdrawn' WHERE id = ?", (operation,))
    await scene.run(consent=signed(keys))
    assert "its signature is not one of what would be sent" in said_of(scene, again)
    assert scene.calls(operation) == []


async def test_what_was_taken_back_is_not_sent_though_its_signature_is_good(scene: Scene, keys: Keys) -> None:
    await claimed(scene)
    desk = desk_of(scene, "ada", NEVER, keys.signer("ada"))
    operation = await merged_by(scene, desk)
    decision = scene.operation(operation).decision
    undo(desk, decision)
    connection = scene.database.connection
    connection.execute("UPDATE decision SET undone_at = NULL WHERE id = ?", (decision,))
    connection.execute("UPDATE operation SET state = 'staged' WHERE id = ?", (operation,))
    connection.execute("UPDATE operation_hold SET live = 1 WHERE operation = ?", (operation,))
    await scene.run(consent=signed(keys))
    assert said_of(scene, operation).startswith("void: ada took back merge at ")


async def test_what_was_begun_is_not_gone_on_with_once_its_approval_does_not_count(scene: Scene, keys: Keys) -> None:
    await claimed(scene)
    operation = await merged_by(scene, desk_of(scene, "ada", NEVER, keys.signer("ada")))
    with transaction(scene.database) as connection:
        operations.move(connection, operation, State.SENDING, now())
        operations.move(connection, operation, State.UNCLEAR, now())
        connection.execute("UPDATE operation_step SET state = 'unclear' WHERE operation = ?", (operation,))
    keys.forbid_all()
    async with scene.client() as client:
        run = await scene.executor(client, consent=signed(keys)).run_once()
    assert scene.state(operation) is State.UNCLEAR
    assert f"operation {operation} was begun, but the approval of ada" in " ".join(run.passed_over)
    assert scene.calls(operation) == []
