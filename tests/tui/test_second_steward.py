"""What waits for a second steward: said before deciding, shown as it was proposed, approved or rejected by a key."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from reviewer.domain.journal import State
from reviewer.domain.record import make_record
from reviewer.domain.risk import FourEyes, Thresholds
from reviewer.review import approving, candidate, decide, queue
from reviewer.review.desk import Desk
from reviewer.review.steward import Steward
from reviewer.ssh_signature import SshSigner
from reviewer.store import approvals, contacts, operations, stamp
from reviewer.testing import open_workbench_on, wait_for
from reviewer.tui.candidate_list import TO_APPROVE
from reviewer.tui.surroundings import Surroundings
from tests.keys import Keys
from tests.tui.pilot import Bench
from tests.tui.small_queue import CONTACTS, NOON, RULES

ALWAYS = Thresholds(FourEyes.ALWAYS, weight=-100.0)

OpenAs = Callable[..., AbstractAsyncContextManager[Bench]]


@pytest.fixture
def as_steward(desk: Desk) -> OpenAs:
    """Opens the workbench as a steward on a queue where two have to approve everything."""

    @asynccontextmanager
    async def opened(name: str, size: tuple[int, int] = (120, 36)) -> AsyncIterator[Bench]:
        theirs = replace(desk, steward=Steward(name), four_eyes=ALWAYS)
        surroundings = Surroundings(environment="training", organisation="ACME", host="api.acme.example")
        async with open_workbench_on(theirs, size, surroundings=surroundings) as pilot:
            yield Bench(pilot)

    return opened


def propose(desk: Desk, name: str = "ada", note: str = "") -> int:
    """A merge of the first candidate that a steward proposes, with a value picked; the number of its decision."""
    theirs = replace(desk, steward=Steward(name), four_eyes=ALWAYS)
    number = next(n for n in _open(desk) if candidate.view(desk, n).columns[0].name.startswith("Bob"))
    ids = [column.contact_id for column in candidate.view(desk, number).columns]
    view = candidate.view(theirs, number, picks={"firstName": ids[1]})
    return decide.merge(theirs, view, note=note).decision


def _open(desk: Desk) -> list[int]:
    return list(queue.all_numbers(desk))


def state(desk: Desk, decision: int) -> State:
    found = operations.of_decision(desk.database, decision)
    assert found is not None
    return found.state


async def test_that_a_second_steward_is_needed_is_said_before_and_after_deciding(as_steward: OpenAs) -> None:
    async with as_steward("ada") as it:
        assert it.said.startswith("m proposes: a second steward has to approve it (the settings ask for two")
        await it.press("m")
        assert "merge of 2 contacts proposed · a second steward has to approve it" in it.said
        assert state(it.screen.desk, it.last_decision().id) is State.PLANNED
        assert "1 proposed" in it.text and "for you" not in it.text
        await it.press("o")
        assert "#1 merge planned" not in it.text, "nothing was sent"
        await it.press("o")
        await it.press("u")
        assert "proposed" not in it.text.splitlines()[0]


async def test_t_shows_what_waits_as_its_proposer_saw_it_and_y_approves(desk: Desk, as_steward: OpenAs) -> None:
    decision = propose(desk, note="seen in the CRM")
    async with as_steward("bob") as it:
        assert "1 waits for you" in it.text
        await it.press(*"tttt")
        assert it.screen.candidates.kind == TO_APPROVE and "for a second steward" in it.text
        assert it.said == "proposed by ada: y approves, N rejects"
        row = it.screen.view.rows[0] if it.screen.view else None
        assert row is not None and (row.result, row.why) == ("Robert", "picked"), "with the proposer's pick"
        for told in (
            "merge, proposed by ada at 12:00",
            "needs a second steward: the settings",
            "note: seen in the CRM",
        ):
            assert told in it.text
        await it.press("y")
        assert "approved · sent from 12:10" in it.said
        assert state(desk, decision) is State.STAGED
        assert "1 staged" in it.text and "waits for you" not in it.text
        assert len(it.screen.candidates) == 0
        await it.press("t")
        assert it.screen.candidates.kind == "waiting"
        await it.press(*"tttttt")
        assert it.screen.candidates.kind is None, "nothing waits any more: t passes it over"


async def test_a_note_goes_with_the_approval(desk: Desk, as_steward: OpenAs) -> None:
    decision = propose(desk)
    async with as_steward("bob") as it:
        await it.press(*"tttt", "n")
        await it.write("checked")
        await it.press("enter", "y")
    operation = operations.of_decision(desk.database, decision)
    assert operation is not None
    assert approvals.of_operation(desk.database, operation.id)[1].note == "checked"


async def test_capital_n_rejects_with_a_note_and_the_candidate_returns_marked(desk: Desk, as_steward: OpenAs) -> None:
    decision = propose(desk)
    async with as_steward("bob") as it:
        await it.press(*"tttt", "N", "enter")
        assert "say in a note why" in it.said
        await it.write("father and son")
        await it.press("enter")
        assert it.said.endswith("rejected") and len(it.screen.candidates) == 0
        assert state(desk, decision) is State.WITHDRAWN
        await it.press("t", "t")
        await it.go_to("Bob")
        assert "↺ came back" in it.text
        assert it.screen.view is not None and it.screen.view.mark.endswith("rejected by bob: father and son")


async def test_ones_own_is_shown_but_neither_approved_nor_rejected(desk: Desk, as_steward: OpenAs) -> None:
    decision = propose(desk)
    async with as_steward("ada") as it:
        await it.press(*"tttt")
        assert it.said == "proposed by ada: another steward has to approve it"
        for key in "yN":
            await it.press(key)
            assert it.said.startswith("yours: another steward has to say so")
        assert state(desk, decision) is State.PLANNED


async def test_nothing_else_is_decided_on_what_waits(desk: Desk, as_steward: OpenAs) -> None:
    decision = propose(desk)
    async with as_steward("bob") as it:
        await it.press(*"tttt")
        for key in ("m", "d", "z", "f", "x", "1", "minus"):
            await it.press(key)
            assert it.said == "it waits for a second steward: y approves, N rejects"
        assert state(desk, decision) is State.PLANNED
        await it.press("t", "t", "y")
        assert it.said == "t shows what waits for a second steward"


async def test_what_changed_since_is_named_and_not_approved(desk: Desk, as_steward: OpenAs) -> None:
    decision = propose(desk)
    changed = make_record(json.dumps({**CONTACTS[1], "lastName": "Smythe"}).encode(), RULES)
    contacts.write(desk.database, [changed], origin="api", read_at=NOON)
    async with as_steward("bob") as it:
        await it.press(*"tttt")
        assert "! changed since: last name of" in it.text
        await it.press("y")
        assert it.said.startswith("changed since it was proposed: last name")
        assert state(desk, decision) is State.PLANNED


async def test_what_another_approved_meanwhile_is_said(desk: Desk, as_steward: OpenAs) -> None:
    decision = propose(desk)
    async with as_steward("bob") as it:
        await it.press(*"tttt")
        approving.approve(replace(desk, steward=Steward("cy")), decision)
        await it.press("y")
        assert "does not wait for a second steward" in it.said
        assert len(it.screen.candidates) == 0


async def test_it_fits_a_small_terminal(desk: Desk, as_steward: OpenAs) -> None:
    propose(desk)
    async with as_steward("bob", (80, 24)) as it:
        await it.press(*"tttt")
        assert "proposed by ada: y approves, N rejects" in it.text
        assert "y approve" in it.text and "N reject" in it.text


async def test_what_others_propose_and_approve_meanwhile_comes_and_goes(desk: Desk, as_steward: OpenAs) -> None:
    propose(desk)
    async with as_steward("bob") as it:
        await it.press(*"tttt")
        ada = replace(desk, steward=Steward("ada"), four_eyes=ALWAYS)
        other = next(n for n in _open(desk) if candidate.view(desk, n).kind == "stitch")
        proposed = decide.stitch(ada, candidate.view(ada, other))
        it.screen.look_at_progress()
        await wait_for(it.pilot, lambda: len(it.screen.candidates) == 2)
        assert "2 wait for you" in it.text
        approving.approve(replace(ada, steward=Steward("cy")), proposed.decision)
        it.screen.look_at_progress()
        await wait_for(it.pilot, lambda: len(it.screen.candidates) == 1)


async def test_a_locked_key_that_cannot_be_asked_for_is_said_and_nothing_is_decided(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The terminal under a pilot cannot be given away; a real one is, for as long as ssh-add asks."""
    monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "nobody"))
    locked = Keys(tmp_path / "keys").make("ada", passphrase="a secret")
    before = _open(desk)
    async with open_workbench_on(replace(desk, signer=SshSigner(locked)), (120, 36)) as pilot:
        it = Bench(pilot)
        await it.press("m")
        assert "run ssh-add before the workbench" in it.said
    assert _open(desk) == before


async def test_what_is_decided_in_the_workbench_is_signed(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    keys = Keys(tmp_path / "keys")
    stamp.claim_organization(desk.database, "an-organisation", "ACME")
    async with open_workbench_on(replace(desk, signer=keys.signer("ada")), (120, 36)) as pilot:
        it = Bench(pilot)
        await it.press("m")
        decision = it.last_decision()
    operation = operations.of_decision(desk.database, decision.id)
    assert operation is not None
    (yes,) = approvals.of_operation(desk.database, operation.id)
    text = approvals.statement(yes, operation, decision, "an-organisation").text()
    assert keys.allowed.objection(text, yes.signature, "ada") == ""
