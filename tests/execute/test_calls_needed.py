"""The calls that a plan is said to need are those that are made; a dry run prints these very calls."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from reviewer.domain.claims_read import ClaimsRead
from reviewer.domain.golden_record import NOTHING
from reviewer.domain.journal import State
from reviewer.domain.link_plan import asked_identity
from reviewer.domain.plan import StepKind
from reviewer.domain.plan_call import FIRST_MERGED, MERGED, Purpose
from reviewer.domain.plan_calls import plan_calls
from reviewer.execute.approval import read_approval
from reviewer.genesys.calls import CallRecord
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.described import OF_EACH_RUN, DescribedCall, described
from reviewer.review.desk import Pace
from reviewer.review.link_identity import Way, link_identity
from reviewer.store import operations
from tests.execute import compensating, large, links
from tests.execute.child import execute
from tests.execute.scene import Scene
from tests.execute.test_following_up import crowded
from tests.review.people import SOURCE, TWO_FACTORS

Approve = Callable[[Scene], Awaitable[int]]


async def plain(scene: Scene) -> int:
    return await scene.approved()


async def with_removals(scene: Scene) -> int:
    return scene.approve(await scene.pair(), cellPhone=NOTHING, externalIds=NOTHING).operation or 0


async def with_a_look_up(scene: Scene) -> int:
    return await scene.approved_stitch()


async def with_a_release(scene: Scene) -> int:
    return (await crowded(scene))[0]


async def of_a_merged_contact(scene: Scene) -> int:
    """One of the two came out of a merge: what it has claimed its fields do not tell."""
    first, second, third = (f"pair-{scene.fresh_number()}-a" for _ in range(3))
    merged = await scene.elsewhere(first, second)
    number = await scene.candidate_of(merged, third, "duplicate", TWO_FACTORS)
    return scene.approve(number).operation or 0


async def of_a_group(scene: Scene) -> int:
    return (await large.approved_group(scene, 26))[0]


async def of_a_group_with_steps(scene: Scene) -> int:
    return (await large.with_steps(scene))[0]


async def link_of_a_held_identity(scene: Scene) -> int:
    return (await links.approved_link(scene)).operation


async def link_of_a_held_identity_without_a_field(scene: Scene) -> int:
    """A cookie stands in no field."""
    return await _linked(scene, "Cookie", held=True)


async def link_of_a_free_identity(scene: Scene) -> int:
    return await _linked(scene, "ExternalId", held=False)


async def link_of_a_free_identity_without_a_field(scene: Scene) -> int:
    return await _linked(scene, "Cookie", held=False)


async def _linked(scene: Scene, kind: str, *, held: bool) -> int:
    """A link of an identity of this kind, which an anonymous contact holds or nobody does."""
    index = scene.fresh_stitch()
    master, holder, value = f"stitch-{index}-a", f"stitch-{index}-b", f"calls-{index}"
    identity = asked_identity(kind, value, SOURCE if kind == "ExternalId" else None)
    if held:
        async with scene.client() as client:
            await client.claim(holder, kind, value)
    await scene.mirror(master, holder)
    way = Way.RELEASE if held else None
    return link_identity(scene.desk, master, identity, holder if held else None, way).operation or 0


async def compensation(scene: Scene) -> int:
    return (await compensating.compensated(scene, cookie=True))[1]


async def compensation_without_identifiers(scene: Scene) -> int:
    return (await compensating.compensated(scene, phone=False))[1]


async def compensation_of_two(scene: Scene) -> int:
    """Of three that were merged two are made anew, with the cookie of one of them."""
    ids = large.fresh_ids(3)
    for id_ in ids:
        await scene.change(id_, "lastName", f"Poe {id_}")  # few contacts are found by it, on one page
    number = await large.candidate_of_all(scene, ids)
    async with scene.client() as client:
        await client.claim(ids[1], "Cookie", f"of-{ids[1]}")
    merge = scene.approve(number).operation or 0
    await compensating.run_reading(scene, ClaimsRead.ALL)
    found = compensating.Mistake(merge, ids[0], ids[1], "", "", "")
    return (await compensating.approved(scene, found, ids[0], ids[1])).operation or 0


def told(scene: Scene, number: int, claims: ClaimsRead = ClaimsRead.OPEN) -> list[DescribedCall]:
    approval = read_approval(scene.database, scene.operation(number).decision)
    kind = scene.operation(number).kind
    return described(plan_calls(kind, list(approval.members.values()), approval.steps, claims))


async def made(scene: Scene, claims: ClaimsRead) -> list[CallRecord]:
    """The calls of one run, without those that every run begins with."""
    calls: list[CallRecord] = []
    async with GenesysClient(scene.connection(), on_call=calls.append, keep_bodies=True) as client:
        executor = scene.executor(client)
        await replace(executor, sender=replace(executor.sender, claims_read=claims)).run_once()
    return [call for call in calls if f"{call.method} {call.path}" not in set(map(str, OF_EACH_RUN))]


def as_sent(call: CallRecord) -> tuple[str, str, object]:
    assert call.exchange is not None
    query = f"?{urlencode(parse_qsl(call.exchange.query))}" if call.exchange.query else ""
    body = json.loads(call.exchange.request) if call.exchange.request else None
    return call.method, call.target + query, body


def known_ids(scene: Scene, number: int) -> dict[str, str]:
    """What stood for an id before it was known → that id."""
    made_anew = {
        step.number: json.loads(step.answer or b"{}").get("id", "")
        for step in operations.steps(scene.database, number)
        if step.kind == StepKind.CREATE
    }
    names = [f"{{created contact {place}}}" for place in range(1, len(made_anew) + 1)]
    created = dict(zip(names if len(names) > 1 else ["{created contact}"], made_anew.values(), strict=False))
    return {MERGED: scene.operation(number).canonical or "", FIRST_MERGED: large.head_of(scene, number), **created}


def with_ids(found: Any, ids: dict[str, str]) -> Any:
    """What was told, with the ids that are known by now."""
    text = json.dumps(found)
    for name, id_ in ids.items():
        text = text.replace(name, id_)
    return json.loads(text)


MERGES = [plain, with_removals, with_a_release, with_a_look_up, of_a_merged_contact, of_a_group, of_a_group_with_steps]
LINKS = [
    link_of_a_held_identity,
    link_of_a_held_identity_without_a_field,
    link_of_a_free_identity,
    link_of_a_free_identity_without_a_field,
]
COMPENSATIONS = [compensation, compensation_without_identifiers, compensation_of_two]


@pytest.mark.parametrize("approve", [*MERGES, *LINKS, *COMPENSATIONS])
async def test_the_calls_are_those_that_were_told(scene: Scene, approve: Approve) -> None:
    await _hold(scene, approve, ClaimsRead.OPEN)


@pytest.mark.parametrize("claims", [ClaimsRead.ALL, ClaimsRead.NONE])
@pytest.mark.parametrize("approve", [plain, with_a_look_up, of_a_merged_contact, of_a_group, link_of_a_held_identity])
async def test_they_are_so_whosever_claims_are_read(scene: Scene, approve: Approve, claims: ClaimsRead) -> None:
    scene.desk = replace(scene.desk, pace=Pace(claims_read=claims))
    await _hold(scene, approve, claims)


async def _hold(scene: Scene, approve: Approve, claims: ClaimsRead) -> None:
    """All of the calls are made in their order, and no other; but what the service has let go by itself is not."""
    number = await approve(scene)
    expected = told(scene, number, claims)
    needed = [call for call in expected if not call.only_if]
    assert scene.operation(number).calls == len(needed)
    before = len(scene.served.read("calls"))
    calls = await made(scene, claims)
    assert scene.state(number) is State.DONE, scene.operation(number).outcome
    ids = known_ids(scene, number)
    wanted = [with_ids([call.method, call.path, call.body], ids) for call in needed]
    written = [call["body"] for call in scene.served.read("calls")[before:]]
    let_go = [
        place
        for place, call in enumerate(needed)
        if call.purpose is Purpose.RELEASE and wanted[place][2] not in written
    ]
    assert len(let_go) == scene.acts(number).count("nothing left to do")
    left = [one for place, one in enumerate(wanted) if place not in let_go]
    assert [list(as_sent(call)) for call in calls] == left
    sent = [one[2] for place, one in enumerate(wanted) if needed[place].writes and place not in let_go]
    assert written == sent, "and these writes the organisation saw"


async def test_what_is_held_already_is_not_claimed(scene: Scene) -> None:
    """Neither the claim is made nor the look-up before it: the rest are the calls that were told."""
    index = scene.fresh_stitch()
    master, value = f"stitch-{index}-a", f"calls-{index}"
    async with scene.client() as client:
        await client.claim(master, "SocialLine", value)
    await scene.mirror(master)
    number = link_identity(scene.desk, master, asked_identity("SocialLine", value, None), master).operation or 0
    needed = told(scene, number)
    claim = [call.purpose for call in needed].index(Purpose.CLAIM)
    calls = await made(scene, ClaimsRead.OPEN)
    assert scene.state(number) is State.DONE
    left = [*needed[: claim - 1], *needed[claim + 1 :]]
    assert [as_sent(call) for call in calls] == [(call.method, call.path, call.body) for call in left]


async def test_a_claim_back_is_told_and_does_not_count(scene: Scene, tmp_path: Path) -> None:
    number = await link_of_a_held_identity(scene)
    *needed, back = told(scene, number)
    assert back.purpose is Purpose.CLAIM_BACK and back.only_if and not any(call.only_if for call in needed)
    assert scene.operation(number).calls == len(needed)
    status, said = execute(scene, tmp_path, "--dry-run", without=("REVIEWER_CLIENT_SECRET",))
    assert status == 0 and f"1 operation, {len(needed)} calls; nothing was sent" in said
    assert "claim back (only if the claim is refused: it does not count)" in said


async def test_a_dry_run_says_of_what_the_executor_would_refuse_that_nothing_is_sent(
    scene: Scene, tmp_path: Path
) -> None:
    number = await plain(scene)
    status, said = execute(scene, tmp_path, "--dry-run", REVIEWER_FOUR_EYES="always")
    assert status == 0 and "nothing is sent: the approval of a second steward is missing" in said
    assert "1 operation, 0 calls; nothing was sent" in said
    scene.database.connection.execute("UPDATE operation SET kind = 'stitch' WHERE id = ?", (number,))
    status, said = execute(scene, tmp_path, "--dry-run")
    assert status == 0 and "nothing is sent: the journal calls it 'stitch', but 'merge' was approved" in said


async def test_a_dry_run_reads_the_claims_that_the_settings_say(scene: Scene, tmp_path: Path) -> None:
    await plain(scene)
    for which, calls in (("all", 4), ("open", 2)):
        status, said = execute(scene, tmp_path, "--dry-run", REVIEWER_CLAIMS_READ=which)
        assert status == 0 and f"1 operation, {calls} calls; nothing was sent" in said


async def test_a_dry_run_prints_each_call_sends_nothing_and_needs_no_secret(scene: Scene, tmp_path: Path) -> None:
    number = await with_removals(scene)
    expected = told(scene, number)
    before = len(scene.served.read("calls"))
    status, said = execute(scene, tmp_path, "--dry-run", without=("REVIEWER_CLIENT_SECRET", "REVIEWER_CLIENT_ID"))
    assert status == 0 and f"operation {number} (merge" in said
    for call in expected:
        assert f"{call.method} {call.path}" in said
    assert json.dumps(expected[0].body, separators=(",", ":")) in said.replace(": ", ":").replace(", ", ",")
    status, said = execute(scene, tmp_path, "--dry-run", "--json", without=("REVIEWER_CLIENT_SECRET",))
    (operation,) = json.loads(said)
    assert [DescribedCall(**call) for call in operation["calls"]] == expected
    assert scene.state(number) is State.STAGED and len(scene.served.read("calls")) == before


@pytest.mark.parametrize("approve", [of_a_group, link_of_a_held_identity, compensation_of_two])
async def test_a_dry_run_prints_plans_of_each_kind(scene: Scene, tmp_path: Path, approve: Approve) -> None:
    number = await approve(scene)
    status, said = execute(scene, tmp_path, "--dry-run", without=("REVIEWER_CLIENT_SECRET",))
    assert status == 0 and all(f"{call.method} {call.path}\n" in said for call in told(scene, number))
    status, said = execute(scene, tmp_path, "--dry-run", "--json", without=("REVIEWER_CLIENT_SECRET",))
    (operation,) = json.loads(said)
    assert [DescribedCall(**call) for call in operation["calls"]] == told(scene, number)
