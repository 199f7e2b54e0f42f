"""More contacts than one merge takes become one person, in two merges; what cannot be one is refused before."""

from typing import Any

import pytest

from reviewer.domain.errors import RefusedError
from reviewer.domain.journal import State
from reviewer.store import contacts, operations
from tests.execute.large import approved_group, candidate_of_all, fresh_ids, head_of, merges, step_states, with_steps
from tests.execute.scene import Scene


@pytest.mark.parametrize("count", [25, 26, 40, 49])
async def test_a_group_becomes_one_person_of_the_size_that_was_told(scene: Scene, count: int) -> None:
    ids = fresh_ids(count)
    number = await candidate_of_all(scene, ids)
    view = scene.view(number)
    told = [one.sentence for one in view.consequences if one.kind == "limit"]
    operation = scene.approve(number).operation or 0
    await scene.run()
    found = scene.operation(operation)
    assert found.state is State.DONE, (found.outcome, found.differences)
    head = head_of(scene, operation)
    assert merges(scene, ids) == ([ids] if count == 25 else [ids[:25], [head, *ids[25:]]])
    person = await scene.read(ids[0])
    assert person["id"] == found.canonical and (head == person["id"]) is (count == 25)
    size = len(person["mergeSet"])
    assert size == count + (1 if count == 25 else 2)
    assert count == 25 or f"the head with {count - 25}: merge set {size} of 52" in told[0]
    assert {(await scene.read(id_))["id"] for id_ in ids} == {found.canonical}
    assert {path: person.get(path) for path in ("personalEmail", "title")} == {
        path: view.basis.promise.get(path) for path in ("personalEmail", "title")
    }
    assert operations.held_contacts(scene.database.connection) == {}
    mirrored = contacts.by_ids(scene.database, [*ids, person["id"]])
    assert mirrored.pop(person["id"]).state == "live"
    assert {one.state for one in mirrored.values()} == {"merged"}


async def test_fifty_are_no_candidate_and_the_fiftieth_does_not_fit_afterwards(scene: Scene) -> None:
    ids = fresh_ids(50)
    with pytest.raises(AssertionError, match="no candidate of these 50"):
        await candidate_of_all(scene, ids)
    rows = scene.database.connection.execute("SELECT id FROM candidate WHERE state = 'open' ORDER BY size").fetchall()
    pair, group = (scene.view(number) for (number,) in rows)
    assert [len(one.columns) for one in (pair, group)] == [2, 49]
    assert "a part of a larger group: 50 contacts hang together" in " ".join(group.after)
    scene.approve(group.id)
    await scene.run()
    (left,) = [
        scene.view(number)
        for (number,) in scene.database.connection.execute("SELECT id FROM candidate WHERE state = 'open'")
    ]
    assert left.refusal == (
        "the merged person would consist of 53 contacts (these 2, 50 merged into them before, and the new one); "
        "the service allows 52: leave out some"
    )
    with pytest.raises(RefusedError, match="would consist of 53"):
        scene.approve(left.id)


async def test_what_follows_is_done_to_the_contact_that_the_second_merge_made(scene: Scene) -> None:
    operation, ids = await with_steps(scene)
    await scene.run()
    found = scene.operation(operation)
    assert found.state is State.DONE, (found.outcome, found.differences)
    assert [kind for kind, _ in step_states(scene, operation)] == ["merge", "merge", "remove", "release"]
    assert {state for _, state in step_states(scene, operation)} == {"done"}
    person = await scene.read(ids[0])
    assert "cellPhone" not in person and person["workPhone"]
    (patch,) = scene.sent("patch", operation)
    assert patch["body"] == {"changes": [{"field": "$.cellPhone", "action": "Remove"}]}
    assert scene.acts(operation) == [
        *("sending", "confirmed", "following up"),
        *("sending", "confirmed", "following up"),
        *("sending", "removed", "nothing left to do", "done"),
    ]


async def test_the_second_intent_is_on_disk_before_the_call_and_its_answer_after(scene: Scene) -> None:
    operation, _ = await approved_group(scene, 26)
    seen: list[tuple[list[tuple[str, str]], str | None]] = []
    async with scene.client() as client:
        merge = client.merge

        async def watched(*given: Any, **how: Any) -> Any:
            holder = None
            if not isinstance(given[0][0], str) or len(given[0]) == 2:
                holder = str(operations.holder_of(scene.database, f"contact:{given[0][0]}"))
            seen.append((step_states(scene, operation), holder))
            return await merge(*given, **how)

        client.merge = watched  # type: ignore[method-assign]
        await scene.executor(client).run_once()
    assert seen == [
        ([("merge", "sending"), ("merge", "pending")], None),
        ([("merge", "done"), ("merge", "sending")], str(operation)),
    ]
    assert all(step.answer for step in operations.steps(scene.database, operation))


async def test_a_group_of_more_than_one_merge_takes_is_never_automatic(scene: Scene) -> None:
    for count, verdict in ((25, "auto"), (26, "review")):
        assert scene.view(await candidate_of_all(scene, fresh_ids(count), every_two=True)).verdict == verdict
