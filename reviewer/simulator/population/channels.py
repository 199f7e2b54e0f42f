"""One person whom the organisation knows several times over."""

from dataclasses import replace
from typing import Any

from reviewer.simulator.population.records import note, record
from reviewer.simulator.population.seeded import Episode, Seeded, Trap, episode
from reviewer.simulator.population.world import DAY, EPOCH, Person, World


def whatsapp(person: Person) -> dict[str, Any]:
    """A WhatsApp id on the person's own mobile; its number is E.164 without the plus."""
    e164 = str(person.cell["e164"])
    number = {"display": e164[1:], "userInput": e164[1:], "e164": e164, "countryCode": person.country}
    return {"phoneNumber": number, "displayName": person.first}


def with_anchor(world: World) -> Episode:
    """The CRM's import, a call, and perhaps a message, all with the CRM id and one more fact in common."""
    person = world.person()
    records = [
        record(world, person, {"crm", "cell", "email", "dob", "address"}),
        record(world, person, {"crm", "cell", "dob"} if world.chance(0.5) else {"crm", "cell", "email", "home"}),
    ]
    if world.chance(0.35):
        records.append(record(world, person, {"crm", "email", "dob"}, whatsAppId=whatsapp(person)))
    return episode(Trap.CHANNELS_WITH_ANCHOR, records, "together")


def without_anchor(world: World) -> Episode:
    """A record made by phone, one made by email, and perhaps one from a web form with nickname or initial."""
    person = world.person()
    records = [record(world, person, {"cell", "email", "dob", "address"})]
    records.append(record(world, person, {"cell", "home"} if world.chance(0.5) else {"email", "dob"}))
    if world.chance(0.35):
        records.append(record(world, person, {"cell"}, firstName=f"{person.first[0]}.", whatsAppId=whatsapp(person)))
    return episode(Trap.CHANNELS_WITHOUT_ANCHOR, records, "either")


def race(world: World) -> Episode:
    """Two channels create the same contact before either sees the other's."""
    person = world.person()
    when = world.moment()
    first = record(world, person, {"cell", "email", "address"}, when)
    second = record(world, person, {"cell", "email"}, when + world.rng.randrange(40, 8000))
    return episode(Trap.RACE, [first, second], "together")


def same_crm_id(world: World) -> Episode:
    """Imported once, then typed in again with the same CRM id, the date of birth, and a shortened given name."""
    person = world.person()
    shortened = person.first if world.chance(0.5) else f"{person.first[0]}."
    records = [
        record(world, person, {"crm", "dob", "email", "address"}),
        record(world, person, {"crm", "dob", "email", "cell"}, firstName=shortened),
    ]
    return episode(Trap.SAME_CRM_ID, records, "together")


def two_crm_ids(world: World) -> Episode:
    """The CRM itself has the person twice."""
    person = world.person()
    again = replace(person, crm_id=world.person().crm_id)
    records = [
        record(world, person, {"crm", "cell", "dob", "address"}),
        record(world, again, {"crm", "cell", "dob", "email"}),
    ]
    return episode(Trap.TWO_CRM_IDS, records, "either")


def anonymous_findable(world: World) -> Episode:
    """A messaging contact that scans never show, and the curated contact of its person."""
    person = world.person()
    known = record(world, person, {"cell", "email", "address"} | ({"crm"} if world.chance(0.5) else set()))
    return episode(Trap.ANONYMOUS_FINDABLE, [known, message_of(world, person)], "either")


def message_of(world: World, person: Person) -> Seeded:
    """What the channel knows of the person: an email given, a phone number of its own, or a note's words."""
    rng = world.rng
    shown = f"{person.first} {person.last}" if world.chance(0.6) else person.handle
    ids = [{"scopedId": str(rng.randrange(10**15, 10**16))}]
    when = EPOCH - rng.randrange(DAY, 50 * DAY)
    nameless = {"firstName": None, "lastName": None}
    way = rng.randrange(4)
    if way == 0:
        instagram = {"ids": ids, "displayName": shown, "handle": person.handle}
        return record(world, person, {"email"}, when, "Identified", **nameless, instagramId=instagram)
    if way == 1:
        return record(world, person, (), when, "Identified", **nameless, whatsAppId=whatsapp(person))
    if way == 2:
        facebook = {"ids": ids, "displayName": shown}
        return record(world, person, {"cell"}, when, "Identified", **nameless, facebookId=facebook)
    return told_in_a_note(world, person, when, {"ids": ids, "displayName": shown, "handle": person.handle})


def told_in_a_note(world: World, person: Person, when: int, instagram: dict[str, Any]) -> Seeded:
    seeded = record(world, person, (), when, "Ephemeral", firstName=None, lastName=None, instagramId=instagram)
    note(world, seeded, f"Says she or he is {person.first} {person.last}, asks for a mail to {person.email}.")
    return seeded


def anonymous_unknown(world: World) -> Episode:
    """A social id of which nothing else can be known."""
    rng = world.rng
    person = world.person()
    ids = [{"scopedId": str(rng.randrange(10**15, 10**16))}]
    nickname = f"{rng.choice(('sunny', 'captain', 'night', 'star', 'mr', 'queen'))}_{rng.randrange(10**5)}"
    when = EPOCH - rng.randrange(DAY, 50 * DAY)
    social: dict[str, Any] = {"instagramId": {"ids": ids, "displayName": nickname, "handle": nickname}}
    if world.chance(0.4):
        social = {"facebookId": {"ids": ids, "displayName": nickname}}
    elif world.chance(0.3):
        social = {"twitterId": {"id": ids[0]["scopedId"], "screenName": nickname}}
    found = record(world, person, (), when, "Ephemeral", firstName=None, lastName=None, **social)
    return episode(Trap.ANONYMOUS_UNKNOWN, [found], "apart")
