"""What the workbench knows of the world around it, as plain values."""

from collections.abc import Callable
from dataclasses import dataclass, field


def _nobody() -> str:
    return ""


def _nothing_to_start() -> str:
    return "no executor is set up here: run `reviewer execute`"


@dataclass(frozen=True)
class Surroundings:
    """Where the workbench stands.

    ``host`` is the API's host, ``production`` changes the frames and the words of the status line, ``hint`` shows
    the first-run hint. ``send`` starts the executor as a process of its own and says so in a sentence; it releases
    nothing by itself and may raise ``ReviewerError``. ``resume`` does so for what is under way already: it says nothing
    where an executor is at work.
    """

    environment: str = "default"
    organisation: str = ""
    host: str = ""
    production: bool = False
    theme: str = "reviewer-dark"
    mouse: bool = True
    hint: bool = False
    send: Callable[[], str] = field(default=_nothing_to_start, repr=False)
    resume: Callable[[], str] = field(default=_nobody, repr=False)
