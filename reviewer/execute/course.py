"""The course of a plan of single calls: in what order its steps are brought to their ends, and how it ends."""

from typing import Protocol

from reviewer.execute.approval import Approval
from reviewer.store.operations import Operation


class Course(Protocol):
    """One for each kind of plan; ``courses.py`` makes them."""

    async def changed(self, approval: Approval) -> str:
        """What is not as it was approved beyond the contacts' own records, in words; empty if all is.

        Asked just before the first call of a staged operation, which then ends as void. Raises ``ApiError``.
        """
        ...

    async def is_reached(self, approval: Approval) -> bool:
        """Whether what the plan is for is so already: a restored backup may hold as staged what was carried out."""
        ...

    async def go_on(self, operation: Operation, approval: Approval) -> bool:
        """Bring what is left of the plan to its end, and end the operation.

        Safe to be called again after a crash at any point. False if whether a step took effect is not known yet: the
        operation is *unclear* then, and has not ended. Raises as ``SingleCalls.bring``, but for its own two.
        """
        ...
