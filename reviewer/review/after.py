"""What a merge does, in sentences, before it is approved; and why a candidate came back."""

from collections.abc import Sequence

from reviewer.domain.fields import content, field_of, same
from reviewer.domain.golden_record import GoldenRecord, Why
from reviewer.domain.grouping import MAX_GROUP
from reviewer.domain.journal import State
from reviewer.domain.merge_set import MERGE_SET_LIMIT
from reviewer.domain.wire import JsonObject, decode_object
from reviewer.review.desk import Desk
from reviewer.store import decisions, derivation, operations, queue
from reviewer.store.contacts import StoredContact
from reviewer.store.queue import Candidate

_COUNTED = 1_000
"""From so many contacts on, those that hang together are not counted one by one."""


def sentences(
    desk: Desk,
    candidate: Candidate,
    members: Sequence[StoredContact],
    golden: GoldenRecord,
) -> tuple[str, ...]:
    """What will be: the new contact, what it keeps, which other candidates it touches."""
    said = [
        f"one new contact; these {len(members)} become its aliases, for good",
        f"kept: {_kept(golden)}",
    ]
    together = larger_group(desk, members)
    if together:
        said.insert(1, together)
    moved = [field_of(path).label for path, chosen in golden.fields.items() if chosen.why is Why.MOVED]
    if moved:
        said.append(f"moved to a free slot: {', '.join(moved)}")
    others = touched(desk, candidate.id, members)
    if others:
        said.append(f"{others} other {'candidate rests' if others == 1 else 'candidates rest'} on these contacts")
    return tuple(said)


def larger_group(desk: Desk, members: Sequence[StoredContact]) -> str:
    """That more contacts hang together with these than can become one person; else nothing."""
    together = derivation.hanging_together(desk.database, [member.number for member in members], _COUNTED)
    if together <= MAX_GROUP:
        return ""
    number = f"more than {_COUNTED - 1:,}" if together >= _COUNTED else f"{together:,}"
    return (
        f"a part of a larger group: {number} contacts hang together in all, and at most {MAX_GROUP} "
        f"can become one person: a merge set of {MERGE_SET_LIMIT} is the service's limit"
    )


def _kept(golden: GoldenRecord) -> str:
    phones = sum(1 for path in golden.fields if path.endswith("Phone"))
    emails = sum(1 for path in golden.fields if path.endswith("Email"))
    parts = [f"{len(golden.fields)} fields"]
    if phones:
        parts.append(f"{phones} phone{'s' if phones > 1 else ''}")
    if emails:
        parts.append(f"{emails} email{'s' if emails > 1 else ''}")
    return ", ".join(parts)


def touched(desk: Desk, candidate: int, members: Sequence[StoredContact]) -> int:
    """How many other open candidates these contacts are part of."""
    found = {number for member in members for number in queue.holding(desk.database, member.number)}
    return len(found - {candidate})


def mark_in_words(desk: Desk, candidate: Candidate, records: Sequence[JsonObject]) -> str:
    """The candidate's mark, with the fields that changed since the decision it names, or how its operation ended."""
    if candidate.mark.startswith("operation "):
        ended = operations.read(desk.database, int(candidate.mark.split()[1]))
        rejected = candidate.mark.endswith("was withdrawn")
        adds = ended.outcome and (rejected or ended.state not in (State.DONE, State.WITHDRAWN))
        return f"{candidate.mark}: {ended.outcome}" if adds else candidate.mark
    number = candidate.mark.rpartition(" ")[2]
    if not number.isdigit():
        return candidate.mark
    document = decode_object(decisions.read(desk.database, int(number)).document)
    then = {record["id"]: record for record in document.get("members", ())}
    changed = [label for record in records for label in _changed(then.get(record["id"]), record)]
    return f"{candidate.mark}: {', '.join(dict.fromkeys(changed)) or 'merged with another contact'}"


def _changed(before: JsonObject | None, record: JsonObject) -> list[str]:
    if before is None:
        return []
    return changed_fields(before, record)


def changed_fields(before: JsonObject, now: JsonObject) -> list[str]:
    """Labels of the fields whose values differ between two states of a contact."""
    old, new = content(before), content(now)
    paths = dict.fromkeys((*old, *new))
    return [field_of(path).label for path in paths if not same(path, old.get(path), new.get(path))]
