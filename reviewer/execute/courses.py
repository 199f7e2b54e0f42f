"""Which plans are made of single calls, and the course that each takes; a merge takes none of these."""

from collections.abc import Callable
from dataclasses import dataclass

from reviewer.domain.plan import StepKind
from reviewer.execute.compensating import Compensating
from reviewer.execute.course import Course
from reviewer.execute.creating import Creating
from reviewer.execute.field_step import Setting
from reviewer.execute.identifier_steps import Claiming, Releasing
from reviewer.execute.index_lag import IndexLag
from reviewer.execute.journaling import Journal
from reviewer.execute.linking import Linking
from reviewer.execute.mirror import Mirror
from reviewer.execute.single_calls import SingleCalls
from reviewer.execute.step_work import StepWork
from reviewer.genesys.client import GenesysClient


@dataclass(frozen=True)
class Means:
    """What a course works with.

    ``held_back`` says why nothing may be sent now, ``not_begun`` why the first call of an operation may not; empty if
    it may.
    """

    client: GenesysClient
    journal: Journal
    mirror: Mirror
    lag: IndexLag
    held_back: Callable[[], str]
    not_begun: Callable[[int], str]

    @property
    def calls(self) -> SingleCalls:
        """The engine, with all kinds of steps."""
        return SingleCalls(self.client, self.journal, _works(self), self.held_back, self.not_begun)


def _works(means: Means) -> dict[StepKind, StepWork]:
    client, lag = means.client, means.lag
    return {
        StepKind.CLAIM: Claiming(client, lag),
        StepKind.CLAIM_BACK: Claiming(client, lag, act="claimed back"),
        StepKind.RELEASE: Releasing(client),
        StepKind.SET: Setting(client),
        StepKind.CREATE: Creating(client, means.journal.database, lag),
    }


def _linking(means: Means) -> Course:
    return Linking(means.client, means.calls, means.mirror, means.lag)


def _compensating(means: Means) -> Course:
    return Compensating(means.client, means.calls, means.mirror, means.lag)


_COURSES: dict[str, Callable[[Means], Course]] = {"link": _linking, "compensate": _compensating}


def course_of(kind: str, means: Means) -> Course | None:
    """The course of a decision of this kind; None for merges."""
    made = _COURSES.get(kind)
    return made(means) if made else None
