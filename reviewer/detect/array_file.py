"""Arrays in one file, read by mapping it into memory."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.generic]

_MAGIC = b"reviewer arrays 2\n"
_ALIGNED = 64
_LENGTH = 8
_DIGEST = 32
_LONGEST_HEAD = 1 << 24
"""Bytes of facts and table, far more than there are: what claims more is none of these files."""


def write_arrays(path: Path, facts: Mapping[str, object], arrays: Mapping[str, Array]) -> None:
    """Write ``facts`` (what JSON can say) and the arrays. Raises ``OSError``."""
    whole = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    table, offset = {}, 0
    for name, array in whole.items():
        table[name] = [array.dtype.str, list(array.shape), offset, _sum(array.reshape(-1).view(np.uint8))]
        offset += -(-array.nbytes // _ALIGNED) * _ALIGNED
    head = json.dumps({"facts": dict(facts), "arrays": table, "bytes": offset}).encode()
    with path.open("wb") as file:
        file.write(_MAGIC + len(head).to_bytes(_LENGTH, "little") + hashlib.sha256(head).digest() + head)
        start = -(-file.tell() // _ALIGNED) * _ALIGNED
        for name, array in whole.items():
            file.seek(start + int(str(table[name][2])))
            array.tofile(file)
        file.truncate(start + offset)


def read_facts(path: Path) -> dict[str, object] | None:
    """The facts alone; None where there is no such file, or it is none of these."""
    read = _head(path)
    return read[0]["facts"] if read else None


def read_arrays(path: Path) -> dict[str, Array] | None:
    """The arrays, not to be written to; None where the file is missing, torn or none of these."""
    read = _head(path)
    if read is None:
        return None
    head, end = read
    start = -(-end // _ALIGNED) * _ALIGNED
    try:
        mapped = np.memmap(path, dtype=np.uint8, mode="r")
    except OSError:
        return None
    if len(mapped) != start + head["bytes"]:
        return None
    found: dict[str, Array] = {}
    for name, (kind, shape, offset, total) in head["arrays"].items():
        size = int(np.prod(shape)) * np.dtype(kind).itemsize
        part = np.asarray(mapped[start + offset : start + offset + size])
        if _sum(part) != total:
            return None
        found[name] = part.view(kind).reshape(shape)
    return found


def _head(path: Path) -> tuple[dict[str, Any], int] | None:
    """The facts and the table of the arrays as they were written, and where they end in the file."""
    try:
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                return None
            length = int.from_bytes(file.read(_LENGTH), "little")
            digest = file.read(_DIGEST)
            written = file.read(length) if length <= _LONGEST_HEAD else b""
            end = file.tell()
    except OSError:
        return None
    if hashlib.sha256(written).digest() != digest:
        return None
    head: dict[str, Any] = json.loads(written)
    return head, end


def _sum(part: NDArray[np.uint8]) -> int:
    """A sum that tells parts that never reached the disk; not made against intent."""
    even = len(part) // 8 * 8
    words = part[:even].view(np.uint64) if even else np.zeros(0, dtype=np.uint64)
    return (int(np.add.reduce(words)) + int.from_bytes(part[even:].tobytes(), "little")) % (1 << 64)
