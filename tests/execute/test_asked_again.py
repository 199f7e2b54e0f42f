"""What an approval covers voids it when it changes before sending; what others merged meanwhile is asked again."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from reviewer.domain.journal import State
from reviewer.domain.levels import Attribute
from reviewer.domain.wire import decode_object, encode
from reviewer.execute import approval as approvals
from reviewer.review import candidate, decide, overlap
from reviewer.store import contacts, decisions, derivation, pairs, queue
from tests.execute.scene import Scene
from tests.review.people import CERTAIN, TWO_FACTORS, Levels, scored

WITH_PHONE: Levels = {**TWO_FACTORS, Attribute.PHONE: "own"}
WITH_VETO: Levels = {**TWO_FACTORS, Attribute.BORN: "different"}


def judge(scene: Scene, operation: int, levels: Levels) -> None:
    """The detector finds other evidence for the pair of an operation: something about contacts beside it changed."""
    ids = scene.members(operation)
    a, b = sorted(one.number for one in contacts.by_ids(scene.database, ids).values())
    pairs.update_scores(scene.database, [scored(a, b, "duplicate", levels)])
    derivation.refresh(scene.database, [a, b], scene.desk.today)


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        (WITH_VETO, "the verdict, from review to veto"),
        (CERTAIN, "the verdict, from review to auto; the factors, from email, name to date of birth, email, name"),
    ],
)
async def test_a_verdict_or_factors_that_changed_void_the_approval(scene: Scene, levels: Levels, said: str) -> None:
    number = await scene.pair()
    operation = scene.approve(number).operation or 0
    judge(scene, operation, levels)
    await scene.run()
    found = scene.operation(operation)
    assert found.state is State.VOID and scene.calls(operation) == []
    assert found.outcome.startswith(f"changed since it was approved: {said}")
    assert scene.candidate_state(number) == ("open", f"operation {operation} ended void")
    assert said in candidate.view(scene.desk, number).mark
    again = scene.approve(number).operation or 0
    await scene.run()
    assert scene.state(again) is State.DONE


async def test_evidence_that_weighs_otherwise_with_the_same_verdict_and_factors_changes_nothing(scene: Scene) -> None:
    operation = await scene.approved()
    judge(scene, operation, {**TWO_FACTORS, Attribute.GIVEN: "exact"})
    await scene.run()
    assert scene.state(operation) is State.DONE


async def test_a_pair_that_waits_to_be_judged_again_speaks_against_nothing(scene: Scene) -> None:
    operation = await scene.approved()
    judge(scene, operation, WITH_VETO)
    pairs.distrust_all(scene.database.connection)
    await scene.run()
    assert scene.state(operation) is State.DONE


@pytest.mark.parametrize("part", ["type", "division"])
async def test_a_type_or_division_that_changed_voids_the_approval(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    operation = await scene.approved()
    member = scene.members(operation)[0]
    async with scene.client() as client:
        read = client.bulk_unresolved

        async def changed(ids: Any) -> Any:
            answer = await read(ids)
            record = json.loads(answer.found[member])
            record[part] = "Ephemeral" if part == "type" else {"id": "elsewhere"}
            answer.found[member] = json.dumps(record).encode()
            return answer

        monkeypatch.setattr(client, "bulk_unresolved", changed)
        await scene.executor(client).run_once()
    assert scene.state(operation) is State.VOID and scene.calls(operation) == []
    assert scene.operation(operation).outcome == f"changed since it was approved: type or division of {member}"


async def test_other_rules_void_the_approval(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    operation = await scene.approved()
    for module in ("reviewer.domain.fingerprint", "reviewer.execute.approval"):
        monkeypatch.setattr(f"{module}.RULES_VERSION", "next")
    await scene.run()
    assert scene.state(operation) is State.VOID and scene.calls(operation) == []
    outcome = scene.operation(operation).outcome
    assert outcome == "changed since it was approved: the rules of this program, from version 3 to next"


def _picks(document: dict[str, Any]) -> None:
    document["picks"] = {"title": document["members"][0]["id"]}


def _promise(document: dict[str, Any]) -> None:
    document["promise"]["title"] = "Dr"


def _verdict(document: dict[str, Any]) -> None:
    document["verdict"] = "auto"


def _factors(document: dict[str, Any]) -> None:
    document["factors"] = ["anchor"]


def _members(document: dict[str, Any]) -> None:
    document["members"][0]["title"] = "Dr"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_picks, "the picks"),
        (_promise, "the golden record"),
        (_verdict, "the verdict"),
        (_factors, "the factors"),
        (_members, "the contacts as they were shown"),
    ],
)
async def test_a_stored_part_that_is_not_what_was_approved_voids_it_and_is_named(
    scene: Scene, change: Callable[[dict[str, Any]], None], told: str
) -> None:
    number = await scene.pair()
    decided = scene.approve(number)
    document = decode_object(decisions.read(scene.database, decided.decision).document)
    change(document)
    scene.database.connection.execute(
        "UPDATE decision SET document = ? WHERE id = ?", (encode(document), decided.decision)
    )
    await scene.run()
    operation = decided.operation or 0
    assert scene.state(operation) is State.VOID and scene.calls(operation) == []
    assert scene.operation(operation).outcome == (
        f"the stored approval does not fit its fingerprint: changed in it since are {told}"
    )
    assert scene.candidate_state(number) == ("open", f"operation {operation} ended void")


def test_every_part_that_the_fingerprint_covers_has_words() -> None:
    assert list(approvals._PARTS) == list(approvals._Covered.__struct_fields__)


async def test_a_pair_of_which_one_was_merged_by_others_is_asked_again_with_the_living_contact(scene: Scene) -> None:
    index = scene.fresh_number()
    a, b, beyond = f"pair-{index}-a", f"pair-{index}-b", f"pair-{scene.fresh_number()}-a"
    number = await scene.candidate_of(a, b, "duplicate", TWO_FACTORS)
    operation = scene.approve(number).operation or 0
    head = await scene.elsewhere(a, beyond)
    await scene.run()
    found = scene.operation(operation)
    assert (found.state, found.outcome) == (State.VOID, f"meanwhile {a} was merged into {head}")
    assert scene.calls(operation)[-1]["body"]["contactIds"] == [a, beyond], "nothing of ours was sent"
    known = contacts.by_ids(scene.database, [a, b, head])
    assert known[a].state == "merged" and known[head].state == "live", "the mirror follows"
    again = of_contacts(scene, head, b)
    assert scene.candidate_state(again) == ("open", f"operation {operation} ended void")
    view = candidate.view(scene.desk, again)
    assert view.mark == f"operation {operation} ended void: meanwhile {a} was merged into {head}"
    assert scene.candidate_state(number)[0] == "settled"
    settled = scene.approve(again).operation or 0
    await scene.run()
    assert scene.state(settled) is State.DONE
    assert set(scene.members(settled)) == {head, b}


async def test_two_that_others_merged_into_two_are_asked_again_of_both(scene: Scene) -> None:
    index, other = scene.fresh_number(), scene.fresh_number()
    a, b = f"pair-{index}-a", f"pair-{index}-b"
    number = await scene.candidate_of(a, b, "duplicate", TWO_FACTORS)
    operation = scene.approve(number).operation or 0
    heads = [await scene.elsewhere(a, f"pair-{other}-a"), await scene.elsewhere(b, f"pair-{other}-b")]
    await scene.run()
    assert scene.state(operation) is State.VOID
    assert scene.candidate_state(of_contacts(scene, *heads)) == ("open", f"operation {operation} ended void")


async def test_what_was_merged_elsewhere_altogether_ends_so_and_there_is_nothing_to_ask(scene: Scene) -> None:
    number = await scene.pair()
    operation = scene.approve(number).operation or 0
    ids = scene.members(operation)
    head = await scene.elsewhere(*ids)
    await scene.run()
    found = scene.operation(operation)
    assert (found.state, found.outcome) == (State.MERGED_ELSEWHERE, f"merged into {head}")
    assert len(scene.calls(operation)) == 1, "the colleague's"
    living = contacts.living(scene.database, ids[0])
    assert living is not None and living.id == head
    assert scene.candidate_state(number)[0] == "settled"


async def test_who_waited_is_asked_again_with_the_merged_contact(scene: Scene) -> None:
    index, third = scene.fresh_number(), scene.fresh_number()
    a, b, z = f"pair-{index}-a", f"pair-{index}-b", f"pair-{third}-a"
    namesakes: Levels = {Attribute.GIVEN: "exact", Attribute.SURNAME: "exact"}
    pair = await scene.candidate_of(a, b, "duplicate", TWO_FACTORS)
    number = await scene.candidate_of(b, z, "duplicate", namesakes)
    operation = scene.approve(pair).operation or 0
    decided = overlap.wait(scene.desk, candidate.view(scene.desk, number))
    assert scene.candidate_state(number)[0] == "deferred"
    await scene.run()
    merged = scene.operation(operation).canonical or ""
    assert scene.state(operation) is State.DONE
    again = of_contacts(scene, merged, z)
    mark = f"operation {operation} has ended: done, merged into {merged} (ada waited for it)"
    assert scene.candidate_state(again) == ("open", mark)
    assert candidate.view(scene.desk, again).mark == mark
    decide.distinct(scene.desk, candidate.view(scene.desk, again))
    assert decided.decision and scene.candidate_state(again)[0] == "settled"


async def test_who_waited_for_what_others_merged_is_asked_again_too(scene: Scene) -> None:
    index, third = scene.fresh_number(), scene.fresh_number()
    a, b, z = f"pair-{index}-a", f"pair-{index}-b", f"pair-{third}-a"
    namesakes: Levels = {Attribute.GIVEN: "exact", Attribute.SURNAME: "exact"}
    pair = await scene.candidate_of(a, b, "duplicate", TWO_FACTORS)
    number = await scene.candidate_of(b, z, "duplicate", namesakes)
    operation = scene.approve(pair).operation or 0
    overlap.wait(scene.desk, candidate.view(scene.desk, number))
    head = await scene.elsewhere(a, b)
    await scene.run()
    state, mark = scene.candidate_state(of_contacts(scene, head, z))
    assert state == "open"
    assert mark.startswith(f"operation {operation} has ended: merged elsewhere") and "ada waited" in mark


def of_contacts(scene: Scene, *ids: str) -> int:
    """The number of the candidate of these contacts, in whatever state."""
    found = contacts.by_ids(scene.database, ids)
    key = "contacts:" + "+".join(map(str, sorted(found[id_].number for id_ in ids)))
    row = scene.database.connection.execute("SELECT id FROM candidate WHERE key = ?", (key,)).fetchone()
    assert row is not None, f"no candidate of {ids}"
    return queue.read(scene.database, int(row[0])).id
