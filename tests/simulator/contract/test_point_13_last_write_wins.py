"""Point 13: nothing is unmerged, nothing is locked, the last write wins."""

import pytest

from tests.simulator.api import CONTACTS, Api


async def test_point_13_there_is_no_unmerge_and_the_date_of_change_always_advances(api: Api) -> None:
    one, two = await api.people(2)
    dates = [(await api.patch(one, ("$.title", "Update", str(number))))["modifyDate"] for number in range(20)]
    assert dates == sorted(set(dates))
    merged = await api.merge(one, two)
    assert merged["modifyDate"] > dates[-1]
    await api.call("POST", f"{CONTACTS}/{merged['id']}/unmerge", status=404)


@pytest.mark.parametrize("path", ["/unmerge", "/split", "/merge", "/unresolved/restore"])
async def test_point_13_there_is_no_route_that_takes_a_merge_back(api: Api, path: str) -> None:
    one, two = await api.people(2)
    merged = await api.merge(one, two)
    await api.call("POST", f"{CONTACTS}/{merged['id']}{path}", {}, status=404)


async def test_point_13_the_last_put_wins_and_no_header_prevents_it(api: Api) -> None:
    (one,) = await api.people(1)
    url = f"{CONTACTS}/{one}"
    for name, header in (("First", "If-Match"), ("Second", "If-Unmodified-Since"), ("Third", "If-None-Match")):
        answer = await api.client.put(url, json={"lastName": name}, headers={header: '"an old version"'})
        assert (answer.status_code, answer.json()["lastName"]) == (200, name)
        assert "ETag" not in answer.headers
    assert (await api.get(one))["lastName"] == "Third"


async def test_point_13_a_put_replaces_the_whole_contact_so_what_is_left_out_is_cleared(api: Api) -> None:
    before = await api.create(firstName="Ada", title="Dr", address={"city": "York"}, surveyOptOut=True)
    after = await api.put(before["id"], firstName="Ada", address={"state": "N"}, lastName=None)
    assert after["address"] == {"state": "N"}
    assert not {"title", "surveyOptOut", "lastName"} & after.keys()
    for kept in ("id", "type", "createDate", "division", "selfUri"):
        assert after[kept] == before[kept]
    assert await api.get(before["id"]) == after


async def test_point_13_a_put_cannot_change_what_the_service_sets(api: Api) -> None:
    one, two = await api.people(2)
    merged = await api.merge(one, two)
    sent = {**merged, "id": "x", "type": "Ephemeral", "mergeSet": None, "mergedFrom": [], "modifyDate": "1999"}
    after = await api.put(merged["id"], **sent)
    assert {**after, "modifyDate": ""} == {**merged, "modifyDate": ""}


async def test_point_13_a_put_of_a_bad_or_an_empty_contact_changes_nothing(api: Api) -> None:
    (one,) = await api.people(1)
    before = await api.get(one)
    await api.put(one, personalEmail="nobody", status=400)
    await api.put(one, status=400)
    await api.put("unknown", firstName="Ada", status=404)
    assert await api.get(one) == before


async def test_point_13_the_date_of_change_advances_with_each_write_even_within_a_millisecond(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = await api.people(2)
    now = api.organization.clock.now()
    monkeypatch.setattr(api.organization.clock, "now", lambda: now)
    dates = [(await api.get(one))["modifyDate"]]
    for number in range(3):
        dates.append((await api.put(one, firstName="Same"))["modifyDate"])
        dates.append((await api.patch(one, ("$.title", "Update", str(number))))["modifyDate"])
    dates.append((await api.merge(one, two))["modifyDate"])
    assert dates == sorted(set(dates))
