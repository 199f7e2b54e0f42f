"""What the documentation leaves open (reference, section 10) is a knob; each of its settings does what it says."""

from typing import Any

import pytest

from tests.simulator.api import CONTACTS, ME, SCAN, Api, crm


@pytest.mark.parametrize("rule", ["own", "redirect"])
async def test_whose_notes_an_ancestor_shows_is_a_knob(api: Api, rule: str) -> None:
    api.turn(ancestor_parts=rule)
    one, two = await api.people(2)
    await api.call("POST", f"{CONTACTS}/{one}/notes", {"noteText": "before"})
    merged = await api.merge(one, two)
    await api.call("POST", f"{CONTACTS}/{merged['id']}/notes", {"noteText": "after"})
    shown = (await api.get(one, "/notes"))["entities"]
    assert [note["noteText"] for note in shown] == (["before"] if rule == "own" else ["after"])


@pytest.mark.parametrize(
    ("rule", "expected"), [("highest", "Identified"), ("newest", "Ephemeral"), ("curated", "Curated")]
)
async def test_the_type_of_a_result_of_anonymous_contacts_is_a_knob(api: Api, rule: str, expected: str) -> None:
    api.turn(merged_type=rule)
    one, two = await api.people(2)
    for contact_id, kind in ((one, "Identified"), (two, "Ephemeral")):
        stored = api.organization.contact(contact_id)
        api.organization.contacts.write({**stored.contact, "type": kind}, stored.modified)
    assert (await api.merge(one, two))["type"] == expected


async def test_an_unknown_id_in_a_merge_has_a_status_by_knob(api: Api) -> None:
    (one,) = await api.people(1)
    for status in (400, 404, 409, 422):
        api.turn(unknown_id_status=status)
        await api.merge(one, "unknown", status=status)


@pytest.mark.parametrize("status", [400, 409, 422])
async def test_repeated_ids_in_a_merge_have_a_status_by_knob(api: Api, status: int) -> None:
    api.turn(repeated_ids_status=status)
    (one,) = await api.people(1)
    await api.merge(one, one, status=status)


@pytest.mark.parametrize(("rule", "expected"), [("first", "north"), ("newest", "south")])
async def test_the_division_of_a_merge_across_divisions_is_a_knob(api: Api, rule: str, expected: str) -> None:
    api.turn(cross_division_status=None, merged_division=rule)
    here = await api.create(firstName="Ada", division={"id": "north"})
    api.organization.clock.advance(1)
    there = await api.create(firstName="Ada", division={"id": "south"})
    assert (await api.merge(here["id"], there["id"]))["division"]["id"] == expected


@pytest.mark.parametrize(("rule", "expected"), [("newest", False), ("any", True)])
async def test_whether_an_older_opt_out_stands_is_a_knob(api: Api, rule: str, expected: bool) -> None:
    api.turn(survey_opt_out=rule)
    one = await api.create(firstName="A", surveyOptOut=True)
    api.organization.clock.advance(1)
    two = await api.create(firstName="B", surveyOptOut=False)
    assert (await api.merge(one["id"], two["id"]))["surveyOptOut"] is expected


@pytest.mark.parametrize(("rule", "kept"), [("newest", True), ("override", False)])
async def test_whether_an_organization_is_taken_over_is_a_knob(api: Api, rule: str, kept: bool) -> None:
    api.turn(external_organization=rule)
    one = await api.create(firstName="A", externalOrganization={"id": "o1"})
    (two,) = await api.people(1)
    merged = await api.merge(one["id"], two)
    assert ("externalOrganization" in merged) is kept
    (three,) = await api.people(1)
    again = await api.merge(merged["id"], three, override={"externalOrganization": {"id": "o2"}})
    assert again["externalOrganization"] == {"id": "o2"}


@pytest.mark.parametrize(("rule", "status"), [("drop", 200), ("refuse", 400)])
async def test_a_list_over_its_cap_is_cut_or_refuses_the_merge(api: Api, rule: str, status: int) -> None:
    api.turn(list_overflow=rule)
    ids = [
        (await api.create(firstName="A", externalIds=[crm(f"{number}-{part}") for part in range(6)]))["id"]
        for number in range(2)
    ]
    merged = await api.merge(*ids, status=status)
    if status == 200:
        assert len(merged["externalIds"]) == 10
    else:
        assert merged["details"][0]["fieldName"] == "externalIds"
        assert "mergedTo" not in await api.get(ids[0], "/unresolved")


@pytest.mark.parametrize("rule", ["keep", "release"])
async def test_what_finds_no_place_in_a_merge_stays_as_an_identifier_or_is_released(api: Api, rule: str) -> None:
    api.turn(overflow_identifiers=rule, list_cap=1)
    slots = ("workEmail", "personalEmail", "otherEmail")
    one = await api.create(personalEmail="lost@example.com", externalIds=[crm("1")])
    api.organization.clock.advance(1)
    full: dict[str, Any] = {slot: f"{slot}@example.com" for slot in slots}
    two = await api.create(**full, externalIds=[crm("2")])
    merged = await api.merge(one["id"], two["id"])
    expected = merged["id"] if rule == "keep" else None
    assert await api.owner("Email", "lost@example.com") == await api.owner("ExternalId", "1") == expected
    assert await api.owner("Email", "workemail@example.com") == await api.owner("ExternalId", "2") == merged["id"]


@pytest.mark.parametrize("clears", [False, True])
async def test_whether_a_release_clears_the_field_is_a_knob(api: Api, clears: bool) -> None:
    api.turn(release_clears_field=clears)
    one = await api.create(firstName="A", workEmail="a@example.com", otherEmail="A@example.com", externalIds=[crm("1")])
    await api.claim("Release", one["id"], "Email", "a@example.com")
    after = await api.get(one["id"])
    assert [name in after for name in ("workEmail", "otherEmail", "externalIds")] == [not clears, not clears, True]
    assert await api.owner("Email", "a@example.com") is None
    await api.claim("Release", one["id"], "ExternalId", "1")
    assert ("externalIds" in await api.get(one["id"])) is not clears
    assert await api.owner("ExternalId", "1") is None


@pytest.mark.parametrize("claims", [True, False])
async def test_whether_a_patch_claims_and_releases_is_a_knob(api: Api, claims: bool) -> None:
    one = await api.create(firstName="A", workEmail="old@example.com")
    api.turn(patch_claims=claims)
    await api.patch(one["id"], ("$.workEmail", "Update", "new@example.com"))
    assert (await api.get(one["id"]))["workEmail"] == "new@example.com"
    assert await api.owner("Email", "new@example.com") == (one["id"] if claims else None)
    assert await api.owner("Email", "old@example.com") == (None if claims else one["id"])


async def test_email_identifiers_may_have_case(api: Api) -> None:
    api.turn(email_case_folding=False)
    one = await api.create(personalEmail="Ada@example.com")
    assert await api.owner("Email", "Ada@example.com") == one["id"]
    assert await api.owner("Email", "ada@example.com") is None


@pytest.mark.parametrize(
    ("rule", "division", "status"), [("ignore", "*", 200), ("allow", "n", 200), ("refuse", "*", 400)]
)
async def test_whether_a_contact_changes_its_division_is_a_knob(
    api: Api, rule: str, division: str, status: int
) -> None:
    api.turn(division_change=rule)
    one = await api.create(firstName="A", personalEmail="a@example.com")
    await api.put(one["id"], firstName="B", personalEmail="a@example.com", division={"id": "n"}, status=status)
    assert (await api.get(one["id"]))["division"]["id"] == division
    owned = (await api.get(one["id"], "/identifiers"))["entities"]
    assert [identifier["division"]["id"] for identifier in owned] == [division]
    await api.put(one["id"], firstName="B", division={"id": division})


@pytest.mark.parametrize(("rule", "status"), [("redirect", 200), ("conflict", 409)])
async def test_whether_an_ancestor_is_promoted_is_a_knob(api: Api, rule: str, status: int) -> None:
    api.turn(promote_ancestor=rule)
    one, two = await api.people(2)
    merged = await api.merge(one, two)
    answer = await api.promote(one, status=status)
    assert status == 409 or answer["id"] == merged["id"]


@pytest.mark.parametrize(("rule", "status"), [("allow", 200), ("conflict", 409)])
async def test_whether_an_ancestor_takes_notes_and_claims_is_a_knob(api: Api, rule: str, status: int) -> None:
    api.turn(write_ancestor_parts=rule)
    one, two = await api.people(2)
    await api.merge(one, two)
    await api.note(one, "After.", status=status)
    await api.claim("Claim", one, "Cookie", "c", status=status)


async def test_codes_may_be_ones_that_nobody_knows(api: Api) -> None:
    api.turn(codes="unforeseen")
    error = await api.get("unknown", status=404)
    assert (error["code"], error["status"]) == ("external.contacts.unforeseen", 404)


async def test_an_answer_may_be_too_large(api: Api) -> None:
    await api.people(20)
    api.turn(response_bytes=2000)
    assert (await api.call("GET", SCAN, limit=200, status=400))["code"] == "response.entity.too.large"
    await api.call("GET", ME)


@pytest.mark.parametrize(
    "knobs",
    [
        *({"no_such": 1}, {"bulk_limit": "many"}, {"merge_set_status": 418}, {"bulk_limit": -1}),
        *({"rate_window_seconds": 0}, {"codes": "secret"}, {"token_seconds": 0}),
    ],
)
async def test_knobs_that_cannot_be_are_refused(api: Api, knobs: Any) -> None:
    assert (await api.client.put("/simulator/knobs", json=knobs)).status_code == 400
