"""Point 17: who is behind an identifier."""

from reviewer.simulator.organization import Organization
from tests.simulator.api import Api, crm


async def test_point_17_a_phone_is_looked_up_with_plus_and_may_have_spaces(api: Api) -> None:
    one = await api.create(cellPhone={"display": "+17029191300"})
    assert (await api.look_up("Phone", " +1 702 919 1300 "))["id"] == one["id"]
    await api.look_up("Phone", "7029191300", status=400)
    await api.look_up("Phone", "+17029191301", status=404)
    await api.look_up("Nonsense", "1", status=400)


async def test_point_17_anonymous_contacts_are_found_by_their_identifier(api: Api, organization: Organization) -> None:
    one = await api.create(instagramId={"ids": [{"scopedId": "123"}], "handle": "ada"})
    stored = organization.contact(one["id"])
    organization.contacts.write({**stored.contact, "type": "Ephemeral"}, stored.modified)
    assert (await api.look_up("SocialInstagram", "123"))["id"] == one["id"]
    assert (await api.look_up("SocialInstagramHandle", "ada"))["type"] == "Ephemeral"


async def test_point_17_an_external_id_is_looked_up_with_or_without_its_source(api: Api) -> None:
    one = await api.create(firstName="A", externalIds=[crm("42")])
    assert (await api.look_up("ExternalId", "42"))["id"] == one["id"]
    expanded = await api.get(one["id"], expand="identifiers,externalSources")
    assert expanded["identifiers"][0]["externalSource"]["id"] == crm("42")["externalSource"]["id"]
    assert expanded["externalIds"][0]["externalSource"]["name"] == "CRM"
    await api.get(one["id"], expand="everything", status=400)


async def test_point_17_a_whatsapp_number_may_answer_to_a_phone(api: Api) -> None:
    one = await api.create(firstName="A", whatsAppId={"phoneNumber": {"display": "4915123456789"}})
    assert (await api.look_up("SocialWhatsapp", "4915123456789"))["id"] == one["id"]
    await api.look_up("Phone", "+4915123456789", status=404)
    api.turn(whatsapp_is_phone=True)
    assert (await api.look_up("Phone", "+4915123456789"))["id"] == one["id"]


async def test_point_17_nobody_is_found_by_an_identifier_that_nobody_owns(api: Api) -> None:
    for kind, value in (("Email", "a@example.com"), ("Cookie", "c"), ("SocialLine", "l"), ("ExternalId", "7")):
        assert (await api.look_up(kind, value, status=404))["code"] == "not.found"


async def test_point_17_a_cookie_is_claimed_and_found(api: Api) -> None:
    (one,) = await api.people(1)
    await api.claim("Claim", one, "Cookie", "c-1")
    assert await api.owner("Cookie", "c-1") == one
