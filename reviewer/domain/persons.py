"""Who an approval is by: whether two approvals may come from one person."""

from typing import NamedTuple


class Person(NamedTuple):
    """A steward as an approval names them: the OS user of the process, and who they were before sudo."""

    name: str
    sudo_user: str | None = None

    @property
    def id(self) -> str:
        """The name of the person: who they were before sudo, where that is known."""
        return self.sudo_user or self.name

    @property
    def told(self) -> str:
        """In words: the person, and the user that they worked as, where that is another."""
        return self.name if self.id == self.name else f"{self.id} as {self.name}"


def may_be_one(first: Person, second: Person) -> bool:
    """Whether the two may be one person.

    ``ada`` by herself and ``ada`` through sudo are. Two that reach one shared user through sudo are not. Who is logged
    in as that shared user may be anyone who reaches it, and what ``SUDO_USER`` says can be set by hand: therefore the
    user of one process must not be the person of the other either.
    """
    return first.id == second.id or first.name == second.id or second.name == first.id
