"""The seeded population: what it holds, that it is repeatable, and that its truth is true."""

import hashlib
import json
import subprocess
import sys
from collections import Counter, defaultdict
from itertools import combinations
from typing import Any

import phonenumbers
import pytest

from reviewer.simulator import identifiers, phones
from reviewer.simulator.fields import PHONES, accepted
from reviewer.simulator.knobs import Knobs
from reviewer.simulator.population import Population, population
from reviewer.simulator.population.hostile import NAMES
from reviewer.simulator.population.other_scripts import SCRIPTS
from reviewer.simulator.population.seeded import Seeded, Trap
from reviewer.simulator.population.workplaces import PLACEHOLDER_EMAIL, PLACEHOLDER_PHONE
from reviewer.simulator.population.world import alike
from reviewer.simulator.wire import moment_of

KNOBS = Knobs()
PRINT_HASH = (
    "import hashlib, json; from reviewer.simulator.population import population;"
    "p = population(300, 7); print(hashlib.sha256(json.dumps([[one.contact, one.notes, one.sessions] for one in p]"
    "+ p.traps()).encode()).hexdigest())"
)


@pytest.fixture(scope="module")
def people() -> Population:
    return population(2000, 3)


@pytest.mark.parametrize(("size", "seed"), [(150, 1), (150, 2), (300, 1), (301, 5), (999, 8)])
def test_every_trap_is_there_at_every_size_and_seed(size: int, seed: int) -> None:
    seeded = population(size, seed)
    assert len(seeded) == len({one.id for one in seeded}) == size
    assert {case.kind for case in seeded.cases} == set(Trap)


def test_a_population_too_small_for_its_traps_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 150"):
        population(149, 1)


def test_every_script_and_every_hostile_name_is_there() -> None:
    contacts = [one.contact for one in population(300, 1)]
    shown = {str(contact.get("firstName")) for contact in contacts}
    assert {first for first, _ in NAMES} <= shown
    for script in SCRIPTS:
        assert shown & {native for native, _ in script.given}, script.name


def test_the_same_seed_gives_the_same_population_in_another_process() -> None:
    seeded = population(300, 7)
    mine = hashlib.sha256(
        json.dumps([*([one.contact, one.notes, one.sessions] for one in seeded), *seeded.traps()]).encode()
    ).hexdigest()
    other = subprocess.run(
        [sys.executable, "-c", PRINT_HASH], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "77"}
    )
    assert other.stdout.strip() == mine
    assert [one.id for one in population(300, 8)] != [one.id for one in seeded]


def test_contacts_come_in_the_order_of_their_creation_within_two_years(people: Population) -> None:
    dates = [str(one.contact["createDate"]) for one in people]
    assert dates == sorted(dates)
    assert "2024-10-31" < dates[0] < dates[-1] < "2026-11-02"
    assert all(one.contact["createDate"] <= one.contact["modifyDate"] < "2026-11-01T00:00:01" for one in people)


def test_the_service_would_have_stored_every_contact_as_it_is(people: Population) -> None:
    for one in people:
        fields = {name: value for name, value in one.contact.items() if name != "division"}
        for name in PHONES:
            if name in fields:
                written = {**fields[name], "display": fields[name]["userInput"]}
                assert phones.normalized(written, "US") == fields[name]
                assert phonenumbers.is_valid_number(phonenumbers.parse(fields[name]["e164"]))
        taken = accepted(fields, KNOBS, frozenset(("crm",)))
        assert taken.keys() == fields.keys() & taken.keys()


def test_a_quarter_to_a_third_of_the_contacts_are_one_of_several_of_their_person(people: Population) -> None:
    records = Counter(person for _, person in people.persons())
    share = sum(count for count in records.values() if count > 1) / len(people)
    assert 0.24 <= share <= 0.33


def test_truth_and_contacts_agree(people: Population) -> None:
    person_of = dict(people.persons())
    by_id = {one.id: one for one in people}
    assert person_of.keys() == by_id.keys()
    for case in people.cases:
        assert set(case.persons) == {person_of[contact] for contact in case.contacts}
        assert (len(case.persons) == 1) or case.expect == "apart"
        assert all(case.kind in by_id[contact].traps for contact in case.contacts)
    for group in people.certain_duplicates():
        assert len(group) >= 2
        assert len({person_of[contact] for contact in group}) == 1


def test_certain_duplicates_share_name_and_two_more_facts(people: Population) -> None:
    by_id = {one.id: one for one in people}
    for group in people.certain_duplicates():
        for one, other in combinations([by_id[contact].contact for contact in group], 2):
            assert one["lastName"] == other["lastName"]
            shared = set(identifiers.of_fields(one, KNOBS)) & set(identifiers.of_fields(other, KNOBS))
            dates = [contact.get("customFields", {}).get("dateOfBirth") for contact in (one, other)]
            assert len(shared) + (dates[0] is not None and dates[0] == dates[1]) >= 2
            assert None in dates or dates[0] == dates[1]


def holders(people: Population, kind: str) -> dict[str, list[Seeded]]:
    found: dict[str, list[Seeded]] = defaultdict(list)
    for one in people:
        for identifier in identifiers.of_fields(one.contact, KNOBS):
            if identifier.type == kind:
                found[identifier.value].append(one)
    return found


def test_strangers_share_an_anchor_only_by_mistake(people: Population) -> None:
    for holding in holders(people, "ExternalId").values():
        if len({one.person for one in holding}) > 1:
            assert all(Trap.MISTAKEN_CRM_ID in one.traps for one in holding)


@pytest.mark.parametrize("kind", ["Phone", "Email"])
def test_strangers_share_a_phone_or_an_email_only_in_a_trap(people: Population, kind: str) -> None:
    together = {frozenset(pair) for case in people.cases for pair in combinations(case.contacts, 2)}
    for value, holding in holders(people, kind).items():
        if value in (PLACEHOLDER_EMAIL, PLACEHOLDER_PHONE["e164"]):
            continue
        for one, other in combinations(holding, 2):
            assert one.person == other.person or frozenset((one.id, other.id)) in together


def members(people: Population, kind: Trap) -> list[list[dict[str, Any]]]:
    by_id = {one.id: one.contact for one in people}
    return [[by_id[contact] for contact in case.contacts] for case in people.cases if case.kind == kind]


def test_father_and_son_have_one_name_one_home_and_two_birthdays(people: Population) -> None:
    for father, son in members(people, Trap.FATHER_AND_SON):
        assert father["firstName"] == son["firstName"]
        assert (father["address"], father["homePhone"]) == (son["address"], son["homePhone"])
        assert father["customFields"]["dateOfBirth"] < son["customFields"]["dateOfBirth"]


def test_twins_differ_in_their_given_name_only(people: Population) -> None:
    for one, other in members(people, Trap.TWINS):
        assert one["firstName"] != other["firstName"]
        for shared in ("lastName", "address", "homePhone", "customFields"):
            assert one[shared] == other[shared]


def test_a_race_makes_two_records_within_seconds(people: Population) -> None:
    for first, second in members(people, Trap.RACE):
        assert 0 < moment_of(second["createDate"]) - moment_of(first["createDate"]) < 8000


def test_a_switchboard_has_many_employees_on_one_number(people: Population) -> None:
    for staff in members(people, Trap.SWITCHBOARD):
        assert len(staff) >= 5
        assert len({contact["workPhone"]["e164"] for contact in staff}) == 1


def test_two_crm_ids_and_conflicting_crm_ids_differ(people: Population) -> None:
    for kind in (Trap.TWO_CRM_IDS, Trap.CONFLICTING_CRM_IDS):
        for one, other in members(people, kind):
            assert (one["firstName"], one["lastName"]) == (other["firstName"], other["lastName"])
            assert one["externalIds"] != other["externalIds"]


def test_anonymous_contacts_have_a_social_id_and_no_name_and_came_lately(people: Population) -> None:
    anonymous = [one for one in people if one.type != "Curated"]
    assert anonymous
    for one in anonymous:
        assert "firstName" not in one.contact
        assert {"instagramId", "facebookId", "twitterId", "whatsAppId"} & one.contact.keys()
        assert one.contact["createDate"] > "2026-09-10"


def test_the_person_of_a_findable_anonymous_contact_can_be_found(people: Population) -> None:
    by_id = {one.id: one for one in people}
    for case in people.cases:
        if case.kind == Trap.ANONYMOUS_FINDABLE:
            known, message = (by_id[contact] for contact in case.contacts)
            mine, other = (identifiers.of_fields(one.contact, KNOBS) for one in (known, message))
            numbers = {identifier.value.removeprefix("+") for identifier in mine}
            told = any(known.contact["personalEmail"] in note["noteText"] for note in message.notes)
            assert told or numbers & {identifier.value.removeprefix("+") for identifier in other}


def test_names_tell_apart_those_who_share_all_else(people: Population) -> None:
    kinds = (Trap.TWINS, Trap.PARTNERS, Trap.PARENT_AND_CHILD, Trap.SWITCHBOARD, Trap.ROLE_MAILBOX, Trap.PLACEHOLDER)
    for kind in kinds:
        for contacts in members(people, kind):
            for one, other in combinations(contacts, 2):
                assert not alike(one["firstName"], other["firstName"])
