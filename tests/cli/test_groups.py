"""`reviewer show` of a group: what holds it together, the weakest link first, and the evidence of any two."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from reviewer import locations
from reviewer.domain.record import ReadingRules, make_record
from reviewer.exit_codes import ExitCode
from reviewer.store import contacts, derivation, pairs, queue
from reviewer.store.database import open_database
from tests.cli.conftest import Said
from tests.review.people import CERTAIN, TWO_FACTORS, person, scored

Reviewer = Callable[..., Said]


@pytest.fixture
def group(home: Path) -> str:
    """The number of a group of four in a chain: A–B certain, B–C and C–D less so."""
    with open_database(locations.database("default")) as database:
        records = [make_record(json.dumps(person(f"g{index}")).encode(), ReadingRules()) for index in range(4)]
        contacts.write(database, records, origin="api", read_at=datetime.now(UTC))
        numbers = [found.number for found in contacts.by_ids(database, ["g0", "g1", "g2", "g3"]).values()]
        levels = (CERTAIN, TWO_FACTORS, TWO_FACTORS)
        chain = zip(pairwise(sorted(numbers)), levels, strict=True)
        pairs.update_scores(database, [scored(a, b, "duplicate", named) for (a, b), named in chain])
        derivation.rebuild(database, date.today())
        return str(queue.ids(database)[0])


def test_a_group_is_told_by_the_links_that_hold_it(reviewer: Reviewer, group: str) -> None:
    told = reviewer("show", group).out
    assert "held together by 3 links, the weakest first" in told
    assert "C–D +" in told and " review: " in told and "; without it: A B C | D" in told
    assert told.index("C–D +") < told.index("B–C +") < told.index("A–B +") < told.index("of C–D:")
    shown = reviewer("show", group, "--json").json()
    assert [pair["letters"] for pair in shown["pairs"]] == [["C", "D"], ["B", "C"], ["A", "B"]]
    assert shown["bars"] == shown["pairs"][0]["weighed"]["bars"] and shown["weight"] == shown["pairs"][0]["weight"]
    assert shown["pairs"][1]["without"] == [["A", "B"], ["C", "D"]]


def test_the_evidence_of_any_two_is_asked_for(reviewer: Reviewer, group: str) -> None:
    assert "of A–B:" in reviewer("show", group, "--pair", "A-B").out
    assert reviewer("show", group, "--pair", "b–a", "--json").json()["bars_of"] == ["A", "B"]
    refused = reviewer("show", group, "--pair", "A-D")
    assert refused.status == ExitCode.REFUSED and "nothing links A and D directly" in refused.err
    assert "write two of its contacts as in A-B" in reviewer("show", group, "--pair", "AB").err


def test_without_the_weaker_side_the_rest_is_shown_as_it_stands(reviewer: Reviewer, group: str) -> None:
    part = reviewer("show", group, "--leave-out", "C", "--leave-out", "D", "--json").json()
    strongest = reviewer("show", group, "--json").json()["pairs"][-1]["weight"]
    assert (part["verdict"], part["weight"], part["pairs"]) == ("auto", strongest, [])
    assert "nothing links A | D" in reviewer("show", group, "--leave-out", "B", "--leave-out", "C").out
