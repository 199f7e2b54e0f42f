"""Whether a typed model of the SDK holds all that an answer said, and each part of it as the type it should be.

The SDK drops what it does not know without a word: a field that its model lacks is ignored, and a value that an
enumeration lacks becomes ``outdated_sdk_version``. Both would hide a misspelling of ours, so both are looked for.
"""

import ast
import inspect
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any

UNKNOWN_VALUE = "outdated_sdk_version"
PRIMITIVES: dict[str, type | tuple[type, ...]] = {"str": str, "int": int, "float": (int, float), "bool": bool}
ALLOWED = re.compile(r"allowed_values = (\[[^\]]*\])")


def problems(answer: Any, raw: Any, path: str = "answer") -> Iterator[str]:
    """What of ``raw``, the decoded JSON, is not in ``answer``, the model that the SDK made of it."""
    if not isinstance(raw, dict):
        yield f"{path}: {raw!r} is no object"
        return
    names = {key: name for name, key in answer.attribute_map.items()}
    for key, value in raw.items():
        if key not in names:
            yield f"{path}.{key}: {type(answer).__name__} has no such field"
            continue
        name = names[key]
        found = getattr(answer, name)
        yield from of_type(answer.swagger_types[name], found, value, f"{path}.{key}")
        allowed = allowed_values(answer.__class__, name)
        if allowed is not None and value not in allowed:
            yield f"{path}.{key}: {value!r} is not among {', '.join(map(str, allowed))}"


def of_type(kind: str, found: Any, raw: Any, path: str) -> Iterator[str]:
    """What is wrong with one value, of which the SDK says that it is of a kind."""
    if raw is None:
        return
    if kind.startswith("list["):
        yield from of_list(kind[5:-1], found, raw, path)
    elif kind.startswith("dict("):
        yield from of_dict(kind[5:-1].partition(", ")[2], found, raw, path)
    elif kind == "datetime":
        if not isinstance(raw, str) or not isinstance(found, datetime) or found.tzinfo is None:
            yield f"{path}: {raw!r} is no moment"
        elif found != datetime.fromisoformat(raw):
            yield f"{path}: {raw!r} became {found!r}"
    elif kind in PRIMITIVES:
        if not isinstance(raw, PRIMITIVES[kind]) or (isinstance(raw, bool) and kind != "bool"):
            yield f"{path}: {raw!r} is no {kind}"
        elif found != raw:
            yield f"{path}: {raw!r} became {found!r}"
    elif kind == "object":
        if found != raw:
            yield f"{path}: {raw!r} became {found!r}"
    elif found is None:
        yield f"{path}: {raw!r} is lost"
    else:
        yield from problems(found, raw, path)


def of_list(kind: str, found: Any, raw: Any, path: str) -> Iterator[str]:
    if not isinstance(raw, list) or not isinstance(found, list) or len(found) != len(raw):
        yield f"{path}: {raw!r} is no list of {kind}"
        return
    for number, (one, value) in enumerate(zip(found, raw, strict=True)):
        yield from of_type(kind, one, value, f"{path}[{number}]")


def of_dict(kind: str, found: Any, raw: Any, path: str) -> Iterator[str]:
    if not isinstance(raw, dict) or not isinstance(found, dict):
        yield f"{path}: {raw!r} is no object of {kind}"
        return
    for key, value in raw.items():
        yield from of_type(kind, found.get(key), value, f"{path}.{key}")


@cache
def allowed_values(model: Any, name: str) -> Sequence[Any] | None:
    """The values of an enumeration, letter by letter as the SDK's source has them; the SDK itself forgives case."""
    setter = getattr(model, name).fset
    listed = ALLOWED.search(inspect.getsource(setter))
    return None if listed is None else tuple(ast.literal_eval(listed.group(1)))
