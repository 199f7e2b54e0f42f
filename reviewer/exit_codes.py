"""The exit statuses of every command, in one place so that scripts can rely on them."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a finished command tells the shell."""

    OK = 0
    """All went as asked."""
    FAILED = 1
    """Something went wrong that no other status describes; the sentence on standard error says what."""
    USAGE = 2
    """The command line was not understood."""
    SOME_REJECTED = 3
    """The good lines or contacts went in, some were rejected; see the rejects file."""
    SETTINGS = 4
    """A setting is missing or wrong; the sentence names it."""
    NO_TERMINAL = 5
    """The workbench needs an interactive terminal."""
    CONNECTION = 6
    """The API could not be reached, or did not let us in."""
    PERMISSION = 7
    """The API forbade the call; the sentence names the missing permission."""
    DATABASE = 8
    """The database cannot be used: locked, damaged, newer than the program, or of another organisation."""
    NOT_FOUND = 9
    """No such candidate, contact, decision or operation."""
    REFUSED = 10
    """The act is not allowed in the present state; the sentence says why."""
    LINE_STOPPED = 11
    """The service answered differently from what was promised; nothing is sent until it is acknowledged."""
    SOME_FAILED = 12
    """Some operations did not end as done; `reviewer status` lists them."""
    CHECK_FAILED = 13
    """A check that the command was asked to make did not hold (demo, evaluate, audit verify)."""
    BUSY = 14
    """Another process holds what this one needs (the executor's lock, the database)."""
    HANGUP = 129
    INTERRUPTED = 130
    TERMINATED = 143
