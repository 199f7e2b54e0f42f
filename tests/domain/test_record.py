"""A contact's columns, identifiers, name and hash: the same ones however they are worked out."""

import hashlib
from collections.abc import Iterable, Iterator

import pytest

from reviewer.domain.record import ReadingRules, make_record
from tests.domain.odd_contacts import odd_contacts

RULES = {
    "plain": ReadingRules(),
    "anchored": ReadingRules("crm", "customFields.dateOfBirth", "DE"),
    "elsewhere": ReadingRules("erp", "customFields.inner.born", "gb"),
    "nowhere": ReadingRules("", "", "US"),
}
FROZEN = {
    "refused": "23beab1c24ebb9f2",
    "bytes": "f69856bc6a7f15f2",
    "state": "16e5fbb913d9e31f",
    "name": "2e98d43f428a84b2",
    "content": "77ce978494f527dc",
    "given": "3a21c8391a617584",
    "middle": "56470a9fe3b817ee",
    "surname": "b5458eb6042be567",
    "suffix": "7c21e9231b64b42b",
    "born": "1a9ab624aac40f37",
    "phones": "f7c55cb01c24634b",
    "emails": "2c6bceea74444035",
    "anchors": "93064b9e6c5a4c7b",
    "socials": "812b644bdecbafcd",
    "street": "91cbc13193336921",
    "city": "0939393fecbe1b34",
    "postcode": "1e08a1bbc5f10c84",
    "country": "387e3621df9d842f",
    "handle": "e603cf6bf9b93c6f",
    "created": "aa89ec1c161bf3cc",
    "anonymous": "87369246064657f9",
    "identifiers": "e60ba99fa411eed0",
}
"""Digests of what is worked out under the plain rules: frozen when it was done slowly and plainly.

A change that is meant: raise ``NORMALISER_VERSION`` if it is in the columns, and freeze what the failure shows.
"""
FROZEN_UNDER: dict[str, dict[str, str]] = {
    "plain": {},
    "anchored": {
        "born": "6e594a91038a8c3e",
        "phones": "bbdaa88eaa267f22",
        "anchors": "2812549c73b0f148",
        "anonymous": "e9efd4784bf0d03a",
    },
    "elsewhere": {
        "born": "9780b840972127f7",
        "phones": "c9850d724b7da70f",
        "anchors": "a1192654b5e346ec",
        "anonymous": "c8e9cb66182334f2",
    },
    "nowhere": {"born": "7e48e3db19856c82"},
}
"""What differs under the other rules."""


def told(raws: Iterable[bytes], rules: ReadingRules) -> Iterator[tuple[str, str]]:
    """(what it is, how it reads) of everything that is worked out of each contact, or why it is none."""
    for raw in raws:
        try:
            record = make_record(raw, rules)
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
