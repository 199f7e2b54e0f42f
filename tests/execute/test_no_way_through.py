"""No network, wrong credentials, another organisation, answers that cannot be used: what is kept from going."""

from typing import Any

import pytest

from reviewer.domain.errors import DatabaseError
from reviewer.domain.golden_record import NOTHING
from reviewer.domain.journal import State
from reviewer.execute import at_once
from reviewer.genesys.answers import Answer
from reviewer.genesys.bulk import BulkFailure
from reviewer.genesys.calls import CallRecord
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.endpoints import ORGANIZATION
from reviewer.genesys.errors import (
    ApiError,
    BadAnswer,
    CannotConnect,
    MissingPermission,
    WrongCredentials,
)
from reviewer.store import operations, stamp
from tests.execute.large import approved_group
from tests.execute.links import approved_link
from tests.execute.scene import Scene

MAY_MERGE = ["externalContacts:contact:view", "externalContacts:identity:merge"]


async def test_without_a_network_the_run_ends_with_one_sentence_and_all_stays_staged(scene: Scene) -> None:
    operations = [await scene.approved() for _ in range(6)]
    calls: list[str] = []
    nowhere = scene.connection(api_url="http://127.0.0.1:9", login_url=scene.served.url)
    async with GenesysClient(nowhere, read_budget=0.1) as client:
        with pytest.raises(CannotConnect, match="check the network"):
            await scene.executor(client).run_once()
    async with scene.client() as client:

        async def lost(ids: Any) -> Any:
            calls.append("read")
            raise CannotConnect("api.example", "", "POST bulk")

        client.bulk_unresolved = lost  # type: ignore[method-assign]
        with pytest.raises(CannotConnect):
            await scene.executor(client).run_once()
    assert {scene.state(number) for number in operations} == {State.STAGED}
    assert len(calls) <= 4, "those under way end, the others are not tried"


async def test_a_wrong_secret_sends_nothing(scene: Scene) -> None:
    operation = await scene.approved()
    async with scene.client(client_secret="wrong") as client:
        with pytest.raises(WrongCredentials):
            await scene.executor(client).run_once()
    assert scene.state(operation) is State.STAGED and scene.acts(operation) == []


async def test_a_database_of_another_organisation_is_refused_before_anything_is_read(scene: Scene) -> None:
    operation = await scene.approved()
    stamp.claim_organization(scene.database, "another", "Another Ltd")
    with pytest.raises(DatabaseError, match="belongs to the organisation Another Ltd"):
        await scene.run()
    assert scene.state(operation) is State.STAGED and scene.calls(operation) == []


@pytest.mark.parametrize("endpoint", ["bulk_unresolved", "merge"])
async def test_a_new_token_that_leads_to_another_organisation_reads_and_sends_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    monkeypatch.setattr(at_once, "MOST", 1)
    first, second, third = [await scene.approved() for _ in range(3)]
    scene.fault(endpoint, "token_expired", skip=1)
    async with scene.client() as client:
        asked, organization = 0, client.organization

        async def another_one_later() -> Any:
            nonlocal asked
            asked += 1
            found = await organization()
            return found if asked == 1 else type(found)("another", "Another Ltd")

        client.organization = another_one_later  # type: ignore[method-assign]
        with pytest.raises(DatabaseError, match="credentials lead to Another Ltd"):
            await scene.executor(client).watch()
    assert asked == 2
    assert [scene.state(one) for one in (first, second, third)] == [State.DONE, State.STAGED, State.STAGED]
    assert len(scene.effects(first)) == 1 and scene.effects(second) == scene.effects(third) == []


async def begun(scene: Scene, kind: str) -> int:
    """An operation of this kind, the second call of which meets a token that has expired."""
    if kind == "link":
        linked = await approved_link(scene)
        scene.fault("claim", "token_expired", skip=1)
        return linked.operation
    if kind == "second merge":
        operation, _ = await approved_group(scene, 26)
        scene.fault("merge", "token_expired", skip=1)
        return operation
    scene.fault("patch", "token_expired")
    return scene.approve(await scene.pair(), cellPhone=NOTHING).operation or 0


@pytest.mark.parametrize("kind", ["link", "second merge", "removal"])
@pytest.mark.parametrize("how", ["another", "forbidden"])
async def test_a_step_that_a_new_token_kept_from_going_was_not_sent(scene: Scene, kind: str, how: str) -> None:
    operation = await begun(scene, kind)
    async with scene.client() as client:
        asked, organization = 0, client.organization

        async def another_one_later() -> Any:
            nonlocal asked
            asked += 1
            if asked > 1 and how == "forbidden":
                raise MissingPermission(403, "", "", "", str(ORGANIZATION))
            found = await organization()
            return found if asked == 1 else type(found)("another", "Another Ltd")

        client.organization = another_one_later  # type: ignore[method-assign]
        with pytest.raises(DatabaseError if how == "another" else MissingPermission):
            await scene.executor(client).run_once()
    assert scene.state(operation) is State.FOLLOWING_UP
    assert operations.steps(scene.database, operation)[1].state == "pending"
    await scene.run()
    assert scene.state(operation) is State.DONE, "nothing has to be waited for"


async def test_a_new_token_of_the_same_organisation_costs_one_question(scene: Scene) -> None:
    approved = [await scene.approved() for _ in range(3)]
    scene.fault("merge", "token_expired")
    calls: list[CallRecord] = []
    async with GenesysClient(scene.connection(), on_call=calls.append) as client:
        await scene.executor(client).run_once()
    assert {scene.state(one) for one in approved} == {State.DONE}
    assert sum(call.path == "/api/v2/organizations/me" for call in calls) == 2


async def test_one_contact_that_cannot_be_read_does_not_hold_up_the_others(scene: Scene) -> None:
    operation, other = await scene.approved(), await scene.approved()
    member = scene.members(operation)[0]
    async with scene.client() as client:
        read = client.bulk_unresolved

        async def partly(ids: Any) -> Any:
            answer = await read(ids)
            if answer.found.pop(member, None):
                answer.failed[member] = BulkFailure(403, "forbidden", "another division")
            return answer

        client.bulk_unresolved = partly  # type: ignore[method-assign]
        run = await scene.executor(client).run_once()
    assert run.carried_out == (other,) and scene.state(other) is State.DONE
    assert scene.state(operation) is State.STAGED and scene.calls(operation) == []
    assert run.passed_over == (f"operation {operation}: {member} cannot be read (403 forbidden another division)",)


async def test_a_forbidden_reading_ends_the_run_and_leaves_all_staged(scene: Scene) -> None:
    operation = await scene.approved()
    scene.served.write("permissions", {"permissions": ["externalContacts:identity:merge"]})
    with pytest.raises(MissingPermission, match="externalContacts:contact:view"):
        await scene.run()
    assert scene.state(operation) is State.STAGED


async def test_an_unusable_answer_for_the_token_is_not_held_against_the_operation(scene: Scene) -> None:
    operation = await scene.approved()
    async with scene.client() as client:

        async def no_token(*_: object, **how: object) -> Any:
            raise BadAnswer(200, "", "there is no token in it", "", "POST /oauth/token")

        client.merge = no_token  # type: ignore[method-assign]
        with pytest.raises(ApiError):
            await scene.executor(client).run_once()
    assert scene.state(operation) is State.STAGED


async def test_an_answer_to_a_merge_that_is_no_contact_is_read_back(scene: Scene) -> None:

    operation = await scene.approved()
    async with scene.client() as client:
        merge = client.merge

        async def accepted(contact_ids: Any, value_override: Any = None, **how: Any) -> Answer:
            await merge(contact_ids, value_override, **how)
            return Answer(202, b'{"state":"queued"}', "correlation")

        client.merge = accepted  # type: ignore[method-assign]
        await scene.executor(client).run_once()
    assert "unclear" in scene.acts(operation)
    assert scene.state(operation) is State.DONE and len(scene.effects(operation)) == 1
