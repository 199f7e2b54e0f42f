"""Public sets with known pairs, where they lie beside the project: what is automatic there is right."""

import os
from pathlib import Path

import pytest

from tests.bench.quality import from_files, known, measure

FOLDER = Path(os.environ.get("REVIEWER_PUBLIC_SETS", Path(__file__).parents[3] / "shared" / "data"))
LEAST_RECALL = {"senzing": 0.8, "fake_1000": 0.7, "febrl3": 0.93}
"""Of all candidates."""


@pytest.mark.parametrize("name", LEAST_RECALL)
def test_nothing_wrong_is_automatic_on_public_sets(name: str) -> None:
    contacts, pairs = FOLDER / f"{name}.contacts.jsonl", FOLDER / f"{name}.pairs.csv"
    if not contacts.exists():
        pytest.skip(f"{name} is not in {FOLDER}; name its folder in REVIEWER_PUBLIC_SETS to measure it")
    figures = {key: str(value) for key, value in measure(*known(from_files(contacts, pairs))).items()}
    assert "precision 1.0000" in figures["auto"]
    candidates = next(value for key, value in figures.items() if key.startswith("candidates"))
    assert float(candidates.rpartition(" ")[2]) >= LEAST_RECALL[name]
