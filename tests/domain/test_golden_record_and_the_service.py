"""What is promised is what the organisation's own handlers make of what is sent, under every setting of its knobs.

Both come from one reference, so this shows that they agree; a wrong belief about the service itself is found by the
check of its answer at execution. Ten thousand merges with picks are drawn from fixed seeds; a failure names its seed.
"""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewer.domain import golden_record as golden
from reviewer.domain import merge_set, plan, service_rule, slots
from reviewer.domain import merged_identifiers as told
from reviewer.simulator import identifiers, merge, patch, resolution
from reviewer.simulator.claims import Claims
from tests.domain.merging import Embedded
from tests.domain.promising import Checked, check_promise, check_rule

PROMISES, LIMITS, RULES = 9_000, 1_000, 2_000
"""Generated merges: with picks and steps, around the limits, and by the rule alone."""

SHARES = 10
"""Parts that a run is cut into, so that several processes share it."""


def run(check: Callable[..., None], first: int, count: int, **how: Any) -> Checked:
    """Check the merges of these seeds."""
    embedded, met = Embedded(), Checked()
    for seed in range(first, first + count):
        try:
            check(embedded, Random(seed), met, **how)
        except AssertionError as difference:
            raise AssertionError(f"seed {seed}: {difference}") from difference
    embedded.organization.state.close()
    return met


@pytest.mark.parametrize("share", range(SHARES))
def test_what_is_sent_yields_what_was_promised(share: int) -> None:
    count = PROMISES // SHARES
    met = run(check_promise, share * count, count)
    assert met.merges > count * 0.9 and min(met.removing, met.releasing, met.promised, met.left_open) > count / 2


@pytest.mark.parametrize("share", range(SHARES))
def test_the_plan_refuses_what_the_service_refuses_and_nothing_else(share: int) -> None:
    count = LIMITS // SHARES
    met = run(check_promise, share * count, count, limits=True)
    assert met.merges > count / 4 and met.refused > count / 10 and met.twice > count / 10


@pytest.mark.parametrize("share", range(SHARES // 5))
def test_the_rule_alone_predicts_the_result_and_what_it_owns(share: int) -> None:
    count = RULES * 5 // SHARES
    assert run(check_rule, share * count, count).merges > count * 0.8


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(rng=st.randoms(use_true_random=False), limits=st.booleans())
def test_a_difference_is_found_and_shrunk(rng: Random, limits: bool) -> None:
    check_promise(Embedded(), rng, Checked(), limits=limits)
    check_rule(Embedded(), rng, Checked())


def _keeps(*_: Any) -> None:
    """Nothing is moved."""


_resolved, _place, _overflow = resolution.resolved, slots.place, resolution.overflow
_newest_first, _owned = service_rule.newest_first, service_rule.owned
_rounds = merge_set.rounds

MUTATIONS: dict[str, tuple[Any, str, Any, Callable[..., None]]] = {
    "service: the oldest wins": (
        merge, "resolved", lambda newest, override, knobs: _resolved(newest[::-1], override, knobs), check_rule),
    "service: no overflow": (resolution, "overflow", lambda *_: None, check_rule),
    "service: overflow from the oldest": (
        resolution, "overflow", lambda r, ranked, s, k: _overflow(r, list(ranked)[::-1], s, k), check_rule),
    "service: the override loses": (
        merge, "resolved", lambda newest, override, knobs: _resolved([*newest, override], {}, knobs), check_promise),
    "service: lists are not joined": (
        resolution, "joined_list", lambda name, newest, override, knobs: newest[0].get(name) or [], check_promise),
    "service: claims are not moved": (Claims, "move", _keeps, check_promise),
    "service: a smaller merge set": (merge, "MOST", 24, check_promise),
    "service: divisions may mix": (merge, "check_division", lambda *_: None, check_promise),
    "service: a field is not removed": (patch, "without", lambda held, name: dict(held), check_promise),
    "service: emails are not claimed": (identifiers, "EMAILS", (), check_promise),
    "program: the oldest wins": (
        service_rule, "newest_first", lambda contacts: _newest_first(contacts)[::-1], check_rule),
    "program: no overflow": (service_rule, "_fill", lambda *_: None, check_rule),
    "program: another cap": (service_rule, "LIST_CAP", 9, check_rule),
    "program: everything is claimed": (
        service_rule, "owned", lambda members, held, elsewhere, rule: _owned(members, held, (), rule), check_rule),
    "program: nothing goes along": (
        golden, "place", lambda *given: _place(*given)._replace(carried={}), check_promise),
    "program: lists are not set again": (golden, "LIST_PATHS", (), check_promise),
    "program: nothing is removed": (plan, "_removing", lambda _: [], check_promise),
    "program: nothing is released": (plan, "_releasing", lambda *_: [], check_promise),
    "program: 26 contacts": (merge_set, "MOST_MEMBERS", 26, check_promise),
    "program: a larger merge set": (merge_set, "MERGE_SET_LIMIT", 53, check_promise),
    "program: a smaller merge set": (merge_set, "MERGE_SET_LIMIT", 51, check_promise),
    "program: the head is left behind": (
        plan, "rounds", lambda ids: [ids[:25], ids[25:]] if len(ids) > 26 else _rounds(ids), check_promise),
    "program: divisions may mix": (plan, "_check_standing", lambda _: None, check_promise),
    "program: every field is a claim": (
        told, "_judged", lambda one, ids, field, *_: told.MergedIdentifier(
            one, ids, field, told.Standing.FIELD, told.Ownership.SURE, ()), check_promise),
}  # fmt: skip
"""What is broken → where it stands, its name there, what it becomes, the check that has to notice."""


@pytest.mark.parametrize("broken", MUTATIONS)
def test_each_broken_rule_is_noticed(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place, name, becomes, check = MUTATIONS[broken]
    monkeypatch.setattr(place, name, becomes)
    if name == "owned":
        monkeypatch.setattr("tests.domain.promising.owned", becomes)
    with pytest.raises(AssertionError, match="seed"):
        run(check, 0, 300)
        if check is check_promise:
            run(check, 0, 300, limits=True)
