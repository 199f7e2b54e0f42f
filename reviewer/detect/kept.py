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
_PACKAGES = ("rapidfuzz", "nicknames", "numpy")


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
        yield f"words {name}", _text(words)
        for derived, (made, codes) in words.made.items():
            yield f"made {name}/{derived}", _text(made)
            yield f"codes {name}/{derived}", codes
        for measured, numbers in words.measures.items():
            yield f"measure {name}/{measured}", numbers
    yield "a", compared.a.astype(np.int32)
    yield "b", compared.b.astype(np.int32)
    yield "often", compared.often.astype(np.int32)
    yield "levels", compared.patterns.levels
    yield "which", compared.patterns.which
    yield "standing", compared.standing
    for side, held in (("phones", compared.phones), ("emails", compared.emails)):
        yield f"persons {side}", held.persons.astype(np.int32)
        yield f"held {side}", held.levels


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
        a=_ints(arrays, "a"),
        b=_ints(arrays, "b"),
        often=_ints(arrays, "often"),
        patterns=Patterns(arrays["levels"], arrays["which"]),  # type: ignore[arg-type]
        standing=arrays["standing"],  # type: ignore[arg-type]
        phones=Held(_ints(arrays, "persons phones"), arrays["held phones"]),  # type: ignore[arg-type]
        emails=Held(_ints(arrays, "persons emails"), arrays["held emails"]),  # type: ignore[arg-type]
        left_out=left_out,
    )


def _vocabularies(arrays: dict[str, Array]) -> Iterator[tuple[str, Vocabulary]]:
    for name in dict.fromkeys((*SINGLE.values(), *SEVERAL)):
        words = _words(arrays[f"words {name}"])
        for label, array in arrays.items():
            kind, _, rest = label.partition(" ")
            owner, _, what = rest.partition("/")
            if owner == name and kind == "codes":
                words.made[what] = _words(arrays[f"made {rest}"]), array  # type: ignore[assignment]
            elif owner == name and kind == "measure":
                words.measures[what] = array  # type: ignore[assignment]
        yield name, words


def _words(joined: Array) -> Vocabulary:
    size = int((joined == ord("\n")).sum()) + 2 if len(joined) else 1
    return Vocabulary(joined.tobytes(), size)


def _ints(arrays: dict[str, Array], name: str) -> Ints:
    return arrays[name].astype(np.int64)
