"""What the rules say now of the contacts of an approval: its verdict and factors are part of what was approved."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from reviewer.domain.group_evidence import spanning, verdict_of_group
from reviewer.store import contacts, pairs
from reviewer.store.database import Database


class Judgement(NamedTuple):
    """The verdict on contacts as one candidate, and the factors of the weakest link that holds them together."""

    verdict: str
    factors: tuple[str, ...]


def judged_now(database: Database, ids: Sequence[str]) -> Judgement | None:
    """How the pairs among these contacts are judged as they stand.

    None while one of them waits to be judged again (its contact changed, or another tool suspects it), and where no
    pair is left: then there is nothing that speaks otherwise than when it was approved.
    """
    numbers = [contact.number for contact in contacts.by_ids(database, ids).values()]
    inside = pairs.between(database, numbers)
    if not inside or any(pair.source != "detect" for pair in inside):
        return None
    told = json.loads(spanning(numbers, inside).links[0].reasons or "{}")
    return Judgement(verdict_of_group(numbers, inside), tuple(told.get("factors", ())))
