"""Whether the organisation merges by itself: what is remembered of each answer."""

from datetime import UTC, datetime

import httpx
import pytest

from reviewer.genesys.errors import CannotConnect, WrongCredentials
from reviewer.mirror.automatic_merging import NOT_SERVED, look
from reviewer.store import automatic_merging
from reviewer.store.automatic_merging import AutomaticMerging
from reviewer.store.database import Database
from tests.genesys.service import Reply, ScriptedService, ok, raw, refusal

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 25, 13, 0, tzinfo=UTC)
ON, OFF = ok({"automaticMergingEnabled": True}), ok({"automaticMergingEnabled": False})


async def looked(database: Database, reply: Reply, at: datetime = NOON) -> AutomaticMerging | None:
    async with ScriptedService(reply).client() as client:
        found = await look(client, database, at)
    assert found == automatic_merging.known(database)
    return found


async def test_on_and_off_are_remembered_with_their_time(database: Database) -> None:
    assert automatic_merging.known(database) is None
    assert await looked(database, ON) == AutomaticMerging(True, "", NOON)
    assert await looked(database, OFF, LATER) == AutomaticMerging(False, "", LATER)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (refusal(404), NOT_SERVED),
        (refusal(403), "lacks the permission externalContacts:graphSettingsGlobal:view"),
        (ok({"automaticMerging": {"enabled": True}}), "install a newer reviewer"),
    ],
    ids=["absent", "forbidden", "another shape"],
)
async def test_what_cannot_be_read_is_remembered_with_its_reason_and_is_no_failure(
    database: Database, reply: Reply, reason: str
) -> None:
    await looked(database, ON)
    found = await looked(database, reply, LATER)
    assert found and found.enabled is None and reason in found.reason and found.read_at == LATER


PASSING = pytest.mark.parametrize(
    "reply", [raw(b"<html>"), refusal(400), httpx.Response(302, headers={"Location": "https://proxy.example"})], ids=str
)


async def test_while_the_preview_is_down_what_was_known_stays(database: Database) -> None:
    assert await looked(database, refusal(503)) is None
    await looked(database, ON)
    assert await looked(database, refusal(503), LATER) == AutomaticMerging(True, "", NOON)


@PASSING
async def test_an_answer_that_is_not_the_preview_s_own_takes_no_warning_away(database: Database, reply: Reply) -> None:
    await looked(database, ON)
    assert await looked(database, reply, LATER) == AutomaticMerging(True, "", NOON)


async def test_a_token_that_cannot_be_used_takes_no_warning_away(database: Database) -> None:
    await looked(database, ON)
    service = ScriptedService(OFF)
    service.token_replies.extend([raw(b"<html>")] * 20)
    async with service.client() as client:
        assert await look(client, database, LATER) == AutomaticMerging(True, "", NOON)
    assert not service.requests


@PASSING
async def test_where_nothing_was_known_the_reason_of_such_an_answer_is(database: Database, reply: Reply) -> None:
    found = await looked(database, reply)
    assert found and found.enabled is None and found.reason


@pytest.mark.parametrize(
    ("reply", "kind"), [(httpx.ConnectError("refused"), CannotConnect), (refusal(401), WrongCredentials)], ids=str
)
async def test_what_every_call_would_meet_is_raised(database: Database, reply: Reply, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        await looked(database, reply)
    assert automatic_merging.known(database) is None
