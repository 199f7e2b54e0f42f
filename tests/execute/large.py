"""Groups of more contacts than one merge takes: candidates of them, and what the organisation made of them."""

import itertools
import json
from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import Any

from reviewer.domain.golden_record import NOTHING
from reviewer.store import contacts, derivation, operations, pairs
from tests.execute.scene import Scene
from tests.review.people import CERTAIN, person, phone, scored

LARGE_GROUPS = 200
"""Groups in the organisation; a test uses fresh ones."""

MOST = 50

_fresh = itertools.count()


def large_groups() -> list[dict[str, Any]]:
    """The contacts of all groups, as lines of the organisation's file: one person in each, written in many ways."""
    return [one for group in range(LARGE_GROUPS) for one in large_group(group)]


def large_group(group: int, count: int = MOST) -> list[dict[str, Any]]:
    mail = f"large{group}@mail.example"
    return [person(f"large-{group:03}-{one:02}", personalEmail=mail, **_own(group, one)) for one in range(count)]


def _own(group: int, one: int) -> dict[str, Any]:
    """What only this contact of its group has: three have a phone, one a title; the last was changed last."""
    own: dict[str, Any] = {"modifyDate": f"2026-10-01T09:00:{one:02}Z"}
    if one in (0, 24, 25):
        own["workPhone" if one else "cellPhone"] = phone(f"+170292{group:03}{one:02}")
    return own | ({"title": "Dr"} if one == 25 else {})


def fresh_ids(count: int) -> list[str]:
    """Ids of the first contacts of a group that no other test has used."""
    group = next(_fresh)
    assert group < LARGE_GROUPS, "let there be more groups"
    return [f"large-{group:03}-{one:02}" for one in range(count)]


async def candidate_of_all(scene: Scene, ids: Sequence[str], *, every_two: bool = False) -> int:
    """The candidate of these contacts, read afresh and hanging together one by one, or all of them; its number."""
    await scene.mirror(*ids)
    found = contacts.by_ids(scene.database, ids)
    numbers = sorted(one.number for one in found.values())
    rows = [
        scored(a, b, "duplicate", CERTAIN) for a, b in (combinations(numbers, 2) if every_two else pairwise(numbers))
    ]
    pairs.update_scores(scene.database, rows)
    derivation.rebuild(scene.database, scene.desk.today)
    key = "contacts:" + "+".join(map(str, numbers))
    row = scene.database.connection.execute("SELECT id FROM candidate WHERE key = ?", (key,)).fetchone()
    assert row is not None, f"no candidate of these {len(ids)}"
    return int(row[0])


async def approved_group(scene: Scene, count: int, **picks: str) -> tuple[int, list[str]]:
    """An approved merge of a fresh group: its operation, and the members in their order."""
    ids = fresh_ids(count)
    number = await candidate_of_all(scene, ids)
    order = [column.contact_id for column in scene.view(number).columns]
    return scene.approve(number, **picks).operation or 0, order


async def with_steps(scene: Scene, count: int = 26) -> tuple[int, list[str]]:
    """An approved merge of a group, after which the cell phone is removed and released."""
    return await approved_group(scene, count, cellPhone=NOTHING)


async def unresolved(scene: Scene, *ids: str) -> dict[str, dict[str, Any]]:
    """The contacts themselves, as the organisation has them."""
    async with scene.client() as client:
        found = (await client.bulk_unresolved(ids)).found
    return {id_: json.loads(body) for id_, body in found.items()}


async def led_to(scene: Scene, ids: Sequence[str]) -> dict[str, list[str]]:
    """Direct target of a merge → the ids that were merged into it; '' for those that stand alone."""
    found: dict[str, list[str]] = {}
    records = await unresolved(scene, *ids)
    for id_ in ids:
        found.setdefault(str((records[id_].get("mergedTo") or {}).get("id") or ""), []).append(id_)
    return found


def merges(scene: Scene, ids: Sequence[str]) -> list[list[str]]:
    """The merges that reached the organisation and took these contacts or what came of them, by their ids."""
    mine, found = set(ids), []
    for call in scene.served.read("calls"):
        if call["endpoint"] == "merge" and call.get("body") and mine & set(call["body"]["contactIds"]):
            found.append(list(call["body"]["contactIds"]))
    return found


def effects(scene: Scene, ids: Sequence[str]) -> list[str]:
    """What merges of these contacts did in the organisation."""
    said = [str(call["effect"]) for call in scene.served.read("calls") if call["effect"]]
    return [one for one in said if one.startswith("merged") and any(id_ in one for id_ in ids)]


def step_states(scene: Scene, operation: int) -> list[tuple[str, str]]:
    return [(step.kind, step.state) for step in operations.steps(scene.database, operation)]


def head_of(scene: Scene, operation: int) -> str:
    """The contact that the first merge made."""
    answer = operations.steps(scene.database, operation)[0].answer
    return str(json.loads(answer or b"{}").get("id"))
