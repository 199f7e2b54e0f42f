"""Who hears of every call to the API: the log, and the list of calls of the environment."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reviewer import locations
from reviewer.domain.errors import DatabaseError

if TYPE_CHECKING:
    from reviewer.genesys.calls import CallObserver, CallRecord
    from reviewer.settings import Environment

log = logging.getLogger("reviewer.calls")


def api_log_file(environment: "Environment") -> Path:
    """Where the calls of an environment are listed: beside its database where a group shares that."""
    if environment.queue_group:
        return environment.database.with_name(f"{environment.database.name}.api.jsonl")
    return locations.api_log(environment.name)


@contextmanager
def observed_calls(environment: "Environment") -> Iterator["CallObserver"]:
    """The observer for a client of this environment; what it cannot write is left out, and no call fails for it."""
    from reviewer.api_log.writing import ApiLog
    from reviewer.store.file_modes import prepare_folder

    if environment.queue_group:
        with suppress(DatabaseError):
            prepare_folder(environment.database.parent, environment.queue_group)
    listed = ApiLog(api_log_file(environment), command_name(), environment.queue_group)

    def tell(call: "CallRecord") -> None:
        _log(call)
        listed(call)

    try:
        yield tell
    finally:
        listed.close()


def command_name() -> str:
    """The words of the command that runs, as in ``load ids``; ``-`` outside of one."""
    current = click.get_current_context(silent=True)
    return current.command_path.partition(" ")[2] if current else "-"


def _log(call: "CallRecord") -> None:
    """Write a call to the log: its path is a template, so nothing of a record is in it."""
    from reviewer.log_file import correlated

    with correlated(call.correlation_id or "-"):
        log.info(
            "%s %s: %s, status %d, %d ms, attempt %d",
            call.method,
            call.path,
            call.outcome.value,
            call.status,
            call.milliseconds,
            call.attempt,
        )
