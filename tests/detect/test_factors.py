"""From contacts as the service has them to the factors of a pair: what one fact explains is one factor."""

import json
from typing import Any

from reviewer.detect.run import score_contacts
from reviewer.domain.contact import decode_contact
from reviewer.domain.normalise import comparable

PHONE = {"e164": "+17029191300", "display": "+1 702-919-1300"}
HOME = {"address": {"address1": "12 Elm Street", "city": "Reno", "postalCode": "89501"}}


def born(date: str) -> dict[str, Any]:
    return {"customFields": {"dateOfBirth": date}}


def judged(first: dict[str, Any], second: dict[str, Any], *others: dict[str, Any]) -> tuple[str, list[str]]:
    """Verdict and factors of the first two contacts, among others."""
    texts = [json.dumps({"id": str(place), **one}).encode() for place, one in enumerate((first, second, *others))]
    columns = [
        comparable(decode_contact(text), anchor_source=None, born_path="customFields.dateOfBirth", default_country="US")
        for text in texts
    ]
    row = next(row for row in score_contacts(enumerate(columns), floor=None) if (row.a, row.b) == (0, 1))
    return row.verdict, json.loads(row.reasons)["factors"]


def named(given: str, **fields: Any) -> dict[str, Any]:
    return {"firstName": given, "lastName": "Okonkwo", **fields}


def test_a_phone_and_the_whatsapp_id_of_that_phone_are_one_factor() -> None:
    one = named("Ngozi", cellPhone=PHONE, whatsAppId={"phoneNumber": {"display": "17029191300"}})
    assert judged(one, one) == ("review", ["name", "phone or home"])
    other = named("Ngozi", whatsAppId={"phoneNumber": {"display": "17029191300"}})
    assert judged(named("Ngozi", cellPhone=PHONE), other) == ("review", ["name", "phone or home"])


def test_an_address_and_the_landline_of_one_home_are_one_factor() -> None:
    one = named("Ngozi", homePhone=PHONE, **HOME)
    assert judged(one, one) == ("review", ["name", "phone or home"])


def test_a_mailbox_that_a_home_shares_is_its_home() -> None:
    mail = {"personalEmail": "okonkwos@mail.example"}
    one = named("Ngozi", homePhone=PHONE, **HOME, **mail)
    verdict, factors = judged(one, one, named("Emeka", homePhone=PHONE, **HOME, **mail))
    assert (verdict, factors) == ("review", ["name", "phone or home"])


def test_a_year_or_a_placeholder_is_no_date_of_birth() -> None:
    for date in ("1971", "1900-01-01"):
        one = named("Ngozi", cellPhone=PHONE, **born(date))
        assert judged(one, one) == ("review", ["name", "phone or home"])
    one = named("Ngozi", cellPhone=PHONE, **born("1971-03-04"))
    assert judged(one, one) == ("auto", ["name", "date of birth", "phone or home"])


def test_father_and_son_of_one_name_of_whom_one_alone_has_a_date_of_birth_stay_with_a_steward() -> None:
    home = {"homePhone": PHONE, "personalEmail": "okonkwo@mail.example", **HOME}
    assert judged(named("Emeka", **home), named("Emeka", **home, **born("1995-06-07")))[0] == "review"


def test_twins_stay_with_a_steward() -> None:
    home = {"homePhone": PHONE, **HOME, **born("1995-06-07")}
    for first, second in (("Emeka", "Chidi"), ("Lena", "Lina"), ("Jan", "Jana"), ("Maria", "Marie")):
        assert judged(named(first, **home), named(second, **home))[0] != "auto", (first, second)
    home["personalEmail"] = "okonkwo@mail.example"
    for first, second in (("Emeka", "Chidi"), ("Lena", "Lina"), ("Jan", "Jana")):
        assert judged(named(first, **home), named(second, **home))[0] != "auto", (first, second)
