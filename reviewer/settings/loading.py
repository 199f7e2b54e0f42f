"""Putting the settings together: defaults, then the file, variables, options; each checked by its type."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from reviewer import locations
from reviewer.domain.errors import SettingsError
from reviewer.settings import keys, toml_file
from reviewer.settings.shape import Approval, Audit, Detect, Environment, Execute, Log, Review, Settings
from reviewer.settings.source import DEFAULT, Given, Origin, Source
from reviewer.settings.toml_file import SettingsFile, Table

_WORDS = {
    "yes": True,
    "on": True,
    "true": True,
    "1": True,
    "no": False,
    "off": False,
    "false": False,
    "0": False,
}
_FALLBACK_NAME = "default"

T = TypeVar("T", Review, Detect, Execute, Approval, Log, Audit)


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line gave; None where it gave nothing."""

    config: Path | None = None
    environment: str | None = None
    database: Path | None = None


def load(options: Options | None = None, variables: Mapping[str, str] | None = None) -> Settings:
    """The settings of this run, each with its source. An empty variable counts as not set.

    Raises ``SettingsError`` naming the file and line, variable or option, the key, and what it should be.
    """
    options = options or Options()
    variables = os.environ if variables is None else variables
    named = options.config is not None or bool(variables.get("REVIEWER_CONFIG"))
    path = (options.config or locations.config_file()).expanduser().absolute()
    file = toml_file.read(path, must_exist=named)
    for name, table in file.environments.items():
        _environment(name, table, path.parent)

    chosen = _chosen(file, options, variables)
    name = str(chosen.value)
    table = _overruled(file.environments.get(name, {}), _variables(keys.ENVIRONMENT_KEYS, variables))
    if options.database is not None:
        table["database"] = Given(str(options.database), Source(Origin.OPTION, "--database"))
    _require_known(chosen, file, table)
    environment, sources = _environment(name, table, path.parent)
    review, review_sources = _section(Review, "review", file.review, variables, path.parent)
    detect, detect_sources = _section(Detect, "detect", file.detect, variables, path.parent)
    execute, execute_sources = _section(Execute, "execute", file.execute, variables, path.parent)
    approval, approval_sources = _section(Approval, "approval", file.approval, variables, path.parent)
    log, log_sources = _section(Log, "log", file.log, variables, path.parent)
    audit, audit_sources = _section(Audit, "audit", file.audit, variables, path.parent)
    sections = review_sources | detect_sources | execute_sources | approval_sources | log_sources | audit_sources
    return Settings(
        environment=environment,
        review=review,
        detect=detect,
        execute=execute,
        approval=approval,
        log=log,
        audit=audit,
        environments=tuple(file.environments),
        config_file=path,
        sources={"environment": chosen.source} | sources | sections,
        unknown_variables=unknown_variables(variables),
    )


def _overruled(of_file: Table, of_variables: Table) -> Table:
    """The file's values with the variables' in place of them.

    A region in a variable overrules the file's addresses too: they would win over it, and lead elsewhere.
    """
    overruled = ("api_url", "login_url") if "region" in of_variables else ()
    return {key: value for key, value in of_file.items() if key not in overruled} | of_variables


def _chosen(file: SettingsFile, options: Options, variables: Mapping[str, str]) -> Given:
    """The name of this run's environment."""
    if options.environment:
        chosen = Given(options.environment, Source(Origin.OPTION, "--environment"))
    elif variables.get(keys.CHOICE_VARIABLE):
        chosen = Given(variables[keys.CHOICE_VARIABLE], Source(Origin.VARIABLE, keys.CHOICE_VARIABLE))
    elif file.default_environment is not None:
        chosen = file.default_environment
    elif len(file.environments) == 1:
        chosen = Given(next(iter(file.environments)), Source(Origin.FILE, str(file.path)))
    elif file.environments:
        raise SettingsError(
            f"{file.path} has several environments ({', '.join(file.environments)}) and no "
            "default_environment; choose one with --environment"
        )
    else:
        chosen = Given(_FALLBACK_NAME, DEFAULT)
    if not isinstance(chosen.value, str):
        raise SettingsError(f"{chosen.source}: default_environment must be the name of an environment, as text")
    keys.require_environment_name(chosen.value, str(chosen.source))
    return chosen


def _require_known(chosen: Given, file: SettingsFile, table: Table) -> None:
    """A name that the file does not know must be a slip, unless variables or options say where it is."""
    name = str(chosen.value)
    if name in file.environments or chosen.source is DEFAULT or table.keys() & {"region", "api_url", "database"}:
        return
    meant = keys.nearest(name, file.environments)
    known = ", ".join(file.environments) or "none"
    hint = f"did you mean {meant!r}?" if meant else f"there are: {known}; `reviewer init` adds one"
    raise SettingsError(f"{chosen.source}: there is no environment {name!r} in {file.path}; {hint}")


def _environment(name: str, table: Table, folder: Path) -> tuple[Environment, dict[str, Source]]:
    prefix = f"environments.{name}"
    values, sources = _converted(Environment, prefix, table, folder)
    values.setdefault("database", locations.database(name).absolute())
    return Environment(name=name, **values), sources


def _section(
    shape: type[T], name: str, table: Table, variables: Mapping[str, str], folder: Path
) -> tuple[T, dict[str, Source]]:
    known = [field.name for field in fields(shape)]
    values, sources = _converted(shape, name, {**table, **_variables(known, variables)}, folder)
    return shape(**values), sources


def _converted(shape: type, prefix: str, table: Table, folder: Path) -> tuple[dict[str, Any], dict[str, Source]]:
    """The values of a table by their types, and the source of every key of the shape."""
    hints = get_type_hints(shape, include_extras=True)
    values = {key: _value(f"{prefix}.{key}", hints[key], given, folder) for key, given in table.items()}
    sources = {f"{prefix}.{key}": table[key].source if key in table else DEFAULT for key in hints if key != "name"}
    return values, sources


def _value(key: str, hint: Any, given: Given, folder: Path) -> Any:
    """One value by its type; the message never repeats the value, which may hold a password."""
    expected, *metas = get_args(hint)
    from_file = given.source.origin is Origin.FILE
    raw = given.value
    if expected is bool and not from_file:
        raw = _WORDS.get(str(raw).lower(), raw)
    try:
        value = msgspec.convert(raw, hint, strict=from_file, dec_hook=_path)
    except msgspec.ValidationError as error:
        description = next(meta.description for meta in metas if meta.description)
        raise SettingsError(f"{given.source}: {key} must be {description}") from error
    if isinstance(value, Path):
        return (folder if from_file else Path.cwd()) / value
    return value


def checked(key: str, text: str) -> Any:
    """A value of an environment as somebody typed it, by the type of that key.

    Raises ``SettingsError`` saying what it should be.
    """
    hint = get_type_hints(Environment, include_extras=True)[key]
    return _value(key, hint, Given(text, Source(Origin.OPTION, "--" + key.replace("_", "-"))), Path.cwd())


def _path(expected: type, value: object) -> Path:
    if expected is Path and isinstance(value, str) and value.strip():
        return Path(os.path.expanduser(value))  # noqa: PTH111 - unlike Path, it leaves an unknown user's ~ alone
    raise ValueError("not a path")


def _variables(known: list[str] | tuple[str, ...], variables: Mapping[str, str]) -> Table:
    names = {key: keys.variable(key) for key in known}
    given = {key: name for key, name in names.items() if variables.get(name)}
    return {key: Given(variables[name], Source(Origin.VARIABLE, name)) for key, name in given.items()}


def unknown_variables(variables: Mapping[str, str]) -> dict[str, str | None]:
    """Variables that begin like a setting and are none, with the nearest name that is one."""
    known = keys.known_variables()
    return {
        name: keys.nearest(name, known)
        for name in sorted(variables)
        if name.startswith(keys.VARIABLE_PREFIX)
        and name not in known
        and not name.startswith(keys.SECRET_VARIABLE + "_")
    }
