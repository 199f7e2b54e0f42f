"""What the panes tell the screen."""

from array import array

from textual.message import Message

from reviewer.store.operation_lists import Listing


class CandidateChosen(Message):
    """A click in the list went to another candidate."""


class OperationChosen(Message):
    """A click went to another operation."""


class ListingChosen(Message):
    """A click went to another list of operations."""

    def __init__(self, listing: Listing) -> None:
        super().__init__()
        self.listing = listing


class PaneChosen(Message):
    """A click went into the pane with that id."""

    def __init__(self, pane: str) -> None:
        super().__init__()
        self.pane = pane


class ValueChosen(Message):
    """A click on a value: ``letter`` is the contact's, or empty for the result."""

    def __init__(self, path: str, letter: str) -> None:
        super().__init__()
        self.path, self.letter = path, letter


class CommandChosen(Message):
    """A click on a key hint."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action


class PromptChanged(Message):
    """The question in the message line was asked otherwise, answered or left."""


class NumbersRead(Message):
    """The numbers of all open candidates of one kind, as of ``generation`` of the list."""

    def __init__(self, kind: str | None, generation: int, numbers: "array[int]") -> None:
        super().__init__()
        self.kind, self.generation, self.numbers = kind, generation, numbers


class Trouble(Message):
    """Work in the background failed; ``sentence`` says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence
