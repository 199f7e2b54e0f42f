"""Questions that are asked in place: in the message line, with the choices in the pane beside the evidence.

A prompt takes keys until it is answered or left; nothing happens before that, and Escape always leaves. What is
refused is said in the prompt, which stays open: whoever is typing goes on typing into it, and never into the queue.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from rich.cells import cell_len

from reviewer.domain.identifiers import Identifier
from reviewer.domain.rulings import RulingKind
from reviewer.tui.drawing.ruling_words import CONSEQUENCE, MEANINGS
from reviewer.tui.lines import Line, Span, cut, cut_start, joined, line, pad, paragraph, shown

MOST_NOTE = 500
"""Most characters of a note."""

_NOTE_SHOWN = 40
"""Characters of a note that are shown while it is typed: the last ones."""

Refusal = str
"""Why an answer is not taken, as harmless text; empty where it is taken."""

KeyWords = tuple[tuple[str, str], ...]
"""Keys as a person writes them, with what they do."""

LEAVES: KeyWords = (("Esc", "leaves"),)

_MOST_LETTERS = 12
"""Most contacts whose letters are all named."""

_WORDY = 50
"""From this width on, each ruling says what it means."""


class Prompt(ABC):
    """A question. ``answered`` does what was chosen."""

    title = ""
    about_candidate = True
    """Whether it is asked of the candidate that is shown."""
    keys: KeyWords = LEAVES
    """The keys that do something while it is asked."""

    @abstractmethod
    def sentence(self) -> str:
        """The question in one line of harmless text."""

    def lines(self, width: int) -> Sequence[Line]:
        """The choices in words."""
        return ()

    @abstractmethod
    def press(self, key: str, character: str | None) -> bool:
        """Take a key; True when the question is answered. Escape is not passed here."""


class RulingPrompt(Prompt):
    """What is this identifier? The guess is the answer to Enter; Tab goes to the next identifier."""

    title = "Rule on an identifier"
    keys = ((" ".join(said.key for said in MEANINGS.values()), "a ruling"), ("Enter", "the guess"),
            ("Tab", "next identifier"), *LEAVES)  # fmt: skip

    def __init__(
        self, identifiers: Sequence[Identifier], guess: RulingKind, answered: Callable[[Identifier, RulingKind], None]
    ) -> None:
        self._identifiers, self._guess, self._answered = identifiers, guess, answered
        self._at = 0

    @property
    def _identifier(self) -> Identifier:
        return self._identifiers[self._at]

    def sentence(self) -> str:
        keys = " ".join(said.key for said in MEANINGS.values())
        return joined((f"what is it? {keys}", f"Enter {self._guess.value}", "Esc leaves it as it is"))

    def lines(self, width: int) -> Sequence[Line]:
        more = f" · Tab: {self._at + 1} of {len(self._identifiers)}" if len(self._identifiers) > 1 else ""
        head = line(Span(f" {self._identifier.type} {shown(self._identifier.value)}", "strong"), Span(more, "dim"))
        return [head, *(self._in_words(width) if width >= _WORDY else self._two_by_two(width // 2))]

    def _in_words(self, width: int) -> Iterator[Line]:
        for kind, said in MEANINGS.items():
            mark = pad(f" {said.key}  {kind.value}", 17)
            text = said.says + (" (Enter)" if kind is self._guess else "")
            yield from paragraph(text, width, self._role(kind), mark=mark, mark_role="key")
        yield from paragraph(CONSEQUENCE, width, "dim", mark=" ")

    def _two_by_two(self, width: int) -> Iterator[Line]:
        kinds = list(MEANINGS)
        for pair in zip(kinds[::2], kinds[1::2], strict=True):
            words = ((MEANINGS[kind].key, pad(kind.value, width - 3), self._role(kind)) for kind in pair)
            yield line(*(span for key, word, role in words for span in (Span(f" {key} ", "key"), Span(word, role))))

    def _role(self, kind: RulingKind) -> str:
        return "strong" if kind is self._guess else "text"

    def press(self, key: str, character: str | None) -> bool:
        if key in ("tab", "shift+tab"):
            self._at = (self._at + (1 if key == "tab" else -1)) % len(self._identifiers)
            return False
        chosen = next((kind for kind, said in MEANINGS.items() if said.key == character), None)
        chosen = self._guess if key == "enter" else chosen
        if chosen is None:
            return False
        self._answered(self._identifier, chosen)
        return True


class DayPrompt(Prompt):
    """Until when? 1 is tomorrow, 7 in a week; or a date is typed."""

    title = "Put aside"
    keys = (("1", "tomorrow"), ("7", "in a week"), ("0-9 -", "a date"), ("Enter", "takes it"), *LEAVES)

    def __init__(self, today: date, answered: Callable[[date], None]) -> None:
        self._today, self._answered = today, answered
        self._typed = ""
        self._wrong = ""

    def sentence(self) -> str:
        if self._typed or self._wrong:
            return f"put aside until {self._typed}▏ {self._wrong or 'Enter · Esc'}"
        return "put aside until: 1 tomorrow · 7 in a week · or a date like 2027-01-31 · Esc"

    def lines(self, width: int) -> Sequence[Line]:
        choices = ((1, "tomorrow"), (7, "in a week"))
        return [
            *(
                line(Span(f" {days}  ", "key"), Span(f"{word}, {self._today + timedelta(days=days)}"))
                for days, word in choices
            ),
            *paragraph("or type a date, year first, and Enter", width, mark=" "),
            *paragraph("it comes back to the queue on that day", width, "dim", mark=" "),
        ]

    def press(self, key: str, character: str | None) -> bool:
        self._wrong = ""
        if key == "backspace":
            self._typed = self._typed[:-1]
        elif key == "enter":
            return self._take()
        elif not self._typed and character in ("1", "7"):
            self._answered(self._today + timedelta(days=int(character)))
            return True
        elif character and ((character.isascii() and character.isdigit()) or character == "-"):
            self._typed = (self._typed + character)[:10]
        return False

    def _take(self) -> bool:
        try:
            until = date.fromisoformat(self._typed)
        except ValueError:
            self._wrong = "· not a date: write it like 2027-01-31"
            return False
        if until <= self._today:
            self._wrong = "· that day is not in the future"
            return False
        self._answered(until)
        return True


class MemberPrompt(Prompt):
    """Which contact is left out? Its letter; 0 brings all back. Letters of two are typed; Enter takes A of A and AA.

    Enter alone leaves out the side of the group that the link that is shown connects with the rest.
    """

    title = "Leave a contact out"

    def __init__(
        self,
        members: Sequence[tuple[str, str, str]],
        answered: Callable[[Sequence[str]], Refusal],
        side: Sequence[str] = (),
    ) -> None:
        """``members`` are letter, name and what tells the contact from the others, the last two as record text.

        ``side`` are the letters that Enter alone leaves out; ``answered`` takes the letters, none to bring all back.
        """
        self._members, self._answered, self._side = members, answered, side
        self._typed = self._wrong = ""
        letters = [letter for letter, *_ in members]
        few = len(letters) <= _MOST_LETTERS
        self._letters = " ".join(letters) if few else f"{letters[0]} to {letters[-1]}"
        enter = (("Enter", f"leaves {' '.join(side)} out"),) if 0 < len(side) <= _MOST_LETTERS else ()
        self.keys = ((self._letters.lower(), "leaves out"), *enter, ("0", "brings all back"), *LEAVES)

    def sentence(self) -> str:
        if self._typed:
            return joined((f"leave out: {self._typed}▏", self._wrong or f"Enter takes {self._typed}", "Esc"))
        side = f"Enter: {' '.join(self._side)}" if self._side else ""
        return joined((f"leave out: {self._letters}", side, self._wrong or "0 brings all back", "Esc"))

    def lines(self, width: int) -> Sequence[Line]:
        return [self._member(*member, width - 4) for member in self._members if member[0].startswith(self._typed)]

    @staticmethod
    def _member(letter: str, name: str, telling: str, room: int) -> Line:
        """One line for each contact; of what tells it apart the end is shown, where ids and numbers differ."""
        tail = cut_start(shown(telling), room // 2)
        head = cut(shown(name), room - cell_len(tail) - 3)
        return line(Span(f" {letter.lower():<2} ", "key"), Span(f"{head} · "), Span(tail, "strong"))

    def press(self, key: str, character: str | None) -> bool:
        if key == "backspace":
            self._typed, self._wrong = self._typed[:-1], ""
            return False
        if key == "enter":
            return self._take([self._typed] if self._typed else self._side)
        if character == "0" and not self._typed:
            return self._take(None)
        wanted = self._typed + (character or "").upper()
        meant = [letter for letter, *_ in self._members if letter.startswith(wanted)]
        if not meant or not character:
            self._wrong = f"there is no contact {shown(wanted)} here" if wanted.isprintable() and wanted else ""
            return False
        self._wrong = ""
        if meant == [wanted]:
            return self._take([wanted])
        self._typed = wanted
        return False

    def _take(self, letters: Sequence[str] | None) -> bool:
        """Leave these out, or with None bring all back."""
        if letters is not None and not letters:
            return False
        unknown = set(letters or ()) - {one for one, *_ in self._members}
        if unknown:
            self._wrong = f"there is no contact {shown(min(unknown))} here"
            return False
        self._wrong = self._answered(letters or ())
        self._typed = ""
        return not self._wrong


class NotePrompt(Prompt):
    """A note, stored with the next decision on this candidate."""

    title = "Note"
    keys = (("Enter", "keeps it"), ("Backspace", "rubs out"), *LEAVES)

    def __init__(self, note: str, answered: Callable[[str], Refusal]) -> None:
        self._note, self._answered = note, answered
        self._wrong = ""

    def sentence(self) -> str:
        shortened = f"…{self._note[-_NOTE_SHOWN:]}" if len(self._note) > _NOTE_SHOWN else self._note
        return f"note: {shown(shortened)}▏ {self._wrong or 'Enter keeps it · Esc'}"

    def press(self, key: str, character: str | None) -> bool:
        if key == "enter":
            self._wrong = self._answered(self._note.strip())
            return not self._wrong
        self._wrong = ""
        if key == "backspace":
            self._note = self._note[:-1]
        elif character and character.isprintable():
            self._note = (self._note + character)[:MOST_NOTE]
        return False


class RejectPrompt(NotePrompt):
    """Why not? The proposer reads it on the candidate."""

    title = "Reject"
    keys = (("Enter", "rejects"), ("Backspace", "rubs out"), *LEAVES)

    def __init__(self, proposer: str, answered: Callable[[str], Refusal]) -> None:
        super().__init__("", answered)
        self._proposer = proposer

    def sentence(self) -> str:
        return f"why not? {super().sentence().replace('keeps it', 'rejects')}"

    def lines(self, width: int) -> Sequence[Line]:
        who = shown(self._proposer)
        return paragraph(f"the candidate returns to the queue, and {who} reads the note on it", width, mark=" ")


class GonePrompt(Prompt):
    """The candidate of a question is not there any more: what is typed goes nowhere until the steward has seen it."""

    title = "Decided elsewhere"
    about_candidate = False

    def sentence(self) -> str:
        return "this candidate was decided elsewhere meanwhile: nothing of your answer was kept · Esc goes on"

    def press(self, key: str, character: str | None) -> bool:
        return False
