"""How much of what a population holds."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from reviewer.simulator.population import channels, hostile, households, variants, workplaces
from reviewer.simulator.population.records import record, some_parts
from reviewer.simulator.population.seeded import Episode
from reviewer.simulator.population.world import World

Maker = Callable[[World], Episode]


class Share(NamedTuple):
    """Episodes of one kind: the share of all contacts that they make up, and how many contacts one has on average."""

    maker: Maker
    percent: float
    contacts: float


def ordinary(world: World) -> Episode:
    """Somebody of whom there is one record."""
    return Episode([record(world, world.person(), some_parts(world))])


SHARES = (
    Share(channels.with_anchor, 7.0, 2.35),
    Share(channels.without_anchor, 5.0, 2.35),
    Share(channels.race, 2.5, 2),
    Share(channels.same_crm_id, 1.8, 2),
    Share(channels.two_crm_ids, 0.8, 2),
    Share(channels.anonymous_findable, 2.4, 2),
    Share(channels.anonymous_unknown, 2.5, 1),
    Share(variants.nickname, 1.8, 2),
    Share(variants.typo, 2.4, 2),
    Share(variants.swapped_names, 0.8, 2),
    Share(variants.married_name, 1.2, 2),
    Share(variants.other_script, 1.2, 2),
    Share(households.partners, 5.0, 2),
    Share(households.parent_and_child, 3.0, 2),
    Share(households.father_and_son, 0.8, 2),
    Share(households.twins, 0.6, 2),
    Share(households.namesakes_with_crm_ids, 0.5, 2),
    Share(workplaces.switchboard, 4.0, 6.5),
    Share(workplaces.role_mailbox, 1.5, 3.5),
    Share(workplaces.recycled_number, 1.0, 2),
    Share(workplaces.mistaken_crm_id, 0.3, 2),
    Share(workplaces.placeholders, 0.8, 4),
    Share(hostile.hostile_name, 0.3, 1),
)
OF_ALL_KINDS: dict[Maker, Maker] = {
    variants.other_script: variants.every_script,
    hostile.hostile_name: hostile.every_hostile_name,
}


def episodes(world: World, size: int) -> Iterator[Episode]:
    """Episodes of ``size`` contacts in all: each trap in each of its kinds, then all in their shares, then the rest."""
    room = size
    made = Counter[Maker]()
    for share in SHARES:
        found = OF_ALL_KINDS.get(share.maker, share.maker)(world)
        made[share.maker] = len(found.all_cases())
        room -= len(found.seeded)
        yield found
    for share in SHARES:
        for _ in range(round(size * share.percent / 100 / share.contacts) - made[share.maker]):
            found = share.maker(world)
            if len(found.seeded) <= room:
                room -= len(found.seeded)
                yield found
    for _ in range(room):
        yield ordinary(world)
