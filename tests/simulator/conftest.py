"""An empty organisation and a caller of it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from reviewer.simulator.knobs import Knobs
from reviewer.simulator.organization import Organization
from reviewer.simulator.state import State
from tests.simulator.api import SOURCE, Api


@pytest.fixture
def organization() -> Iterator[Organization]:
    state = State()
    empty = Organization(state, knobs=Knobs(rate_limit=None))
    empty.sources.add(SOURCE, "CRM", "https://crm.example/{{externalId.value}}")
    yield empty
    state.close()


@pytest.fixture
async def api(organization: Organization) -> AsyncIterator[Api]:
    caller = Api(organization)
    yield caller
    await caller.client.aclose()
