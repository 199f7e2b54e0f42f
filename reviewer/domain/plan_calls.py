"""The calls that carry a plan out, reads included: what a steward is told beforehand, and what a dry run prints.

It is the course where nothing is in the way, and at most these where nothing has to be asked twice: a look-up table of
the service that is behind, a read that fails in passing, or a search of many hits is asked again; and what is so
already (the service may let an identifier go with the field that is removed) is not done. Operations that are under
way together read their contacts together, which takes fewer calls.
"""

from collections.abc import Callable, Iterator, Sequence

from reviewer.domain.claims_read import ClaimsRead
from reviewer.domain.compensation_calls import compensation_calls
from reviewer.domain.link_calls import link_calls
from reviewer.domain.merge_calls import merge_calls
from reviewer.domain.plan import Step
from reviewer.domain.plan_call import PlanCall
from reviewer.domain.wire import JsonObject

Calls = Callable[[Sequence[JsonObject], Sequence[Step], ClaimsRead], Iterator[PlanCall]]
"""The calls of one kind of plan, of its members' records and its steps."""

_CALLS: dict[str, Calls] = {
    "merge": merge_calls,
    "stitch": merge_calls,
    "link": link_calls,
    "compensate": compensation_calls,
}
"""Kind of a decision → the calls of its plan."""


def plan_calls(
    kind: str, members: Sequence[JsonObject], steps: Sequence[Step], claims: ClaimsRead = ClaimsRead.OPEN
) -> list[PlanCall]:
    """Every call of a plan of this kind in its order, those that are made only if something is in the way at the end.

    ``members`` are the contacts as they were shown; ``claims`` says of which of them the executor reads the claims.
    """
    return list(_CALLS[kind](members, steps, claims))


def calls_needed(
    kind: str, members: Sequence[JsonObject], steps: Sequence[Step], claims: ClaimsRead = ClaimsRead.OPEN
) -> int:
    """How many calls a plan takes where nothing is in the way."""
    return sum(not call.only_if for call in plan_calls(kind, members, steps, claims))
