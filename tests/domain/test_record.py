"""A contact's columns, identifiers, name and hash: the same ones however they are worked out."""

import hashlib
from collections.abc import Iterable, Iterator

import pytest

from reviewer.domain.record import ReadingRules
from reviewer.mirror.reading import read_record
from tests.domain.odd_contacts import odd_contacts

RULES = {
    "plain": ReadingRules(),
    "anchored": ReadingRules("crm", "customFields.dateOfBirth", "DE"),
    "elsewhere": ReadingRules("erp", "customFields.inner.born", "gb"),
    "nowhere": ReadingRules("", "", "US"),
}
FROZEN = {
    "refused": "a883759c982e1b3f",
    "bytes": "651217d8bc40ca8d",
    "state": "65f978513d01a3bb",
    "name": "72eebb59822dd1f2",
    "content": "c09866072667407c",
    "given": "df7dcfb663b54145",
    "middle": "e913497f9fb11174",
    "surname": "67a4ff7c0ed8b7e4",
    "suffix": "0e78f09698f6d739",
    "born": "4f52f053595f1f0d",
    "phones": "8d244332a1bf68e5",
    "emails": "a3fb69b1e2ad0395",
    "anchors": "8132fcbf496337bf",
    "socials": "3000489825943690",
    "street": "34d9858ade2ed72d",
    "city": "341acc886ec89303",
    "postcode": "3c7317b0bf0d0f9f",
    "country": "3e34b1692d854bc2",
    "handle": "d216cf1a91752c6b",
    "created": "d829cb85bfec8654",
    "anonymous": "ba800a8640343dcf",
    "identifiers": "e60ba99fa411eed0",
}
"""Digests of what is worked out under the plain rules: frozen when it was done slowly and plainly.

A change that is meant: raise ``NORMALISER_VERSION`` if it is in the columns, and freeze what the failure shows.
"""
FROZEN_UNDER: dict[str, dict[str, str]] = {
    "plain": {},
    "anchored": {
        "born": "4dfaf11edbd5a3ea",
        "phones": "e4f8ed90833210b4",
        "anchors": "31898221a63d29fe",
        "anonymous": "6d8362213e030487",
    },
    "elsewhere": {
        "born": "d26e77fc5efbb6b9",
        "phones": "2364057bf2fb7b3d",
        "anchors": "2bb091824e7b1979",
        "anonymous": "4fa41b903cfd7156",
    },
    "nowhere": {"born": "1ff8e0e7935de1d1"},
}
"""What differs under the other rules."""


def told(raws: Iterable[bytes], rules: ReadingRules) -> Iterator[tuple[str, str]]:
    """(what it is, how it reads) of everything that is worked out of each contact, or why it is none."""
    for raw in raws:
        try:
            record = read_record(raw, rules)
        except ValueError:
            yield "refused", raw.hex()
            continue
        yield "bytes", repr(record.raw)
        yield "state", f"{record.contact.id!r} {record.contact.type} {record.state} {record.merged_into}"
        yield "name", ascii(record.name)
        yield "content", record.content
        for column in type(record.columns).__struct_fields__:
            yield column, ascii(getattr(record.columns, column))
        for found in record.identifiers:
            yield "identifiers", ascii(found)


def digests(told: Iterable[tuple[str, str]]) -> dict[str, str]:
    """A short hash of all that was told, by what it is."""
    hashes: dict[str, hashlib._Hash] = {}
    for what, words in told:
        hashes.setdefault(what, hashlib.sha256()).update(words.encode() + b"\n")
    return {what: found.hexdigest()[:16] for what, found in hashes.items()}


@pytest.mark.parametrize("rules", RULES)
def test_contacts_ordinary_and_hostile_read_as_they_always_did(rules: str) -> None:
    assert digests(told(odd_contacts(4000), RULES[rules])) == FROZEN | FROZEN_UNDER[rules]
