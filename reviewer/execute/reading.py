"""Reading the members afresh, unredirected, and what their state says about a merge."""

import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from reviewer.domain.answer import merged_from
from reviewer.domain.contact import contact_from
from reviewer.domain.fields import content_hash
from reviewer.domain.wire import JsonObject, decode_object
from reviewer.execute.faults import CannotTellError, ends_the_run
from reviewer.execute.shared_reads import Reads
from reviewer.genesys.errors import ApiError, NotFound


class Reading(NamedTuple):
    """The members as the service has them now: found records by id, their bytes, ids that it does not know.

    ``at`` is when the answer came, in seconds on the monotonic clock.
    """

    records: dict[str, JsonObject]
    raw: dict[str, bytes]
    gone: tuple[str, ...]
    at: float

    def merged_into(self) -> dict[str, str]:
        """Member id → the contact it was merged into, for those that were merged."""
        found = {}
        for id_, record in self.records.items():
            target = (record.get("mergedTo") or {}).get("id")
            if target:
                found[id_] = str(target)
        return found


async def read_members(client: Reads, ids: Sequence[str]) -> Reading:
    """Read contacts without redirection.

    Raises ``CannotTellError`` if one of them cannot be read for another reason than that it is gone, ``ApiError``
    if none can.
    """
    answer = await client.bulk_unresolved(ids)
    at = time.monotonic()
    gone = []
    for id_, failure in answer.failed.items():
        if failure.status != 404:
            said = " ".join(filter(None, (str(failure.status or ""), failure.code, failure.message)))
            raise CannotTellError(f"{id_} cannot be read ({said})")
        gone.append(id_)
    raw = {id_: answer.found[id_] for id_ in ids if id_ in answer.found}
    return Reading({id_: as_contact(body) for id_, body in raw.items()}, raw, tuple(gone), at)


def as_contact(body: bytes) -> JsonObject:
    """The decoded contact. Raises ``CannotTellError`` for a body that is none."""
    try:
        record = decode_object(body)
        contact_from(record)
        content_hash(record)  # may find it nested too deeply, and later would be too late
    except (ValueError, RecursionError) as error:
        raise CannotTellError(f"the service answered with something that is no contact ({error})") from error
    return record


class Verdict(NamedTuple):
    """What reading tells of a merge: ``ours``, ``elsewhere``, ``some``, ``none`` or ``gone``.

    ``canonical`` is the merged contact's bytes where all members lead to one that still exists; ``heads`` are the
    living contacts that merged members lead to where they do not, by member, as far as they can be read.
    """

    state: str
    canonical: bytes | None
    sentence: str
    heads: Mapping[str, bytes] = {}


async def merge_state(client: Reads, reading: Reading, ids: Sequence[str]) -> Verdict:
    """Whether exactly our merge took effect, somebody else's did, only some were merged, or none.

    Raises as ``read_members``.
    """
    if reading.gone:
        return Verdict("gone", None, f"the service does not know {', '.join(reading.gone)} any more")
    merged = reading.merged_into()
    if not merged:
        return Verdict("none", None, "none of the contacts is merged")
    targets = set(merged.values())
    if len(merged) < len(ids) or len(targets) > 1:
        return _on_several_ways(merged, await _heads(client, list(merged)), len(ids))
    target = targets.pop()
    canonical = await _canonical(client, target)
    if canonical is None:
        return Verdict("elsewhere", None, f"merged into {target}, which the service does not know any more")
    ours = merged_from(decode_object(canonical)) == set(ids)
    sentence = f"merged into {target}" if ours else f"merged into {target} together with others"
    return Verdict("ours" if ours else "elsewhere", canonical, sentence)


def _on_several_ways(merged: Mapping[str, str], heads: Mapping[str, bytes], members: int) -> Verdict:
    """Some were merged, or all into different contacts: others did that, even where those became one in the end."""
    living = {str(as_contact(body)["id"]) for body in heads.values()}
    if len(heads) < members or len(living) > 1:
        return Verdict("some", None, _told(merged), heads)
    return Verdict("elsewhere", next(iter(heads.values())), f"{_told(merged)}: all of that is {living.pop()} now")


async def _heads(client: Reads, ids: Sequence[str]) -> dict[str, bytes]:
    try:
        return dict((await client.bulk_contacts(ids)).found)
    except ApiError as error:
        if ends_the_run(error):
            raise
        return {}  # the mirror follows with the next sync


async def _canonical(client: Reads, target: str) -> bytes | None:
    try:
        body = await client.unresolved(target)
    except NotFound:
        return None
    except ApiError as error:
        if ends_the_run(error):
            raise
        raise CannotTellError(f"the contact {target}, which they were merged into, cannot be read: {error}") from error
    as_contact(body)
    return body


def _told(merged: Mapping[str, str]) -> str:
    return "meanwhile " + ", ".join(f"{id_} was merged into {target}" for id_, target in sorted(merged.items()))
