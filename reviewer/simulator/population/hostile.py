"""Names that are written to harm: markup, terminal sequences, invisible and reordering characters, formulas."""

from reviewer.simulator.population.records import record
from reviewer.simulator.population.seeded import Case, Episode, Trap, episode
from reviewer.simulator.population.world import World

NAMES = (
    ("[/x]", "Markup"),
    ("[@click=app.quit]x[/]", "Clicker"),
    ("\x1b[2J\x1b[31mRed", "Escape"),
    ("\x1b]8;;https://evil.example\x07link\x1b]8;;\x07", "Linker"),
    ("\u202egnp.exe", "Override"),
    ("Zero\u200b\u200bWidth", "Spa\u2060ced"),
    ("Z" + "\u0351\u0304\u0300\u0316" * 12 + "algo", "Stacked"),
    ("Two\nLines", "New\r\nLine"),
    ("=cmd|'/C calc'!A0", "Formula"),
    ('@SUM(1+1)*cmd|" /C calc"', "+Plus"),
    ("Bell\x07\x08\x08", "Control\x00"),
    ("Hangul\u3164\u115f", "Filler\u2800"),
    ("'; DROP TABLE contacts; --", "Tables"),
    ("<script>alert(1)</script>", "{{7*7}}"),
)


def hostile_name(world: World) -> Episode:
    """One person with one of these names."""
    return named(world, world.rng.randrange(len(NAMES)))


def every_hostile_name(world: World) -> Episode:
    """One person for each name."""
    found = [named(world, index) for index in range(len(NAMES))]
    cases: list[Case] = [case for one in found for case in one.all_cases()]
    return Episode([seeded for one in found for seeded in one.seeded], cases=cases)


def named(world: World, index: int) -> Episode:
    first, last = NAMES[index]
    found = record(world, world.person(), {"cell", "email", "address"}, firstName=first, lastName=last)
    return episode(Trap.HOSTILE_TEXT, [found], "apart")
