"""Point 4: a limit of requests in a window, for each token."""

import pytest

from reviewer.simulator import rate
from reviewer.simulator.errors import ApiError
from reviewer.simulator.knobs import Knobs
from reviewer.simulator.tokens import Client, Token
from tests.simulator.api import CONTACTS, ME, Api

NOON = 1_800_000_000_000  # a full minute, in milliseconds since 1970


def after(knobs: Knobs, *moments: int) -> dict[str, str]:
    """The headers of the last of some calls with one token, at so many milliseconds after noon."""
    token = Token(Client(), expires=0)
    for moment in moments:
        rate.count(token, "get", knobs, NOON + moment)
    shown = rate.headers(token, knobs, NOON + moments[-1])
    return {name.removeprefix("inin-ratelimit-"): value for name, value in shown.items()}


def test_point_04_the_default_is_300_requests_a_minute() -> None:
    knobs = Knobs()
    assert after(knobs, *[0] * 300) == {"count": "300", "allowed": "300", "reset": "60"}
    with pytest.raises(ApiError) as refused:
        after(knobs, *[0] * 301)
    assert (refused.value.status, refused.value.headers["Retry-After"]) == (429, "60")


async def test_point_04_over_the_rate_is_refused_without_effect_until_the_window_ends(api: Api) -> None:
    api.turn(rate_limit=3)
    for _ in range(3):
        await api.create(firstName="Ada")
    refused = await api.client.post(CONTACTS, json={"firstName": "Ada"})
    assert refused.status_code == 429
    assert refused.json()["code"] == "too.many.requests.retry.after"
    assert refused.json()["limit"]["key"] == "client.credentials.token.rate.per.minute"
    assert refused.headers["inin-ratelimit-allowed"] == "3"
    wait = int(refused.headers["Retry-After"])
    assert 0 < wait <= 60 and f"[{wait}] seconds" in refused.json()["message"]
    assert api.organization.contacts.count() == 3
    api.organization.clock.advance(wait)
    await api.create(firstName="Ada")


async def test_point_04_the_rate_belongs_to_a_token(api: Api) -> None:
    api.turn(rate_limit=1)
    await api.call("GET", ME)
    await api.call("GET", ME, status=429)
    api.client.headers["Authorization"] = f"Bearer {api.organization.tokens.mint(60)}"
    await api.call("GET", ME)


@pytest.mark.parametrize("carried", [True, False])
async def test_point_04_retry_after_can_be_left_out(api: Api, carried: bool) -> None:
    api.turn(rate_limit=1, retry_after=carried)
    await api.call("GET", ME)
    refused = await api.client.get(ME)
    assert (refused.status_code, "Retry-After" in refused.headers) == (429, carried)


def test_point_04_a_window_begins_with_the_first_call_or_follows_the_clock() -> None:
    late = (59_000, 61_000)
    assert after(Knobs(rate_windows="first_call"), *late) == {"count": "2", "allowed": "300", "reset": "58"}
    assert after(Knobs(rate_windows="clock"), *late) == {"count": "1", "allowed": "300", "reset": "59"}
    assert after(Knobs(rate_windows="first_call"), 59_000, 59_000 + 60_000)["count"] == "1"


def test_point_04_the_length_of_a_window_is_a_knob() -> None:
    knobs = Knobs(rate_window_seconds=2.5, rate_limit=2)
    assert after(knobs, 0)["reset"] == "3"
    assert after(knobs, 0, 100, 2500)["count"] == "1"
    with pytest.raises(ApiError):
        after(knobs, 0, 100, 2499)


@pytest.mark.parametrize(
    ("rounding", "resets"), [("up", ["60", "59", "1"]), ("down", ["60", "58", "0"]), ("nearest", ["60", "59", "0"])]
)
def test_point_04_the_reset_is_made_whole_as_the_knob_says(rounding: str, resets: list[str]) -> None:
    knobs = Knobs().changed({"rate_reset_rounding": rounding, "rate_limit": 2})
    assert [after(knobs, 0, moment)["reset"] for moment in (0, 1300, 59_700)] == resets
    with pytest.raises(ApiError) as refused:
        after(knobs, 0, 0, 59_700)
    assert refused.value.headers["Retry-After"] == "1"


async def test_point_04_an_endpoint_may_have_a_limit_of_its_own(api: Api) -> None:
    api.turn(endpoint_limits={"create": 2})
    await api.people(2)
    refused = await api.create(firstName="Ada", status=429)
    assert refused["limit"]["key"] == "external.contacts.create.rate.per.minute"
    await api.call("GET", ME)
    api.organization.clock.advance(60)
    await api.people(1)
