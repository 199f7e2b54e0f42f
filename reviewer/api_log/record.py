"""One line of the list of calls."""

from datetime import datetime

import msgspec


class LoggedCall(msgspec.Struct, frozen=True, omit_defaults=True):
    """One attempt at one call, as it is kept: never a secret, and a body only where the setting ``api_bodies`` is on.

    ``at`` is when it began; ``command`` the command of the process, as in ``load ids``. ``path`` is the template,
    ``target`` the path as it was sent: the id of a contact in it stays, for without it an operation cannot be
    followed. ``outcome`` is ``answered``, ``not sent``, ``lost`` or ``cancelled``; ``status`` is 0 without an answer.
    ``sent`` and ``received`` are bytes of bodies; the rate is what the answer told, 0 where it told nothing.
    """

    at: datetime
    process: int
    command: str
    method: str
    path: str
    target: str
    outcome: str
    milliseconds: int
    attempt: int
    status: int = 0
    code: str = ""
    correlation_id: str = ""
    writes: bool = False
    sent: int = 0
    received: int = 0
    rate_used: int = 0
    rate_allowed: int = 0
    query: str | None = None
    request: str | None = None
    answer: str | None = None

    @property
    def failed(self) -> bool:
        """Whether no answer came, or one that is not a success."""
        return not 200 <= self.status < 300
