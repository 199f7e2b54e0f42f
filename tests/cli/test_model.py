"""`reviewer model`: shown in 80 columns, chosen, held, and taught by decisions."""

import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reviewer import locations
from reviewer.detect.run import detect
from reviewer.domain.prior_model import PRIOR_VERSION
from reviewer.domain.record import ReadingRules, make_record
from reviewer.store import contacts, decisions, derivation
from reviewer.store.database import Database, open_database
from reviewer.store.transaction import transaction
from tests.cli.conftest import Said

NOW = datetime.now(UTC)
RULES = ReadingRules()


def test_show_fits_80_columns_and_names_what_it_shows(queued: Path, reviewer: Callable[..., Said]) -> None:
    shown = reviewer("model", "show")
    assert "model 1, fitted " in shown.out and "in use; `reviewer detect --full` fits it" in shown.out
    assert "one household" in shown.out and "moved most" in shown.out
    levels = reviewer("model", "show", "--attribute", "all").out
    assert "by 6 to 9" in levels and "prior" in levels
    assert max(map(len, (shown.out + levels).splitlines())) <= 80
    phone = reviewer("model", "show", "--attribute", "phone").out
    assert phone.startswith("phone ") and phone in levels


def test_the_facts_are_there_for_scripts(queued: Path, reviewer: Callable[..., Said]) -> None:
    facts = reviewer("model", "show", "--json").json()
    assert facts["taught_most"] == []
    assert (facts["version"], facts["origin"], facts["in_use"], facts["frozen"]) == ("1", "fit", True, False)
    assert sum(kind["share"] for kind in facts["kinds"]) == pytest.approx(1)
    own = next(one for one in facts["levels"]["phone"] if one["level"] == "own")
    assert own["weight"] > 3 and own["chances"]["same person"] > own["chances"]["recycled number"]
    by_hand = reviewer("model", "show", "prior", "--json").json()
    assert (by_hand["origin"], by_hand["in_use"], by_hand["moved_most"]) == ("by hand", False, [])


def test_before_any_detection_the_model_by_hand_is_in_use(empty: Path, reviewer: Callable[..., Said]) -> None:
    assert "set by hand" in reviewer("model", "show").out
    assert reviewer("model", "list", "--json").json()["models"] == []
    assert reviewer("model", "list").out.splitlines()[-1].endswith("in use")


def test_another_model_weighs_every_pair_at_once_and_is_kept_by_detection(
    queued: Path, reviewer: Callable[..., Said]
) -> None:
    before = weights(queued)
    said = reviewer("model", "use", "prior")
    assert f"{PRIOR_VERSION} is in use, and held" in said.out and "1 pair judged again" in said.err
    assert weights(queued) != before
    assert "is held: it was not fitted" in reviewer("detect", "--full").err
    (saved,) = reviewer("model", "list", "--json").json()["models"]
    assert saved["contacts"] == 5 and saved["made_at"].startswith("20")
    listed = reviewer("model", "list").out.splitlines()
    assert [line.split()[0] for line in listed[1:]] == ["1", PRIOR_VERSION]
    assert listed[-1].endswith("in use, held")
    assert reviewer("model", "unfreeze").status == 0
    reviewer("detect", "--full")
    assert weights(queued) == before


def weights(path: Path) -> list[float]:
    with open_database(path) as database:
        return [weight for (weight,) in database.connection.execute("SELECT weight FROM pair ORDER BY a, b")]


def test_a_version_that_is_none_is_told(queued: Path, reviewer: Callable[..., Said]) -> None:
    for command in ("show", "use"):
        said = reviewer("model", command, "9")
        assert said.status == 9 and "there is no model 9; `reviewer model list` lists them" in said.err


def test_too_few_decisions_teach_nothing_and_it_is_told_how_many_lack(
    queued: Path, reviewer: Callable[..., Said]
) -> None:
    said = reviewer("model", "learn")
    assert said.status == 0
    assert "30 that merge and 30 that keep apart are needed, there are 0 and 0" in said.out
    assert reviewer("model", "learn", "--json").json()["taken_over"] is False


@pytest.fixture
def decided(home: Path) -> Path:
    """Pairs of one name: whoever shares a phone is two persons here, whoever shares an email is one."""
    path = locations.database("default")
    with open_database(path) as database:
        records = [make_record(json.dumps(one).encode(), RULES) for one in people(60)]
        contacts.write(database, records, origin="api", read_at=NOW)
        detect(database, today=NOW.date())
        derivation.rebuild(database, NOW.date())
        decide_all(database)
    return path


def people(pairs: int) -> Iterator[dict[str, Any]]:
    """Two contacts for each of so many names, with a phone in common or an email, by turns."""
    rng = random.Random(1)
    for number in range(pairs):
        given, surname = ("".join(rng.choices("abdefgiklmnoprstuvz", k=8)).title() for _ in range(2))
        phone = {"cellPhone": {"display": "", "e164": f"+1702{rng.randrange(2_000_000, 9_999_999)}"}}
        held = {"personalEmail": f"{surname.lower()}@mail.example"} if number % 2 else phone
        for side in "ab":
            yield {"id": f"{number}{side}", "type": "Curated", "firstName": given, "lastName": surname, **held}


def decide_all(database: Database) -> None:
    found = database.connection.execute("SELECT a, b FROM pair ORDER BY a, b").fetchall()
    stored = contacts.by_numbers(database, sorted({number for pair in found for number in pair}))
    with transaction(database) as connection:
        for pair in found:
            members = [json.loads(stored[number].raw) for number in pair]
            decisions.write(
                connection,
                kind="merge" if "personalEmail" in members[0] else "distinct",
                candidate=1,
                document=json.dumps({"members": members}).encode(),
                fingerprint="",
                rung="steward",
                steward="ada",
                sudo_user=None,
                note="",
                at=NOW,
            )


def test_what_decisions_teach_is_taken_over_if_it_is_better_and_survives_detection(
    decided: Path, reviewer: Callable[..., Said]
) -> None:
    rehearsed = reviewer("model", "learn", "--dry-run", "--json").json()
    assert not rehearsed["taken_over"] and rehearsed["version"] == "1"
    measured = rehearsed["measured"]
    assert measured["learned"]["loss"] < measured["present"]["loss"] and measured["gain"][0] > 0
    said = reviewer("model", "learn")
    assert "better: model 2 is in use" in said.out and "judged again" in said.err
    learned = reviewer("model", "show", "--json").json()
    assert "taught most" in reviewer("model", "show").out
    assert "phone" in {one["attribute"] for one in learned["taught_most"]}
    assert learned["origin"] == "learn" and learned["learned_through"] >= 60
    assert "since the model in use learned" in reviewer("model", "learn").out
    reviewer("detect", "--full")
    assert reviewer("model", "show", "--json").json() == learned  # the same contacts make no other model
    with open_database(decided) as database:
        forget_some(database)
    reviewer("detect", "--full")
    again = reviewer("model", "show", "--json").json()
    assert (again["version"], again["origin"]) == ("3", "fit")
    assert again["document"]["learned"] == learned["document"]["learned"]


def forget_some(database: Database) -> None:
    """Let every third contact be gone."""
    ids = [id_ for (id_,) in database.connection.execute("SELECT id FROM contact WHERE number % 3 = 0")]
    contacts.mark_gone(database, ids)
