"""Every act of the workbench, once: bindings, key hints, help and the palette are made from this registry."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from textual.binding import Binding


class Group(StrEnum):
    """Where a command belongs; the help lists the group of the pane in focus first."""

    DECIDE = "Decide"
    QUEUE = "The queue"
    RECORDS = "The records"
    PANE = "The pane in focus"
    OPERATIONS = "Staged and sent (o)"
    PROGRAM = "The program"


class Command(NamedTuple):
    """An act.

    ``keys`` are Textual's names, ``shown`` how a person writes them; ``action`` may hold ``{key}``; ``hint`` is its
    place in the line of key hints (0: not there; what is in ``SELDOM`` only while it is possible).
    """

    id: str
    keys: tuple[str, ...]
    shown: str
    action: str
    name: str
    tooltip: str
    group: Group
    hint: int = 0


_D, _Q, _R, _P, _G = Group.DECIDE, Group.QUEUE, Group.RECORDS, Group.PANE, Group.PROGRAM

COMMANDS: tuple[Command, ...] = (
    Command("merge", ("m",), "m", "merge", "merge", "Approve the merge as shown; it waits before it is sent", _D, 1),
    Command("distinct", ("d",), "d", "distinct", "distinct", "Different persons: the pair does not come back", _D, 2),
    Command("stitch", ("s",), "s", "stitch", "stitch", "The channel identity belongs to this person", _D, 3),
    Command("link", ("l",), "l", "link", "link", "Link the channel identity: merge, or release and claim it", _D),
    Command("rule", ("f",), "f", "rule", "rule", "Say what an identifier is: household, switchboard, …", _D, 4),
    Command("defer", ("z",), "z", "defer", "later", "Put the candidate aside until a day", _D, 5),
    Command("undo", ("u",), "u", "undo", "undo", "Take your last decision back, until it is sent", _D, 6),
    Command("leave-out", ("x",), "x", "leave_out", "leave out", "Leave a contact out of a group, or bring it back", _D),
    Command(
        "overlap",
        ("w",),
        "w",
        "overlap",
        "overlap",
        "A contact is in another operation: join it, wait for it, take it back; or leave the join",
        _D,
    ),
    Command("note", ("n",), "n", "note", "note", "Write a note that is stored with the next decision here", _D),
    Command("send", ("S", "upper_s"), "S", "send", "send", "Send what is staged now, after a confirmation", _D, 8),
    Command("acknowledge", ("a",), "a", "acknowledge", "acknowledge", "Let a stopped line go on, with a note", _D, 1),
    Command("approve", ("y",), "y", "approve", "approve", "Approve what another steward proposed (t shows it)", _D, 1),
    Command(
        "reject",
        ("N", "upper_n"),
        "N",
        "reject",
        "reject",
        "Say no to what another steward proposed, with a note",
        _D,
        2,
    ),
    Command("next", ("j",), "j", "next", "next", "Go to the next candidate", _Q),
    Command("previous", ("k",), "k", "previous", "previous", "Go to the candidate before", _Q),
    Command("top", ("g",), "g", "top", "top", "Go to the first candidate", _Q),
    Command("bottom", ("G", "upper_g"), "G", "bottom", "bottom", "Go to the last candidate", _Q),
    Command(
        "kind",
        ("t",),
        "t",
        "kind",
        "kind",
        "Show all kinds, duplicates, stitches, shared identifiers, or what waits",
        _Q,
        9,
    ),
    Command(
        "pick",
        tuple("123456789"),
        "1-9",
        "pick({key})",
        "pick",
        "Take the value of A, B, … (of a wide group: of the 1st, 2nd … in sight)",
        _R,
        7,
    ),
    Command("unpick", ("0",), "0", "pick(0)", "unpick", "Let the rule choose the value of this field again", _R),
    Command(
        "pick-nothing",
        ("minus", "delete"),
        "-",
        "pick_nothing",
        "pick nothing",
        "Let this field be empty: its values are removed right after the merge (Delete too)",
        _R,
    ),
    Command("next-field", ("J", "upper_j"), "J", "field(1)", "next field", "Go to the next field", _R),
    Command("previous-field", ("K", "upper_k"), "K", "field(-1)", "previous field", "Go to the field before", _R),
    Command("full", ("v",), "v", "full", "full values", "Fold long values instead of cutting them", _R),
    Command("brief", ("e",), "e", "brief", "conflicts only", "Hide fields that agree or that only one has", _R),
    Command("pair", ("p",), "p", "next_pair", "next pair", "Show the evidence of another pair of a group", _R),
    Command("columns-right", ("right",), "→", "columns(1)", "columns right", "Show the contacts to the right", _R),
    Command("columns-left", ("left",), "←", "columns(-1)", "columns left", "Show the contacts to the left", _R),
    Command("down", ("down",), "↓", "pane(1)", "down", "One line down in the pane in focus", _P),
    Command("up", ("up",), "↑", "pane(-1)", "up", "One line up in the pane in focus", _P),
    Command("page-down", ("pagedown",), "PgDn", "page(1)", "page down", "One page down in the pane in focus", _P),
    Command("page-up", ("pageup",), "PgUp", "page(-1)", "page up", "One page up in the pane in focus", _P),
    Command("home", ("home",), "Home", "end(-1)", "start", "Go to the start of the pane in focus", _P),
    Command("end", ("end",), "End", "end(1)", "end", "Go to the end of the pane in focus", _P),
    Command("next-pane", ("tab",), "Tab", "next_pane(1)", "next pane", "Go to the next pane", _P),
    Command("previous-pane", ("shift+tab",), "⇧Tab", "next_pane(-1)", "previous pane", "Go to the pane before", _P),
    Command("operations", ("o",), "o", "operations", "operations", "What is staged and what was sent, each a row", _G),
    Command("refresh", ("r",), "r", "refresh", "read again", "Read the queue and this candidate again", _G),
    Command(
        "help", ("question_mark", "f1"), "?", "help", "help", "All keys, those of this pane first (F1 too)", _G, 10
    ),
    Command("palette", ("ctrl+p",), "^p", "app.command_palette", "palette", "Search all commands and themes", _G),
    Command("quit", ("q",), "q", "quit", "quit", "Leave; what is staged stays and is sent in its time", _G, 11),
)

_O = Group.OPERATIONS

OPERATION_COMMANDS: tuple[Command, ...] = (
    Command("take-back", ("u",), "u", "take_back", "take back", "Take this operation back, until it is sent", _O, 2),
    Command("send-row", ("s",), "s", "send_row", "send this", "Send this operation now, after a confirmation", _O, 3),
    Command("send-all", ("S", "upper_s"), "S", "send_all", "send all", "Send all that is staged now", _O, 4),
    Command("acknowledge", ("a",), "a", "acknowledge", "seen", "Say what you found in a faulty end", _O, 1),
    Command("next-list", ("tab",), "Tab", "list(1)", "next list", "Staged, under way, ended, to look at", _O, 5),
    Command("previous-list", ("shift+tab",), "⇧Tab", "list(-1)", "list before", "Go to the list before", _O),
    Command("next-row", ("j", "down"), "j", "row(1)", "next", "Go to the next operation (↓ too)", _O, 6),
    Command("previous-row", ("k", "up"), "k", "row(-1)", "previous", "Go to the operation before (↑ too)", _O, 7),
    Command("first-row", ("g", "home"), "g", "end(-1)", "first", "Go to the first operation (Home too)", _O),
    Command("last-row", ("G", "upper_g", "end"), "G", "end(1)", "last", "Go to the last operation (End too)", _O),
    Command("rows-down", ("pagedown",), "PgDn", "page(1)", "page down", "One page of operations down", _O),
    Command("rows-up", ("pageup",), "PgUp", "page(-1)", "page up", "One page of operations up", _O),
    Command("detail-down", ("J", "upper_j"), "J", "scroll(1)", "text down", "Scroll what is told of the operation", _O),
    Command("detail-up", ("K", "upper_k"), "K", "scroll(-1)", "text up", "Scroll it back", _O),
    Command("read-again", ("r",), "r", "refresh", "read again", "Read the operations again", _O),
    Command("operation-help", ("question_mark", "f1"), "?", "help", "help", "All keys, these first", _O, 8),
    Command("back", ("o", "escape", "q"), "Esc", "close", "back", "Go back to the queue (o and q too)", _O, 9),
)
"""The acts of the screen that ``o`` opens."""

GROUP_OF_PANE = {"queue": _Q, "records": _R, "operations-list": _O}
SELDOM = frozenset({"acknowledge", "approve", "reject"})
"""Commands whose keys are shown only while they are possible."""

GROUP_OF_PANE = {"queue": _Q, "records": _R}
"""Id of a pane → the group that its help starts with."""


def bindings(commands: Sequence[Command] = COMMANDS) -> Iterator[Binding]:
    """A binding for every key of every command."""
    for command in commands:
        for key in command.keys:
            yield Binding(
                key,
                command.action.format(key=key),
                command.name,
                id=f"{command.id}.{key}",
                tooltip=command.tooltip,
                show=False,
            )


def hints(commands: Sequence[Command] = COMMANDS) -> list[Command]:
    """The commands of the line of key hints, most used first."""
    return sorted((command for command in commands if command.hint), key=lambda command: command.hint)
