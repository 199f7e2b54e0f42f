"""What a steward is shown of a candidate, as frozen values: the workbench and the commands draw the same view.

Every text in these values may hold record text, and reaches a screen through ``text.visible`` only.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from reviewer.domain.consequences import Consequence, Kind
from reviewer.domain.levels import Bar, Relation
from reviewer.domain.wire import JsonObject
from reviewer.review.weighed import Weighed


class Column(NamedTuple):
    """One contact of the comparison: its letter (A, B, …), id, type, anchors, where it came from, its name."""

    letter: str
    contact_id: str
    number: int
    type: str
    anchors: tuple[str, ...]
    origin: str
    name: str


class Row(NamedTuple):
    """One field across the contacts.

    ``values`` are texts in the order of the columns ('' = none); ``result`` is the golden record's text,
    ``source`` the letter it comes from ('' for several), ``why`` the reason in words, of an empty result too where
    the steward picked nothing; ``loses`` is true where a value will not be in the result.
    """

    path: str
    label: str
    relation: Relation
    values: tuple[str, ...]
    result: str
    source: str
    why: str
    loses: bool
    flag: bool = False
    """Whether a contact without a value says no, which can be picked too."""


class PairLine(NamedTuple):
    """One pair inside a group: the letters of its contacts, its weight (log2 odds) and verdict.

    ``holds`` is true of the links that hold the group together (its maximum spanning tree); ``without`` such a link it
    falls into these two parts (letters), the larger first. ``against`` is true of a pair that speaks against the group.
    ``why`` are sentences, what weighs most; ``weighed`` is how the model came to the weight, empty if another tool
    suspects the pair. Where very many pairs are in the group, only the links that hold it are told in full; of the
    others ``weighed``, ``reasons`` and ``factors`` are empty.
    """

    letters: tuple[str, str]
    weight: float
    verdict: str
    holds: bool
    against: bool
    why: tuple[str, ...]
    without: tuple[tuple[str, ...], ...]
    weighed: Weighed
    reasons: tuple[str, ...]
    factors: tuple[str, ...]

    @property
    def name(self) -> str:
        """Both letters, as in A–D."""
        return "–".join(self.letters)


class Ruled(NamedTuple):
    """A ruling in force on an identifier that the contacts hold."""

    kind: str
    value: str
    ruling: str
    until: str


class Joined(NamedTuple):
    """An approval that has not been sent, and that a join takes back for the one merge of all."""

    operation: int
    decision: int
    candidate: int
    steward: str


class SharedView(NamedTuple):
    """A warning about one identifier: holders, how many persons they seem to be, the ruling it looks like.

    ``certainty`` is the probability that it is what it looks like; 0 where that was not worked out.
    """

    kind: str
    value: str
    holders: int
    persons: int
    guess: str
    reason: str
    ruled: str
    certainty: float
    shared: float
    """The probability that two persons hold it."""


@dataclass(frozen=True)
class CandidateView:
    """Everything the workbench shows of one candidate.

    ``weight`` is log2 odds, of a group those of the weakest link that holds it together: its chance to be one person is
    at most that link's. ``bars`` are the waterfall of that link (with ``prior`` they add up to its weight), and
    ``reasons``, ``factors`` and ``would_be`` are its own too. ``after`` are sentences on what a merge does,
    ``consequences`` what it costs and needs; ``seen`` names exactly this view: an act that passes it is refused if the
    candidate is not the same any more. ``basis`` is what
    a decision stores of it.
    """

    id: int
    kind: str
    verdict: str
    weight: float
    probability: float
    state: str
    mark: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    reasons: tuple[str, ...]
    factors: tuple[str, ...]
    would_be: str
    """The smallest change that would make it automatic; empty where it is."""
    would_be_rejected: str
    """The smallest change that would keep it out of the queue; empty where nothing was weighed."""
    to_judge: str
    """Why the weight is not that of the contacts as they are now, or empty."""
    standing: str
    """What was decided on the candidate, and how far that is; empty while it is open."""
    model: str
    prior: float
    bars: tuple[Bar, ...]
    classes: tuple[tuple[str, float], ...]
    pairs: tuple[PairLine, ...]
    """The pairs inside of three contacts or more: the links that hold them together, weakest first, then the others."""
    said: tuple[str, ...]
    rulings: tuple[Ruled, ...]
    after: tuple[str, ...]
    consequences: tuple[Consequence, ...]
    refusal: str
    """Why a merge of these contacts is not possible, or empty."""
    shared: SharedView | None
    seen: str
    basis: "Basis"
    joining: tuple["Joined", ...] = ()
    """Approvals that this one takes the place of, where it is shown as a join."""
    joining_said: tuple[str, ...] = ()
    """What that means, in sentences."""
    bars_of: tuple[str, ...] = ()
    """The letters of the pair that the waterfall, the reasons and the factors are of, where there are others."""
    unlinked: str = ""
    """That nothing links all of the contacts, or empty."""
    kept_out: tuple[str, ...] = ()
    """Which contacts are linked to these and not among them, for something inside speaks against them."""
    why_two: tuple[str, ...] = ()
    """Why a second steward has to approve a merge of these contacts; empty where one is enough."""

    @property
    def in_full(self) -> tuple[PairLine, ...]:
        """The pairs of a group whose evidence can be shown one after the other, the weakest link first."""
        return tuple(link for link in self.pairs if link.weighed.bars or link.reasons)

    @property
    def shown_link(self) -> PairLine | None:
        """The pair of a group that the waterfall and the reasons are of; None where there is only one pair."""
        return next((link for link in self.pairs if link.letters == self.bars_of), None)

    def said_of(self, *kinds: Kind) -> tuple[str, ...]:
        """The sentences on consequences of these kinds."""
        return tuple(one.sentence for one in self.consequences if one.kind in kinds)


def percent(probability: float) -> str:
    """A probability that never rounds up to certainty: 99.96 %, > 99.99 %."""
    if probability > 0.9999:
        return "> 99.99 %"
    if probability < 0.0001:
        return "< 0.01 %"
    return f"{probability:.2%}".replace("%", " %")


@dataclass(frozen=True)
class Basis:
    """The decoded records, the picks (path → contact id), the promise (path → value) and the steps of a plan."""

    records: tuple[JsonObject, ...]
    picks: dict[str, str]
    promise: dict[str, Any]
    steps: tuple[tuple[str, JsonObject], ...]
