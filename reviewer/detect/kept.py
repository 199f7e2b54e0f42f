"""A run kept in a file beside the database, so that the next one does only what contacts that changed touch.

It counts only for the very code that made it and for the state of the database that its token stands for; else it is
passed over, and all is done anew. The file has what the database has of the contacts, in another form.
"""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np

from reviewer.detect.array_file import Array, read_arrays, read_facts, write_arrays
from reviewer.detect.columns import SEVERAL, SINGLE, Columns, Ints, Several, Vocabulary
from reviewer.detect.compared import Compared, Held
from reviewer.detect.patterns import Patterns
from reviewer.store import compared as store
from reviewer.store.database import Database

_ROOMS = ("detect", "domain")
_UNDER = "/"
_PACKAGES = ("rapidfuzz", "nicknames", "anyascii", "numpy")


@cache
def made_by() -> str:
    """A hash of the code on which a run rests: another version of it could block or compare otherwise."""
    digest = hashlib.sha256()
    root = Path(__file__).parent.parent
    for room in _ROOMS:
        for path in sorted((root / room).glob("**/*.py")):
            digest.update(path.read_bytes())
    digest.update(" ".join(version(package) for package in _PACKAGES).encode())
    return digest.hexdigest()


def keep(database: Database, token: str, compared: Compared) -> bool:
    """Write the run; False where it cannot be kept (the disk is full, a value that has a line end)."""
    try:
        arrays = dict(_arrays(compared))
        with store.place_for(database) as path:
            write_arrays(path, {"token": token, "code": made_by(), "left out": list(compared.left_out)}, arrays)
    except (OSError, ValueError):
        return False
    return True


def kept(database: Database) -> Compared | None:
    """The run that counts for the database as it is; None where there is none."""
    token = store.token(database)
    path = store.file_of(database)
    facts = read_facts(path) if token else None
    if facts is None or (facts["token"], facts["code"]) != (token, made_by()):
        return None
    arrays = read_arrays(path)
    left_out = facts["left out"]
    assert isinstance(left_out, list)
    return _compared(arrays, tuple(left_out)) if arrays is not None else None


def _arrays(compared: Compared) -> Iterator[tuple[str, Array]]:
    columns = compared.columns
    for name in (*SINGLE, "numbers", "created", "anonymous"):
        yield f"column {name}", getattr(columns, name)
    for name in SEVERAL:
        yield f"starts {name}", getattr(columns, name).starts
        yield f"column {name}", getattr(columns, name).codes
    for name, words in columns.vocabularies.items():
        yield from _arrays_of(words, name)
    yield "a", compared.a
    yield "b", compared.b
    yield "often", compared.often
    yield "levels", compared.patterns.levels
    yield "which", compared.patterns.which
    yield "standing", compared.standing
    for side, held in (("phones", compared.phones), ("emails", compared.emails)):
        yield f"persons {side}", held.persons.astype(np.int32)
        yield f"held {side}", held.levels


def _arrays_of(words: Vocabulary, path: str) -> Iterator[tuple[str, Array]]:
    """The values and what was worked out of them; what was derived has values of its own, under a longer path."""
    yield f"words {path}", _text(words)
    for name, numbers in words.measures.items():
        yield f"measure {path}{_UNDER}{name}", numbers
    for name, (made, codes) in words.made.items():
        yield f"codes {path}{_UNDER}{name}", codes
        yield from _arrays_of(made, f"{path}{_UNDER}{name}")


def _text(words: Vocabulary) -> Array:
    """The values as UTF-8. Raises ``ValueError`` if one has a line end, which parts them."""
    joined = np.frombuffer(words.joined(), dtype=np.uint8)
    if int((joined == ord("\n")).sum()) != max(len(words) - 2, 0):
        raise ValueError("a value has a line end")
    return joined


def _compared(arrays: dict[str, Array], left_out: tuple[str, ...]) -> Compared:
    words = dict(_vocabularies(arrays))
    single = {name: arrays[f"column {name}"] for name in (*SINGLE, "numbers", "created", "anonymous")}
    several = {
        name: Several(_ints(arrays, f"starts {name}"), arrays[f"column {name}"], words.pop(name))  # type: ignore[arg-type]
        for name in SEVERAL
    }
    return Compared(
        columns=Columns(**single, **several, **words),  # type: ignore[arg-type]
        a=arrays["a"],  # type: ignore[arg-type]
        b=arrays["b"],  # type: ignore[arg-type]
        often=arrays["often"],  # type: ignore[arg-type]
        patterns=Patterns(arrays["levels"], arrays["which"]),  # type: ignore[arg-type]
        standing=arrays["standing"],  # type: ignore[arg-type]
        phones=Held(_ints(arrays, "persons phones"), arrays["held phones"]),  # type: ignore[arg-type]
        emails=Held(_ints(arrays, "persons emails"), arrays["held emails"]),  # type: ignore[arg-type]
        left_out=left_out,
    )


def _vocabularies(arrays: dict[str, Array]) -> Iterator[tuple[str, Vocabulary]]:
    under: dict[str, list[tuple[str, str, Array]]] = {}
    for label, array in arrays.items():
        kind, _, path = label.partition(" ")
        owner, _, name = path.rpartition(_UNDER)
        under.setdefault(owner, []).append((kind, name, array))
    for name in dict.fromkeys((*SINGLE.values(), *SEVERAL)):
        yield name, _vocabulary(arrays, under, name)


def _vocabulary(arrays: dict[str, Array], under: dict[str, list[tuple[str, str, Array]]], path: str) -> Vocabulary:
    words = _words(arrays[f"words {path}"])
    for kind, name, array in under.get(path, ()):
        if kind == "measure":
            words.measures[name] = array  # type: ignore[assignment]
        elif kind == "codes":
            words.made[name] = _vocabulary(arrays, under, f"{path}{_UNDER}{name}"), array  # type: ignore[assignment]
    return words


def _words(joined: Array) -> Vocabulary:
    size = int((joined == ord("\n")).sum()) + 2 if len(joined) else 1
    return Vocabulary(joined.tobytes(), size)


def _ints(arrays: dict[str, Array], name: str) -> Ints:
    return arrays[name].astype(np.int64)
