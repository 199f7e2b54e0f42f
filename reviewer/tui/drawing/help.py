"""The help: every key from the registry, those of the pane in focus first, and what the signs mean."""

from collections.abc import Callable, Iterator

from reviewer.domain.levels import Relation
from reviewer.review.automatic_merging import MEANING, WARNING
from reviewer.tui.commands import COMMANDS, GROUP_OF_PANE, OPERATION_COMMANDS, Command, Group
from reviewer.tui.lines import EMPTY, Line, Span, line, pad, paragraph

_SIGNS = (
    *((relation.glyph, relation.value) for relation in Relation if relation is not Relation.MISSING),
    ("B", "after the result: whose value it is; * = you picked it"),
    ("!", "a value is not in the result"),
    ("—", "no value"),
    ("…", "something is left out: v shows all of it, as does the line below the records"),
    ("⇢ ⚑ ↺", "a stitch · a shared identifier · came back after a change"),
    ("‹202E› ⏎", "a character that cannot be seen, shown as what it is"),
)

_WARNINGS = (
    (WARNING, f"{MEANING}. It goes when a sync, a load or the executor finds it off"),
    ("! LINE STOPPED", "the service answered otherwise than was promised: nothing is sent until a steward has looked"),
)


def help_lines(width: int, pane: str, why_not: Callable[[str], str]) -> list[Line]:
    """The help in ``width`` cells, for the pane with that id."""
    first = GROUP_OF_PANE.get(pane, Group.DECIDE)
    groups = [first, *(group for group in Group if group is not first)]
    keys = [one for group in groups for one in _group(group, width, why_not)]
    return [*keys, *_signs(width), EMPTY, *_warnings(width)]


def _group(group: Group, width: int, why_not: Callable[[str], str]) -> Iterator[Line]:
    yield line(Span(f" {group.value}", "title"))
    for command in (*COMMANDS, *OPERATION_COMMANDS):
        if command.group is group:
            yield from _command(command, width, why_not(command.id))
    yield EMPTY


def _command(command: Command, width: int, reason: str) -> Iterator[Line]:
    mark = f"  {pad(command.shown, 6)} {pad(command.name, 15)} "
    said = command.tooltip + (f" (not now: {reason})" if reason else "")
    yield from paragraph(said, width - 2, "dim" if reason else "text", mark=mark, mark_role="key")


def _signs(width: int) -> Iterator[Line]:
    yield line(Span(" Signs", "title"))
    for sign, meaning in _SIGNS:
        yield from paragraph(meaning, width - 2, mark=f"  {pad(sign, 8)} ", mark_role="key")


def _warnings(width: int) -> Iterator[Line]:
    yield line(Span(" Warnings in the line at the top", "title"))
    for warning, meaning in _WARNINGS:
        yield from paragraph(f"{warning}: {meaning}", width - 2, mark="  ", mark_role="key")
