"""Identifiers: claimed, released, looked up; who else holds a value."""

import uuid

import pytest

from tests.sdk.client import Sdk


def claim(sdk: Sdk, operation: str, contact_id: str, kind: str, value: str) -> None:
    identifier = sdk.identifier(kind, value)
    request = sdk.model("IdentifierClaimRequest", operation=operation, identifier=identifier)
    answer = sdk.patch_externalcontacts_contact_identifiers(contact_id, request)
    assert (answer.type, answer.value) == (kind, value)


def some_email() -> str:
    return f"{uuid.uuid4()}@example.com"


def test_an_identifier_is_claimed_looked_up_released_and_claimed_by_another(sdk: Sdk) -> None:
    one, two = sdk.people(2)
    email = some_email()
    claim(sdk, "Claim", one, "Email", email)
    (owned,) = sdk.get_externalcontacts_contact_identifiers(one).entities
    assert (owned.value, owned.date_created is not None) == (email, True)
    found = sdk.post_externalcontacts_identifierlookup_contacts(
        sdk.identifier("Email", email), expand=["identifiers", "division"]
    )
    assert (found.id, found.identifiers[0].value) == (one, email)
    claim(sdk, "Release", one, "Email", email)
    claim(sdk, "Claim", two, "Email", email)
    assert sdk.post_externalcontacts_identifierlookup_contacts(sdk.identifier("Email", email)).id == two


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("SocialLine", "U77"),
        ("SocialFacebook", "771"),
        ("SocialTwitter", "772"),
        ("SocialWhatsapp", "447700900777"),
        ("SocialWhatsappBsuid", "b.773"),
        ("SocialInstagram", "774"),
        ("SocialInstagramHandle", "ada77"),
        ("AppleOpaqueId", "urn:775"),
        ("Phone", "+441632960777"),
        ("Cookie", "cookie-776"),
    ],
)
def test_every_type_of_identifier_that_needs_no_source_is_claimed(sdk: Sdk, kind: str, value: str) -> None:
    (one,) = sdk.people(1)
    claim(sdk, "Claim", one, kind, value)
    assert sdk.post_externalcontacts_identifierlookup_contacts(sdk.identifier(kind, value)).id == one


def test_reverse_white_pages_finds_all_holders_of_a_value(sdk: Sdk) -> None:
    email = some_email()
    holders = sdk.people(3, personal_email=email)
    found = sdk.get_externalcontacts_reversewhitepageslookup(email)
    assert [contact.id for contact in found.contacts] == holders
