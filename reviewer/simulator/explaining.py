"""What the controls take, in words: knobs, faults and endpoints, as their own docstrings and types tell it."""

import ast
import inspect
import textwrap
from collections.abc import Collection
from typing import Any

import msgspec

from reviewer.simulator.faults import OF_ALL, PARAMETERS, Fault, FaultKind
from reviewer.simulator.knobs import Knobs


def knobs_explained(knobs: Knobs) -> dict[str, Any]:
    """By name: the value now, the default, what is allowed (JSON Schema), and what it says."""
    says, allowed = attribute_docs(Knobs), allowed_values(Knobs)
    default, now = msgspec.to_builtins(Knobs()), msgspec.to_builtins(knobs)
    return {
        name: {"value": now[name], "default": default[name], "allowed": allowed[name], "says": says[name]}
        for name in default
    }


def faults_explained(endpoints: Collection[str]) -> dict[str, Any]:
    """The kinds with the parameters that they heed, the parameters, and the endpoints they can strike."""
    kinds, says, allowed = attribute_docs(FaultKind), attribute_docs(Fault), allowed_values(Fault)
    default = msgspec.to_builtins(Fault(FaultKind.SLOW))
    return {
        "says": "PUT {endpoint: fault or list of faults}; they replace those before",
        "kinds": {
            kind.value: {"says": kinds[kind.name], "parameters": [*OF_ALL, *PARAMETERS[kind]]} for kind in FaultKind
        },
        "parameters": {
            name: {"default": default[name], "allowed": allowed[name], "says": says[name]}
            for name in allowed
            if name != "kind"
        },
        "endpoints": sorted(endpoints),
    }


def attribute_docs(described: type) -> dict[str, str]:
    """Attribute → the string that follows it in the class's source, in one line."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(described))).body
    assert isinstance(tree, ast.ClassDef)
    found = {}
    for statement, following in zip(tree.body, tree.body[1:], strict=False):
        name = _name_of(statement)
        if name and isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            found[name] = " ".join(str(following.value.value).split())
    return found


def _name_of(statement: ast.stmt) -> str:
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
            return name
    return ""


def allowed_values(described: type) -> dict[str, Any]:
    """Field → its values as JSON Schema."""
    schema = msgspec.json.schema(described)
    properties = schema["$defs"][described.__name__]["properties"]
    return {
        name: {key: part for key, part in values.items() if key != "default"} for name, values in properties.items()
    }
