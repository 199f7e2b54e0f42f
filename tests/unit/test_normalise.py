"""From a contact to its comparable columns."""

import pytest

from reviewer.domain.comparable import Comparable
from reviewer.domain.contact import contact_from
from reviewer.domain.emails import is_role
from reviewer.domain.normalise import comparable


def columns(**fields: object) -> Comparable:
    contact = contact_from({"id": "c", **fields})
    return comparable(contact, anchor_source="crm", born_path="customFields.dateOfBirth", default_country="US")


def test_names_lose_case_accents_apostrophes_and_titles() -> None:
    found = columns(firstName="Dr. Zoë", lastName="O’Hare")
    assert (found.given, found.surname) == ("zoe", "ohare")


@pytest.mark.parametrize(
    ("last", "surname", "suffix"),
    [("Smith Jr.", "smith", "jr"), ("Smith Sr", "smith", "sr"), ("Smith III", "smith", "3"), ("Senior", "senior", "")],
)
def test_a_suffix_is_split_off_unless_it_is_the_whole_name(last: str, surname: str, suffix: str) -> None:
    found = columns(firstName="John", lastName=last)
    assert (found.surname, found.suffix) == (surname, suffix)


def test_surname_before_a_comma_in_the_first_field_is_the_surname() -> None:
    found = columns(firstName="Jones,", lastName="Kaylee")
    assert (found.given, found.surname) == ("kaylee", "jones")


def test_a_full_name_in_one_field_is_parted() -> None:
    assert (columns(firstName="Jane Doe").given, columns(firstName="Jane Doe").surname) == ("jane", "doe")


def test_a_trailing_initial_becomes_the_middle_name() -> None:
    found = columns(firstName="Rosemary A", lastName="Thomas")
    assert (found.given, found.middle) == ("rosemary", "a")


def test_cyrillic_becomes_latin_and_han_is_marked_as_a_guess() -> None:
    assert columns(firstName="Иван", lastName="Петров").surname == "petrov"
    assert (columns(lastName="王杰").given, columns(lastName="王杰").surname) == ("~jie", "~wang")


def test_placeholder_names_are_missing() -> None:
    found = columns(firstName="Unknown", lastName="Caller")
    assert (found.given, found.surname) == ("", "")
    found = columns(firstName="N/A", lastName="no name")
    assert (found.given, found.surname) == ("", "")
    assert columns(firstName="Mr", lastName="Smith").given == ""


def test_degrees_and_pictures_are_no_part_of_a_name() -> None:
    found = columns(firstName="Jane \U0001f338", lastName="Smith, PhD")
    assert (found.given, found.surname) == ("jane", "smith")
    assert columns(firstName="\U0001f469", lastName="Smith").given == ""


def test_a_script_of_syllables_without_their_vowel_is_a_guess() -> None:
    assert columns(firstName="दीपक", lastName="शर्मा").given.startswith("~")


def test_a_nameless_contact_is_anonymous_only_if_a_channel_made_it() -> None:
    phone = {"display": "+17029191300", "e164": "+17029191300"}
    assert columns(type="Identified", cellPhone=phone).anonymous
    assert columns(type="Curated", instagramId={"handle": "jdoe"}).anonymous
    assert not columns(type="Curated", cellPhone=phone).anonymous
    assert not columns(type="Identified", firstName="Jane").anonymous


def test_a_name_of_a_thousand_characters_is_cut() -> None:
    assert len(columns(firstName="ab" * 500, lastName="x").given) <= 80


def test_the_phone_of_the_service_is_taken_as_it_is() -> None:
    assert columns(cellPhone={"display": "whatever", "e164": "+17029191300"}).phones == ("+17029191300",)


def test_a_phone_without_e164_is_read_for_the_default_country_without_its_extension() -> None:
    assert columns(workPhone={"display": "(702) 919-1300 ext. 12"}).phones == ("+17029191300",)


def test_the_whatsapp_number_is_the_same_phone_once() -> None:
    found = columns(cellPhone={"e164": "+491715551234"}, whatsAppId={"phoneNumber": "491715551234"})
    assert found.phones == ("+491715551234",)


def test_the_whatsapp_number_may_be_a_phone_object() -> None:
    assert columns(whatsAppId={"phoneNumber": {"e164": "+491715551234"}}).phones == ("+491715551234",)


@pytest.mark.parametrize("e164", ["+12125550100", "+12125550199", "+19999999999", "+266696687", "+15550100"])
def test_placeholder_phones_are_missing(e164: str) -> None:
    assert columns(cellPhone={"e164": e164}).phones == ()


def test_a_mobile_of_mexico_is_the_same_with_and_without_its_old_1() -> None:
    assert columns(whatsAppId={"phoneNumber": "5215512345679"}, cellPhone={"e164": "+525512345679"}).phones == (
        "+525512345679",
    )


def test_an_address_is_found_among_what_stands_around_it() -> None:
    for written in ("mailto:jd@x.example", "jd@x.example, jd2@y.example", "\uff4a\uff44@x.example", "(jd@x.example)"):
        assert columns(personalEmail=written).emails == ("jd@x.example",)


@pytest.mark.parametrize(
    ("email", "role"),
    [("info@x.example", True), ("sales.de@x.example", True), ("info2@x.example", True), ("hr.meier@x.example", False)],
)
def test_a_mailbox_for_a_role_may_say_where_or_which(email: str, role: bool) -> None:
    assert is_role(email) is role


def test_one_mailbox_has_one_spelling() -> None:
    found = columns(personalEmail="Jane.Doe+shop@GoogleMail.com", workEmail="Jane <janedoe@gmail.com>")
    assert found.emails == ("janedoe@gmail.com",)


@pytest.mark.parametrize(
    "email",
    [
        "test@example.com",
        "noreply@shop.example",
        "none@none.example",
        "no.reply@x.example",
        "luc***@x.example",
        "nothing",
    ],
)
def test_placeholder_emails_are_missing(email: str) -> None:
    assert columns(personalEmail=email).emails == ()


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("1978-12-11", "1978-12-11"),
        ("1978-12-11T00:00:00Z", "1978-12-11"),
        ("19781211", "1978-12-11"),
        ("Mar 1 1970", "1970-03-01"),
        ("24-May-11", "2011-05-24"),
        ("15-Mar-92", "1992-03-15"),
        ("1991-20-08", "1991-08-20"),
        ("12/31/1980", "1980-12-31"),
        ("31.12.1980", "1980-12-31"),
        ("1978", "1978"),
        ("1978-12", "1978"),
        ("11 déc. 1978", "1978-12-11"),
        ("3 juillet 1978", "1978-07-03"),
        ("12/31/1980 12:00:00 AM", "1980-12-31"),
        (1978, "1978"),
        ("1900-01-01", ""),
        ("1970-01-01", ""),
        ("2001-02-30", ""),
        ("soon", ""),
        ("0000-00-00", ""),
        (True, ""),
        (None, ""),
        ({"deep": 1}, ""),
    ],
)
def test_dates_of_birth_in_many_notations(written: object, iso: str) -> None:
    assert columns(customFields={"dateOfBirth": written}).born == iso


def test_a_date_in_figures_is_read_as_the_country_writes_it() -> None:
    contact = contact_from({"id": "c", "customFields": {"born": "03/04/1980"}})
    german = comparable(contact, anchor_source=None, born_path="customFields.born", default_country="DE")
    american = comparable(contact, anchor_source=None, born_path="customFields.born", default_country="US")
    assert (german.born, american.born) == ("1980-04-03", "1980-03-04")


def test_without_a_configured_place_there_is_no_date_of_birth() -> None:
    contact = contact_from({"id": "c", "customFields": {"dateOfBirth": "1978-12-11"}})
    assert comparable(contact, anchor_source=None, born_path="", default_country="US").born == ""


def test_only_ids_of_the_system_of_record_are_anchors() -> None:
    ids = [{"value": "1", "externalSource": {"id": "crm"}}, {"value": "2", "externalSource": {"id": "shop"}}]
    assert columns(externalIds=ids).anchors == ("1",)


def test_street_words_have_one_spelling() -> None:
    assert (
        columns(address={"address1": "123 Main Street"}).street == columns(address={"address1": "123 MAIN ST."}).street
    )
    assert columns(address={"postalCode": "12345-6789"}).postcode == "12345"


def test_a_channel_identity_has_its_social_id_and_its_display_name() -> None:
    found = columns(instagramId={"ids": [{"scopedId": "77"}], "displayName": "Jane Doe", "handle": "jdoe_82"})
    assert found.socials == ("SocialInstagram:77", "SocialInstagramHandle:jdoe_82")
    assert (found.handle, found.anonymous) == ("jane doe", True)


def test_claimed_identifiers_count_too() -> None:
    claimed = [{"type": "Email", "value": "A@b.example"}, {"type": "Cookie", "value": "k"}]
    found = columns(identifiers=claimed)
    assert (found.emails, found.socials) == (("a@b.example",), ("Cookie:k",))


def test_a_contact_with_an_anchor_or_a_name_is_not_anonymous() -> None:
    anchored = columns(externalIds=[{"value": "1", "externalSource": {"id": "crm"}}])
    assert not anchored.anonymous
    assert not columns(lastName="Doe").anonymous


def test_the_time_of_creation_is_in_seconds() -> None:
    assert columns(createDate="1970-01-01T00:01:00.5Z").created == 60
    assert columns(createDate="yesterday").created == 0


def test_lone_surrogates_and_line_ends_can_be_stored() -> None:
    found = columns(
        personalEmail="a\ud800b@c.example", externalIds=[{"value": "1\n2", "externalSource": {"id": "crm"}}]
    )
    assert found.anchors == ("1 2",)
    "".join(found.emails).encode("utf-8")


def test_hostile_text_leaves_letters_only() -> None:
    assert columns(firstName="[@click=app.quit]x[/]", lastName="\x1b[31mDoe\u202e").surname.replace(" ", "") == "mdoe"


def test_an_empty_contact_has_empty_columns() -> None:
    assert columns() == Comparable()
