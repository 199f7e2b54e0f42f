"""Options that name contacts by letters of two: the columns after Z of a wide group."""

from itertools import pairwise
from pathlib import Path

import pytest

from reviewer.cli.picks import candidate_view
from reviewer.domain.errors import RefusedError
from tests.review.people import CERTAIN, World, person


def test_columns_after_z_are_picked_and_left_out(tmp_path: Path) -> None:
    world = World(tmp_path)
    ids = [f"m{index:02}" for index in range(49)]
    world.write(*(person(id_, title=f"title of {id_}") for id_ in ids))
    world.score(*((a, b, "duplicate", CERTAIN) for a, b in pairwise(ids)))
    number = world.candidate(*ids)
    view = candidate_view(world.desk, number, ["title=AW"], ["aa", "Z"])
    letters = {column.letter: column.contact_id for column in view.columns}
    assert len(letters) == 47 and not letters.keys() & {"Z", "AA"} and letters["AB"] == ids[27]
    assert next(row.result for row in view.rows if row.path == "title") == "title of m48"
    for pick, out in (("title=AX", ()), ("title=AA", ("AA",)), ("title=A", ("BA",))):
        with pytest.raises(RefusedError):
            candidate_view(world.desk, number, [pick], out)
