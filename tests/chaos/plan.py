"""What happens in a trial, all of it drawn from the run's seed and the trial's number, so that it can be replayed."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tests.chaos.acts import Act
from tests.chaos.executing import SETTLE_SECONDS
from tests.chaos.scenarios import BY_NAME
from tests.chaos.scenarios.scenario import Scenario

Fault = dict[str, Any]


class Interruption(StrEnum):
    """What is done to the executor's process."""

    NONE = "not interrupted"
    KILLED = "killed at a boundary"
    KILLED_TWICE = "killed at a boundary, and again in recovery"
    KILLED_SOMEWHERE = "killed at any instant"
    KILLED_CLOCK = "killed at a boundary, and the clock set forward"
    STOPPED = "stopped at a boundary"
    STOPPED_LONG = "stopped at a boundary for longer than the settle time"
    STOPPED_SOMEWHERE = "stopped at any instant"


AT_BOUNDARY = frozenset(Interruption) - {
    Interruption.NONE,
    Interruption.KILLED_SOMEWHERE,
    Interruption.STOPPED_SOMEWHERE,
}
STOPS = frozenset({Interruption.STOPPED, Interruption.STOPPED_LONG, Interruption.STOPPED_SOMEWHERE})

SLOW_SECONDS, SHORT_TIMEOUT = 0.4, 0.15
"""An answer that comes so late, and a client that does not wait for it."""

LATEST_SECONDS = SETTLE_SECONDS * 0.6
"""The latest effect after a dropped request: within the settle time, as the design assumes."""

_WRITES: Mapping[str, Fault] = {
    "dropped after the effect": {"kind": "drop_after"},
    "dropped before the effect": {"kind": "drop_before"},
    "late effect": {"kind": "late"},
    "503 before the effect": {"kind": "error_before", "status": 503},
    "500 after the effect": {"kind": "error_after", "status": 500},
    "504 after the effect": {"kind": "error_after", "status": 504},
    "slower than the client waits": {"kind": "slow", "seconds": SLOW_SECONDS},
    "429": {"kind": "error_before", "status": 429},
    "token expired": {"kind": "token_expired"},
    "409": {"kind": "error_before", "status": 409},
    "answer cut off": {"kind": "truncated"},
    "page of a proxy": {"kind": "not_json"},
    "page of a proxy after the effect": {"kind": "not_json", "effect": True},
    "redirect": {"kind": "redirect"},
    "redirect after the effect": {"kind": "redirect", "effect": True},
}
_SOME_FAIL = "a read: some contacts fail"
_READS: Mapping[str, Fault] = {
    "a read: dropped": {"kind": "drop_before"},
    "a read: 503": {"kind": "error_before", "status": 503},
    "a read: slow": {"kind": "slow", "seconds": SLOW_SECONDS},
    "a read: cut off": {"kind": "truncated"},
    "a read: page of a proxy": {"kind": "not_json"},
    "a read: 429": {"kind": "error_before", "status": 429},
    "a read: redirect": {"kind": "redirect"},
    _SOME_FAIL: {"kind": "partial"},
}
NO_FAULT = "no fault"
FAULTS = (NO_FAULT, *_WRITES, *_READS)

CLAIM_CONFLICT = ("conflict", "steal")
MERGED_AGAIN = ("conflict", "bad_request", "resolve", "nothing")


@dataclass(frozen=True)
class Plan:
    """One trial. ``stop_at`` and ``again_at`` are boundaries (a number or a name), times are seconds."""

    number: int
    seed: int
    scenario: Scenario
    interruption: Interruption
    fault: str
    faults: Mapping[str, Fault]
    stop_at: int | str | None
    again_at: int
    act: Act
    merged_again: str
    claim_conflict: str
    """What the organisation does with a claim of what another contact has: refuses it, or lets it be taken away."""
    rival: bool
    """Whether a second executor is started while the first is stopped."""
    neighbour: bool
    """Whether another approval, of contacts that nobody disturbs, is carried out beside it."""
    instant: float
    pause: float

    @property
    def configuration(self) -> str:
        """The row of the table that it counts in."""
        return f"{self.interruption} × {self.fault}"

    @property
    def timeout(self) -> float:
        """How long the client waits for an answer."""
        return SHORT_TIMEOUT if "slow" in self.fault else 2.0

    def told(self) -> str:
        """All of it in one line."""
        where = f" ({self.stop_at})" if self.stop_at is not None else ""
        extras = f"{', a rival' if self.rival else ''}{', a neighbour' if self.neighbour else ''}"
        told = f"{self.scenario.name}: {self.interruption}{where}; {self.fault} {dict(self.faults)}; {self.act}"
        return f"{told}; merged_again={self.merged_again}, claim_conflict={self.claim_conflict}{extras}"


CONFIGURATIONS = tuple((interruption, fault) for fault in FAULTS for interruption in Interruption)


def plan(seed: int, number: int, lengths: Mapping[str, int], only: str = "") -> Plan:
    """The trial of a number. ``lengths`` is how many boundaries each scenario has where nothing goes wrong.

    Even trials go through every boundary of every scenario in turn, odd ones through the configurations. ``only``
    is a part of a configuration's name: then all trials are of those. Raises ``ValueError`` if there are none.
    """
    chance = random.Random(f"{seed}:{number}")
    if not only and number % 2 == 0:
        return _systematic(seed, number, lengths, chance)
    wanted = [one for one in CONFIGURATIONS if only in f"{one[0]} × {one[1]}"]
    if not wanted:
        raise ValueError(
            f"no configuration is called {only!r}; there are {' / '.join(Interruption)} × {' / '.join(FAULTS)}"
        )
    turn = number if only else number // 2
    interruption, fault = wanted[turn % len(wanted)]
    scenario = BY_NAME[chance.choice(sorted(lengths))]
    stop_at = chance.randint(1, lengths[scenario.name]) if interruption in AT_BOUNDARY else None
    return _drawn(seed, number, scenario, interruption, fault, stop_at, lengths, chance, acts=0.5)


def systematic(lengths: Mapping[str, int]) -> Sequence[tuple[Scenario, int, Interruption]]:
    """Every boundary of every scenario, killed there and stopped there."""
    return [
        (scenario, boundary, interruption)
        for scenario in map(BY_NAME.__getitem__, lengths)
        for boundary in range(1, lengths[scenario.name] + 1)
        for interruption in (Interruption.KILLED, Interruption.STOPPED)
    ]


def _systematic(seed: int, number: int, lengths: Mapping[str, int], chance: random.Random) -> Plan:
    every = systematic(lengths)
    around, place = divmod(number // 2, len(every))
    scenario, boundary, interruption = every[place]
    fault = NO_FAULT if around % 2 == 0 else chance.choice(FAULTS)
    return _drawn(seed, number, scenario, interruption, fault, boundary, lengths, chance, acts=0.3)


def _drawn(
    seed: int,
    number: int,
    scenario: Scenario,
    interruption: Interruption,
    fault: str,
    stop_at: int | str | None,
    lengths: Mapping[str, int],
    chance: random.Random,
    *,
    acts: float,
) -> Plan:
    acting = interruption is not Interruption.NONE and chance.random() < acts
    return Plan(
        number=number,
        seed=seed,
        scenario=scenario,
        interruption=interruption,
        fault=fault,
        faults=faults_of(scenario, fault, chance),
        stop_at=stop_at,
        again_at=chance.randint(1, lengths[scenario.name]),
        act=chance.choice(scenario.acts) if acting else Act.NOTHING,
        merged_again=MERGED_AGAIN[chance.randrange(len(MERGED_AGAIN))],
        rival=interruption in STOPS and chance.random() < 0.5,
        neighbour=chance.random() < 0.25,
        instant=chance.uniform(0.0, 0.2),
        pause=SETTLE_SECONDS * 1.3 if interruption is Interruption.STOPPED_LONG else chance.uniform(0.0, 0.1),
        claim_conflict=chance.choice(CLAIM_CONFLICT),
    )


def faults_of(scenario: Scenario, name: str, chance: random.Random) -> dict[str, Fault]:
    """The fault of a name, as the organisation is told of it: at one of the calls that the scenario makes."""
    if name == NO_FAULT:
        return {}
    reads = name in _READS
    fault = dict((_READS if reads else _WRITES)[name])
    if fault["kind"] == "late":
        fault["seconds"] = chance.uniform(0.05, LATEST_SECONDS)
    calls = scenario.reads if reads else scenario.writes
    place = chance.randrange(len(calls))
    if name == _SOME_FAIL:
        return {"bulk_unresolved": fault}
    fault["skip"] = chance.randrange(2) if reads else calls[:place].count(calls[place])
    return {calls[place]: fault}
