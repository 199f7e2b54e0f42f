"""Generated merges, carried out by the organisation's own handlers: cheap enough for ten thousand of them.

A merge is drawn from a ``random.Random``: a seeded one for bulk, hypothesis's for shrinking what fails.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random
from typing import Any

from reviewer.domain.identifiers import Identifier, claimed_identifiers
from reviewer.domain.wire import JsonObject, decode_object, encode
from reviewer.simulator import identifiers, phones
from reviewer.simulator.call import Call
from reviewer.simulator.contacts import reference
from reviewer.simulator.errors import ApiError
from reviewer.simulator.fields import EMAILS, PHONES, trimmed
from reviewer.simulator.holdings import change_identifier
from reviewer.simulator.knobs import Knobs
from reviewer.simulator.merge import merge_contacts
from reviewer.simulator.organization import Organization
from reviewer.simulator.patch import patch_contact
from reviewer.simulator.records import expanded
from reviewer.simulator.state import IN_MEMORY, State
from reviewer.simulator.wire import timestamp

NUMBERS = (
    "+1 702 919 1300", "(702) 919-1301", "+44 20 7946 0000", "020 7946 0000", "+39 06 698 1", "0049 30 901820",
    "+54 9 11 2345 6789", "ext 12", "EXT 12", "unknown", "555-1234", "+1 702 919 1300 ext. 7",
    "+1 702 919 1300 ext. 8", "+800 1234 5678",
)  # fmt: skip
MAILS = ("bob@a.example", "Bob@A.example", "b@b.example", "c@c.example", "d@d.example", "e@e.example")
WORDS = ("Bob", "bob", "Robert ", " Ayşe", "王", "[/x]")
START = 1_790_000_000_000
"""Milliseconds since 1970 at which the first contact was made."""


def phone(rng: Random) -> JsonObject:
    """A phone as a client writes it."""
    written: JsonObject = {"display": rng.choice(NUMBERS)}
    if rng.random() < 0.2:
        written["acceptsSMS"] = rng.random() < 0.5
    if rng.random() < 0.2:
        written["normalizationCountryCode"] = rng.choice(("US", "GB", "DE"))
    return written


def listed(rng: Random, most: int) -> list[JsonObject]:
    return [{"value": str(number)} for number in rng.sample(range(1, 21), rng.randint(1, most))]


def external_ids(rng: Random) -> list[JsonObject]:
    return [{**one, "externalSource": {"id": rng.choice(("crm", "erp"))}} for one in listed(rng, 7)]


def custom(rng: Random) -> JsonObject:
    pool: tuple[Any, ...] = (*WORDS, 0, 1, True, False, ["a", "b"])
    return {key: rng.choice(pool) for key in rng.sample(("dateOfBirth", "tier", "a.b"), rng.randint(1, 3))}


def instagram(rng: Random) -> JsonObject:
    found: JsonObject = {"ids": [{"scopedId": rng.choice("12")}]}
    return {**found, "handle": rng.choice(("bob", "rob"))} if rng.random() < 0.5 else found


FIELDS: dict[str, Callable[[Random], Any]] = {
    **dict.fromkeys(("firstName", "middleName", "lastName", "salutation", "title"), lambda rng: rng.choice(WORDS)),
    **dict.fromkeys(PHONES, phone),
    **dict.fromkeys(EMAILS, lambda rng: rng.choice(MAILS)),
    "address": lambda rng: {"city": rng.choice(("Graz", "Linz")), "countryCode": rng.choice(("AT", "SI"))},
    "externalIds": external_ids,
    "appleOpaqueIds": lambda rng: listed(rng, 10),
    "whatsAppId": lambda rng: {"phoneNumber": rng.choice(("17029191300", "447911123456"))},
    "instagramId": instagram,
    "twitterId": lambda rng: {"id": rng.choice("12"), "verified": rng.random() < 0.5},
    "facebookId": lambda rng: {"ids": [{"scopedId": rng.choice("12")}]},
    "lineId": lambda rng: {"ids": [{"userId": rng.choice("12")}]},
    "externalOrganization": lambda rng: {"id": rng.choice(("o1", "o2")), "name": "ACME"},
    "externalSystemUrl": lambda rng: f"https://crm.example/{rng.choice('12')}",
    "surveyOptOut": lambda rng: rng.random() < 0.5,
    "customFields": custom,
    "schema": lambda rng: {"id": "s", "version": rng.choice((1, 2))},
}


@cache
def _normalized(written: str, region: str) -> str:
    return json.dumps(phones.normalized(json.loads(written), region))


def stored_fields(rng: Random, region: str, most: float = 0.6) -> JsonObject:
    """The fields of a contact as the service has normalised them."""
    share = rng.uniform(0.05, most)
    fields = {name: trimmed(draw(rng)) for name, draw in FIELDS.items() if rng.random() < share}
    for name in PHONES:
        if name in fields:
            fields[name] = json.loads(_normalized(json.dumps(fields[name], sort_keys=True), region))
    return fields


@dataclass
class Embedded:
    """An organisation in memory, called through its handlers without HTTP."""

    organization: Organization = field(default_factory=lambda: Organization(State(IN_MEMORY)))

    def __post_init__(self) -> None:
        for source in ("crm", "erp"):
            self.organization.sources.add(source, source)

    def clear(self, knobs: Knobs) -> None:
        """Forget all contacts, and behave in another way."""
        self.organization.knobs = knobs
        for table in ("contacts", "claims", "holdings"):
            self.organization.state.sql.execute(f"DELETE FROM {table}")

    def add(self, contact: JsonObject, modified: int, ancestors: int = 0) -> None:
        """A contact with what it can claim, and so many contacts that were merged into it before."""
        organization, id_ = self.organization, str(contact["id"])
        whole = {**contact, "createDate": timestamp(START), "modifyDate": timestamp(modified), **self_uri(id_)}
        organization.contacts.insert(whole, modified)
        held = identifiers.of_fields(contact, organization.knobs)
        organization.claims.claim(held, id_, contact["division"]["id"], modified)
        organization.claims.hold(held, id_)
        if ancestors:
            older = [f"{id_}-{number}" for number in range(ancestors)]
            for one in older:
                bare = {"id": one, "type": "Curated", "division": contact["division"]}
                organization.contacts.insert({**bare, **self_uri(one)}, modified)
            members = [organization.contact(one) for one in (*older, id_)]
            organization.contacts.join(members, id_, older)

    def read(self, id_: str, *, with_identifiers: bool) -> JsonObject:
        """The contact as the API gives it."""
        wanted = frozenset({"identifiers"} if with_identifiers else ())
        answer = expanded(self.organization, self.organization.contact(id_), wanted)
        return decode_object(answer) if isinstance(answer, bytes) else decode_object(encode(answer))

    def merge(self, request: JsonObject) -> JsonObject | None:
        """The answer of a merge, or None where it is refused."""
        try:
            return decode_object(merge_contacts(self.organization, Call({}, {}, decode_object(encode(request)))))
        except ApiError:
            return None

    def patch(self, id_: str, request: JsonObject) -> None:
        patch_contact(self.organization, Call({"id": id_}, {}, decode_object(encode(request))))

    def release(self, id_: str, request: JsonObject) -> bool:
        """False where the service says that the contact does not own it."""
        try:
            change_identifier(self.organization, Call({"id": id_}, {}, decode_object(encode(request))))
        except ApiError:
            return False
        return True

    def owned(self, id_: str) -> frozenset[Identifier]:
        """What a contact owns, in the program's own form."""
        return claimed_identifiers({"identifiers": self.organization.claims.of_contact(id_)}) or frozenset()


def self_uri(id_: str) -> JsonObject:
    return {"selfUri": reference(id_)["selfUri"]}


@dataclass
class Merge:
    """A drawn merge: what is to be merged, who else is there, and how the service behaves."""

    knobs: Knobs
    ids: list[str]
    outside: list[str]
    tampered: bool
    """Whether claims were moved by hand, so that fields do not tell who owns what."""


def knobs_of(rng: Random) -> Knobs:
    return Knobs(
        rate_limit=None,
        override_lists=rng.choice(("replace", "union")),
        custom_fields=rng.choice(("by_key", "whole")),
        phone_default_region=rng.choice(("US", "DE")),
        merged_type=rng.choice(("highest", "newest", "curated")),
        survey_opt_out=rng.choice(("newest", "any")),
        external_organization=rng.choice(("newest", "override")),
        overflow_identifiers=rng.choice(("keep", "release")),
        list_overflow=rng.choice(("drop", "drop", "drop", "refuse")),
        release_clears_field=rng.random() < 0.3,
        email_case_folding=rng.random() < 0.7,
        whatsapp_is_phone=rng.random() < 0.3,
        release_unknown=rng.choice(("not_found", "ignore")),
        merged_again=rng.choice(("conflict", "bad_request")),
    )


def set_up(embedded: Embedded, rng: Random, *, limits: bool) -> Merge:
    """Draw a merge and put its contacts into the organisation. ``limits``: many contacts, ancestors, divisions."""
    knobs = knobs_of(rng)
    embedded.clear(knobs)
    count = rng.choice((2, 2, 3, 24, 25, 26, 40, 49, 50)) if limits else rng.choice((2, 2, 2, 3, 3, 4, 5))
    ids = [f"c{number}" for number in range(count)]
    outside = [f"x{number}" for number in range(rng.choice((0, 0, 1, 2)))]
    made, moments = [*ids, *outside], rng.sample(range(1000), count + len(outside))
    rng.shuffle(made)
    strangers = rng.choice(ids) if limits and rng.random() < 0.1 else ""
    for id_, moment in zip(made, moments, strict=True):
        contact = {
            "id": id_,
            "type": rng.choice(("Curated", "Curated", "Identified", "Ephemeral")),
            "division": {"id": "elsewhere" if id_ == strangers else "home"},
            **stored_fields(rng, knobs.phone_default_region, 0.6 if count < 6 else 0.2),
        }
        ancestors = rng.choice((0, 0, 1, 20, 23, 24, 25)) if limits and count < 4 else 0
        embedded.add(contact, START + moment, ancestors)
    tampered = rng.random() < 0.3
    if tampered:
        embedded.organization.knobs = replace(knobs, release_clears_field=False)
        _tamper(embedded, rng, made)
        embedded.organization.knobs = knobs
    if limits and rng.random() < 0.05 and (old := f"{ids[0]}-0") and _exists(embedded, old):
        ids[0] = old
    return Merge(knobs, ids, outside, tampered)


def _exists(embedded: Embedded, id_: str) -> bool:
    return embedded.organization.contacts.find(id_, START) is not None


def _tamper(embedded: Embedded, rng: Random, ids: Sequence[str]) -> None:
    """Claims that fields do not tell of, and released ones."""
    for id_ in ids:
        call = {"operation": "Claim", "identifier": {"type": "Cookie", "value": rng.choice("abc")}}
        embedded.release(id_, call)
        owned = embedded.organization.claims.of_contact(id_)
        if owned and rng.random() < 0.5:
            given = rng.choice(owned)
            embedded.release(id_, {"operation": "Release", "identifier": given})
