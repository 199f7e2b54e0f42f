"""A page whose JSON cannot be read as a whole, cut into its records without reading them.

One record may be nested so deeply, or hold such a number, that no reader takes the page it stands on. Then the page is
cut where its records begin and end, so that the odd one costs only itself.
"""

import re
from typing import NamedTuple

_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{},]', re.DOTALL)
_LISTED = b'"entities"'


class Cut(NamedTuple):
    """The JSON of each record as it came, and the page with an empty list in their place."""

    entities: list[bytes]
    rest: bytes


def cut_apart(body: bytes) -> Cut | None:
    """The records that ``body`` lists under ``entities``, unread; None if there is no such list, or it has no end."""
    depth, key_ends, begin, start = 0, -1, -1, -1
    entities: list[bytes] = []
    for token in _TOKENS.finditer(body):
        sign = token[0]
        if sign in (b"[", b"{"):
            if begin < 0 and depth == 1 and sign == b"[" and body[key_ends : token.start()].strip() == b":":
                begin = start = token.end()
            depth += 1
        elif sign in (b"]", b"}"):
            depth -= 1
            if begin >= 0 and depth == 1:
                last = body[start : token.start()].strip()
                return Cut([*entities, last] if last else entities, body[:begin] + body[token.start() :])
        elif sign == b",":
            if begin >= 0 and depth == 2:
                entities.append(body[start : token.start()].strip())
                start = token.end()
        elif depth == 1 and sign == _LISTED:
            key_ends = token.end()
    return None
