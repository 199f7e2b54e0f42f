"""Reading the merge sets back from the organisation, and holding them against who is who."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from reviewer.domain.wire import decode_object
from reviewer.genesys.client import GenesysClient


class TrapLine(NamedTuple):
    """One kind of trap: how many the population holds, how many ended rightly, how many were put together whole.

    ``meaning`` says what right means here.
    """

    kind: str
    there: int
    right: int
    together: int
    meaning: str


class Findings(NamedTuple):
    """What the organisation looks like afterwards.

    ``joined`` lists merge sets that hold two persons; ``certain`` and ``merged`` count certain duplicates.
    """

    merge_sets: int
    joined: tuple[tuple[str, ...], ...]
    certain: int
    merged: int
    traps: tuple[TrapLine, ...]
    missing: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether no merge joined two persons, no trap is missing and half of the certain duplicates are merged."""
        return not self.joined and not self.missing and 2 * self.merged >= self.certain > 0


async def read_heads(client: GenesysClient, ids: Iterable[str]) -> dict[str, str]:
    """Contact id → the living contact that the organisation leads it to today."""
    answer = await client.bulk_contacts(ids)
    return {id_: str(decode_object(body)["id"]) for id_, body in answer.found.items()}


def findings(truth: Mapping[str, Any], heads: Mapping[str, str], kinds: Mapping[str, str]) -> Findings:
    """Compare the heads of merge trees with the truth; ``kinds`` (kind → in words) are the traps that must be there."""
    persons: Mapping[str, str] = truth["persons"]
    sets = _merge_sets(heads)
    joined = tuple(tuple(ids) for ids in sets if len({persons[id_] for id_ in ids if id_ in persons}) > 1)
    certain: list[list[str]] = truth["certain_duplicates"]
    present = {trap["kind"] for trap in truth["traps"]}
    return Findings(
        merge_sets=len(sets),
        joined=joined,
        certain=len(certain),
        merged=sum(len({heads.get(id_) for id_ in ids}) == 1 for ids in certain),
        traps=tuple(
            _trap_line(words, [trap for trap in truth["traps"] if trap["kind"] == kind], persons, heads, sets)
            for kind, words in kinds.items()
        ),
        missing=tuple(words for kind, words in kinds.items() if kind not in present),
    )


def _merge_sets(heads: Mapping[str, str]) -> list[list[str]]:
    by_head: dict[str, list[str]] = {}
    for id_, head in heads.items():
        by_head.setdefault(head, []).append(id_)
    return [ids for ids in by_head.values() if len(ids) > 1]


def _trap_line(
    words: str,
    cases: Sequence[Mapping[str, Any]],
    persons: Mapping[str, str],
    heads: Mapping[str, str],
    sets: Sequence[Sequence[str]],
) -> TrapLine:
    wanted = bool(cases) and all(case["expect"] == "together" for case in cases)
    mixed = {id_ for ids in sets if len({persons.get(one) for one in ids}) > 1 for id_ in ids}
    right = together = 0
    for case in cases:
        alone = mixed.isdisjoint(case["contacts"])
        as_one = len(case["contacts"]) > 1 and len({heads.get(id_) for id_ in case["contacts"]}) == 1
        together += as_one
        right += alone and (as_one or not wanted)
    meaning = "merged as one person" if wanted else "no two persons joined"
    return TrapLine(words, len(cases), right, together, meaning)
