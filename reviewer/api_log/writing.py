"""Writing the list of calls. A call never fails, nor waits, for what is written about it."""

import logging
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from reviewer.api_log.record import LoggedCall
from reviewer.log_file import redacted
from reviewer.shared_file import SharedFile

if TYPE_CHECKING:
    from reviewer.genesys.calls import CallRecord

LARGEST_BYTES = 8_000_000
OLD_FILES = 5
"""With the present one about 48 MB: some 150,000 calls, which is a night at 300 a minute."""
LONGEST_BODY = 100_000
"""Characters of a body that are kept; a page of a scan may have more."""

log = logging.getLogger("reviewer.api_log")


class ApiLog:
    """Hears of every call of this process, and adds each to the list.

    What cannot be written is left out; the log says so once.
    """

    def __init__(self, path: Path, command: str, group: str | None = None) -> None:
        self._command = command
        self._process = os.getpid()
        self._told = False
        self._file: SharedFile | None = None
        try:
            self._file = SharedFile(path, largest=LARGEST_BYTES, old_files=OLD_FILES, group=group)
        except (OSError, LookupError) as error:
            self._tell(error)

    def __call__(self, call: "CallRecord") -> None:
        """Add one call."""
        if self._file is None:
            return
        at = datetime.now(UTC) - timedelta(milliseconds=call.milliseconds)
        line = msgspec.json.encode(logged(call, at, self._process, self._command))
        try:
            self._file.append(line + b"\n")
        except OSError as error:
            self._tell(error)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def _tell(self, error: Exception) -> None:
        if not self._told:
            self._told = True
            log.warning("calls cannot be listed: %s", type(error).__name__)


def logged(call: "CallRecord", at: datetime, process: int, command: str) -> LoggedCall:
    """The line of a call."""
    carried = call.exchange
    return LoggedCall(
        at=at.replace(microsecond=at.microsecond // 1000 * 1000),
        process=process,
        command=command,
        method=call.method,
        path=call.path,
        target=call.target,
        outcome=call.outcome.value,
        milliseconds=call.milliseconds,
        attempt=call.attempt,
        status=call.status,
        code=call.code,
        correlation_id=_kept(call.correlation_id, 200),
        writes=call.writes,
        sent=call.sent,
        received=call.received,
        rate_used=call.rate_used,
        rate_allowed=call.rate_allowed,
        query=_kept(carried.query) if carried else None,
        request=_kept(_text(carried.request)) if carried else None,
        answer=_kept(_text(carried.answer)) if carried else None,
    )


def _text(body: bytes) -> str:
    return body.decode("utf-8", "backslashreplace")


def _kept(text: str, longest: int = LONGEST_BODY) -> str:
    """The text without what looks like a credential, cut where it is too long."""
    text = redacted(text).encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= longest else f"{text[:longest]}… {len(text) - longest} characters more"
