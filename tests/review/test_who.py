"""Whom an operation is about, in one line."""

from typing import Any

import pytest

from reviewer.review.who import recreated, who
from tests.review.people import person

KIM, ROB, ANONYMOUS = person("a", firstName="Kim"), person("b", firstName="Rob"), {"id": "x", "type": "Ephemeral"}
LOOK_UP = ["look up", {"type": "Cookie", "value": "c-1"}]


def creates(old: str, name: str) -> list[Any]:
    return ["create", {"contact": {"firstName": name, "lastName": "Doe"}, "insteadOf": old}]


@pytest.mark.parametrize(
    ("kind", "members", "steps", "said"),
    [
        ("merge", [KIM, ROB], [], "Kim Doe + Rob Doe"),
        ("merge", [KIM] * 26, [], "26 × Kim Doe"),
        ("stitch", [KIM, ANONYMOUS], [LOOK_UP], "Kim Doe ⇢ x"),
        ("link", [KIM, ANONYMOUS], [["claim", {}], LOOK_UP], "Cookie c-1 ⇢ Kim Doe"),
        ("compensate", [KIM], [creates("b", "Rob")], "Rob Doe out of Kim Doe"),
        ("compensate", [KIM], [creates("b", "Rob"), creates("c", "Rob")], "2 × Rob Doe out of Kim Doe"),
        ("compensate", [], [], ""),
    ],
)
def test_each_kind_says_it_its_own_way(kind: str, members: list[Any], steps: list[Any], said: str) -> None:
    assert who(kind, {"members": members, "steps": steps}) == said


def test_who_is_made_anew_has_an_old_id_and_a_name() -> None:
    assert recreated({"steps": [LOOK_UP, creates("b", "Rob")]}) == [("b", "Rob Doe")]
    assert recreated({}) == []
