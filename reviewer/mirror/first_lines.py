"""Ids that a file of contacts has had already, so that no line silently takes the place of another."""

import hashlib

from reviewer.mirror.lines import Line
from reviewer.mirror.rejects import Rejects
from reviewer.mirror.unchanged import id_of

_DIGEST_BYTES = 8


class FirstLines:
    """Remembers each id with the line it came in first; about 150 bytes an id, whatever the contacts' size.

    ``repeated`` counts lines that said again what was said of their id before.
    """

    def __init__(self) -> None:
        self.repeated = 0
        self._seen: dict[str, tuple[int, bytes]] = {}

    def admits(self, line: Line, rejects: Rejects) -> bool:
        """Whether the line is to be read: it is the first of its id, or has none that can be told."""
        id_ = id_of(line.content)
        if not id_:
            return True
        print_ = hashlib.blake2b(line.content, digest_size=_DIGEST_BYTES).digest()
        number, first = self._seen.setdefault(id_, (line.number, print_))
        if number == line.number:
            return True
        if first == print_:
            self.repeated += 1
        else:
            rejects.add(line.number, f"the id stands in line {number} already, with another content", line.content)
        return False
