"""Reading the members afresh, unredirected, and what their state says about a merge."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from reviewer.domain.answer import merged_from
from reviewer.domain.wire import JsonObject, decode_object
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.errors import BadAnswer


class Reading(NamedTuple):
    """The members as the service has them now: found records by id, their bytes, ids that it does not know."""

    records: dict[str, JsonObject]
    raw: dict[str, bytes]
    gone: tuple[str, ...]

    def merged_into(self) -> dict[str, str]:
        """Member id → the contact it was merged into, for those that were merged."""
        found = {}
        for id_, record in self.records.items():
            target = (record.get("mergedTo") or {}).get("id")
            if target:
                found[id_] = str(target)
        return found


async def read_members(client: GenesysClient, ids: Sequence[str]) -> Reading:
    """Read contacts without redirection.

    Raises ``ApiError``: also if the service refuses one of them for another reason than that it is gone.
    """
    answer = await client.bulk_unresolved(ids)
    gone = []
    for id_, failure in answer.failed.items():
        if failure.status != 404:
            raise BadAnswer(failure.status, failure.code, failure.message, "", f"reading {id_}")
        gone.append(id_)
    raw = {id_: answer.found[id_] for id_ in ids if id_ in answer.found}
    return Reading({id_: decode_object(body) for id_, body in raw.items()}, raw, tuple(gone))


class Verdict(NamedTuple):
    """What reading tells of a merge: ``ours``, ``elsewhere``, ``some``, ``none`` or ``gone``.

    ``canonical`` is the merged contact's bytes where all members lead to one.
    """

    state: str
    canonical: bytes | None
    sentence: str


async def merge_state(client: GenesysClient, reading: Reading, ids: Sequence[str]) -> Verdict:
    """Whether exactly our merge took effect, somebody else's did, only some were merged, or none."""
    if reading.gone:
        return Verdict("gone", None, f"the service does not know {', '.join(reading.gone)} any more")
    merged = reading.merged_into()
    if not merged:
        return Verdict("none", None, "none of the contacts is merged")
    targets = set(merged.values())
    if len(merged) < len(ids) or len(targets) > 1:
        return Verdict("some", None, _told(merged))
    target = targets.pop()
    canonical = await client.unresolved(target)
    ours = merged_from(decode_object(canonical)) == set(ids)
    sentence = f"merged into {target}" if ours else f"merged into {target} together with others"
    return Verdict("ours" if ours else "elsewhere", canonical, sentence)


def _told(merged: Mapping[str, str]) -> str:
    return "meanwhile " + ", ".join(f"{id_} was merged into {target}" for id_, target in sorted(merged.items()))
