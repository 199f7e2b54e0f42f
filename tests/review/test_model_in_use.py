"""Putting a model into use: what was weighed by another waits, nothing is automatic meanwhile, and the audit tells."""

import pytest

from reviewer.detect.run import rescore
from reviewer.domain.errors import NotFoundError
from reviewer.domain.model import Learned, Model
from reviewer.domain.prior_model import PRIOR_VERSION, prior_model
from reviewer.review import candidate, model_in_use
from reviewer.store import models, pairs
from reviewer.store.transaction import transaction
from tests.review.people import NOON, World, acts_of


def save(world: World, share: float) -> str:
    """A saved model, put into use, in which one person is as likely as that; its version."""
    prior = prior_model()
    rest = (1 - share) / (len(prior.components) - 1)
    components = tuple(
        type(one)(one.name, one.pair_class, rest if place else share, one.chances)
        for place, one in enumerate(prior.components)
    )
    with transaction(world.database) as connection:
        model = models.save(connection, Model("", components), origin="fit", contacts=8, pairs=4, at=NOON)
    return model.version


def verdicts(world: World) -> set[str]:
    return {verdict for (verdict,) in world.database.connection.execute("SELECT verdict FROM pair")}


def test_pairs_of_another_model_wait_to_be_judged_and_none_is_automatic_until_then(world: World) -> None:
    number = world.candidate("c", "d")
    assert candidate.view(world.desk, number).verdict == "auto"
    save(world, 0.2)
    second = save(world, 0.3)
    now = model_in_use.use(world.desk, "1")
    assert (now.version, now.frozen, now.waiting) == ("1", True, 4)
    shown = candidate.view(world.desk, number)
    assert shown.verdict == "review"
    assert "the model, changed" in shown.to_judge
    assert "auto" not in verdicts(world)
    waiting = [(a, b) for _, a, b in pairs.to_score(world.database, 0, 100)]
    rescore(world.database, waiting, today=world.today)
    assert {model for (model,) in world.database.connection.execute("SELECT model FROM pair")} == {"1"}
    assert second == "2" and models.in_use(world.database).frozen


def test_the_model_that_is_in_use_already_changes_nothing_but_that_it_is_held(world: World) -> None:
    version = save(world, 0.2)
    assert model_in_use.use(world.desk, version).waiting == 0
    assert model_in_use.use(world.desk, version).sentence == f"model {version} is in use already, and held"
    assert acts_of(world.database, f"model:{version}") == ["put into use a model"]
    assert "auto" in verdicts(world)


def test_the_model_by_hand_can_be_put_into_use(world: World) -> None:
    save(world, 0.2)
    model_in_use.use(world.desk, PRIOR_VERSION)
    assert models.in_use(world.database) == (prior_model(), True)
    assert acts_of(world.database, f"model:{PRIOR_VERSION}") == ["put into use a model"]


def test_a_model_that_is_none_is_refused_and_nothing_changes(world: World) -> None:
    before = world.snapshot()
    for version in ("7", "x"):
        with pytest.raises(NotFoundError, match="model list"):
            model_in_use.use(world.desk, version)
    assert world.snapshot() == before
    assert not models.in_use(world.database).frozen


def test_holding_and_letting_go_are_told_once(world: World) -> None:
    version = save(world, 0.2)
    assert [model_in_use.freeze(world.desk, held).frozen for held in (True, True, False)] == [True, True, False]
    assert acts_of(world.database, f"model:{version}") == ["held a model", "let go a model"]
    assert not models.in_use(world.database).frozen
    assert "auto" in verdicts(world)


def test_what_was_learned_is_saved_put_into_use_and_told_with_why(world: World) -> None:
    save(world, 0.2)
    model_in_use.freeze(world.desk, True)
    none = tuple(tuple((0.0,) * len(row) for row in one.chances) for one in prior_model().components)
    learned = Model("", models.in_use(world.database).model.components, Learned(12, none))
    now = model_in_use.take_over(world.desk, learned, 8, 100, reason="a gain", measured={"pairs": 9})
    assert (now.version, now.frozen, now.waiting) == ("2", True, 4)
    in_use = models.in_use(world.database).model
    assert in_use.learned is not None and in_use.learned.through == 12
    assert models.made(world.database)[0].origin == "learn"
    assert acts_of(world.database, "model:2") == ["learned a model"]
