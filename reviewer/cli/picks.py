"""Options that say which contacts and whose values a decision takes."""

from collections.abc import Callable, Collection, Iterable

import click

from reviewer.domain.errors import RefusedError
from reviewer.domain.golden_record import NOTHING
from reviewer.review.candidate import view
from reviewer.review.desk import Desk
from reviewer.review.views import CandidateView

_NONE = "none"
"""What picks nothing: the field is to be empty in the merged contact."""

pick_option = click.option(
    "--pick",
    "picks",
    multiple=True,
    metavar="FIELD=LETTER",
    help="Take this contact's value of a field; FIELD=none removes the field's values right after the merge.",
)
leave_out_option = click.option(
    "--leave-out", "left_out", multiple=True, metavar="LETTER", help="Leave a contact out of a group."
)


def candidate_view(desk: Desk, candidate: int, picks: Iterable[str], left_out: Iterable[str]) -> CandidateView:
    """The candidate under ``FIELD=LETTER`` or ``FIELD=none`` picks and without the contacts of these letters.

    Raises ``RefusedError`` for a pick that names no field or contact of the candidate.
    """
    plain = view(desk, candidate)
    out = _ids(plain, left_out)
    return chosen_view(plain, picks, lambda chosen: view(desk, candidate, picks=chosen, left_out=out), out)


def left_out_ids(desk: Desk, candidate: int, left_out: Iterable[str]) -> list[str]:
    """Ids of the candidate's contacts with these letters. Raises ``RefusedError`` for a letter that is none."""
    return _ids(view(desk, candidate), left_out)


def chosen_view(
    plain: CandidateView,
    picks: Iterable[str],
    look: Callable[[dict[str, str]], CandidateView],
    out: Collection[str] = (),
) -> CandidateView:
    """What ``look`` shows under the picks of ``plain`` and these, each ``FIELD=LETTER`` or ``FIELD=none``.

    Columns have letters as in a spreadsheet (AA after Z), and a candidate has far too few contacts for one that is
    called ``none``.
    """
    ids = {column.letter: column.contact_id for column in plain.columns}
    chosen = dict(plain.basis.picks)
    for pick in picks:
        name, separator, letter = pick.rpartition("=")
        field = next((row.path for row in plain.rows if name in (row.path, row.label)), None)
        if not separator or field is None:
            fields = ", ".join(row.label for row in plain.rows)
            raise RefusedError(f"{pick!r} is no pick: write FIELD=LETTER or FIELD=none, with a field of {fields}")
        if letter.strip().casefold() == _NONE:
            chosen[field] = NOTHING
            continue
        chosen[field] = _contact(ids, letter)
        if chosen[field] in out:
            raise RefusedError(f"{pick!r} takes a value of a contact that is left out: pick another, or keep it in")
    try:
        return look(chosen)
    except ValueError as error:
        raise RefusedError(str(error)) from error


def _ids(plain: CandidateView, letters: Iterable[str]) -> list[str]:
    ids = {column.letter: column.contact_id for column in plain.columns}
    return [_contact(ids, letter) for letter in letters]


def _contact(ids: dict[str, str], letter: str) -> str:
    found = ids.get(letter.strip().upper())
    if found is None:
        raise RefusedError(f"{letter!r} names no contact of this candidate; they are {', '.join(ids)}")
    return found
