"""How many true pairs are settled after each group of the queue."""

import pytest

from reviewer.detect.settled_pairs import settled_after

THREE = [(1, 2), (1, 3), (2, 3)]


@pytest.mark.parametrize(
    ("groups", "true", "settled"),
    [
        pytest.param([(1, 2)], [(1, 2)], [1], id="a true pair"),
        pytest.param([(1, 9), (1, 2)], [(1, 2)], [0, 1], id="a false pair comes first"),
        pytest.param([(1, 2, 3)], THREE, [3], id="a group of one person settles all its pairs"),
        pytest.param([(1, 2), (2, 3)], THREE, [1, 3], id="who came together stays together"),
        pytest.param([(1, 2), (1, 3), (2, 3)], THREE, [1, 3, 3], id="nothing is settled twice"),
        pytest.param([(1, 2, 7, 8)], [(1, 2), (7, 8)], [2], id="two persons in one group are kept apart"),
        pytest.param([(1, 2), (3, 4), (1, 3)], [(1, 3), (2, 4)], [0, 0, 1], id="others are not known to be one person"),
        pytest.param([(1, 2), (3, 4), (2, 3)], [(1, 2), (3, 4), (2, 3), (1, 4)], [1, 2, 4], id="one pair joins two"),
        pytest.param([], [(1, 2)], [], id="an empty queue"),
    ],
)
def test_settled_pairs(groups: list[tuple[int, ...]], true: list[tuple[int, int]], settled: list[int]) -> None:
    assert list(settled_after(groups, true)) == settled
