"""Fitting without labels: data moves the model by hand, gradually, within bounds, and always the same way."""

import random
from collections.abc import Sequence

import numpy as np
import pytest

from reviewer.detect.chance_table import ROWS, chances_of
from reviewer.detect.fitting import SAME_DOWN, fit
from reviewer.detect.level_columns import Levels
from reviewer.detect.patterns import Patterns, numbers_of, patterns_of
from reviewer.detect.run import detect
from reviewer.domain.errors import BusyError
from reviewer.domain.levels import ORDER, Attribute, level
from reviewer.domain.model import Model
from reviewer.domain.model_document import document_of
from reviewer.domain.prior_model import prior_model
from reviewer.store import models
from reviewer.store.database import Database
from reviewer.store.transaction import transaction
from tests.detect.test_run import BORN, JANE, PHONE, TODAY, database, fill, seed

__all__ = ["database"]

SAME = {"given name": "exact", "surname": "exact", "namesakes": "rare", "date of birth": "exact", "phone": "own"}
FAMILY = {"given name": "unlike", "surname": "exact", "date of birth": "different", "phone": "shared by 2"}
NO_SURNAME = {"given name": "exact", "date of birth": "exact"}


def row(named: dict[str, str]) -> list[int]:
    """The codes of levels that are spelt out; the others are missing."""
    return [level(attribute, named.get(attribute.value, "missing")).code for attribute in ORDER]


def levels_of(*parts: tuple[dict[str, str], int]) -> Levels:
    """So many pairs at each of these levels."""
    return np.array([row(named) for named, count in parts for _ in range(count)], dtype=np.uint8).reshape(
        -1, len(ORDER)
    )


def patterns(levels: Levels) -> Patterns:
    return patterns_of(numbers_of(levels))


def fitted(*parts: tuple[dict[str, str], int]) -> Model:
    return fit(prior_model(), patterns(levels_of(*parts)), "1")


def bits_moved(model: Model) -> float:
    """How far the chance that moved most has gone."""
    return float(np.abs(np.log2(chances_of(model) / chances_of(prior_model()))).max())


def test_no_pairs_leave_the_model_by_hand() -> None:
    assert fitted() == prior_model()


def test_few_pairs_hardly_move_it_and_many_do() -> None:
    few, many = (fitted((SAME, count), (FAMILY, count)) for count in (2, 20_000))
    assert bits_moved(few) < 0.4 < 1.0 < bits_moved(many)


def test_shares_follow_the_pairs_and_add_up() -> None:
    model = fitted((SAME, 100), (FAMILY, 9_900))
    shares = {one.name: one.share for one in model.components}
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["one household"] > 0.8 > 0.03 > shares["one person"]


@pytest.mark.parametrize("same", [SAME, FAMILY, {}])
def test_pairs_that_are_all_alike_do_not_make_one_kind_of_another(same: dict[str, str]) -> None:
    model = fitted((same, 50_000))
    weight = model.weight(row(SAME))
    assert weight > 7 > 0 > model.weight(row(FAMILY))
    assert all(0 < chance <= 1 for chance in chances_of(model).ravel())


def test_an_attribute_that_no_contact_has_stays_as_it_is_by_hand() -> None:
    model = fitted((NO_SURNAME, 5_000))
    for attribute in (Attribute.SURNAME, Attribute.EMAIL, Attribute.ANCHOR):
        place = ORDER.index(attribute)
        for now, by_hand in zip(model.components, prior_model().components, strict=True):
            assert now.chances[place] == pytest.approx(by_hand.chances[place])


def test_chances_stay_within_their_bounds_and_add_up() -> None:
    """Pairs that all lack a slip must not make a slip a sign of two persons."""
    model = fitted((SAME, 20_000), (FAMILY, 20_000))
    now, by_hand = chances_of(model), chances_of(prior_model())
    for low, high in ROWS:
        assert now[low:high].sum(axis=0) == pytest.approx(1)
    one_person = [one.name for one in model.components].index("one person")
    most = [np.log2(by_hand[low:high, one_person] / now[low:high, one_person]).max() for low, high in ROWS]
    assert max(most) < SAME_DOWN + 1.6  # a row that rises elsewhere is scaled to add up to 1


def test_the_order_of_the_pairs_makes_no_difference() -> None:
    parts = levels_of((SAME, 300), (FAMILY, 500), (NO_SURNAME, 200))
    shuffled = parts[np.array(random.Random(3).sample(range(len(parts)), len(parts)))]
    first, second = (fit(prior_model(), patterns(levels), "1") for levels in (parts, shuffled))
    assert document_of(first) == document_of(second)


def versions(database: Database) -> Sequence[str]:
    return [one.version for one in models.made(database)]


def test_detecting_again_saves_no_other_model(database: Database) -> None:
    seed(database, 300)
    for _ in range(2):
        detect(database, today=TODAY, full=True)
    assert versions(database) == ["1"]
    assert {model for (model,) in database.connection.execute("SELECT model FROM pair")} == {"1"}


def test_more_contacts_make_another_version(database: Database) -> None:
    fill(database, JANE | PHONE | BORN, JANE | PHONE | BORN)
    detect(database, today=TODAY, full=True)
    seed(database, 300)
    detect(database, today=TODAY, full=True)
    assert versions(database) == ["2", "1"]
    assert models.in_use(database).model.version == "2"


@pytest.mark.parametrize("contacts", [0, 1])
def test_a_set_without_pairs_is_weighed_by_the_model_by_hand(database: Database, contacts: int) -> None:
    fill(database, *[JANE] * contacts)
    detect(database, today=TODAY, full=True)
    assert models.in_use(database).model.components == prior_model().components


def test_another_model_that_is_put_into_use_during_a_detection_is_not_overruled(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fit_while_another_is_chosen(prior: Model, patterns: Patterns, version: str) -> Model:
        with transaction(database) as connection:
            models.use(connection, prior.version)
        return fit(prior, patterns, version)

    fill(database, JANE | PHONE | BORN, JANE | PHONE | BORN)
    monkeypatch.setattr("reviewer.detect.run.fit", fit_while_another_is_chosen)
    with pytest.raises(BusyError, match="another model"):
        detect(database, today=TODAY)
    assert models.in_use(database) == (prior_model(), True)
    assert versions(database) == []
