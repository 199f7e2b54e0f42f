"""What the detector makes of the embedded organisation's people: no wrong automatic pair, most of the right ones."""

from collections.abc import Iterable

import numpy as np
import pytest

from reviewer.detect.columns import columns_of_comparables
from reviewer.detect.compared import compare_all
from reviewer.detect.evaluator import Evaluator
from reviewer.detect.fitting import fit
from reviewer.detect.run import score_contacts, silent
from reviewer.domain.contact import contact_from
from reviewer.domain.normalise import comparable
from reviewer.domain.prior_model import prior_model
from reviewer.simulator.population import population
from reviewer.store.pairs import PairRow


@pytest.fixture(scope="module", params=[1, 2])
def judged(request: pytest.FixtureRequest) -> tuple[list[PairRow], list[str], dict[frozenset[int], str]]:
    """The scored pairs of a population, the person of each contact, and the expected end of each trap's contacts."""
    people = population(3000, request.param)
    records = [
        (
            number,
            comparable(
                contact_from(one.contact),
                anchor_source="crm",
                born_path="customFields.dateOfBirth",
                default_country="US",
            ),
        )
        for number, one in enumerate(people)
    ]
    place = {one.id: number for number, one in enumerate(people)}
    cases = {frozenset(place[contact] for contact in case.contacts): str(case.expect) for case in people.cases}
    columns = columns_of_comparables(records)
    compared = compare_all(columns, Evaluator(columns), np.zeros(0, dtype=np.int64), silent)
    model = fit(prior_model(), compared.patterns, "fitted")
    return score_contacts(records, model=model), [one.person for one in people], cases


Judged = tuple[list[PairRow], list[str], dict[frozenset[int], str]]


def right(rows: Iterable[PairRow], persons: list[str]) -> list[bool]:
    return [persons[row.a] == persons[row.b] for row in rows]


def test_no_automatic_pair_joins_two_persons(judged: Judged) -> None:
    rows, persons, _ = judged
    automatic = [row for row in rows if row.verdict == "auto"]
    assert automatic
    assert all(right(automatic, persons))


def test_most_certain_duplicates_are_automatic(judged: Judged) -> None:
    rows, _, cases = judged
    automatic = {frozenset((row.a, row.b)) for row in rows if row.verdict == "auto"}
    certain = [contacts for contacts, expect in cases.items() if expect == "together"]
    found = [contacts for contacts in certain if any(pair <= contacts for pair in automatic)]
    assert len(found) >= 0.8 * len(certain)


def test_nine_of_ten_true_pairs_are_candidates_and_nine_of_ten_from_even_odds_are_true(judged: Judged) -> None:
    rows, persons, _ = judged
    sizes: dict[str, int] = {}
    for person in persons:
        sizes[person] = sizes.get(person, 0) + 1
    true = sum(size * (size - 1) // 2 for size in sizes.values())
    likely = [row for row in rows if row.weight >= 0]
    assert sum(right(rows, persons)) >= 0.9 * true
    assert sum(right(likely, persons)) >= 0.9 * len(likely)
