"""Whom an operation is about, in one line: of a merge its contacts, of a link what goes to whom, of a compensation who
is made anew out of whom.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from reviewer.domain.contact import contact_from, headline
from reviewer.domain.plan import StepKind
from reviewer.domain.wire import JsonObject
from reviewer.review.members import names_of

SINGULAR = {"compensate": "compensation"}
"""Kind of an operation whose noun is another word → that word."""


def noun(kind: str) -> str:
    """What an operation of this kind is called."""
    return SINGULAR.get(kind, kind)


def who(kind: str, document: JsonObject) -> str:
    """Whom a decision's operation is about; record text, empty where that was erased."""
    names = names_of(document.get("members", []))
    if not names:
        return ""
    if kind == "link":
        return " ⇢ ".join((*_identities(document), names[0]))
    if kind == "compensate":
        return f"{_together(name for _, name in recreated(document))} out of {names[0]}"
    return _together(names, " ⇢ " if kind == "stitch" else " + ")


def recreated(document: JsonObject) -> list[tuple[str, str]]:
    """Old id and name of each person that a compensation makes anew; record text."""
    return [
        (str(request["insteadOf"]), headline(contact_from({"id": request["insteadOf"], **request["contact"]})))
        for kind, request in document.get("steps", ())
        if kind == StepKind.CREATE
    ]


def _identities(document: JsonObject) -> Sequence[str]:
    looked_up = [request for kind, request in document.get("steps", ()) if kind == StepKind.VERIFY]
    return [f"{one['type']} {one['value']}" for one in looked_up]


def _together(names: Iterable[str], between: str = " + ") -> str:
    """Names, those that come several times as 3 × Kim Doe."""
    return between.join(f"{number} × {name}" if number > 1 else name for name, number in Counter(names).items())
