"""What somebody says of the merged contact before its steps are sent stands: the steps are for what the merge left."""

import json
from typing import Any

import pytest

from reviewer.domain.golden_record import NOTHING
from reviewer.domain.journal import State
from reviewer.store import contacts
from tests.execute.between import go_on, stopped_before
from tests.execute.scene import Scene
from tests.execute.test_following_up import crowded, phone_of, who_has, without_phone


async def opted_out_or_listed(scene: Scene, path: str) -> int:
    """An approved merge that overrides an opt-out, or leaves an entry of a list out; and removes a phone."""
    number = await scene.changed_pair({}, {})
    ids = [column.contact_id for column in scene.view(number).columns]
    if path == "surveyOptOut":
        await scene.change(ids[1], "surveyOptOut", True)
    else:
        await scene.change(ids[0], "appleOpaqueIds", [{"value": "one"}, {"value": "two"}])
        await scene.change(ids[1], "appleOpaqueIds", [{"value": "three"}])
    await scene.mirror(*ids)
    return scene.approve(number, cellPhone=NOTHING, **{path: ids[0]}).operation or 0


SAID: list[tuple[str, Any]] = [
    ("surveyOptOut", True),
    ("appleOpaqueIds", [{"value": "one"}]),
    ("appleOpaqueIds", [{"value": "one"}, {"value": "two"}, {"value": "three"}]),
]


@pytest.mark.parametrize(("path", "said"), SAID)
async def test_what_the_merge_left_as_promised_is_never_set_back(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, path: str, said: Any
) -> None:
    """The service obeyed the override; then the customer opts out, or a colleague changes the list."""
    operation = await opted_out_or_listed(scene, path)
    canonical = await stopped_before(scene, monkeypatch, operation)
    await scene.change(canonical, path, said)
    await go_on(scene)
    found = scene.operation(operation)
    assert found.state is State.PARTIAL and f"{path} of {canonical} was changed since the merge" in found.outcome
    merged = await scene.read(canonical)
    assert merged[path] == said and "cellPhone" in merged
    assert scene.sent("patch", operation)[-1]["body"]["changes"][0]["field"] == f"$.{path}", "only the colleague's"


@pytest.mark.parametrize("path", ["surveyOptOut", "appleOpaqueIds"])
async def test_what_the_merge_left_otherwise_is_set_only_while_it_is_still_so(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    scene.served.write("knobs", {"override_lists": "union", "survey_opt_out": "any"})
    operation = await opted_out_or_listed(scene, path)
    canonical = await stopped_before(scene, monkeypatch, operation)
    others: dict[str, Any] = {
        "surveyOptOut": ("cellPhone", {"display": "+1 702 555 0001"}),
        "appleOpaqueIds": ("appleOpaqueIds", [{"value": "one"}, {"value": "four"}]),
    }
    await scene.change(canonical, *others[path])
    await go_on(scene)
    found = scene.operation(operation)
    assert found.state is State.PARTIAL and "nothing was removed" in found.outcome
    left: Any = True if path == "surveyOptOut" else others[path][1]
    assert (await scene.read(canonical))[path] == left


async def test_only_what_the_merge_left_otherwise_is_sent(scene: Scene) -> None:
    operation = await opted_out_or_listed(scene, "surveyOptOut")
    await scene.run()
    assert scene.state(operation) is State.DONE
    (patch,) = scene.sent("patch", operation)
    assert patch["body"]["changes"] == [{"field": "$.cellPhone", "action": "Remove"}]


async def test_an_identifier_that_was_written_into_a_field_again_is_not_released(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation, phone = await crowded(scene)
    canonical = await stopped_before(scene, monkeypatch, operation, "release")
    await scene.change(canonical, "workPhone", {"display": phone})  # a colleague wants it after all
    await go_on(scene)
    found = scene.operation(operation)
    assert found.state is State.PARTIAL and f"Phone {phone} stands in workPhone" in found.outcome
    assert (await scene.read(canonical))["workPhone"]["e164"] == phone
    assert await who_has(scene, "Phone", phone) == canonical and scene.sent("claim", operation) == []


async def test_an_identifier_is_released_although_its_value_could_not_be_removed(scene: Scene) -> None:
    operation = await without_phone(scene)
    phone = phone_of(scene, operation)
    scene.fault("patch", "error_before", status=422)
    await scene.run()
    found = scene.operation(operation)
    assert found.state is State.DONE_WITH_DIFFERENCES and await who_has(scene, "Phone", phone) is None
    assert [one[0] for one in json.loads(found.differences)] == ["cellPhone"]
    assert len(scene.sent("claim", operation)) == 1


async def test_what_others_made_of_the_contact_is_in_the_mirror_afterwards(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = await without_phone(scene)
    canonical = await stopped_before(scene, monkeypatch, operation)
    await scene.change(canonical, "cellPhone", {"display": "+1 702 555 0000"})
    await go_on(scene)
    assert scene.state(operation) is State.PARTIAL
    assert b"+17025550000" in contacts.by_ids(scene.database, [canonical])[canonical].raw


async def test_a_contact_that_was_merged_on_does_not_stay_living_in_the_mirror(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = await without_phone(scene)
    canonical = await stopped_before(scene, monkeypatch, operation)
    beyond = f"pair-{scene.fresh_number()}-a"
    target = await scene.elsewhere(canonical, beyond)
    await go_on(scene)
    assert scene.state(operation) is State.PARTIAL
    stored = contacts.by_ids(scene.database, [canonical, target])
    assert (stored[canonical].state, stored[canonical].merged_into) == ("merged", target)
    assert stored[target].state == "live"
    living = contacts.living(scene.database, scene.members(operation)[0])
    assert living and living.id == target


async def test_a_resumed_operation_puts_no_old_bytes_into_the_mirror(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = await without_phone(scene)
    canonical = await stopped_before(scene, monkeypatch, operation)
    await scene.change(canonical, "title", "Dr")
    await scene.mirror(canonical)
    await scene.run()  # the line is still stopped
    assert b'"Dr"' in contacts.by_ids(scene.database, [canonical])[canonical].raw


async def test_an_answer_that_is_adopted_after_a_crash_leaves_what_a_sync_has_read_since(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reviewer.execute.concluding import Concluding
    from tests.execute.scene import Killed

    operation = await scene.approved()

    async def killed(*_: Any) -> bool:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Concluding, "conclude", killed)
        with pytest.raises(Killed):
            await scene.run()
    assert scene.state(operation) is State.CONFIRMED
    canonical = (await scene.read(scene.members(operation)[0]))["id"]
    await scene.change(canonical, "title", "Dr")
    await scene.mirror(canonical)
    await scene.run()
    assert scene.state(operation) is State.DONE
    assert b'"Dr"' in contacts.by_ids(scene.database, [canonical])[canonical].raw
