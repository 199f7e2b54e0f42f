"""A world of three people: a pair that a steward looks at, a certain pair, a stitch, a family phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.review.people import CERTAIN, ONE_PHONE, SOCIAL, TWO_FACTORS, World, person, phone

FAMILY = "+17029191300"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """``a``/``b`` are for review, ``c``/``d`` certain, ``e``/``f`` a stitch, ``g``/``h`` of one phone."""
    made = World(tmp_path)
    made.write(
        person("a", firstName="Bob", personalEmail="bob@mail.example", cellPhone=phone(FAMILY), title="Mr"),
        person("b", firstName="Rob", personalEmail="bob@mail.example", modifyDate="2026-10-02T09:00:00Z"),
        person("c", firstName="Eva", personalEmail="eva@mail.example"),
        person("d", firstName="Eva", personalEmail="eva@mail.example"),
        person("e", firstName="Jane", instagramId={"ids": [{"userId": "178"}]}),
        {**person("f", instagramId={"ids": [{"userId": "178"}]}, firstName=None, lastName=None), "type": "Ephemeral"},
        person("g", firstName="Tom", homePhone=phone(FAMILY)),
        person("h", firstName="Ann", homePhone=phone(FAMILY)),
    )
    made.score(
        ("a", "b", "duplicate", TWO_FACTORS),
        ("c", "d", "duplicate", CERTAIN),
        ("e", "f", "stitch", SOCIAL),
        ("g", "h", "duplicate", ONE_PHONE),
    )
    made.warn("Phone", FAMILY)
    yield made
    made.database.close()
