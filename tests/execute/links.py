"""Links as the tests of the executor make them: a person, an anonymous contact, and the identity that it holds."""

import json
from typing import NamedTuple

from reviewer.genesys.client import GenesysClient
from reviewer.review import link
from tests.execute.scene import Scene
from tests.execute.test_following_up import who_has
from tests.review.people import SOCIAL


class Linked(NamedTuple):
    """An approved link: its operation, its candidate, the person, the anonymous contact, the account's id."""

    operation: int
    candidate: int
    master: str
    holder: str
    account: str


async def linkable(scene: Scene) -> tuple[int, str, str, str]:
    """A candidate of a person without an account and an anonymous contact that holds one."""
    index = scene.fresh_stitch()
    master, holder, account = f"stitch-{index}-a", f"stitch-{index}-b", f"1784140{index:04d}"
    async with scene.client() as client:
        await client.patch(master, [{"field": "$.instagramId", "action": "Remove"}])
        await client.claim(holder, "SocialInstagram", account)
    number = await scene.candidate_of(master, holder, "stitch", SOCIAL)
    return number, master, holder, account


async def approved_link(scene: Scene) -> Linked:
    """Release and claim, approved and due."""
    number, *about = await linkable(scene)
    operation = link.link(scene.desk, scene.view(number)).operation or 0
    return Linked(operation, number, *about)


async def leads_to(scene: Scene, linked: Linked) -> str | None:
    """The contact that the identity leads to now."""
    return await who_has(scene, "SocialInstagram", linked.account)


def changes(scene: Scene, linked: Linked) -> list[str]:
    """What writes did to the link's contacts in the organisation, since it was approved, late effects included."""
    calls = scene.served.read("calls")
    mine = [str(call["effect"]) for call in calls if call["effect"] and any(i in call["effect"] for i in linked[2:4])]
    return [effect.partition(" ")[0] for effect in mine[2:]]  # two made the contacts what they are


async def taken_by_another(client: GenesysClient, account: str) -> str:
    """An interaction comes in: the service makes a contact of it that has the account; its id."""
    made = await client.create({"division": {"id": "home"}, "instagramId": {"ids": [{"scopedId": account}]}})
    return str(json.loads(made.body)["id"])
