"""One person under two spellings."""

from dataclasses import replace

from reviewer.simulator.population.other_scripts import SCRIPTS, Script
from reviewer.simulator.population.records import record
from reviewer.simulator.population.seeded import Case, Episode, Trap, episode
from reviewer.simulator.population.western_names import NICKNAMES
from reviewer.simulator.population.world import World


def nickname(world: World) -> Episode:
    """Robert in one record, Bob in the other."""
    person = replace(world.person(), first=world.rng.choice(sorted(NICKNAMES)))
    records = [
        record(world, person, {"cell", "email", "dob"}),
        record(world, person, {"cell", "dob"} if world.chance(0.5) else {"email"}, firstName=NICKNAMES[person.first]),
    ]
    return episode(Trap.NICKNAME, records, "either")


def typo(world: World) -> Episode:
    """A slip in the surname, and sometimes in the date of birth."""
    person = world.person()
    slipped = replace(person, last=slip(world, person.last))
    if world.chance(0.3) and person.born.day <= 12:
        slipped = replace(slipped, born=person.born.replace(day=person.born.month, month=person.born.day))
    records = [
        record(world, person, {"cell", "email", "dob", "address"}),
        record(world, slipped, {"cell", "email", "dob"}),
    ]
    return episode(Trap.TYPO, records, "either")


def slip(world: World, word: str) -> str:
    """The word with two letters swapped, one left out, or one doubled."""
    at = world.rng.randrange(1, max(2, len(word) - 1))
    way = world.rng.randrange(3)
    if way == 0 and word[at - 1 : at] != word[at : at + 1]:
        return word[: at - 1] + word[at : at + 1] + word[at - 1] + word[at + 1 :]
    return word[:at] + word[at + 1 :] if way == 1 and len(word) > 3 else word[:at] + word[at] * 2 + word[at + 1 :]


def swapped_names(world: World) -> Episode:
    """The surname in the field of the given name, and the other way round."""
    person = world.person()
    swapped = replace(person, first=person.last, last=person.first)
    records = [record(world, person, {"cell", "email", "dob"}), record(world, swapped, {"email", "dob"})]
    return episode(Trap.SWAPPED_NAMES, records, "either")


def married_name(world: World) -> Episode:
    """The same woman before and after; her mobile and her birthday stay."""
    person = world.person(female=True)
    new = world.surname(person.country)
    while new == person.last:
        new = world.surname(person.country)
    married = replace(
        person, last=new if world.chance(0.7) else f"{person.last}-{new}", address=world.address(person.country)
    )
    records = [
        record(world, person, {"cell", "email", "dob", "address"}, world.moment(730, 400)),
        record(world, married, {"cell", "dob", "address"}, world.moment(390, 1)),
    ]
    return episode(Trap.MARRIED_NAME, records, "either")


def other_script(world: World) -> Episode:
    """A name in its own script, and as another agent wrote it in Latin letters."""
    return in_script(world, world.rng.choice(SCRIPTS))


def every_script(world: World) -> Episode:
    """One such person for each script."""
    found = [in_script(world, script) for script in SCRIPTS]
    cases: list[Case] = [case for one in found for case in one.all_cases()]
    return Episode([seeded for one in found for seeded in one.seeded], cases=cases)


def in_script(world: World, script: Script) -> Episode:
    given, surname = world.rng.choice(script.given), world.rng.choice(script.surnames)
    somebody = world.person(script.country)
    latin = replace(
        somebody, first=given[1], last=surname[1], email=world.email(given[1], surname[1], somebody.born.year)
    )
    native = replace(latin, first=given[0], last=surname[0])
    records = [
        record(world, native, {"cell", "dob", "address"}),
        record(world, latin, {"cell", "email"} | ({"dob"} if world.chance(0.6) else set())),
    ]
    return episode(Trap.OTHER_SCRIPT, records, "either")
