"""Point 16: who owns an identifier, and until when."""

from typing import Any

import pytest

from tests.simulator.api import Api, crm


async def test_point_16_the_first_claimant_keeps_an_identifier_and_the_second_is_created_all_the_same(api: Api) -> None:
    first = await api.create(firstName="A", cellPhone={"display": "+17029191300"})
    second = await api.create(firstName="B", cellPhone={"display": "(702) 919 1300"})
    assert (await api.look_up("Phone", "+17029191300"))["id"] == first["id"]
    assert (await api.get(second["id"], "/identifiers"))["entities"] == []
    assert second["cellPhone"]["e164"] == "+17029191300"


async def test_point_16_removing_a_field_releases_its_identifier(api: Api) -> None:
    first = await api.create(firstName="A", personalEmail="a@example.com")
    await api.patch(first["id"], ("$.personalEmail", "Remove", None))
    await api.look_up("Email", "a@example.com", status=404)
    second = await api.create(firstName="B")
    await api.patch(second["id"], ("$.workEmail", "Update", "A@example.com"))
    assert (await api.look_up("Email", "a@example.com"))["id"] == second["id"]


@pytest.mark.parametrize(("rule", "status"), [("conflict", 409), ("steal", 200)])
async def test_point_16_claiming_what_another_owns_is_a_knob(api: Api, rule: str, status: int) -> None:
    api.turn(claim_conflict=rule)
    first = await api.create(firstName="A", personalEmail="a@example.com")
    second = await api.create(firstName="B")
    await api.claim("Claim", second["id"], "Email", "a@example.com", status=status)
    owner = second if status == 200 else first
    assert (await api.look_up("Email", "a@example.com"))["id"] == owner["id"]


@pytest.mark.parametrize(("rule", "status"), [("not_found", 404), ("ignore", 200)])
async def test_point_16_releasing_what_is_not_owned_is_a_knob(api: Api, rule: str, status: int) -> None:
    api.turn(release_unknown=rule)
    one = await api.create(firstName="A")
    await api.claim("Release", one["id"], "Email", "a@example.com", status=status)


async def test_point_16_an_identifier_is_moved_by_release_and_claim_and_the_field_stays(api: Api) -> None:
    first = await api.create(firstName="A", personalEmail="a@example.com")
    second = await api.create(firstName="B")
    await api.claim("Release", first["id"], "Email", "a@example.com")
    claimed = await api.claim("Claim", second["id"], "Email", "a@example.com")
    assert (claimed["type"], claimed["value"]) == ("Email", "a@example.com")
    assert (await api.look_up("Email", "a@example.com"))["id"] == second["id"]
    assert (await api.get(first["id"]))["personalEmail"] == "a@example.com"


EVERY_KIND: dict[str, Any] = {
    "firstName": "A",
    "cellPhone": {"display": "+17029191300"},
    "personalEmail": "a@example.com",
    "externalIds": [crm("7")],
    "appleOpaqueIds": [{"value": "apple"}],
    "twitterId": {"id": "t1", "screenName": "ada"},
    "lineId": {"ids": [{"userId": "l1"}]},
    "facebookId": {"ids": [{"scopedId": "f1"}]},
    "instagramId": {"ids": [{"scopedId": "i1"}], "handle": "ada"},
    "whatsAppId": {"phoneNumber": {"display": "4915123456789"}},
}
KINDS = {
    *("Phone", "Email", "ExternalId", "AppleOpaqueId", "SocialTwitter", "SocialLine", "SocialFacebook"),
    *("SocialInstagram", "SocialInstagramHandle", "SocialWhatsapp"),
}


async def test_point_16_each_field_that_bears_an_identifier_claims_it_at_creation(api: Api) -> None:
    one = await api.create(**EVERY_KIND)
    owned = (await api.get(one["id"], "/identifiers"))["entities"]
    assert {identifier["type"] for identifier in owned} == KINDS
    assert (await api.get(one["id"], expand="identifiers"))["identifiers"] == owned
    assert all(identifier["division"]["id"] == "*" and identifier["dateCreated"] for identifier in owned)


async def test_point_16_a_put_claims_what_is_new_and_releases_what_is_gone(api: Api) -> None:
    one = await api.create(firstName="A", personalEmail="old@example.com", cellPhone={"display": "+17029191300"})
    await api.put(one["id"], firstName="A", workEmail="new@example.com", homePhone={"display": "+17029191300"})
    assert await api.owner("Email", "old@example.com") is None
    assert await api.owner("Email", "new@example.com") == one["id"]
    assert await api.owner("Phone", "+17029191300") == one["id"]


async def test_point_16_a_put_claims_again_what_was_released_but_not_what_another_owns(api: Api) -> None:
    one = await api.create(firstName="A", personalEmail="a@example.com")
    await api.claim("Release", one["id"], "Email", "a@example.com")
    await api.put(one["id"], firstName="B", personalEmail="a@example.com")
    assert await api.owner("Email", "a@example.com") == one["id"]
    two = await api.create(firstName="C")
    await api.put(two["id"], firstName="C", personalEmail="a@example.com")
    assert await api.owner("Email", "a@example.com") == one["id"]


async def test_point_16_a_put_of_an_ancestor_claims_for_the_canonical_contact(api: Api) -> None:
    one, two = await api.people(2)
    merged = await api.merge(one, two)
    await api.put(one, firstName="A", personalEmail="a@example.com")
    assert await api.owner("Email", "a@example.com") == merged["id"]


async def test_point_16_when_the_owner_is_deleted_the_next_created_holder_is_found(api: Api) -> None:
    holders = []
    for number in range(8):
        api.organization.clock.advance(1)
        given: dict[str, Any] = {"personalEmail": "desk@example.com", "externalIds": [crm("7")]}
        holders.append((await api.create(firstName=str(number), **given))["id"])
    for number in range(8):
        assert await api.owner("Email", "desk@example.com") == await api.owner("ExternalId", "7") == holders[number]
        await api.delete(holders[number])
    assert await api.owner("Email", "desk@example.com") is None


async def test_point_16_after_a_deletion_an_external_id_goes_to_a_holder_of_the_same_source_only(api: Api) -> None:
    api.organization.sources.add("other", "Other")
    first = await api.create(firstName="A", externalIds=[crm("7")])
    await api.create(firstName="B", externalIds=[{"externalSource": {"id": "other"}, "value": "7"}])
    third = await api.create(firstName="C", externalIds=[crm("7")])
    await api.delete(first["id"])
    owned = (await api.get(third["id"], "/identifiers"))["entities"]
    assert [identifier["value"] for identifier in owned] == ["7"]


async def test_point_16_after_a_deletion_a_merged_holder_stands_back_for_its_canonical_contact(api: Api) -> None:
    first = await api.create(firstName="A", personalEmail="desk@example.com")
    second = await api.create(firstName="B", personalEmail="desk@example.com")
    third = await api.create(firstName="C")
    merged = await api.merge(second["id"], third["id"])
    await api.delete(first["id"])
    assert await api.owner("Email", "desk@example.com") == merged["id"]


async def test_point_16_after_a_mere_release_nobody_else_is_found(api: Api) -> None:
    first = await api.create(firstName="A", personalEmail="desk@example.com")
    await api.create(firstName="B", personalEmail="desk@example.com")
    await api.claim("Release", first["id"], "Email", "desk@example.com")
    assert await api.owner("Email", "desk@example.com") is None
