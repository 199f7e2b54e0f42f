"""The errors a user can meet: one clear sentence that says what to change, and an exit status."""

from reviewer.exit_codes import ExitCode


class ReviewerError(Exception):
    """Base of every error that is told to the user as one sentence, without a traceback.

    The first argument is that sentence; ``exit_code`` is what the command exits with.
    """

    exit_code = ExitCode.FAILED


class SettingsError(ReviewerError):
    """A setting is missing or wrong; the sentence names it."""

    exit_code = ExitCode.SETTINGS


class DatabaseError(ReviewerError):
    """The database cannot be used as it is."""

    exit_code = ExitCode.DATABASE


class NotFoundError(ReviewerError):
    """No such candidate, contact, decision or operation."""

    exit_code = ExitCode.NOT_FOUND


class RefusedError(ReviewerError):
    """The act is not allowed in the present state."""

    exit_code = ExitCode.REFUSED


class HeldError(RefusedError):
    """A live operation keeps what is asked for: a contact or an identifier is in at most one."""


class BusyError(ReviewerError):
    """Another process holds what is needed."""

    exit_code = ExitCode.BUSY
