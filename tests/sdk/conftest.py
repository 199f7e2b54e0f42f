"""One served organisation and one SDK for all of these tests; each gets them with nothing switched on."""

import importlib
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest

from reviewer.simulator.knobs import Knobs
from reviewer.simulator.serving import ServedOrganization
from reviewer.simulator.tokens import PERMISSIONS
from tests.sdk.client import Sdk

POPULATION = 150
UNLIMITED = asdict(Knobs(rate_limit=None))


@pytest.fixture(scope="session")
def module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The SDK; it takes seconds to import. It watches a file of settings in the home directory, so it gets another."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("USERPROFILE", str(tmp_path_factory.mktemp("profile")))
        found = importlib.import_module("PureCloudPlatformClientV2")
    yield found
    found.configuration.live_reload_config = False


@pytest.fixture(scope="session")
def organization(module: Any) -> Iterator[ServedOrganization]:
    with ServedOrganization(population=POPULATION, rate_limit=None) as served:
        yield served


@pytest.fixture(scope="session")
def signed_in(module: Any, organization: ServedOrganization) -> Sdk:
    return Sdk(module, organization.access)


@pytest.fixture
def served(organization: ServedOrganization) -> Iterator[ServedOrganization]:
    """The organisation, whose knobs, faults and permissions are as they were once the test is over."""
    yield organization
    organization.write("faults", {})
    organization.write("knobs", UNLIMITED)
    organization.write("permissions", {"permissions": sorted(PERMISSIONS)})


@pytest.fixture
def sdk(signed_in: Sdk, served: ServedOrganization) -> Sdk:
    return signed_in
