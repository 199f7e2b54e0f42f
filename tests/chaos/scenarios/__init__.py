"""What is approved in a trial: one kind of plan each, in a file of its own. A new kind is one more line here."""

from collections.abc import Sequence

from tests.chaos.scenarios.compensation import Compensation
from tests.chaos.scenarios.free_identity import FreeIdentity
from tests.chaos.scenarios.group import Group
from tests.chaos.scenarios.moved_identity import MovedIdentity
from tests.chaos.scenarios.pair import Pair
from tests.chaos.scenarios.removal import Removal
from tests.chaos.scenarios.scenario import Scenario
from tests.chaos.scenarios.several import Several
from tests.chaos.scenarios.stitch import Stitch

SCENARIOS: Sequence[Scenario] = (
    Pair(),
    Several(),
    Removal(),
    Stitch(),
    Group(),
    FreeIdentity(),
    MovedIdentity(),
    Compensation(),
)

BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
