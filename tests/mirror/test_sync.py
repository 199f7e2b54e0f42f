"""Sync: every contact of the service in the mirror, through kills, odd pages and merges by others."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from reviewer.domain.errors import BusyError, DatabaseError
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.connection import Connection
from reviewer.mirror import sync as mirror_sync
from reviewer.mirror.fetching import Fetching
from reviewer.mirror.progress import Progress, silent
from reviewer.mirror.sync import SyncReport, sync
from reviewer.mirror.sync_lock import sync_lock
from reviewer.store import constraints, contacts, decisions, pairs, stamp, sync_runs
from reviewer.store.clock import now
from reviewer.store.contacts import by_ids
from reviewer.store.database import Database, open_database
from reviewer.store.derivation import rebuild
from reviewer.store.pairs import PairRow
from reviewer.store.trails import trails
from reviewer.store.transaction import transaction
from tests.mirror.service import RULES, Service, kept_in, person, rejects_in

SCANS = "/scan/contacts"
SMALL_PAGE = 10


class Killed(Exception):
    """The process ends here."""


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten contacts to a page, so that few contacts make many pages, each stored by itself."""
    monkeypatch.setattr(mirror_sync, "STORED_AT_ONCE", 1)
    monkeypatch.setattr(GenesysClient.scan, "__defaults__", (SMALL_PAGE, None))


async def synced(
    service: Service,
    database: Database,
    folder: Path,
    *,
    progress: Progress = silent,
    clock: Callable[[], datetime] = now,
) -> SyncReport:
    rejects, _ = rejects_in(folder)
    async with service.client() as client:
        with rejects:
            return await sync(client, database, RULES, rejects=rejects, progress=progress, clock=clock)


def killed_after(pages: int) -> Progress:
    seen = 0

    def progress(what: str, done: int, total: int) -> None:
        nonlocal seen
        seen += 1
        if seen == pages:
            raise Killed

    return progress


def state_of(database: Database, contact_id: str) -> str:
    return by_ids(database, [contact_id])[contact_id].state


async def test_a_sync_reads_every_contact_over_empty_and_short_pages(
    service: Service, database: Database, tmp_path: Path
) -> None:
    service.organization.knobs = service.organization.knobs.changed({"scan_empty_every": 2, "scan_short_every": 3})
    report = await synced(service, database, tmp_path)
    assert (report.contacts, report.new, report.rejected, report.resumed) == (45, 45, 0, False)
    assert contacts.counts(database) == {"live": 45}
    assert {contact.origin for contact in by_ids(database, ["p1", "p45"]).values()} == {"api"}
    finished = sync_runs.last_finished(database)
    assert finished and finished.cursor is None and finished.contacts == 45 and finished.pages > 5


async def test_a_second_sync_reads_all_and_writes_only_what_changed(
    service: Service, database: Database, tmp_path: Path
) -> None:
    await synced(service, database, tmp_path)
    before = dict(database.connection.execute("SELECT id, read_at FROM contact"))
    service.spoil("p7", lastName="Lovelace")
    report = await synced(service, database, tmp_path)
    assert (report.contacts, report.new, report.changed) == (45, 0, 1)
    after = dict(database.connection.execute("SELECT id, read_at FROM contact"))
    assert [id_ for id_ in after if after[id_] != before[id_]] == ["p7"]


async def test_a_killed_sync_goes_on_at_the_page_where_it_was(
    service: Service, database: Database, tmp_path: Path
) -> None:
    with pytest.raises(Killed):
        await synced(service, database, tmp_path, progress=killed_after(3))
    there = contacts.counts(database)["live"]
    unfinished = sync_runs.unfinished(database)
    assert unfinished and unfinished.pages == 3 and unfinished.contacts == there < 45
    before = service.called(SCANS)
    report = await synced(service, database, tmp_path)
    assert (report.contacts, report.new, report.resumed, report.started_over) == (45, 45 - there, True, False)
    assert contacts.counts(database) == {"live": 45}
    finished = sync_runs.last_finished(database)
    assert finished and finished.id == unfinished.id
    assert service.called(SCANS) - before == finished.pages - 3


async def test_a_sync_killed_after_the_last_page_only_checks_what_was_not_shown(
    service: Service, database: Database, tmp_path: Path
) -> None:
    await synced(service, database, tmp_path)
    service.remove("p3")
    pages = sync_runs.last_finished(database)
    assert pages
    with pytest.raises(Killed):
        await synced(service, database, tmp_path, progress=killed_after(pages.pages))
    assert state_of(database, "p3") == "live"
    before = service.called(SCANS)
    report = await synced(service, database, tmp_path)
    assert service.called(SCANS) == before
    assert (report.gone, report.resumed, state_of(database, "p3")) == (1, True, "gone")


@pytest.mark.parametrize("whose_clock", ["ours", "the service's"])
async def test_a_sync_whose_cursor_has_expired_starts_over_and_says_so(
    service: Service, database: Database, tmp_path: Path, whose_clock: str
) -> None:
    with pytest.raises(Killed):
        await synced(service, database, tmp_path, progress=killed_after(2))
    later = timedelta(hours=25)
    if whose_clock == "ours":
        before = service.called(SCANS)
        report = await synced(service, database, tmp_path, clock=lambda: now() + later)
        finished = sync_runs.last_finished(database)
        assert finished and service.called(SCANS) - before == finished.pages
    else:
        service.organization.clock.advance(later.total_seconds())
        report = await synced(service, database, tmp_path)
    assert (report.contacts, report.resumed, report.started_over) == (45, False, True)
    assert contacts.counts(database) == {"live": 45}


async def test_a_contact_that_is_gone_is_marked_and_its_candidate_leaves_the_queue(
    service: Service, database: Database, tmp_path: Path
) -> None:
    await synced(service, database, tmp_path)
    suspect(database, "p1", "p2")
    service.remove("p2")
    report = await synced(service, database, tmp_path)
    assert (report.gone, report.merged, state_of(database, "p2")) == (1, 0, "gone")
    assert candidate_states(database) == ["settled"]
    assert (await synced(service, database, tmp_path)).gone == 0


async def test_a_contact_that_the_scan_missed_but_lives_stays_and_is_read_anew(
    service: Service, database: Database, tmp_path: Path
) -> None:
    await synced(service, database, tmp_path)
    service.organization.state.sql.execute("UPDATE contacts SET type = 'Identified' WHERE id = 'p5'")
    service.spoil("p5", type="Identified", lastName="Hopper")
    report = await synced(service, database, tmp_path)
    assert (report.contacts, report.changed, report.gone) == (44, 1, 0)
    assert by_ids(database, ["p5"])["p5"].name == "Ada Hopper"


async def test_merges_by_others_carry_what_was_decided_to_the_new_contact(
    service: Service, database: Database, tmp_path: Path
) -> None:
    await synced(service, database, tmp_path)
    suspect(database, "p1", "p3")
    keep_apart(database, "p1", "p3")
    async with service.client() as client:
        answer = await client.merge(["p1", "p2"])
    new = json.loads(answer.body)["id"]
    report = await synced(service, database, tmp_path)
    assert (report.merged, report.gone, state_of(database, "p1")) == (2, 0, "merged")
    stored = by_ids(database, [new, "p3"])
    assert {trail.number for trail in trails(database, ["p1", "p2"]).values()} == {stored[new].number}
    (limit,) = constraints.in_force(database.connection)
    assert {limit.a, limit.b} == {stored[new].number, stored["p3"].number} and not limit.stale
    assert [(pair.a, pair.b) for pair in pairs.between(database, [limit.a, limit.b])] == [(limit.a, limit.b)]
    rebuild(database, now().date())
    assert "open" not in candidate_states(database)


async def test_the_living_contact_of_a_merge_is_fetched_where_no_scan_shows_it(
    service: Service, database: Database, tmp_path: Path
) -> None:
    async with service.client() as client:
        await Fetching(client, database, RULES).fetch(["p900", "p901"])
        answer = await client.merge(["p900", "p901"])
    new = json.loads(answer.body)["id"]
    report = await synced(service, database, tmp_path)
    assert (report.contacts, report.merged, state_of(database, new)) == (45, 2, "live")


async def test_ancestors_that_a_scan_shows_are_aliases_and_carry_constraints_too(
    service: Service, database: Database, tmp_path: Path
) -> None:
    await synced(service, database, tmp_path)
    keep_apart(database, "p1", "p3")
    service.organization.knobs = service.organization.knobs.changed({"scan_shows_ancestors": True})
    async with service.client() as client:
        new = json.loads((await client.merge(["p1", "p2"])).body)["id"]
    report = await synced(service, database, tmp_path)
    assert (report.merged, state_of(database, "p2")) == (2, "merged")
    (limit,) = constraints.in_force(database.connection)
    assert {limit.a, limit.b} == {stored.number for stored in by_ids(database, [new, "p3"]).values()}
    fetched = service.called("/bulk/contacts")
    assert (await synced(service, database, tmp_path)).merged == 0
    assert service.called("/bulk/contacts") == fetched


async def test_anonymous_contacts_are_read_anew_in_each_sync(
    service: Service, database: Database, tmp_path: Path
) -> None:
    async with service.client() as client:
        await Fetching(client, database, RULES).fetch(["p900", "p901"])
    await synced(service, database, tmp_path)
    for surname in ("Turing", "Hopper"):
        service.spoil("p900", lastName=surname)
        report = await synced(service, database, tmp_path)
        assert (report.changed, report.gone) == (1, 0)
        assert by_ids(database, ["p900"])["p900"].name == f"Ada {surname}"


async def test_pairs_of_a_contact_that_changed_are_not_automatic_until_they_are_scored_again(
    service: Service, database: Database, tmp_path: Path
) -> None:
    await synced(service, database, tmp_path)
    suspect(database, "p1", "p2")
    suspect(database, "p3", "p4")
    service.spoil("p2", lastName="Somebody Else")
    await synced(service, database, tmp_path)
    numbers = {id_: stored.number for id_, stored in by_ids(database, ["p1", "p2", "p3", "p4"]).items()}
    assert [(a, b) for _, a, b in pairs.to_score(database, 0, 10)] == [(numbers["p1"], numbers["p2"])]
    verdicts = dict(database.connection.execute("SELECT key, verdict FROM candidate"))
    assert verdicts[f"contacts:{numbers['p1']}+{numbers['p2']}"] == "review"
    assert verdicts[f"contacts:{numbers['p3']}+{numbers['p4']}"] == "auto"


async def test_a_contact_that_cannot_be_read_is_set_aside_and_costs_only_itself(
    service: Service, database: Database, tmp_path: Path
) -> None:
    service.spoil("p4", firstName=["not", "text"])
    service.spoil("p5", firstName="half \ud83d of a pair")
    report = await synced(service, database, tmp_path)
    assert (report.contacts, report.new, report.rejected) == (44, 44, 1)
    (kept,) = kept_in(tmp_path)
    assert "$.firstName" in kept["reason"] and json.loads(kept["text"])["id"] == "p4"
    assert (tmp_path / "rejects.jsonl").stat().st_mode & 0o777 == 0o600
    assert b"\\ud83d" in by_ids(database, ["p5"])["p5"].raw


async def test_rejects_of_a_sync_that_was_killed_are_kept_when_it_goes_on(
    service: Service, database: Database, tmp_path: Path
) -> None:
    service.spoil("p1", firstName=1)
    service.spoil("p44", firstName=1)
    with pytest.raises(Killed):
        await synced(service, database, tmp_path, progress=killed_after(1))
    await synced(service, database, tmp_path)
    assert [json.loads(kept["text"])["id"] for kept in kept_in(tmp_path)] == ["p1", "p44"]


async def test_nothing_is_written_into_the_database_of_another_organisation(
    service: Service, database: Database, tmp_path: Path
) -> None:
    stamp.claim_organization(database, "another", "ACME")
    with pytest.raises(DatabaseError, match="belongs to the organisation ACME"):
        await synced(service, database, tmp_path)
    assert contacts.counts(database) == {} and sync_runs.unfinished(database) is None


def test_the_lock_of_a_sync_is_for_those_who_share_the_database(database: Database) -> None:
    database.path.chmod(0o660)
    with sync_lock(database.path):
        lock = database.path.with_name(f"{database.path.name}.sync")
        assert lock.stat().st_mode & 0o777 == 0o660
    database.path.chmod(0o444)
    with sync_lock(database.path):
        assert lock.stat().st_mode & 0o777 == 0o640, "the owner can open it again once the database is writable"
    lock.unlink()
    lock.mkdir()
    with pytest.raises(DatabaseError, match=r"\.sync cannot be used"), sync_lock(database.path):
        pass


async def test_two_syncs_of_one_database_do_not_run_at_once(
    service: Service, database: Database, tmp_path: Path
) -> None:
    with sync_lock(database.path), pytest.raises(BusyError, match="another sync"):
        await synced(service, database, tmp_path)


async def test_a_contact_whose_check_fails_for_another_reason_is_not_called_gone(tmp_path: Path) -> None:
    refused = {"id": "p2", "success": False, "status": 403, "error": {"code": "not.authorized", "status": 403}}
    answers = [{"entities": [person(1), person(2)], "cursors": {}}, {"entities": [person(1)], "cursors": {}}]

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=scripted(request.url.path, answers, refused))

    connection = Connection(client_id="c", client_secret="s", api_url="http://127.0.0.1")
    rejects, told = rejects_in(tmp_path)
    with open_database(tmp_path / "mirror.db") as database:
        async with GenesysClient(connection, http_transport=httpx.MockTransport(answer)) as client:
            for _ in range(2):
                report = await sync(client, database, RULES, rejects=rejects)
        assert (report.gone, report.rejected, state_of(database, "p2")) == (0, 1, "live")
    assert told == ["scan:1: could not be checked: 403 not.authorized"]


async def test_what_is_no_contact_on_a_page_is_rejected_alone(database: Database, tmp_path: Path) -> None:
    entities: list[Any] = [person(1), {"firstName": "no id"}, 7, person(2), {"id": "half \ud83d"}]

    def answer(request: httpx.Request) -> httpx.Response:
        page = scripted(request.url.path, [{"entities": entities, "cursors": {}}], {})
        return httpx.Response(200, content=json.dumps(page, separators=(",", ":")))

    connection = Connection(client_id="c", client_secret="s", api_url="http://127.0.0.1")
    rejects, _ = rejects_in(tmp_path)
    async with GenesysClient(connection, http_transport=httpx.MockTransport(answer)) as client:
        with rejects:
            report = await sync(client, database, RULES, rejects=rejects)
    assert (report.contacts, report.rejected) == (2, 3)
    kept = ['{"id":"half \\ud83d"}', '{"firstName":"no id"}', "7"]
    assert [one["text"] for one in kept_in(tmp_path)] == kept


def scripted(path: str, pages: list[dict[str, Any]], refused: dict[str, Any]) -> dict[str, Any]:
    if path == "/oauth/token":
        return {"access_token": "t", "token_type": "bearer", "expires_in": 3600}
    if path.endswith("/organizations/me"):
        return {"id": "o", "name": "O"}
    return pages.pop(0) if "/scan/" in path else {"results": [refused], "errorCount": 1, "errorIndexes": [0]}


def suspect(database: Database, one: str, other: str) -> None:
    """A pair as the detector would leave it: automatic."""
    a, b = sorted(stored.number for stored in by_ids(database, [one, other]).values())
    pairs.update_scores(database, [PairRow(a, b, "duplicate", 14.0, 0.99, None, "auto", "{}")])
    rebuild(database, now().date())


def keep_apart(database: Database, one: str, other: str) -> None:
    """A steward says: two persons."""
    apart = list(by_ids(database, [one, other]).values())
    with transaction(database) as connection:
        decision = decisions.write(
            connection,
            kind="distinct",
            candidate=1,
            document=b"{}",
            fingerprint="",
            rung="steward",
            steward="sam",
            sudo_user=None,
            note="",
            at=now(),
        )
        constraints.write(connection, decision, "cannot", apart)
    rebuild(database, now().date())


def candidate_states(database: Database) -> list[str]:
    """The states of all candidates."""
    return [state for (state,) in database.connection.execute("SELECT state FROM candidate ORDER BY id")]
