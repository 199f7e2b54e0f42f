"""Bad input, and what it gets: each its own end and sentence, and none stops the rest of the queue.

Two operations are approved before the bad one and two after it; what is run is typed. The four must be done, whatever
the bad one is, and nothing that was not approved may be sent.
"""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from reviewer.cli.main import run
from reviewer.domain.journal import State
from reviewer.exit_codes import ExitCode
from reviewer.review import operations as looked_at
from reviewer.store import operations
from tests.execute.child import environment_of
from tests.execute.scene import Scene


class Said(NamedTuple):
    """What a command line came to."""

    status: int
    out: str
    err: str


class Desk(NamedTuple):
    """Five approvals, the one in the middle ``bad``; ``reviewer`` types a command."""

    scene: Scene
    bad: int
    others: list[int]
    reviewer: Callable[..., Said]
    members: list[str]

    def edit(self, statement: str, *values: object) -> None:
        """Change the journal by hand, past every guard of the schema; ``:bad`` and ``:decision`` stand in it."""
        connection = self.scene.database.connection
        for guard in ("PRAGMA foreign_keys = OFF", "PRAGMA ignore_check_constraints = ON"):
            connection.execute(guard)
        names = {"bad": self.bad, "decision": self.scene.operation(self.bad).decision}
        for number, value in enumerate(values):
            names[f"v{number}"] = value  # type: ignore[assignment]
        connection.execute(statement, names)

    def kept(self) -> tuple[str, str]:
        """The state and the outcome of the bad one, as they stand in the database."""
        query = "SELECT state, outcome FROM operation WHERE id = ?"
        state, outcome = self.scene.database.connection.execute(query, (self.bad,)).fetchone()
        return str(state), str(outcome)

    def merges(self) -> list[object]:
        """The merges of the bad one's contacts that reached the organisation."""
        bodies = [call["body"] for call in self.scene.served.read("calls") if call["endpoint"] == "merge"]
        return [body for body in bodies if body and set(self.members) & set(body["contactIds"])]

    def check_the_others(self) -> None:
        assert {self.scene.state(one) for one in self.others} == {State.DONE}
        assert all(len(self.scene.effects(one)) == 1 for one in self.others)


@pytest.fixture
def desk(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    for name, value in environment_of(scene, tmp_path / "home").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("REVIEWER_SETTLE_SECONDS", "1")

    def reviewer(*words: str) -> Said:
        capsys.readouterr()
        status = run(["--database", str(scene.path), *words])
        return Said(status, *capsys.readouterr())

    async def five() -> list[int]:
        return [await scene.approved() for _ in range(5)]

    first, second, bad, *later = asyncio.run(five())
    return Desk(scene, bad, [first, second, *later], reviewer, scene.members(bad))


EDITED_BEYOND_READING = {
    "the decision is gone": "DELETE FROM decision WHERE id = :decision AND :bad",
    "the document is no JSON": "UPDATE decision SET document = 'garbage' WHERE id = :decision AND :bad",
    "the members are none": """UPDATE decision SET document = '{"members": "nobody"}' WHERE id = :decision AND :bad""",
    "withdrawn, and no time": """UPDATE operation SET send_after = 'never', state = 'withdrawn'
        WHERE id = :bad AND :decision""",
}


@pytest.mark.parametrize("edit", EDITED_BEYOND_READING.values(), ids=EDITED_BEYOND_READING)
def test_what_was_edited_by_hand_is_listed_all_the_same(desk: Desk, edit: str) -> None:
    desk.edit(edit)
    desk.reviewer("execute")
    said = desk.reviewer("operations", "--json")
    assert said.status == 0, said.err
    assert {one["operation"] for one in json.loads(said.out)} == {desk.bad, *desk.others}
    for number in (desk.bad, *desk.others):
        assert looked_at.detail(desk.scene.desk, number).row.operation == number


VOID: dict[str, tuple[str, str]] = {
    "a step deleted": (
        "DELETE FROM operation_step WHERE operation = :bad",
        "the journaled calls are not those that were approved",
    ),
    "a step added": (
        "INSERT INTO operation_step (operation, number, kind, request, state) "
        "SELECT operation, 2, kind, request, 'pending' FROM operation_step WHERE operation = :bad",
        "the journaled calls are not those that were approved",
    ),
    "steps in another order": (
        "UPDATE operation_step SET number = 7 - number, kind = 'release' WHERE operation = :bad",
        "the journaled calls are not those that were approved",
    ),
    "a step of an unknown kind": (
        "UPDATE operation_step SET kind = 'delete' WHERE operation = :bad",
        "the journaled calls are not those that were approved",
    ),
    "a request that is not JSON": (
        "UPDATE operation_step SET request = X'7B22FF' WHERE operation = :bad",
        "the journaled calls cannot be read",
    ),
    "a request that is a number": (
        "UPDATE operation_step SET request = 5 WHERE operation = :bad",
        "the journaled calls cannot be read",
    ),
    "another request": (
        'UPDATE operation_step SET request = \'{"contactIds": ["pair-1-a", "pair-2-a"], "valueOverride": {}}\' '
        "WHERE operation = :bad",
        "the journaled calls are not those that were approved",
    ),
    "the decision deleted": (
        "DELETE FROM decision WHERE id = :decision",
        "cannot be read as an approval (there is no decision",
    ),
    "a document that is not JSON": (
        "UPDATE decision SET document = X'00' WHERE id = :decision",
        "cannot be read as an approval",
    ),
    "a document that is a number": (
        "UPDATE decision SET document = 17 WHERE id = :decision",
        "cannot be read as an approval (not text)",
    ),
    "another fingerprint": (
        "UPDATE decision SET fingerprint = 'abc' WHERE id = :decision",
        "the stored approval does not fit its fingerprint",
    ),
    "another kind of decision": (
        "UPDATE decision SET kind = 'distinct' WHERE id = :decision",
        "the journal calls it 'merge', but 'distinct' was approved",
    ),
    "an unknown kind of operation": (
        "UPDATE operation SET kind = 'erase' WHERE id = :bad",
        "the journal calls it 'erase', but 'merge' was approved",
    ),
    "an audit entry changed": (
        "UPDATE audit SET payload = X'7B7D' WHERE subject = 'decision:' || :decision",
        "the stored approval does not fit its fingerprint",
    ),
    "an audit entry deleted": (
        "DELETE FROM audit WHERE subject = 'decision:' || :decision",
        "the stored approval does not fit its fingerprint",
    ),
    "a decision that was taken back": (
        "UPDATE decision SET undone_at = decided_at WHERE id = :decision",
        "the approval was taken back",
    ),
}
"""What is edited → the statement, and what the end says."""


@pytest.mark.parametrize("what", VOID)
def test_an_edited_journal_is_void_with_a_sentence_and_the_rest_is_done(desk: Desk, what: str) -> None:
    statement, sentence = VOID[what]
    desk.edit(statement)
    said = desk.reviewer("execute")
    state, outcome = desk.kept()
    assert state == State.VOID and sentence in outcome
    assert desk.merges() == []
    desk.check_the_others()
    assert said.status == ExitCode.SOME_FAILED and f"operation {desk.bad}: void: " in said.out
    assert "Traceback" not in said.err
    shown = desk.reviewer("status")
    assert shown.status == ExitCode.OK and sentence in " ".join(shown.out.split())


UNREADABLE: dict[str, tuple[str, str]] = {
    "a state that is none": ("UPDATE operation SET state = 'nonsense' WHERE id = :bad", "its state 'nonsense' is none"),
    "a state that is a number": ("UPDATE operation SET state = 5 WHERE id = :bad", "its state '5' is none"),
    "no time to be sent at": (
        "UPDATE operation SET send_after = 'tomorrow' WHERE id = :bad",
        "'tomorrow' is no time to be sent at",
    ),
    "an empty time": ("UPDATE operation SET send_after = '' WHERE id = :bad", "'' is no time to be sent at"),
    "a day that there is not": (
        "UPDATE operation SET send_after = '2026-02-30T00:00:00.000000Z' WHERE id = :bad",
        "'2026-02-30T00:00:00.000000Z' is no time to be sent at",
    ),
}


@pytest.mark.parametrize("how", [(), ("--until-idle",)], ids=["once", "until idle"])
@pytest.mark.parametrize("what", UNREADABLE)
def test_a_row_that_cannot_be_read_is_passed_over_with_a_sentence_and_status_shows_it(
    desk: Desk, what: str, how: tuple[str, ...]
) -> None:
    statement, sentence = UNREADABLE[what]
    desk.edit(statement)
    before = desk.kept()
    said = desk.reviewer("execute", *how)
    assert desk.kept() == before and desk.merges() == []
    desk.check_the_others()
    assert said.status == ExitCode.SOME_FAILED
    assert f"reviewer: left as it is: operation {desk.bad}: {sentence}\n" in said.err
    shown = desk.reviewer("status")
    assert f"reviewer: operation {desk.bad} cannot be read: {sentence}; nothing is sent for it\n" in shown.err
    listed = json.loads(desk.reviewer("status", "--json").out)["unreadable"]
    assert [row["id"] for row in listed] == [desk.bad]


@pytest.mark.parametrize("state", ["sending", "unclear"])
def test_an_operation_that_is_made_out_to_be_under_way_is_read_back_and_then_sent_as_approved(
    desk: Desk, state: str
) -> None:
    desk.edit("UPDATE operation SET state = :v0 WHERE id = :bad", state)
    assert desk.reviewer("execute").status == ExitCode.OK
    assert desk.kept()[0] == State.DONE and len(desk.merges()) == 1
    desk.check_the_others()


@pytest.mark.parametrize("state", ["confirmed", "following up"])
def test_an_operation_that_is_made_out_to_be_merged_is_left_with_a_sentence(desk: Desk, state: str) -> None:
    desk.edit("UPDATE operation SET state = :v0 WHERE id = :bad", state)
    said = desk.reviewer("execute")
    assert desk.kept()[0] == state and desk.merges() == []
    desk.check_the_others()
    sentence = f"operation {desk.bad} is {state}, but its journal has no answer to its merge: look at its contacts"
    assert said.status == ExitCode.SOME_FAILED and sentence in said.err


@pytest.mark.parametrize("state", ["done", "void", "withdrawn"])
def test_an_operation_that_is_made_out_to_have_ended_is_not_sent(desk: Desk, state: str) -> None:
    desk.edit("UPDATE operation SET state = :v0 WHERE id = :bad", state)
    said = desk.reviewer("execute")
    assert desk.kept()[0] == state and desk.merges() == []
    desk.check_the_others()
    assert said.status == ExitCode.OK


def test_a_broken_answer_to_a_merge_is_left_with_a_sentence(desk: Desk) -> None:
    desk.edit("UPDATE operation SET state = 'confirmed' WHERE id = :bad")
    desk.edit("UPDATE operation_step SET state = 'done', status = 200, answer = X'7B' WHERE operation = :bad")
    said = desk.reviewer("execute")
    assert desk.kept()[0] == "confirmed" and desk.merges() == []
    desk.check_the_others()
    assert said.status == ExitCode.SOME_FAILED and f"left as it is: operation {desk.bad}: " in said.err


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM operation_hold WHERE operation = :bad",
        "UPDATE operation SET canonical = 'pair-1-a' WHERE id = :bad",
    ],
    ids=["holds removed", "another canonical contact"],
)
def test_what_is_not_part_of_the_approval_changes_nothing_of_what_is_sent(desk: Desk, statement: str) -> None:
    members = desk.members
    desk.edit(statement)
    assert desk.reviewer("execute").status == ExitCode.OK
    assert desk.kept()[0] == State.DONE
    desk.check_the_others()
    merged = asyncio.run(desk.scene.read(members[0]))["id"]
    assert operations.read(desk.scene.database, desk.bad).canonical == merged


def test_contacts_that_came_from_a_file_are_never_sent(desk: Desk) -> None:
    member = desk.members[0]
    desk.edit("UPDATE contact SET origin = 'people.jsonl' WHERE id = :v0", member)
    said = desk.reviewer("execute")
    state, outcome = desk.kept()
    assert state == State.FAILED and desk.merges() == []
    assert outcome == f"{member} came from people.jsonl, not from the service: it is never sent"
    desk.check_the_others()
    assert said.status == ExitCode.SOME_FAILED


def test_contacts_that_are_gone_void_their_operation(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from reviewer.genesys.bulk import BulkAnswer, BulkFailure
    from reviewer.genesys.client import GenesysClient

    member, read = desk.members[0], GenesysClient.bulk_unresolved

    async def without(client: GenesysClient, ids: list[str]) -> BulkAnswer:
        answer = await read(client, ids)
        if answer.found.pop(member, None):
            answer.failed[member] = BulkFailure(404, "not.found", "")
        return answer

    monkeypatch.setattr(GenesysClient, "bulk_unresolved", without)
    said = desk.reviewer("execute")
    assert desk.kept() == ("void", f"the service does not know {member} any more")
    assert desk.merges() == [] and said.status == ExitCode.SOME_FAILED
    desk.check_the_others()


def test_a_merge_set_that_grew_too_large_is_void_with_the_arithmetic(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reviewer.genesys.bulk import BulkAnswer
    from reviewer.genesys.client import GenesysClient

    member, read = desk.members[0], GenesysClient.bulk_unresolved

    async def grown(client: GenesysClient, ids: list[str]) -> BulkAnswer:
        answer = await read(client, ids)
        if member in answer.found:
            record = json.loads(answer.found[member])
            answer.found[member] = json.dumps({**record, "mergeSet": [{"id": f"old-{n}"} for n in range(50)]}).encode()
        return answer

    monkeypatch.setattr(GenesysClient, "bulk_unresolved", grown)
    said = desk.reviewer("execute")
    state, outcome = desk.kept()
    told = "the merged person would consist of 53 contacts (these 2, 50 merged into them before, and the new one)"
    assert state == State.VOID and f"{told}; the service allows 52" in outcome
    assert desk.merges() == [] and said.status == ExitCode.SOME_FAILED
    desk.check_the_others()


def test_a_forbidden_division_is_named_and_the_others_are_sent(desk: Desk) -> None:
    async def one_more() -> int:
        return await desk.scene.approved_in_the_north()

    northern = asyncio.run(one_more())
    desk.scene.served.write("knobs", {"merging_divisions": ["home"]})
    said = desk.reviewer("execute")
    assert desk.scene.state(northern) is State.FAILED and said.status == ExitCode.SOME_FAILED
    assert "the permission externalContacts:identity:merge in the division north" in said.out
    desk.check_the_others()


def test_where_every_division_is_forbidden_all_stays_staged_and_the_exit_status_says_so(desk: Desk) -> None:
    desk.scene.served.write("knobs", {"merging_divisions": []})
    said = desk.reviewer("execute")
    assert said.status == ExitCode.PERMISSION
    assert "the permission externalContacts:identity:merge in the division home" in said.err
    assert {desk.scene.state(one) for one in [desk.bad, *desk.others]} == {State.STAGED}


def test_a_database_of_another_organisation_sends_nothing(desk: Desk) -> None:
    from reviewer.store import stamp

    stamp.claim_organization(desk.scene.database, "another", "Another Ltd")
    said = desk.reviewer("execute")
    assert said.status == ExitCode.DATABASE and "belongs to the organisation Another Ltd (another)" in said.err
    assert {desk.scene.state(one) for one in [desk.bad, *desk.others]} == {State.STAGED}
