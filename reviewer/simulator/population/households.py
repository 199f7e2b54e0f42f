"""Several persons under one roof."""

from dataclasses import replace
from datetime import date

from reviewer.simulator.population.records import record
from reviewer.simulator.population.seeded import Episode, Trap, episode
from reviewer.simulator.population.world import World


def optional(world: World, *parts: str) -> set[str]:
    return {part for part in parts if world.chance(0.7)}


def partners(world: World) -> Episode:
    """A couple with one phone, mostly of one surname."""
    one = world.person(female=True)
    other = world.relative(one, female=world.chance(0.1))
    if world.chance(0.2):
        other = replace(other, last=world.surname(one.country))
    if world.chance(0.4):
        other = replace(other, cell=one.cell)
        shared = {"cell", "address"}
    else:
        shared = {"home", "address"}
    records = [
        record(world, one, shared | optional(world, "email", "dob")),
        record(world, other, shared | optional(world, "email", "dob")),
    ]
    return episode(Trap.PARTNERS, records, "apart")


def parent_and_child(world: World) -> Episode:
    """A child that gave the parent's phone, and sometimes the parent's email."""
    parent = replace(world.person(), born=world.birthday(1965, 1985))
    child = replace(world.relative(parent), born=world.birthday(2000, 2012), cell=parent.cell)
    if world.chance(0.4):
        child = replace(child, email=parent.email)
    records = [
        record(world, parent, {"cell", "email", "address"} | optional(world, "dob", "crm")),
        record(world, child, {"cell", "address", "dob"} | optional(world, "email")),
    ]
    return episode(Trap.PARENT_AND_CHILD, records, "apart")


def father_and_son(world: World) -> Episode:
    """One name, one address, one landline; only the dates of birth and perhaps a suffix tell them apart."""
    father = replace(world.person(female=False), born=world.birthday(1940, 1965))
    son = replace(
        world.relative(father, female=False), first=father.first, born=later(father.born, world.rng.randrange(20, 35))
    )
    suffix = " Jr." if world.chance(0.4) and father.country in ("US", "GB") else ""
    records = [
        record(world, father, {"home", "address", "dob"} | optional(world, "email")),
        record(world, son, {"home", "address", "dob"} | optional(world, "cell"), lastName=son.last + suffix),
    ]
    return episode(Trap.FATHER_AND_SON, records, "apart")


def later(born: date, years: int) -> date:
    return born.replace(year=born.year + years, day=min(born.day, 28))


def twins(world: World) -> Episode:
    """Same birthday, surname, address and landline; different given names."""
    one = replace(world.person(), born=world.birthday(1990, 2006))
    other = replace(world.relative(one, female=one.female), born=one.born)
    records = [record(world, twin, {"home", "address", "dob"} | optional(world, "email")) for twin in (one, other)]
    return episode(Trap.TWINS, records, "apart")


def namesakes_with_crm_ids(world: World) -> Episode:
    """Grandmother and granddaughter of one name: one home, two CRM ids, no dates of birth."""
    one = world.person()
    other = replace(world.relative(one, female=one.female), first=one.first)
    records = [record(world, namesake, {"home", "address", "crm"}) for namesake in (one, other)]
    return episode(Trap.CONFLICTING_CRM_IDS, records, "apart")
