"""The question whether to send now: one operation, or all that is staged; it names the window that is passed over."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from reviewer.review import operations, stage
from reviewer.review.operations import Listing, OperationRow
from reviewer.tui.drawing.operations import counted_kinds, sending_words
from reviewer.tui.drawing.status import environment_words
from reviewer.tui.drawing.times import day_time
from reviewer.tui.lines import shown
from reviewer.tui.operation_prompts import SendPrompt

if TYPE_CHECKING:
    from reviewer.tui.screens.sending import Sending

_NAMED = 30
"""Operations that the question names one by one."""

Release = Callable[[Sequence[int], bool], None]
"""Takes the operations, and whether they are sent outside of the window."""


def send_question(workbench: "Sending", rows: Sequence[OperationRow] | None, release: Release) -> SendPrompt:
    """Ask of these rows, or of all that is staged as it is now: what comes later was not asked about."""
    desk = workbench.desk
    if rows is None:
        chosen = operations.numbers(desk, Listing.STAGED)
        rows = operations.rows(desk, Listing.STAGED, _NAMED)
        kinds, calls = stage.kinds(desk), stage.staging(desk).calls
    else:
        chosen = [row.operation for row in rows]
        kinds, calls = {rows[0].kind: len(rows)}, sum(row.calls for row in rows)
    opens_at = stage.staging(desk).opens_at
    outside = opens_at is not None
    window = (
        f"outside of the window {shown(desk.pace.windows.text)}, which opens {day_time(opens_at)}" if opens_at else ""
    )
    production = environment_words(workbench.surroundings) if workbench.surroundings.production else ""
    named = [sending_words(row) for row in rows]
    if len(chosen) > len(named):
        named.append(f"and {len(chosen) - len(named):,} more")
    return SendPrompt(counted_kinds(kinds), named, calls, production, window, lambda: release(chosen, outside))
