"""Nicknames and suffixes."""

from reviewer.domain.emails import is_role
from reviewer.domain.names import are_variants, is_known, suffixes_conflict


def test_nicknames_of_one_name_are_variants() -> None:
    assert are_variants("bob", "robert")
    assert are_variants("bob", "rob")
    assert not are_variants("carl", "carla")


def test_the_lexicon_knows_common_names_and_no_slips() -> None:
    assert is_known("robert")
    assert not is_known("robbert")


def test_father_and_son_have_conflicting_suffixes() -> None:
    assert suffixes_conflict("jr", "sr")
    assert not suffixes_conflict("jr", "2")
    assert not suffixes_conflict("jr", "")


def test_role_mailboxes_are_known_by_their_local_part() -> None:
    assert is_role("info@acme.example")
    assert not is_role("informatica@acme.example")
