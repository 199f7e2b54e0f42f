"""What can come of a call besides its answer. Each sentence says what to change; none holds a secret."""

from typing import Self

from reviewer.domain.errors import ReviewerError
from reviewer.exit_codes import ExitCode
from reviewer.text import visible

LONGEST_MESSAGE = 400
"""Characters of the service's own message that a sentence repeats."""


class ApiError(ReviewerError):
    """A call did not end as asked.

    ``status`` is the HTTP status, 0 where there was no answer; ``code`` and ``message`` are the service's own,
    as they came; ``correlation_id`` is what its support asks for; ``call`` is the method and path template.
    """

    def __init__(
        self, status: int = 0, code: str = "", message: str = "", correlation_id: str = "", call: str = ""
    ) -> None:
        self.status = status
        self.code = code
        self.message = message
        self.correlation_id = correlation_id
        self.call = call
        super().__init__(f"{self.cause()}{self._detail()}.")

    address_setting = "region"
    """The setting that says where the API is; it is named in sentences."""

    def naming(self, setting: str) -> Self:
        """The same error, whose sentence names this as the setting that says where the API is."""
        self.address_setting = setting
        self.args = (f"{self.cause()}{self._detail()}.",)
        return self

    def cause(self) -> str:
        """The sentence without what the service said and without its full stop."""
        return f"The service refused {self.call}"

    def _detail(self) -> str:
        said = " ".join(part for part in (str(self.status or ""), self.code) if part)
        message = visible(" ".join(self.message.split())[:LONGEST_MESSAGE]).rstrip(". ")
        text = ": ".join(part for part in (visible(said), message) if part)
        correlation = f"correlation id {visible(self.correlation_id)}" if self.correlation_id else ""
        detail = ", ".join(part for part in (text, correlation) if part)
        return f" ({detail})" if detail else ""


class CannotConnect(ApiError):
    """No connection could be opened, so nothing was sent: a write that ends so was not done."""

    exit_code = ExitCode.CONNECTION

    def __init__(self, host: str, message: str, call: str, *, proxy: str = "", certificate: bool = False) -> None:
        self.host = host
        self.proxy = proxy
        self.certificate = certificate
        super().__init__(message=message, call=call)

    def cause(self) -> str:
        if self.certificate:
            return (
                f"The certificate of {self.host} is not trusted, so {self.call} was not sent; if your network has "
                "its own authority, name its PEM file in the setting `ca_file`"
            )
        through = f" through the proxy {self.proxy}" if self.proxy else ""
        proxy = " and `https_proxy`" if self.proxy else ", and `https_proxy` if your network needs one"
        return (
            f"Cannot reach {self.host}{through} for {self.call}; "
            f"check the network and the settings `{self.address_setting}`{proxy}"
        )


class Stopped(CannotConnect):
    """The program was told to end while it waited for its turn or for the service: nothing was sent."""

    exit_code = ExitCode.TERMINATED

    def __init__(self) -> None:
        super().__init__("", "", "")

    def cause(self) -> str:
        return "Stopped while waiting for the service; nothing was sent"


class Withheld(ApiError):
    """A write that its sender called back while it waited for its turn: nothing was sent."""

    def cause(self) -> str:
        return f"{self.call} was called back before it was sent"


class WrongCredentials(ApiError):
    """The client id and secret were not accepted, or a new token was refused too. A write was not done."""

    exit_code = ExitCode.CONNECTION

    def cause(self) -> str:
        return (
            f"The service did not let the OAuth client in for {self.call}; "
            f"check the settings `client_id`, `client_secret` and `{self.address_setting}`"
        )


class MissingPermission(ApiError):
    """The call is forbidden; ``permission`` names what it needs. A write was not done."""

    exit_code = ExitCode.PERMISSION

    def __init__(
        self, status: int, code: str, message: str, correlation_id: str, call: str, *, permission: str = ""
    ) -> None:
        self.permission = permission
        self.place = ""
        super().__init__(status, code, message, correlation_id, call)

    def within(self, place: str) -> Self:
        """The same error, whose sentence says in which divisions the permission is needed."""
        self.place = visible(place)
        self.args = (f"{self.cause()}{self._detail()}.",)
        return self

    def cause(self) -> str:
        place = self.place or "the divisions of these contacts"
        if not self.permission:
            return f"The OAuth client may not {self.call}; check its roles in {place}"
        return f"The OAuth client may not {self.call}; give it a role with the permission {self.permission} in {place}"


class NotFound(ApiError):
    """What the call is about does not exist, or not any more."""

    exit_code = ExitCode.NOT_FOUND

    def cause(self) -> str:
        return f"The service found nothing for {self.call}"


class PreviewAbsent(NotFound):
    """The service's preview of cluster scans is not served in this organisation: an answer, not a fault."""

    def cause(self) -> str:
        return f"This organisation does not serve the preview of cluster scans: {self.call}"


class Conflict(ApiError):
    """The service refused because of the present state of its records. A write was not done."""

    def cause(self) -> str:
        return f"The service refused {self.call} because of the present state of its records"


class RequestRejected(ApiError):
    """The request itself was refused (400, 413, 415, 422 …; 501 for a read). A write was not done."""


class CursorExpired(ApiError):
    """The scan cannot go on from this cursor (the service keeps one for 24 hours): start at the beginning."""

    def cause(self) -> str:
        return f"The scan ({self.call}) cannot go on from where it stopped; start it from the beginning"


class TooManyRequests(ApiError):
    """The rate limit was reached. ``retry_after`` is in seconds, ``None`` if the service named no time.

    A write was not done.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        correlation_id: str,
        call: str,
        *,
        retry_after: float | None = None,
    ) -> None:
        self.retry_after = retry_after
        super().__init__(status, code, message, correlation_id, call)

    def cause(self) -> str:
        when = "wait a while" if self.retry_after is None else f"wait {self.retry_after:.0f} seconds"
        return f"The service allows no more calls for now, {when}: {self.call}"


class ServiceUnavailable(ApiError):
    """A read got no usable answer within its time; ``status`` is 0 if none came at all, 2xx if it was cut off.

    A write ends so only where its token could not be minted: then it was not sent.
    """

    exit_code = ExitCode.CONNECTION

    def cause(self) -> str:
        if 200 <= self.status < 300:
            return f"The answer to {self.call} does not come through whole; try again in a while"
        return f"The service is not answering {self.call}; try again in a while"


class BadAnswer(ApiError):
    """An answer came that is not what the contract says: not JSON, cut off, or a redirect elsewhere."""

    exit_code = ExitCode.CONNECTION

    def cause(self) -> str:
        return (
            f"The answer to {self.call} is not what the service documents; "
            f"check the settings `{self.address_setting}` and `https_proxy`"
        )


class PreviewChanged(BadAnswer):
    """The preview answered with JSON in which what is wanted does not stand: not what it was when this was made."""

    def cause(self) -> str:
        return f"The answer to {self.call} is of a shape that this program does not know; install a newer reviewer"


class UnclearOutcome(ApiError):
    """A write was sent and its outcome is not known: it may have been done, or may yet be. Read before acting."""

    def cause(self) -> str:
        return f"Whether {self.call} was done is not known; it will be read back, not sent again"
