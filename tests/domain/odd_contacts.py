"""Contacts, ordinary and hostile, as bytes: the same ones each time, from pools of what fields were seen to hold."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

FIRST = (
    "Ada", "Maria", "Jean-Luc", "Dr. Zoë", "Rosemary A", "Jones,", "Doe, Jane", "Иван", "王", "Jane Doe", "Unknown",
    "  ", "", "Mr. Mr. Smith", "O’Hare", "אברהם", "김", "Kevin\u200d", "ꙮ" * 90, "x" * 500, "Bob\ud83d", "İ", "ſam",
    "ß",
    "Prof. Dr. Kim", "an.na", "J", "J.", "123", "N/A", "Jr.", "a, b, c", ", ", "ＡＢＣ", "e\u0301va", "'", "\t",
    "الحسن",
)  # fmt: skip
LAST = (
    "Lovelace", "Smith Jr.", "Smith III", "Senior", "Caller", "王杰", "김철수", "Петров", "van der Berg", "O'Hare", "",
    " ", "Müller", "Yılmaz", "de la Cruz-Lopez", "Nguyễn", "IV", "Test Test", "Lee sr", "Lone\udc00", "ภาษา", "Z",
)  # fmt: skip
MIDDLE = ("Q", "Q.", "Augusta Byron", "jr", "none", " ", "Δ")
PHONES: tuple[Any, ...] = (
    {"display": "+1 702-919-1300", "e164": "+17029191300", "countryCode": "US"}, {"display": "(702) 919-1301"},
    {"e164": "+12025550123"}, {"e164": "+4915112345678"}, {"e164": "+11111111111"}, {"e164": "+1234567890"},
    {"e164": "+266696687"}, {"e164": "17029191300", "display": "17029191300"}, {"display": "ext 12"}, {"display": ""},
    {"display": "020 7946 0000", "normalizationCountryCode": "GB"}, {"e164": "+17029191300", "extension": 12},
    {"display": "+49 30 901820", "acceptsSMS": True, "userInput": "030901820"}, {"display": "unknown"}, {},
    {"e164": "+0049123456"}, {"e164": "+" + "7" * 16}, {"e164": "+1٢345678901"}, {"display": "１２３", "e164": ""},
    {"e164": "+33612345678"}, {"e164": "+999888777666"}, {"e164": "+447000000000"}, {"display": "555-1234"},
)  # fmt: skip
EMAILS = (
    "bob@example.com", "Bob.Smith+news@Gmail.com", "bob@googlemail.com.", " Bob <bob@a.example>", "none@a.example",
    "a@b",
    "info@shop.example", "x@y@z.example", "üser@bücher.example", "ſ@K.example", "'quoted'@a.example", "a b@c.example",
    "+tag@a.example", "a..b@a..example", "UPPER@CASE.EXAMPLE", "", " ", "no-reply@a.example", "lone\ud800@a.example",
    "a@b.c.", "a@.b", "@b.c", "a" * 600 + "@b.example", "first@a.example, second@b.example", "a_b-c.d@a-b.example.org",
)  # fmt: skip
STREETS = ("1 Long Street", "12, Lange Straße", "5 NORTH   Avenue Apt. 3", "улица 5", "", "-", "x" * 300, "7 R\udfff d")
CITIES = ("Graz", " Graz ", "San José", "東京", "", "St. Louis", "K\u212bln")
CODES = ("8010", "12345-6789", "123456789", "SW1A 1AA", "", "１２３", "D-80331")
BIRTHS: tuple[Any, ...] = (
    "1978-12-11", "1978-12-11T00:00:00Z", "1900-01-01", "1970-01-01", "1978-13-02", "1978-02-13", "1978-02-30", "1978",
    1978, 19781211, "19781211", "Mar 1 1970", "24-May-11", "11.12.1978", "11/12/78", "12/31/1999", "31/12/1999", True,
    None, "", "soon", ["1978-12-11"], {"a": 1}, "2101-01-01", "1879-12-31", "1880-01-01", "2100-12-31", "1978-W01-1",
    "１９７８-12-11", " 1978-12-11 ", "1978-12-1", 1978.0, "0000-00-00", "1978-12-11 10:00", "1978-1-2", "12.1978",
)  # fmt: skip
MOMENTS = (
    "2025-06-22T09:11:17.483Z", "2025-06-22", "2025-06-22T09:11:17", "2025-06-22T09:11:17+02:00", "", "never",
    "1969-12-31T23:59:59.500Z", "9999-12-31T23:59:59Z", "2025-W26-7", "0001-01-01T00:00:00",
)  # fmt: skip
ACCOUNTS: dict[str, tuple[Any, ...]] = {
    "instagramId": ({"handle": "jdoe"}, {"ids": [{"scopedId": "9"}], "displayName": "J ☺"}, {"ids": []}, {}),
    "facebookId": ({"ids": [{"scopedId": "1"}, {"scopedId": "1"}], "displayName": "Jane"}, {"ids": [{}]}),
    "twitterId": ({"id": "1", "screenName": "jd"}, {"screenName": "only"}, {"name": "N", "verified": True}),
    "lineId": ({"ids": [{"userId": "U\ud801"}], "displayName": "ライン"},),
    "whatsAppId": (
        {"phoneNumber": "17029191300"}, {"phoneNumber": {"e164": "+447911123456"}, "displayName": "Bob"},
        {"phoneNumber": {"display": "+1 702"}}, {"displayName": "x"}, {"phoneNumber": "+44 7911 123456"},
    ),
    "appleOpaqueIds": ([{"value": "a"}, {}], []),
}  # fmt: skip
EXTERNAL: tuple[Any, ...] = (
    [{"externalSource": {"id": "crm", "selfUri": "/s/crm"}, "value": " 003A "}], [{"value": "no source"}], [],
    [{"externalSource": {"id": "crm"}, "value": "1"}, {"externalSource": {"id": "erp"}, "value": "1"}],
    [{"externalSource": {"id": "crm", "name": "CRM"}, "value": ""}, {"externalSource": {"id": "crm"}, "value": "1\n2"}],
)  # fmt: skip
CLAIMED: tuple[Any, ...] = (
    [{"type": "Cookie", "value": "c0"}, {"type": "Phone", "value": "+17029191399", "dateCreated": "2025-01-01"}],
    [{"type": "SocialWhatsapp", "value": "+447911123457"}, {"type": "Email", "value": "Claimed@A.example"}],
    [{"type": "SomethingNew", "value": "n", "division": {"id": "*"}}, {"type": "SocialLine", "value": "U1"}],
)  # fmt: skip
MERGES: tuple[dict[str, Any], ...] = (
    {"canonicalContact": {"id": "m", "selfUri": "/c/m"}, "mergedTo": {"id": "m"}},
    {"mergedTo": {"id": "m"}}, {"canonicalContact": {"id": "m"}}, {"mergeSet": [{"id": "m"}], "mergedFrom": []},
)  # fmt: skip
UNKNOWN: tuple[dict[str, Any], ...] = (
    {"newField": {"deep": [1, 2.5, None, "x"]}}, {"schema": {"id": "s", "version": 3}}, {"selfUri": "/c/1"},
    {"division": {"id": "d", "homeDivision": True}}, {"surveyOptOut": True}, {"externalSystemUrl": "https://a.example"},
    {"externalOrganization": {"id": "o", "name": "O", "trustor": None}}, {"salutation": "Ms"}, {"title": " Desk "},
)  # fmt: skip
WRONG: tuple[dict[str, Any], ...] = (
    {"firstName": 7}, {"workPhone": "text"}, {"externalIds": {}}, {"id": None}, {"id": "  "}, {"id": 5},
    {"id": "x\ud800"},
    {"address": []}, {"customFields": []}, {"cellPhone": {"extension": "12"}}, {"externalIds": [{"value": 1}]},
)  # fmt: skip
BROKEN = (
    b"", b"{", b"[]", b"7", b"null", b'{"id":"a"} x', b'{"firstName":"no id"}', b'{"id":"a","x":"\xff"}', b"\xff",
    b'{"id":"a","customFields":{"a":' + b"[" * 900 + b"]" * 900 + b"}}", b'{"id":"a","customFields":{"a":["b",["c"]]}}',
    b'{"id":"a","x":1e999}', b'{"id":"a","x":' + b"9" * 400 + b"}", b'{"id":"a","x":1' + b"0" * 5000 + b"}",
    b'{"id":"a","customFields":{"y":1e999}}', b'{"id":"a","x":NaN}',
    b'{"id":"a","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b'{"id":5,"id":"a"}', b'{"id":"a","id":"b"}', b'{"id":"a","firstName":7,"firstName":"Ada"}',
    b'\xef\xbb\xbf{"id":"a"}',
    b'{"\\u0069d":"a","first\\u004eame":"Ada"}', b'{"id":"a","x":"\xed\xa0\x80"}', b'{"id":"nul\\u0000"}',
    b'{"id":"a","cellPhone":{"extension":' + b"9" * 30 + b"}}", b'{"id":"a","selfUri":{"any":["shape"]}}',
    b'{"id":"a","cellPhone":{"acceptsSMS":1e999}}', b' {"id" : "blank" }\n', b'{"id":"a","surveyOptOut":null}',
)  # fmt: skip


def odd_contacts(count: int) -> Iterator[bytes]:
    """What is no contact at all, then so many contacts, of which one in thirty has a field of a wrong type."""
    yield from BROKEN
    random = Random(20260101)
    for number in range(count):
        contact: dict[str, Any] = {"id": f"c{number}", "type": random.choice(("Curated", "Ephemeral", "Identified"))}
        contact |= dict(_some_fields(random))
        for odd, one_in in ((MERGES, 25), (UNKNOWN, 3), (WRONG, 30)):
            if random.randrange(one_in) == 0:
                contact |= random.choice(odd)
        yield _encoded(contact, ascii_only=random.random() < 0.5)


def _some_fields(random: Random) -> Iterator[tuple[str, Any]]:
    pools: dict[str, tuple[Any, ...]] = {
        "firstName": FIRST, "lastName": LAST, "workPhone": PHONES, "cellPhone": PHONES, "homePhone": PHONES,
        "personalEmail": EMAILS, "workEmail": EMAILS, "createDate": MOMENTS, "externalIds": EXTERNAL,
    }  # fmt: skip
    rare = {"middleName": MIDDLE, "otherPhone": PHONES, "otherEmail": EMAILS, "identifiers": CLAIMED} | ACCOUNTS
    for field, pool in pools.items():
        if random.random() < 0.6:
            yield field, random.choice(pool)
    for field, pool in rare.items():
        if random.random() < 0.12:
            yield field, random.choice(pool)
    if random.random() < 0.5:
        pairs = (("address1", STREETS), ("city", CITIES), ("postalCode", CODES), ("countryCode", ("AT", "us", "")))
        yield "address", {part: random.choice(pool) for part, pool in pairs if random.random() < 0.8}
    if random.random() < 0.6:
        yield "customFields", {"dateOfBirth": random.choice(BIRTHS), "inner": {"born": random.choice(BIRTHS)}}


def _encoded(contact: dict[str, Any], *, ascii_only: bool) -> bytes:
    """JSON in ASCII, or in UTF-8 where no lone surrogate stands in the way."""
    try:
        return json.dumps(contact, ensure_ascii=ascii_only).encode()
    except UnicodeEncodeError:
        return json.dumps(contact).encode()
