"""One served organisation for all tests here; each test gets a database and contacts of its own."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.simulator.serving import ServedOrganization
from tests.execute.large import large_groups
from tests.execute.scene import Scene, write_contacts

USUAL = {
    "merged_again": "conflict",
    "merge_set_limit": 52,
    "override_lists": "replace",
    "survey_opt_out": "newest",
    "retry_after": True,
    "merging_divisions": None,
    "claim_conflict": "conflict",
    "release_unknown": "not_found",
    "release_clears_field": False,
    "patch_claims": True,
}

_pairs, _stitches, _northern = itertools.count(), itertools.count(), itertools.count()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedOrganization]:
    path = tmp_path_factory.mktemp("organisation") / "contacts.jsonl"
    write_contacts(path, large_groups())
    with ServedOrganization(contacts=path, rate_limit=None) as running:
        yield running


@pytest.fixture
def scene(served: ServedOrganization, tmp_path: Path) -> Iterator[Scene]:
    permissions = {name for endpoint in served.read("endpoints") for name in endpoint["permissions"]}
    served.write("permissions", {"permissions": sorted(permissions)})
    served.write("faults", {})
    served.write("knobs", USUAL)
    made = Scene(served, tmp_path, _pairs, _stitches, _northern)
    yield made
    made.close()
