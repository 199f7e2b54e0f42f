"""How the organisation stands towards what was promised, and towards what was before."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tests.chaos.acts import MERGING, Act
from tests.chaos.scenarios.scenario import Identity, Promised
from tests.chaos.truth import Truth, plain


class Before(NamedTuple):
    """What was so when it was approved: the contacts' fields by id, and whom each identifier led to."""

    fields: Mapping[str, Mapping[str, Any]]
    leads: Mapping[Identity, str | None]


def before(truth: Truth, promised: Promised) -> Before:
    """What is so now."""
    fields = {id_: plain(truth.contact(id_)) for id_ in promised.ids}
    return Before(fields, {one: truth.owner(*one) for one in (*promised.leads, *promised.free)})


def wanting(truth: Truth, promised: Promised, contact: str, *, also: Mapping[str, Any] | None = None) -> Iterator[str]:
    """Where the organisation is not as promised; ``contact`` is the one that came out of it.

    Values in ``also`` were written by somebody else: they may stand there beside the promised ones.
    """
    said = [(contact, promised.fields), *promised.stays.items()]
    for id_, fields in said:
        found = plain(truth.contact(id_))
        if found not in (dict(fields), {**fields, **(also or {})}):
            yield f"{id_} says {found}, promised was {dict(fields)}"
    for kind, value in promised.free:
        if owner := truth.owner(kind, value):
            yield f"{kind} {value} leads to {owner}"
    for kind, value in promised.leads:
        owner = truth.owner(kind, value)
        if owner is None or truth.head(owner) != truth.head(contact):
            yield f"{kind} {value} leads to {owner}"


def changed(truth: Truth, promised: Promised, then: Before, acts: set[Act]) -> Iterator[str]:
    """What is not as it was, but for what somebody else did."""
    if acts & {*MERGING}:
        return
    also = CHANGED if Act.CHANGES in acts else {}
    for id_, fields in then.fields.items():
        found = plain(truth.contact(id_))
        if found not in (dict(fields), {**fields, **also}) or truth.merged_into(id_):
            yield f"{id_} says {found}, and said {dict(fields)}"
    for (kind, value), owner in then.leads.items():
        now = truth.owner(kind, value)
        if now != owner and not (owner is None and Act.TAKES_IDENTITY in acts):
            yield f"{kind} {value} leads to {now}, and led to {owner}"


CHANGED = {"middleName": "Lou"}
"""What a colleague writes into a contact that they change."""
