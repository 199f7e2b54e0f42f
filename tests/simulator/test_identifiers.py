"""Points 16, 17, 21 and 25 of the checklist: claims, look-ups, promotion."""

import pytest

from reviewer.simulator.organization import Organization
from tests.simulator.api import BULK, Api, crm

REVERSE = "/api/v2/externalcontacts/reversewhitepageslookup"


async def test_09_16_the_first_claimant_keeps_an_identifier_and_the_second_is_created_all_the_same(api: Api) -> None:
    first = await api.create(firstName="A", cellPhone={"display": "+17029191300"})
    second = await api.create(firstName="B", cellPhone={"display": "(702) 919 1300"})
    assert (await api.look_up("Phone", "+17029191300"))["id"] == first["id"]
    assert (await api.get(second["id"], "/identifiers"))["entities"] == []
    assert second["cellPhone"]["e164"] == "+17029191300"


async def test_09_16_removing_a_field_releases_its_identifier(api: Api) -> None:
    first = await api.create(firstName="A", personalEmail="a@example.com")
    await api.patch(first["id"], ("$.personalEmail", "Remove", None))
    await api.look_up("Email", "a@example.com", status=404)
    second = await api.create(firstName="B")
    await api.patch(second["id"], ("$.workEmail", "Update", "A@example.com"))
    assert (await api.look_up("Email", "a@example.com"))["id"] == second["id"]


@pytest.mark.parametrize(("rule", "status"), [("conflict", 409), ("steal", 200)])
async def test_09_16_claiming_what_another_owns_is_a_knob(api: Api, rule: str, status: int) -> None:
    api.turn(claim_conflict=rule)
    first = await api.create(firstName="A", personalEmail="a@example.com")
    second = await api.create(firstName="B")
    await api.claim("Claim", second["id"], "Email", "a@example.com", status=status)
    owner = second if status == 200 else first
    assert (await api.look_up("Email", "a@example.com"))["id"] == owner["id"]


@pytest.mark.parametrize(("rule", "status"), [("not_found", 404), ("ignore", 200)])
async def test_09_16_releasing_what_is_not_owned_is_a_knob(api: Api, rule: str, status: int) -> None:
    api.turn(release_unknown=rule)
    one = await api.create(firstName="A")
    await api.claim("Release", one["id"], "Email", "a@example.com", status=status)


async def test_09_16_an_identifier_is_moved_by_release_and_claim_and_the_field_stays(api: Api) -> None:
    first = await api.create(firstName="A", personalEmail="a@example.com")
    second = await api.create(firstName="B")
    await api.claim("Release", first["id"], "Email", "a@example.com")
    claimed = await api.claim("Claim", second["id"], "Email", "a@example.com")
    assert (claimed["type"], claimed["value"]) == ("Email", "a@example.com")
    assert (await api.look_up("Email", "a@example.com"))["id"] == second["id"]
    assert (await api.get(first["id"]))["personalEmail"] == "a@example.com"


async def test_09_17_a_phone_is_looked_up_with_plus_and_may_have_spaces(api: Api) -> None:
    one = await api.create(cellPhone={"display": "+17029191300"})
    assert (await api.look_up("Phone", " +1 702 919 1300 "))["id"] == one["id"]
    await api.look_up("Phone", "7029191300", status=400)
    await api.look_up("Phone", "+17029191301", status=404)
    await api.look_up("Nonsense", "1", status=400)


async def test_09_17_anonymous_contacts_are_found_by_their_identifier(api: Api, organization: Organization) -> None:
    one = await api.create(instagramId={"ids": [{"scopedId": "123"}], "handle": "ada"})
    stored = organization.contact(one["id"])
    organization.contacts.write({**stored.contact, "type": "Ephemeral"}, stored.modified)
    assert (await api.look_up("SocialInstagram", "123"))["id"] == one["id"]
    assert (await api.look_up("SocialInstagramHandle", "ada"))["type"] == "Ephemeral"


async def test_09_17_an_external_id_is_looked_up_with_or_without_its_source(api: Api) -> None:
    one = await api.create(firstName="A", externalIds=[crm("42")])
    assert (await api.look_up("ExternalId", "42"))["id"] == one["id"]
    expanded = await api.get(one["id"], expand="identifiers,externalSources")
    assert expanded["identifiers"][0]["externalSource"]["id"] == crm("42")["externalSource"]["id"]
    assert expanded["externalIds"][0]["externalSource"]["name"] == "CRM"
    await api.get(one["id"], expand="everything", status=400)


async def test_09_17_a_whatsapp_number_may_answer_to_a_phone(api: Api) -> None:
    one = await api.create(firstName="A", whatsAppId={"phoneNumber": {"display": "4915123456789"}})
    assert (await api.look_up("SocialWhatsapp", "4915123456789"))["id"] == one["id"]
    await api.look_up("Phone", "+4915123456789", status=404)
    api.turn(whatsapp_is_phone=True)
    assert (await api.look_up("Phone", "+4915123456789"))["id"] == one["id"]


async def test_09_21_reverse_white_pages_shows_who_else_holds_an_identifier(api: Api) -> None:
    holders = [await api.create(firstName="A", cellPhone={"display": "+17029191300"}) for _ in range(26)]
    found = (await api.call("GET", REVERSE, lookupVal="+17029191300"))["contacts"]
    assert [one["id"] for one in found] == [one["id"] for one in holders[:25]]
    await api.call("GET", REVERSE, status=400)


async def test_09_22_bulk_answers_each_id_in_an_order_of_its_own(api: Api) -> None:
    ids = await api.people(30)
    merged = await api.merge(ids[0], ids[1])
    asked = {"entities": [{"id": one} for one in [*ids, "unknown"]]}
    for path, first_id in ((BULK, merged["id"]), (f"{BULK}/unresolved", ids[0])):
        answer = await api.call("POST", path, asked)
        results = answer["results"]
        assert sorted(one["id"] for one in results) == sorted([*ids, "unknown"])
        assert [one["id"] for one in results] != [*ids, "unknown"]
        by_id = {one["id"]: one for one in results}
        assert by_id[ids[0]]["entity"]["id"] == first_id
        assert (by_id["unknown"]["success"], by_id["unknown"]["error"]["status"]) == (False, 404)
        assert [results[index]["id"] for index in answer["errorIndexes"]] == ["unknown"]
        assert answer["errorCount"] == 1


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_09_22_bulk_has_a_limit(api: Api, status: int) -> None:
    api.turn(bulk_limit=2, bulk_status=status)
    await api.call("POST", BULK, {"entities": [{"id": str(number)} for number in range(3)]}, status=status)


async def test_09_25_promotion_makes_an_anonymous_contact_curated(api: Api, organization: Organization) -> None:
    (one,) = await api.people(1)
    stored = organization.contact(one)
    organization.contacts.write({**stored.contact, "type": "Identified"}, stored.modified)
    assert organization.contacts.unlisted(0) == [one]
    promoted = await api.call("POST", f"/api/v2/externalcontacts/contacts/{one}/promotion")
    assert promoted["type"] == "Curated"
    assert promoted["modifyDate"] > stored.contact["modifyDate"]
    assert organization.contacts.unlisted(0) == []


@pytest.mark.parametrize(("rule", "status"), [("ok", 200), ("conflict", 409)])
async def test_09_25_promotion_of_a_curated_contact_is_a_knob(api: Api, rule: str, status: int) -> None:
    api.turn(promote_curated=rule)
    (one,) = await api.people(1)
    await api.call("POST", f"/api/v2/externalcontacts/contacts/{one}/promotion", status=status)
