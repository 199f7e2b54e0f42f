"""A small queue, written without a detector: pairs, a group of three, a stitch, a family phone, hostile names."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from reviewer.domain import levels, policy
from reviewer.domain.levels import Attribute
from reviewer.domain.prior_model import prior_model
from reviewer.domain.record import ReadingRules, make_record
from reviewer.review.desk import Desk
from reviewer.review.steward import Steward
from reviewer.store import contacts, derivation, pairs, shared_identifiers
from reviewer.store.database import Database, open_database
from reviewer.store.pairs import PairRow
from reviewer.store.shared_identifiers import SharedRow

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
RULES = ReadingRules(anchor_source="crm")
FAMILY_PHONE = "+17029191300"
HOSTILE_NAMES = (
    "[/x]",
    "[@click=app.quit]x[/]",
    "\x1b[31mred\x1b]0;title\x07",
    "\u202egnp.exe\u2066",
    "two\nlines\tand a tab",
    "long" * 250,
    "half \ud800 surrogate",
    "\u0301" * 60,
    "\u3164\u2800",
)


def contact(number: int, first: str, last: str, **fields: Any) -> dict[str, Any]:
    """A curated contact as the service would give it."""
    return {
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "type": "Curated",
        "division": {"id": "home"},
        "firstName": first,
        "lastName": last,
        "modifyDate": f"2026-10-{number % 27 + 1:02d}T09:00:00Z",
        **fields,
    }


def phone(number: str) -> dict[str, str]:
    """A phone field."""
    return {"display": number, "e164": number}


def born(day: str) -> dict[str, Any]:
    """The custom fields that hold a date of birth."""
    return {"customFields": {"dateOfBirth": day}}


def crm(value: str) -> dict[str, Any]:
    """An anchor in the system of record."""
    return {"externalIds": [{"externalSource": {"id": "crm"}, "value": value}]}


CONTACTS: tuple[dict[str, Any], ...] = (
    contact(1, "Bob", "Smith", cellPhone=phone(FAMILY_PHONE), title="Mr", **born("1978-12-11"), **crm("0031-8842")),
    contact(2, "Robert", "Smith", cellPhone=phone(FAMILY_PHONE), workEmail="bob@work.example", **born("1978-11-12")),
    contact(3, "Ayşe", "Yılmaz", personalEmail="ayse@mail.example", **born("1990-03-01")),
    contact(4, "Ayse", "Yilmaz", personalEmail="ayse@mail.example", workPhone=phone("+902122450001")),
    contact(5, "Ayşe", "Yilmaz-Kaya", personalEmail="ayse@mail.example", homePhone=phone("+902122450002")),
    contact(6, "Jane", "Doe", personalEmail="jane.doe@mail.example", instagramId={"ids": [{"userId": "17841400001"}]}),
    {
        "id": "00000000-0000-4000-8000-000000000007",
        "type": "Ephemeral",
        "division": {"id": "home"},
        "instagramId": {"ids": [{"userId": "17841400001"}], "handle": "jdoe"},
        "modifyDate": "2026-10-08T09:00:00Z",
    },
    contact(8, "Maria", "Smith", homePhone=phone(FAMILY_PHONE), **born("1980-02-29")),
    contact(9, "王", "小明", personalEmail="xm@mail.example"),
    contact(
        10, "Xiaoming", "Wang", personalEmail="xm@mail.example", address={"address1": "1 Long Road", "city": "Graz"}
    ),
    *(contact(20 + index, name, "Hostile", title=name) for index, name in enumerate(HOSTILE_NAMES)),
)

_PAIRS: tuple[tuple[int, int, str, Mapping[Attribute, str]], ...] = (
    (1, 2, "duplicate", {Attribute.GIVEN: "nickname", Attribute.SURNAME: "exact", Attribute.BORN: "day-month",
                         Attribute.NAMESAKES: "rare", Attribute.PHONE: "shared by 3", Attribute.EMAIL: "one-sided"}),
    (3, 4, "duplicate", {Attribute.GIVEN: "near", Attribute.SURNAME: "near", Attribute.EMAIL: "own"}),
    (3, 5, "duplicate", {Attribute.GIVEN: "exact", Attribute.SURNAME: "part", Attribute.EMAIL: "own"}),
    (4, 5, "duplicate", {Attribute.GIVEN: "near", Attribute.SURNAME: "part", Attribute.EMAIL: "own"}),
    (6, 7, "stitch", {Attribute.SOCIAL: "same", Attribute.HANDLE: "unlike"}),
    (9, 10, "duplicate", {Attribute.GIVEN: "unlike", Attribute.SURNAME: "exact", Attribute.EMAIL: "own"}),
)  # fmt: skip


def _row(numbers: Mapping[int, int], first: int, second: int, kind: str, named: Mapping[Attribute, str]) -> PairRow:
    found = {attribute: levels.level(attribute, named.get(attribute, "missing")) for attribute in Attribute}
    weight = prior_model().weigh(found)
    judged = policy.judge(found, prior_model())
    a, b = sorted((numbers[first], numbers[second]))
    reasons = {"reasons": judged.reasons, "factors": judged.factors}
    packed = levels.pack([found[attribute].code for attribute in Attribute])
    return PairRow(a, b, kind, weight, levels.probability(weight), packed, judged.verdict, json.dumps(reasons))


def _hostile_pairs() -> list[tuple[int, int, str, Mapping[Attribute, str]]]:
    named = {Attribute.GIVEN: "near", Attribute.SURNAME: "exact"}
    return [(20 + index, 21 + index, "duplicate", named) for index in range(0, len(HOSTILE_NAMES) - 1, 2)]


def write_small_queue(path: Path, *, hostile: bool = True) -> Database:
    """The database at ``path`` with the small queue in it."""
    database = open_database(path)
    known = CONTACTS if hostile else CONTACTS[:10]
    records = [make_record(json.dumps(one).encode(), RULES) for one in known]
    contacts.write(database, records, origin="api", read_at=NOON)
    stored = contacts.by_ids(database, [str(one["id"]) for one in known])
    numbers = {int(str(id_)[-12:]): found.number for id_, found in stored.items()}
    wanted = [*_PAIRS, *(_hostile_pairs() if hostile else ())]
    pairs.update_scores(database, [_row(numbers, *pair) for pair in wanted])
    why = "2 people, who look like one household: same surname"
    shared = SharedRow("Phone", FAMILY_PHONE, 3, 2, 4.0, "household", why, 0.87, 0.99)
    shared_identifiers.replace(database, [shared])
    derivation.rebuild(database, date(2026, 11, 23))
    return database


def steward_desk(database: Database) -> Desk:
    """A steward's desk on a database, at noon of a fixed day."""
    return Desk(database, Steward("ada"), RULES, clock=lambda: NOON)
