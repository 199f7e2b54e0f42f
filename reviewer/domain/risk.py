"""Four eyes: when an approval needs a second steward, as a table of what makes an act risky."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from reviewer.domain.journal import MERGING
from reviewer.domain.wire import JsonObject


class FourEyes(StrEnum):
    """When a second steward has to approve."""

    NEVER = "never"
    RISKY = "risky"
    """Where one of ``RISKS`` is there."""
    ALWAYS = "always"


class Thresholds(NamedTuple):
    """From where on an act is risky. ``weight`` is log2 odds; ``group_size`` counts contacts."""

    when: FourEyes = FourEyes.NEVER
    group_size: int = 5
    anchors: bool = True
    weight: float = 7.0
    vetoes: bool = True


class Facts(NamedTuple):
    """What an approval is about, as far as its risk goes.

    ``anchors`` are those of each contact that has one; ``lost`` are anchors that are not in the result. ``weight``
    and ``verdict`` are None and empty for an act that does not rest on a candidate; the verdict is *veto* too where a
    veto stands between two contacts of a join.
    """

    kind: str
    contacts: int
    anchors: tuple[frozenset[str], ...]
    lost: tuple[str, ...]
    weight: float | None
    verdict: str


class Risk(NamedTuple):
    """One thing that makes an act risky: its name, and what it says of the facts (nothing: it is not there)."""

    name: str
    said: Callable[[Facts, Thresholds], str]


def _large(facts: Facts, limits: Thresholds) -> str:
    return f"{facts.contacts} contacts" if facts.contacts >= limits.group_size else ""


def _anchors_differ(facts: Facts, limits: Thresholds) -> str:
    return "its contacts have different anchors" if limits.anchors and len(set(facts.anchors)) > 1 else ""


def _anchor_lost(facts: Facts, limits: Thresholds) -> str:
    if not limits.anchors or not facts.lost:
        return ""
    return "an anchor is lost" if len(facts.lost) == 1 else f"{len(facts.lost)} anchors are lost"


def _light(facts: Facts, limits: Thresholds) -> str:
    if facts.kind == "compensate" or facts.weight is None or facts.weight >= limits.weight:
        return ""  # what is made anew rests on no evidence, and is risky for a reason of its own
    return f"its weight {facts.weight:+.1f} is below {limits.weight:+.1f}"


def _vetoed(facts: Facts, limits: Thresholds) -> str:
    return "the rules veto it" if limits.vetoes and facts.verdict == "veto" else ""


def _compensates(facts: Facts, limits: Thresholds) -> str:
    return "it re-creates persons after a merge" if facts.kind == "compensate" else ""


RISKS = (
    Risk("group size", _large),
    Risk("different anchors", _anchors_differ),
    Risk("loss of an anchor", _anchor_lost),
    Risk("weight", _light),
    Risk("veto", _vetoed),
    Risk("compensation", _compensates),
)


def why_two(facts: Facts, limits: Thresholds) -> tuple[str, ...]:
    """Why another steward than the proposer has to approve, in words; empty where one is enough."""
    if limits.when is FourEyes.NEVER:
        return ()
    found = tuple(said for risk in RISKS if (said := risk.said(facts, limits)))
    if limits.when is FourEyes.ALWAYS:
        return found or ("the settings ask for two on every act",)
    return found


def facts_of(document: Mapping[str, Any], kind: str, anchor_source: str | None) -> Facts:
    """The facts of an approval from its document: the members as they were shown, the promise, weight and verdict.

    An anchor is lost where a member has it and the promise of the merged contact does not.
    Raises ``ValueError`` for a document that this program does not write.
    """
    try:
        members: Sequence[JsonObject] = document.get("members", ())
        anchors = [frozenset(_anchors(member.get("externalIds"), anchor_source)) for member in members]
        promise = document.get("promise")
        kept = _anchors(promise.get("externalIds"), anchor_source) if promise else []
        lost = sorted(frozenset().union(*anchors) - frozenset(kept)) if kind in MERGING else ()
        weight = document.get("weight")
        return Facts(
            kind=kind,
            contacts=len(members),
            anchors=tuple(one for one in anchors if one),
            lost=tuple(lost),
            weight=None if weight is None else float(weight),
            verdict="veto" if document.get("vetoed") else str(document.get("verdict", "")),
        )
    except (AttributeError, TypeError) as error:
        raise ValueError(f"not a document of an approval ({error})") from error


def _anchors(external: Sequence[JsonObject] | None, source: str | None) -> list[str]:
    """Values of the external source that the anchors come from."""
    entries = external or ()
    return [str(one.get("value")) for one in entries if (one.get("externalSource") or {}).get("id") == source]
