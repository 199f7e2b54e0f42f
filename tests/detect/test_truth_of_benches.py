"""What the benchmarks take for true, for unknowable, and for certain: measuring may not flatter anybody."""

import json
from typing import Any

import numpy as np
import pytest

from reviewer.detect.columns import columns_of_comparables
from tests.bench.detect import CERTAIN, guarded
from tests.bench.knowable import in_common, is_knowable
from tests.bench.quality import from_population
from tests.detect.people import person

NAMED: dict[str, Any] = {"firstName": "Maria", "lastName": "Schmidt"}
PHONE: dict[str, Any] = {"cellPhone": {"display": "+1 702-919-1300", "e164": "+17029191300"}}


@pytest.mark.parametrize(
    ("a", "b", "kinds"),
    [
        pytest.param({}, {}, set(), id="nothing"),
        pytest.param(NAMED, {"firstName": "M."}, {"name"}, id="a form of the name"),
        pytest.param(NAMED, {"instagramId": {"displayName": "Mia Schmidt", "ids": []}}, {"name"}, id="shown as a name"),
        pytest.param(NAMED, {"instagramId": {"displayName": "mschmidt99", "ids": []}}, set(), id="a handle"),
        pytest.param(PHONE, {"whatsAppId": {"phoneNumber": {"display": "17029191300"}}}, {"phone"}, id="WhatsApp"),
        pytest.param({"personalEmail": "A@b.example"}, {"workEmail": "a@B.example"}, {"email"}, id="email, any field"),
        pytest.param(
            {"externalIds": [{"value": "1"}, {"value": "2"}]},
            {"externalIds": [{"value": "2"}]},
            {"anchor"},
            id="anchor",
        ),
        pytest.param({"twitterId": {"id": "7"}}, {"twitterId": {"id": "7"}}, {"twitterId"}, id="account"),
        pytest.param({"twitterId": {"id": "7"}}, {"lineId": {"ids": [{"scopedId": "7"}]}}, set(), id="other channel"),
        pytest.param(
            {"customFields": {"dateOfBirth": "1978-12-11"}},
            {"customFields": {"dateOfBirth": "1978-11-12"}},
            set(),
            id="another date",
        ),
    ],
)
def test_what_two_records_have_in_common(a: dict[str, Any], b: dict[str, Any], kinds: set[str]) -> None:
    assert in_common(a, b) == in_common(b, a) == kinds


def test_a_bare_name_counts_only_where_it_is_said_to() -> None:
    assert is_knowable(NAMED, NAMED, by_name=True) and not is_knowable(NAMED, NAMED, by_name=False)
    assert is_knowable(NAMED | PHONE, PHONE, by_name=False)


def test_unknowable_pairs_of_a_population_are_true_pairs_taken_aside() -> None:
    strict, all_true = from_population(400, 1, "name"), from_population(400, 1)
    assert set(strict.true) | set(strict.neutral) == set(all_true.true)
    assert strict.neutral and not set(strict.true) & set(strict.neutral) and not all_true.neutral
    records = {one["id"]: one for one in map(json.loads, strict.lines)}
    assert all(in_common(records[a], records[b]) <= {"name"} for a, b in strict.neutral)


def test_the_anchor_guard_is_the_same_for_every_engine() -> None:
    anchors = [("1",), ("1",), ("2",), (), ("1", "2")]
    columns = columns_of_comparables(enumerate(person(anchors=one) for one in anchors))
    a, b = np.array([0, 0, 0, 0]), np.array([1, 2, 3, 4])
    weights = guarded(columns, a, b, np.array([-5.0, 9.0, 4.0, 3.0]))
    assert weights.tolist() == [CERTAIN, -CERTAIN, 4.0, 3.0]
