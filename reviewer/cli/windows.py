"""The execution windows of the settings, by the wall clock of their time zone."""

import os
from datetime import UTC, tzinfo
from pathlib import Path

from reviewer.domain.errors import SettingsError
from reviewer.domain.window import ALWAYS, Windows, windows
from reviewer.settings import Settings

_OF_THE_MACHINE = Path("/etc/localtime")
_ZONES = "zoneinfo/"


def execution_windows(settings: Settings) -> Windows:
    """When operations may begin to be sent. Raises ``SettingsError`` for a time zone that is none."""
    execute = settings.execute
    if not execute.window:
        return ALWAYS
    return windows(execute.window, _named(execute.time_zone) if execute.time_zone else zone_of_the_machine())


def zone_of_the_machine() -> tzinfo:
    """The time zone of this process: of the variable TZ, else of the machine, else UTC."""
    name = os.environ.get("TZ", "").removeprefix(":") or str(_OF_THE_MACHINE.resolve()).rpartition(_ZONES)[2]
    return _zone(name) or UTC


def _named(name: str) -> tzinfo:
    zone = _zone(name)
    if zone is None:
        raise SettingsError(
            f"the setting execute.time_zone must be the name of a time zone, as in Europe/Berlin; {name!r} is none"
        )
    return zone


def _zone(name: str) -> tzinfo | None:
    from zoneinfo import ZoneInfo  # not needed by the first paint where no window is set

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
