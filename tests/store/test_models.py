"""The models that weighed pairs, as they are kept."""

import logging
from pathlib import Path

import pytest

from reviewer.domain.prior_model import prior_model
from reviewer.store import models
from reviewer.store.clock import now
from reviewer.store.database import open_database
from reviewer.store.transaction import transaction


def test_a_saved_model_that_cannot_be_read_is_told_and_the_one_by_hand_weighs(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with open_database(tmp_path / "queue.db") as database:
        with transaction(database) as connection:
            saved = models.save(connection, prior_model(), origin="fit", contacts=2, pairs=1, at=now())
        assert models.find(database, saved.version).version == saved.version == "1"
        database.connection.execute("UPDATE model SET document = x'7b7d'")
        with caplog.at_level(logging.WARNING):
            assert models.in_use(database).model == prior_model()
    assert "model 1 cannot be read" in caplog.text and "the one by hand" in caplog.text
