"""Point 27: anonymous contacts vanish at the end of their time, between a review and its approval if need be."""

from typing import Any

import pytest

from tests.simulator.api import Api, by_id, entries

DAY = 86_400


def later(api: Api, days: float) -> None:
    """Let days go by; the caller logs in again."""
    api.organization.clock.advance(days * DAY)
    api.client.headers["Authorization"] = f"Bearer {api.organization.tokens.mint(3600)}"


@pytest.fixture
async def anonymous(api: Api) -> Any:
    made = await api.create(firstName="Ada", personalEmail="a@example.com")
    api.become(made["id"], "Ephemeral")
    return made["id"]


@pytest.mark.parametrize("kind", ["Identified", "Ephemeral"])
async def test_point_27_an_anonymous_contact_lives_sixty_days(api: Api, anonymous: str, kind: str) -> None:
    api.become(anonymous, kind)
    later(api, 59.9)
    await api.get(anonymous)
    later(api, 0.2)
    await api.get(anonymous, status=404)
    await api.get(anonymous, "/unresolved", status=404)
    assert by_id(await api.bulk("/unresolved", *entries(anonymous)))[anonymous]["status"] == 404
    assert await api.owner("Email", "a@example.com") is None


async def test_point_27_a_merge_approved_before_finds_nobody_after(api: Api, anonymous: str) -> None:
    (known,) = await api.people(1)
    later(api, 61)
    await api.merge(known, anonymous, status=404)
    assert "mergedTo" not in await api.get(known, "/unresolved")


async def test_point_27_its_identifiers_go_to_the_next_holder_or_whoever_comes(api: Api, anonymous: str) -> None:
    holder = await api.create(firstName="B", personalEmail="a@example.com")
    assert await api.owner("Email", "a@example.com") == anonymous
    later(api, 61)
    assert await api.owner("Email", "a@example.com") == holder["id"]


async def test_point_27_a_curated_or_merged_contact_does_not_expire(api: Api, anonymous: str) -> None:
    known, stays = await api.people(2)
    merged = await api.merge(known, anonymous)
    later(api, 365)
    for one in (anonymous, stays, merged["id"]):
        await api.get(one)


async def test_point_27_the_time_is_a_knob_and_may_be_endless(api: Api, anonymous: str) -> None:
    api.turn(retention_days=None)
    api.become(anonymous, "Ephemeral")
    later(api, 10_000)
    await api.get(anonymous)
    api.turn(retention_days=1)
    api.become(anonymous, "Ephemeral")
    later(api, 1.1)
    await api.get(anonymous, status=404)
