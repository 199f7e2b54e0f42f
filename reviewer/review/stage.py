"""The staging area: approvals that cool off before they are sent."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from reviewer.domain.forecast import forecast
from reviewer.domain.journal import State
from reviewer.review import operations as listed
from reviewer.review.desk import Desk
from reviewer.review.operations import Listing, OperationRow
from reviewer.store import api_rates, audit, line_stops, operation_lists, operations
from reviewer.store.api_rates import ApiRate
from reviewer.store.transaction import transaction

_PAGE = 200


class Staging(NamedTuple):
    """What is staged in sum, and when it will have been sent.

    ``rate`` is the executor's present one, if it calls the API now; ``per_minute`` are the calls that are reckoned
    with. ``begins_at`` and ``done_at`` hold if nothing comes between, and are None where nothing is staged or the
    line is stopped. ``window`` is the setting, ``zone`` whose clock it goes by; ``opens_at`` is when the next window
    opens, None while one is open.
    """

    operations: int
    calls: int
    rate: ApiRate | None
    per_minute: int
    begins_at: datetime | None
    done_at: datetime | None
    window: str
    zone: str
    opens_at: datetime | None
    line_stopped: bool


def staging(desk: Desk) -> Staging:
    """What is staged in sum. Costs the same however it is looked at: it is asked once for every change."""
    windows, moment = desk.pace.windows, desk.moment
    waiting = operation_lists.waiting(desk.database)
    rate = next((one for one in api_rates.current(desk.database, moment) if one.command == "execute"), None)
    allowed = rate.allowed if rate else None
    stopped = bool(line_stops.open_stops(desk.database))
    opening = windows.next_opening(moment)
    told = (
        forecast(waiting, moment, allowed=allowed, share_free=desk.pace.share_free, windows=windows)
        if waiting
        else None
    )
    known = told if told and not stopped else None
    return Staging(
        operations=waiting.operations if waiting else 0,
        calls=waiting.calls if waiting else 0,
        rate=rate,
        per_minute=told.per_minute if told else 0,
        begins_at=known.begins_at if known else None,
        done_at=known.done_at if known else None,
        window=windows.text,
        zone=str(windows.zone) if windows.rules else "",
        opens_at=None if opening == moment else opening,
        line_stopped=stopped,
    )


def kinds(desk: Desk) -> dict[str, int]:
    """Kind → how many operations of it are staged."""
    return operation_lists.staged_kinds(desk.database)


def next_send(desk: Desk) -> datetime | None:
    """When the next staged operation may be sent, as far as its cool-off and the windows go; None without one."""
    first = operations.next_send(desk.database)
    if first is None:
        return None
    at_any_hour = operation_lists.first_outside_window(desk.database)
    if first <= desk.moment and desk.pace.windows.is_open(desk.moment):
        return first
    in_window = desk.pace.windows.next_opening(max(first, desk.moment) if desk.pace.windows.rules else first)
    return min(in_window, at_any_hour) if at_any_hour else in_window


def staged(desk: Desk) -> list[OperationRow]:
    """What is staged, in the order in which it is due; names are record text."""
    return list(_all_staged(desk))


def _all_staged(desk: Desk) -> Iterator[OperationRow]:
    behind = None
    while found := listed.rows(desk, Listing.STAGED, _PAGE, behind=behind):
        yield from found
        behind = found[-1].key


def release(desk: Desk, numbers: Sequence[int] | None = None, *, outside_window: bool = False) -> int:
    """End the cool-off of these staged operations, or of all, now; returns how many may be sent at once.

    With ``outside_window`` they may be sent outside of the execution windows too.
    """
    with transaction(desk.database) as connection:
        chosen = [operation.id for operation in operations.in_states(desk.database, [State.STAGED])]
        if numbers is not None:
            wanted = set(numbers)
            chosen = [number for number in chosen if number in wanted]
        operations.release(connection, chosen, desk.moment, outside_window=outside_window)
        if chosen:
            audit.append(
                connection,
                at=desk.moment,
                steward=desk.steward.told,
                act="released",
                subject="staging",
                payload={
                    "operations": chosen,
                    **({"outside_window": desk.pace.windows.text} if outside_window else {}),
                },
            )
    return len(chosen)
