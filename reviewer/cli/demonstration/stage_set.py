"""The demo's stage: a served organisation, and an environment of its own in a temporary folder."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from reviewer.cli.context import Context
from reviewer.simulator.serving import Access, ServedOrganization

ENVIRONMENT = "demo"


class Stage(NamedTuple):
    """A served organisation, the context of commands that talk to it, and the folder that holds it all."""

    organization: ServedOrganization
    context: Context
    folder: Path


@contextmanager
def set_stage(population: int, seed: int, cool_off_minutes: int) -> Iterator[Stage]:
    """Serve a population and point this process, and those it starts, at it; all is gone afterwards.

    Only this process's environment variables are touched, and they are put back.
    """
    with tempfile.TemporaryDirectory(prefix="reviewer-demo-") as name:
        folder = Path(name)
        with (
            ServedOrganization(population=population, seed=seed, rate_limit=None) as organization,
            variables(variables_of(organization.access, folder, cool_off_minutes)),
        ):
            yield Stage(organization, Context(), folder)


def variables_of(access: Access, folder: Path, cool_off_minutes: int) -> dict[str, str]:
    """The settings, as environment variables, of an organisation that is served on this machine."""
    return {
        "REVIEWER_HOME": str(folder),
        "REVIEWER_ENVIRONMENT": ENVIRONMENT,
        "REVIEWER_API_URL": access.url,
        "REVIEWER_LOGIN_URL": access.login_url,
        "REVIEWER_CLIENT_ID": access.client_id,
        "REVIEWER_CLIENT_SECRET": access.client_secret,
        "REVIEWER_EXTERNAL_SOURCE": access.external_source_id,
        "REVIEWER_COOL_OFF_MINUTES": str(cool_off_minutes),
        "REVIEWER_SETTLE_SECONDS": "5",
        "REVIEWER_RATE_SHARE_FREE": "0",
    }


@contextmanager
def variables(values: dict[str, str]) -> Iterator[None]:
    """Environment variables for the while of a block; other settings of the user's are out of sight in it."""
    before = {name: value for name, value in os.environ.items() if name.startswith("REVIEWER_")}
    for name in before:
        del os.environ[name]
    os.environ.update(values)
    try:
        yield
    finally:
        for name in values:
            os.environ.pop(name, None)
        os.environ.update(before)
