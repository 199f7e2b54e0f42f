"""From contacts to scored pairs, without a database."""

import json
import random

from reviewer.detect.run import score_contacts
from reviewer.domain.comparable import Comparable
from reviewer.domain.levels import Attribute, probability, unpack
from reviewer.domain.prior_model import prior_model
from tests.detect.people import person

PHONE = "+17029191300"
JANE = person("jane", "doe", phones=PHONE, emails="jane@doe.example", born="1978-12-11")


def test_a_pair_is_stored_with_what_explains_it() -> None:
    (row,) = score_contacts([(7, JANE), (3, JANE)])
    assert (row.a, row.b, row.kind, row.verdict) == (3, 7, "duplicate", "auto")
    assert row.levels is not None
    assert row.weight == prior_model().weight(row.levels)
    assert row.probability == probability(row.weight)
    reasons = json.loads(row.reasons)
    assert reasons == {
        "reasons": ["name, date of birth and email"],
        "factors": ["name", "date of birth", "phone or address", "email"],
        "would_be": "",
    }


def test_a_channel_identity_and_a_person_are_a_stitch() -> None:
    message = person(handle="jane doe", phones=PHONE, socials="SocialInstagram:1", anonymous=True)
    (row,) = score_contacts([(1, JANE), (2, message)])
    assert (row.kind, row.verdict) == ("stitch", "review")
    assert row.levels is not None
    assert unpack(row.levels)[Attribute.HANDLE].name == "full"


def test_a_display_name_alone_makes_a_stitch_candidate() -> None:
    (row,) = score_contacts([(1, person("jane", "doe")), (2, person(handle="jane doe", anonymous=True))])
    assert (row.kind, row.verdict) == ("stitch", "review")


def test_an_identity_of_which_nothing_is_known_is_left_alone() -> None:
    unknown = person(handle="captain", socials="SocialInstagram:1", anonymous=True)
    assert score_contacts([(1, JANE), (2, unknown)]) == []


def test_pairs_under_the_floor_are_not_kept() -> None:
    contacts = [(1, person("jane", "doe", phones=PHONE)), (2, person("carl", "smith", phones=PHONE))]
    assert score_contacts(contacts) == []
    assert len(score_contacts(contacts, floor=None)) == 1


def test_the_scores_do_not_depend_on_the_order_of_the_contacts() -> None:
    contacts = list(enumerate(_crowd()))
    shuffled = contacts.copy()
    random.Random(5).shuffle(shuffled)
    assert sorted(score_contacts(contacts)) == sorted(score_contacts(shuffled))


def _crowd() -> list[Comparable]:
    rng = random.Random(1)
    return [
        person(
            rng.choice(("jane", "jayne", "robert", "bob", "anna")),
            rng.choice(("doe", "smith", "smyth", "garcia lopez", "garcia")),
            born=rng.choice(("1978-12-11", "1978-11-12", "1951-04-02", "")),
            phones=f"+1702919{rng.randrange(40):04d}",
            emails=f"mail{chr(97 + rng.randrange(26))}@x.example",
        )
        for _ in range(300)
    ]
