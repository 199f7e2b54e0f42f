"""The crosswalk: old id → the contact it leads to today, for the CRM and the warehouse that still hold old ids."""

from collections.abc import Iterator, Mapping

from reviewer.review.desk import Desk
from reviewer.store import crosswalk

COLUMNS = (
    "old_id", "canonical_id", "merged_at", "operation", "decision", "approved_by", "approved_at", "rung", "state",
    "recreated_as",
)  # fmt: skip
BY_OTHERS = "merged by others"


def rows(desk: Desk) -> Iterator[Mapping[str, object]]:
    """One row for each merged id. The canonical id follows merges of merges, those of others included.

    It is empty where the mirror knows no living contact, and the state then says why. Of a merge that others made no
    approval is known.
    """
    for alias in crosswalk.aliases(desk.database):
        made = alias.made
        state = made.state if made else BY_OTHERS
        yield {
            "old_id": alias.id,
            "canonical_id": alias.canonical,
            "merged_at": alias.merged_at,
            "operation": made.operation if made else "",
            "decision": made.decision if made else "",
            "approved_by": made.approved_by if made else "",
            "approved_at": made.approved_at if made else "",
            "rung": made.rung if made else "",
            "state": f"{state}; {alias.reason}" if alias.reason else state,
            "recreated_as": alias.recreated_as,
        }
