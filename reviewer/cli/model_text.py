"""A model in words and tables, for 80 columns."""

from dataclasses import dataclass

from reviewer.cli.output import counted, say, say_table
from reviewer.domain.classes import PairClass
from reviewer.domain.learned import without_learned
from reviewer.domain.levels import ORDER, Attribute
from reviewer.domain.model import Model
from reviewer.domain.model_document import document_of
from reviewer.domain.model_summary import KindLine, LevelLine, Moved, kind_lines, level_lines, moved_most
from reviewer.domain.prior_model import prior_model
from reviewer.domain.wire import JsonObject
from reviewer.store import models
from reviewer.store.database import Database
from reviewer.store.models import Made

MOST_MOVED = 8

_SHORT = {
    PairClass.SAME: "same",
    PairClass.HOUSEHOLD: "household",
    PairClass.DESK: "desk",
    PairClass.RECYCLED: "recycled",
    PairClass.NAMESAKE: "namesake",
    PairClass.COINCIDENCE: "coincidence",
}


@dataclass(frozen=True)
class Summary:
    """A model, how it came about (None: by hand), and how it stands; ``frozen`` is None where it is not in use."""

    model: Model
    made: Made | None
    frozen: bool | None

    @property
    def kinds(self) -> list[KindLine]:
        """Its kinds of pairs."""
        return kind_lines(self.model, prior_model())

    @property
    def moved(self) -> list[Moved]:
        """Where it left the model by hand most."""
        return moved_most(self.model, prior_model(), MOST_MOVED)

    @property
    def taught(self) -> list[Moved]:
        """What decisions changed most in it."""
        return moved_most(self.model, without_learned(self.model), MOST_MOVED)

    def levels(self, attribute: Attribute) -> list[LevelLine]:
        """What the levels of an attribute are worth."""
        return level_lines(self.model, prior_model(), attribute)

    def facts(self) -> JsonObject:
        """All of it, for scripts."""
        learned = self.model.learned
        return {
            "version": self.model.version,
            "in_use": self.frozen is not None,
            "frozen": bool(self.frozen),
            "origin": self.made.origin if self.made else "by hand",
            "contacts": self.made.contacts if self.made else 0,
            "pairs": self.made.pairs if self.made else 0,
            "made_at": self.made.made_at.isoformat() if self.made else None,
            "learned_through": learned.through if learned else None,
            "kinds": self.kinds,
            "moved_most": self.moved,
            "taught_most": self.taught,
            "levels": {attribute.value: self.levels(attribute) for attribute in ORDER},
            "document": document_of(self.model),
        }


def summary(database: Database, version: str | None) -> Summary:
    """The model of that version, or the one in use. Raises ``NotFoundError``."""
    in_use = models.in_use(database)
    model = models.read(database, version) if version else in_use.model
    made = {one.version: one for one in models.made(database)}.get(model.version)
    return Summary(model, made, in_use.frozen if model.version == in_use.model.version else None)


def say_summary(found: Summary) -> None:
    """How it came about, its kinds with their shares beside those by hand, and what contacts and decisions changed."""
    say(f"model {found.model.version}, {_came_of(found)}")
    say(_STANDS[found.frozen])
    if found.model.learned:
        say(f"with what the decisions up to {found.model.learned.through} taught")
    say("")
    rows = [
        (one.name, _SHORT[PairClass(one.pair_class)], percent(one.share), percent(one.prior)) for one in found.kinds
    ]
    say_table(("kind of pair", "class", "share %", "prior"), rows)
    _say_moved(("moved most", "level", "prior", "now %"), found.moved)
    _say_moved(("taught most", "level", "else", "now %"), found.taught)


def _say_moved(head: tuple[str, ...], moved: list[Moved]) -> None:
    if moved:
        say("")
        say_table(
            head,
            [
                (one.kind, f"{one.attribute}: {_short(one.level)}", percent(one.prior), percent(one.now))
                for one in moved
            ],
        )


_STANDS = {
    None: "not in use",
    True: "in use, and held: detection does not fit it",
    False: "in use; `reviewer detect --full` fits it to the contacts again",
}


def _came_of(found: Summary) -> str:
    if found.made is None:
        return "set by hand"
    how = "learned" if found.made.origin == "learn" else "fitted"
    of = "decided pairs among" if found.made.origin == "learn" else "compared pairs of"
    sizes = f"{found.made.pairs:,} {of} {counted(found.made.contacts, 'contact')}"
    return f"{how} {found.made.made_at:%Y-%m-%d %H:%M} UTC from {sizes}"


def say_attribute(found: Summary, attribute: Attribute) -> None:
    """What each level is worth in bits, beside the model by hand, and how often it occurs in each class in percent."""
    heads = ("bits", "prior", *_SHORT.values())
    widths = [max(5, len(head)) for head in heads]
    lines = found.levels(attribute)
    label = max(len(attribute.value), *(len(_short(one.level)) for one in lines))
    say(_line(attribute.value, label, heads, widths))
    for one in lines:
        cells = (f"{one.weight:+.1f}", f"{one.prior:+.1f}", *map(percent, one.chances.values()))
        say(_line(_short(one.level), label, cells, widths))
    say("")


def _short(level: str) -> str:
    return level.removeprefix("shared ")


def _line(label: str, width: int, cells: tuple[str, ...], widths: list[int]) -> str:
    return " ".join((label.ljust(width), *(cell.rjust(size) for cell, size in zip(cells, widths, strict=True))))


def percent(share: float) -> str:
    """A share in percent, with two figures that count."""
    hundredth = share * 100
    if hundredth < 0.01:
        return "<0.01"
    return f"{hundredth:.0f}" if hundredth >= 9.95 else f"{hundredth:.1f}" if hundredth >= 0.995 else f"{hundredth:.2f}"
