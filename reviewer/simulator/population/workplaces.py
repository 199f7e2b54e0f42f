"""Identifiers that belong to a firm or to nobody in particular."""

from dataclasses import replace

from reviewer.simulator.population.records import record
from reviewer.simulator.population.seeded import Episode, Trap, episode
from reviewer.simulator.population.world import DAY, EPOCH, World, slug

FIRMS = (
    *("nordwind-logistik", "harbor-freight", "bluebird-travel", "atelier-lumiere", "mueller-bau", "greenfield-dental"),
    *("oakwood-legal", "sunrise-bakery", "kestrel-software", "rhone-transport", "whitby-marine", "falken-apotheke"),
)
TITLES = ("Buyer", "Office Manager", "Engineer", "Accountant", "Receptionist", "Head of Sales", "Technician", None)
ROLES = ("info", "office", "sales", "kontakt", "contact")
PLACEHOLDER_EMAIL = "test@example.com"
PLACEHOLDER_PHONE = {
    "display": "+1 212-555-0100",
    "userInput": "212-555-0100",
    "e164": "+12125550100",
    "countryCode": "US",
}


def domain(world: World) -> str:
    return f"{world.rng.choice(FIRMS)}-{world.rng.randrange(10**6)}.example"


def switchboard(world: World) -> Episode:
    """Many employees on one number."""
    staff = world.strangers(world.rng.randrange(5, 9))
    firm, number = domain(world), world.phone(staff[0].country, mobile=False)
    records = [
        record(
            world,
            person,
            {"dob"} if world.chance(0.2) else (),
            workPhone=number,
            workEmail=f"{slug(person.first)}.{slug(person.last)}@{firm}",
            title=world.rng.choice(TITLES),
        )
        for person in staff
    ]
    return episode(Trap.SWITCHBOARD, records, "apart")


def role_mailbox(world: World) -> Episode:
    """Several persons who all wrote from info@ or office@."""
    mailbox = f"{world.rng.choice(ROLES)}@{domain(world)}"
    staff = world.strangers(world.rng.randrange(3, 5))
    records = [record(world, person, {"cell"} if world.chance(0.7) else (), workEmail=mailbox) for person in staff]
    return episode(Trap.ROLE_MAILBOX, records, "apart")


def recycled_number(world: World) -> Episode:
    """A number that its old owner gave up, and that the provider gave to a stranger."""
    old, new = world.strangers(2)
    new = replace(new, cell=old.cell)
    records = [
        record(world, old, {"cell", "email", "dob"}, EPOCH - world.rng.randrange(550, 729) * DAY),
        record(world, new, {"cell", "email", "address"}, EPOCH - world.rng.randrange(2, 120) * DAY),
    ]
    return episode(Trap.RECYCLED_NUMBER, records, "apart")


def mistaken_crm_id(world: World) -> Episode:
    """An agent copied the CRM id of somebody else."""
    right, wrong = world.strangers(2)
    wrong = replace(wrong, crm_id=right.crm_id)
    records = [record(world, right, {"crm", "cell", "dob"}), record(world, wrong, {"crm", "email", "dob"})]
    return episode(Trap.MISTAKEN_CRM_ID, records, "apart")


def placeholders(world: World) -> Episode:
    """Strangers who share what agents type when they know nothing."""
    strangers = world.strangers(4)
    born = {"dateOfBirth": "1900-01-01"}
    records = [
        record(world, strangers[0], {"cell"}, customFields=born, personalEmail=PLACEHOLDER_EMAIL),
        record(world, strangers[1], {"cell"}, customFields=born, personalEmail=PLACEHOLDER_EMAIL),
        record(world, strangers[2], {"email"}, customFields=born, cellPhone=PLACEHOLDER_PHONE),
        record(world, strangers[3], {"email"}, customFields=born, cellPhone=PLACEHOLDER_PHONE),
    ]
    return episode(Trap.PLACEHOLDER, records, "apart")
