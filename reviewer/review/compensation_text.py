"""What it would take to re-create somebody, as plain text: the same on the terminal and in the audit."""

from collections.abc import Iterator

from reviewer.domain.compensation import Compensation
from reviewer.review.compensate import Shown
from reviewer.text import json_safe, visible


def compensation_lines(shown: Shown) -> Iterator[str]:
    """Everything that is shown, as lines of harmless text: the merge, then each choice with its exact calls."""
    yield f"operation {shown.operation} · {shown.kind} · {shown.state} · {visible(shown.approved)}"
    yield f"merged contact: {visible(shown.canonical)}"
    if not shown.asked:
        yield "the service was not asked: these are the plans as they were stored before the merge"
    for sentence in shown.since:
        yield visible(sentence)
    for old, new in shown.recreated:
        yield f"{visible(old)} was re-created as {visible(new)}"
    for choice in shown.choices:
        yield from _choice(choice)
    if shown.refusal:
        yield f"cannot be carried out: {visible(shown.refusal)}"


def _choice(choice: Compensation) -> Iterator[str]:
    who = ", ".join(
        f"{visible(id_)} ({visible(name)})" for id_, name in zip(choice.contacts, choice.names, strict=True)
    )
    yield f"to re-create {who}:"
    for number, step in enumerate(choice.steps, start=1):
        yield f"  {number}. {step.kind} {json_safe(step.request)}"
    for sentence in choice.lost:
        yield f"  does not come back: {visible(sentence)}"
    for sentence in choice.stays:
        yield f"  stays as it is: {visible(sentence)}"
