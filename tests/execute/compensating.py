"""A merge that was wrong, and the approval to make one of its members anew."""

from dataclasses import replace
from typing import Any, NamedTuple

from reviewer.domain.claims_read import ClaimsRead
from reviewer.domain.journal import State
from reviewer.review.compensate import show
from reviewer.review.decide import Decided
from reviewer.review.recreate import approve, read_now
from reviewer.store import operations, recreations
from tests.execute.scene import Scene
from tests.review.people import TWO_FACTORS


class Mistake(NamedTuple):
    """Kim and Lee, who share an email, were merged: the operation, their old ids, and what makes Lee known."""

    merge: int
    kim: str
    lee: str
    last_name: str
    phone: str
    cookie: str


async def mistake(scene: Scene, *, phone: bool = True, cookie: bool = False) -> Mistake:
    """A merge of two persons that was carried out. Lee has a phone and a cookie of their own if wanted."""
    index = scene.fresh_number()
    found = Mistake(0, f"pair-{index}-a", f"pair-{index}-b", f"Roe{index}", f"+1704919{index:04d}", f"cookie-{index}")
    fields: dict[str, Any] = {"firstName": "Lee", "lastName": found.last_name}
    if phone:
        fields["otherPhone"] = {"display": found.phone}
    for field, value in fields.items():
        await scene.change(found.lee, field, value)
    if cookie:
        async with scene.client() as client:
            await client.claim(found.lee, "Cookie", found.cookie)
    number = await scene.candidate_of(found.kim, found.lee, "duplicate", TWO_FACTORS)
    merge = scene.approve(number).operation or 0
    await run_reading(scene, ClaimsRead.ALL if cookie else ClaimsRead.OPEN)
    assert scene.state(merge) is State.DONE
    return found._replace(merge=merge)


async def run_reading(scene: Scene, which: ClaimsRead) -> None:
    """One run of an executor that reads the claims of these members."""
    async with scene.client() as client:
        executor = scene.executor(client)
        sender = replace(executor.sender, claims_read=which)
        await replace(executor, sender=sender, recovery=replace(executor.recovery, sender=sender)).run_once()


async def approved(scene: Scene, found: Mistake, *contacts: str) -> Decided:
    """The approval to make Lee, or others, anew, of what was just read."""
    async with scene.client() as client:
        now = await read_now(client, scene.desk, found.merge)
    shown = show(scene.desk, found.merge, contacts or (found.lee,), now)
    return approve(scene.desk, shown, note="they are two persons")


async def compensated(scene: Scene, **how: Any) -> tuple[Mistake, int]:
    """A mistake, and the operation that is approved to make Lee anew."""
    found = await mistake(scene, **how)
    return found, (await approved(scene, found)).operation or 0


def new_id(scene: Scene, operation: int) -> str:
    """The new id of the one person that an operation made anew."""
    (one,) = recreations.by(scene.database, operation)
    assert one.recreated_as is not None, scene.operation(operation).outcome
    return one.recreated_as


def created(scene: Scene, found: Mistake) -> list[dict[str, Any]]:
    """The creations of Lee that reached the organisation."""
    calls = [one for one in scene.served.read("calls") if one["endpoint"] == "create" and one.get("body")]
    return [one for one in calls if one["body"].get("lastName") == found.last_name]


async def alive(scene: Scene, found: Mistake) -> list[str]:
    """Ids of the living contacts of Lee's name that the organisation's own record of effects knows."""
    effects = [
        str(one["effect"]) for one in scene.served.read("calls") if one["endpoint"] == "create" and one["effect"]
    ]
    ids = [effect.removeprefix("created ") for effect in effects]
    async with scene.client() as client:
        bodies = (await client.bulk_unresolved(ids)).found if ids else {}
    return [id_ for id_, body in bodies.items() if found.last_name.encode() in body]


def kinds(scene: Scene, operation: int) -> list[tuple[str, str]]:
    return [(step.kind, step.state) for step in operations.steps(scene.database, operation)]
