"""Contacts one at a time: created, read, changed, promoted; their notes and sessions."""

from datetime import UTC, datetime
from typing import Any

import pytest

from reviewer.simulator.serving import ServedOrganization
from tests.sdk.client import Sdk


def full(sdk: Sdk, source_id: str) -> dict[str, Any]:
    """Every field that a contact can be created with."""
    source = sdk.model("ExternalSource", id=source_id)
    return {
        "first_name": "Ada",
        "middle_name": "King",
        "last_name": "Lovelace",
        "salutation": "Countess",
        "title": "Analyst",
        "work_phone": sdk.phone("+33 1 00 00 00 01"),
        "cell_phone": sdk.phone("702 919 1300"),
        "home_phone": sdk.phone("unknown"),
        "work_email": "ada@example.com",
        "personal_email": "ada@example.net",
        "address": sdk.model("ContactAddress", address1="1 Road", city="London", country_code="GB"),
        "twitter_id": sdk.model("TwitterId", id="12", screen_name="ada_l"),
        "line_id": sdk.model("LineId", ids=[sdk.model("LineUserId", user_id="U1")], display_name="Ada"),
        "whats_app_id": sdk.model("WhatsAppId", phone_number=sdk.phone("447700900123"), display_name="Ada"),
        "facebook_id": sdk.model("FacebookId", ids=[sdk.model("FacebookScopedId", scoped_id="77")]),
        "instagram_id": sdk.model("InstagramId", ids=[sdk.model("InstagramScopedId", scoped_id="88")], handle="ada"),
        "apple_opaque_ids": [sdk.model("AppleOpaqueId", value="urn:1")],
        "external_ids": [sdk.model("ExternalId", external_source=source, value="0031")],
        "survey_opt_out": True,
        "external_system_url": "https://crm.example/0031",
        "custom_fields": {"dateOfBirth": "1815-12-10"},
    }


def test_a_contact_with_every_field_is_created_and_read_back(sdk: Sdk, served: ServedOrganization) -> None:
    started = datetime.now(UTC).replace(microsecond=0)
    made = sdk.create(**full(sdk, served.access.external_source_id))
    assert made.type == "Curated" and made.create_date >= started
    assert (made.work_phone.e164, made.work_phone.country_code) == ("+33100000001", "FR")
    assert (made.cell_phone.display, made.cell_phone.user_input) == ("+1 702-919-1300", "702 919 1300")
    assert (made.home_phone.display, made.home_phone.e164) == ("unknown", None)
    expand = ["identifiers", "division", "externalSources"]
    read = sdk.get_externalcontacts_contact(made.id, expand=expand)
    kinds = {(one.type, one.value) for one in read.identifiers}
    assert kinds >= {("Phone", "+33100000001"), ("Email", "ada@example.com"), ("ExternalId", "0031")}
    assert read.external_ids[0].external_source.name == "CRM"
    assert read.division.id == "*"
    assert (read.first_name, read.custom_fields) == ("Ada", {"dateOfBirth": "1815-12-10"})
    sdk.merge([made.id, *sdk.people(1)])


@pytest.mark.parametrize(
    ("action", "field", "value", "expected"),
    [
        ("Update", "$.title", "Countess", "Countess"),
        ("UpdateIfEmpty", "$.title", "Countess", "Analyst"),
        ("UpdateIfEmpty", "$.middleName", "King", "King"),
        ("UpdateIfExists", "$.title", "Countess", "Countess"),
        ("UpdateIfExists", "$.middleName", "King", None),
        ("AppendToCollection", "$.appleOpaqueIds", {"value": "urn:2"}, ["urn:1", "urn:2"]),
        ("Remove", "$.title", None, None),
        ("RemoveFromCollection", "$.appleOpaqueIds", {"value": "urn:1"}, None),
    ],
)
def test_each_action_of_a_patch(sdk: Sdk, action: str, field: str, value: Any, expected: Any) -> None:
    made = sdk.create(first_name="Ada", title="Analyst", apple_opaque_ids=[sdk.model("AppleOpaqueId", value="urn:1")])
    change = sdk.model("ContactsPatchChange", field=field, action=action, value=value)
    request = sdk.model("ExternalContactsPatchRequest", changes=[change])
    patched = sdk.patch_externalcontacts_contact(made.id, request)
    names = {key: name for name, key in patched.attribute_map.items()}
    found = getattr(patched, names[field.removeprefix("$.")])
    assert ([one.value for one in found] if isinstance(found, list) else found) == expected
    assert patched.modify_date > made.modify_date


def test_a_put_replaces_the_whole_contact(sdk: Sdk) -> None:
    made = sdk.create(first_name="Ada", title="Analyst")
    replaced = sdk.put_externalcontacts_contact(made.id, sdk.model("ExternalContact", first_name="Ada", last_name="L"))
    assert (replaced.id, replaced.last_name, replaced.title) == (made.id, "L", None)
    assert replaced.modify_date > made.modify_date


def test_a_deleted_contact_is_gone(sdk: Sdk) -> None:
    (one,) = sdk.people(1)
    sdk.delete_externalcontacts_contact(one)
    with pytest.raises(sdk.module.rest.ApiException) as refused:
        sdk.get_externalcontacts_contact(one)
    assert refused.value.status == 404


def test_an_anonymous_contact_is_read_and_promoted(sdk: Sdk, served: ServedOrganization) -> None:
    anonymous = served.read("anonymous")[0]
    assert sdk.get_externalcontacts_contact(anonymous).type in ("Identified", "Ephemeral")
    promoted = sdk.post_externalcontacts_contact_promotion(anonymous)
    assert (promoted.id, promoted.type) == (anonymous, "Curated")


def test_notes_are_written_and_listed_with_those_of_the_merge_set(sdk: Sdk) -> None:
    one, two = sdk.people(2)
    for contact_id, text in ((one, "of one"), (two, "of two")):
        note = sdk.post_externalcontacts_contact_notes(contact_id, sdk.model("Note", note_text=text))
        assert (note.note_text, note.entity_id) == (text, contact_id)
        assert sdk.get_externalcontacts_contact_note(contact_id, note.id).create_date == note.create_date
    merged = sdk.merge([one, two])
    assert sdk.get_externalcontacts_contact_notes(merged.id).entities == []
    listing = sdk.get_externalcontacts_contact_notes(merged.id, expand=["mergeset"], sort_order="createDate:asc")
    assert [note.note_text for note in listing.entities] == ["of one", "of two"]
    assert listing.total == 2


def test_sessions_are_listed_with_those_of_the_merge_set(sdk: Sdk, served: ServedOrganization) -> None:
    one = served.read("anonymous")[1]
    found = sdk.get_externalcontacts_contact_journey_sessions(one, page_size="10")
    assert found.entities and {session.external_contact.id for session in found.entities} == {one}
    assert found.entities[0].conversation_channels[0].type in ("Message", "Webchat")
    merged = sdk.merge([one, *sdk.people(1)])
    assert sdk.get_externalcontacts_contact_journey_sessions(merged.id).entities == []
    whole = sdk.get_externalcontacts_contact_journey_sessions(merged.id, include_merged=True)
    assert [session.id for session in whole.entities] == [session.id for session in found.entities]


def test_the_organization_and_its_external_sources_are_read(sdk: Sdk, served: ServedOrganization) -> None:
    assert sdk.get_organizations_me().id == served.access.organization_id
    (source,) = sdk.get_externalcontacts_externalsources(name="CR").entities
    assert source.id == served.access.external_source_id
    read = sdk.get_externalcontacts_externalsource(source.id)
    assert "{{externalId.value}}" in read.link_configuration.uri_template
