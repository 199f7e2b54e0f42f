"""The conversations of a population that its contacts' own making does not give: those of anonymous contacts on
their channel, and those of contacts that are gone."""

import random
import uuid
from collections.abc import Iterable
from typing import Any

from reviewer.simulator.annexes import session_of
from reviewer.simulator.population.seeded import Seeded
from reviewer.simulator.population.world import DAY, EPOCH

SOCIAL = (("instagramId", "Instagram", "scopedId"), ("facebookId", "Facebook", "scopedId"))
DEPARTED_PERCENT = 2


def of_anonymous(seeded: Iterable[Seeded], seed: int) -> None:
    """Every anonymous contact came about by a conversation on its channel; some wrote again."""
    rng = random.Random(f"{seed} conversations of anonymous contacts")
    for one in seeded:
        if one.type == "Curated":
            continue
        channel, address = channel_of(one.contact)
        moments = [one.created] + [
            one.created + int(rng.random() * max(0, EPOCH - one.created)) for _ in range(rng.randrange(3))
        ]
        one.sessions = [conversation(rng, one.id, channel, when, address) for when in moments]


def channel_of(contact: dict[str, Any]) -> tuple[str, str]:
    """The channel that a contact came by, and who it is there."""
    for field, channel, key in SOCIAL:
        ids = (contact.get(field) or {}).get("ids")
        if ids:
            return channel, str(ids[0][key])
    if "whatsAppId" in contact:
        return "WhatsApp", str(contact["whatsAppId"]["phoneNumber"]["display"])
    if "twitterId" in contact:
        return "Twitter", str(contact["twitterId"]["id"])
    return "Webchat", ""


def of_departed(size: int, seed: int) -> list[dict[str, Any]]:
    """Conversations with contacts that are no longer there: expired, or deleted; analytics keeps their ids."""
    rng = random.Random(f"{seed} conversations of contacts that are gone")
    count = max(2, size * DEPARTED_PERCENT // 100)
    return [
        conversation(
            rng,
            made_id(rng),
            rng.choice(("Instagram", "Facebook", "WhatsApp", "Voice", "Email")),
            EPOCH - rng.randrange(DAY, (55 if rng.random() < 0.5 else 300) * DAY),
            "",
        )
        for _ in range(count)
    ]


def conversation(rng: random.Random, contact_id: str, channel: str, when: int, address: str) -> dict[str, Any]:
    ended = when + rng.randrange(30_000, 900_000)
    return session_of(made_id(rng), contact_id, channel, when, ended, address)


def made_id(rng: random.Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))
