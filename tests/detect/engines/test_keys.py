"""Blocking keys as texts: what two contacts have in common, by the rules of our own blocking."""

from reviewer.detect.blocking import block
from reviewer.detect.columns import columns_of_comparables
from reviewer.detect.engines.keys import blocking_keys, is_nameless, key_rules, spellings
from reviewer.domain.comparable import Comparable
from reviewer.domain.contact import contact_from
from reviewer.domain.normalise import comparable
from reviewer.simulator.population import population
from reviewer.store.comparables import COLUMNS
from tests.detect.people import person

RULES = key_rules(1500)


def keys(one: Comparable) -> set[str]:
    """The keys with the names of their rules."""
    found = [key.partition("|") for key in blocking_keys(columns(one), RULES)]
    return {f"{RULES[int(place)].name}|{key}" for place, _, key in found}


def columns(one: Comparable) -> dict[str, object]:
    """The columns as they come from the store: missing is None."""
    return {name: getattr(one, name) or None for name in COLUMNS}


def in_common(a: Comparable, b: Comparable) -> set[str]:
    return keys(a) & keys(b)


def test_contacts_meet_where_they_share_an_identifier_or_enough_of_a_name() -> None:
    jane = person("jane", "doe", phones="+17029191300", emails="jane@doe.example", born="1978-12-11", city="reno")
    assert in_common(jane, person("carl", "fox", phones="+17029191300")) == {
        "phone|+17029191300",
        "end of a phone number|9191300",
    }
    assert "first part of an email|jane" in in_common(jane, person(emails="jane@mail.example"))
    assert "name and date of birth|d|1978-12-11" in in_common(jane, person("carl", "dow", born="1978-12-11"))
    assert "name, initial, year and month of birth|d|j|1978-12" in in_common(
        jane, person("jo", "doe", born="1978-12-01")
    )
    assert "full name|d|jn" in in_common(jane, person("doe", "jane")), "swapped"
    assert not in_common(jane, person("mark", "roe", born="1980-01-01", city="reno"))


def test_a_phone_that_many_have_is_told_apart_by_the_name() -> None:
    one, other = person("jane", "doe", phones="+1702"), person("carl", "doe", phones="+1702")
    assert "phone and full name|+1702|d|jn" in keys(one) and "phone and full name|+1702|d|jn" not in keys(other)


def test_a_role_mailbox_is_no_first_part_and_an_empty_contact_has_no_keys() -> None:
    assert not any(key.startswith("first part") for key in keys(person(emails="info@shop.example")))
    assert keys(Comparable()) == set()


def test_what_proves_little_brings_few_together_where_there_are_many() -> None:
    few, many = ({rule.name: rule.largest for rule in key_rules(count)} for count in (1000, 10_000_000))
    assert few["street"] > many["street"] == 2 and few["phone"] == many["phone"] == 30
    assert {"name and town", "full name"} <= set(few) and {"name and town", "full name"}.isdisjoint(many)


def test_a_display_name_meets_the_spellings_of_a_persons_name() -> None:
    handle, jane = Comparable(handle="doe jane", anonymous=True), person("jane", "doe")
    assert "display name|doejane" in in_common(handle, jane)
    assert is_nameless(columns(handle)) and not is_nameless(columns(jane))
    assert spellings(columns(person("jane", "doe", handle="queen bee"))) == spellings(columns(jane))


def test_a_display_name_with_figures_and_one_behind_an_initial_meet_the_person_too() -> None:
    jane = person("jane", "doe")
    shown = ("jdoe82", "jane d", "doe jane 7")
    assert all(in_common(Comparable(handle=handle, anonymous=True), jane) for handle in shown)
    assert "display name|janedoe" in in_common(person("j", "doe", handle="jane"), jane)
    telling, plain = (Comparable(handle=handle, anonymous=True) for handle in ("queen99", "queen12345"))
    assert "display name|queen99" in keys(telling) and "display name|queen99" not in keys(plain)


def test_nearly_all_that_our_own_blocking_proposes_has_a_key_in_common() -> None:
    people = [
        comparable(
            contact_from(one.contact), anchor_source="crm", born_path="customFields.dateOfBirth", default_country="US"
        )
        for one in population(1500, 5)
    ]
    blocks = block(columns_of_comparables(enumerate(people)))
    of_each = [keys(one) for one in people]
    met = [bool(of_each[a] & of_each[b]) for a, b in zip(blocks.a.tolist(), blocks.b.tolist(), strict=True)]
    assert len(met) > 500 and sum(met) >= 0.98 * len(met)
