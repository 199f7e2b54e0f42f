"""Suspected pairs of other tools: read as they are written, resolved, and never stronger than a decision."""

import io
import json
from pathlib import Path

import pytest

from reviewer.mirror.fetching import Fetching
from reviewer.mirror.lines import Lines
from reviewer.mirror.load_contacts import load_contacts
from reviewer.mirror.load_pairs import PairsReport, load_pairs
from reviewer.mirror.pair_lines import UnknownPairsError
from reviewer.store import pairs
from reviewer.store.clock import now
from reviewer.store.database import Database
from reviewer.store.derivation import rebuild
from reviewer.store.pairs import LoadedPair, PairRow
from tests.mirror.service import RULES, Service, kept_in, person, rejects_in
from tests.mirror.test_sync import candidate_states, keep_apart


@pytest.fixture
def people(database: Database, tmp_path: Path) -> Database:
    """A mirror of p1 to p9, whose numbers are 1 to 9."""
    content = b"".join(json.dumps(person(number)).encode() + b"\n" for number in range(1, 10))
    with rejects_in(tmp_path)[0] as rejects:
        load_contacts(database, Lines(io.BytesIO(content), "f"), RULES, rejects=rejects)
    return database


async def loaded(
    database: Database, folder: Path, content: bytes, *, source: str = "splink", service: Service | None = None
) -> PairsReport:
    lines = Lines(io.BytesIO(content), "pairs.csv")
    rejects, _ = rejects_in(folder)
    with rejects:
        if service is None:
            return await load_pairs(database, lines, source=source, fetching=None, rejects=rejects)
        async with service.client() as client:
            fetching = Fetching(client, database, RULES)
            return await load_pairs(database, lines, source=source, fetching=fetching, rejects=rejects)


def said(database: Database, a: int = 1, b: int = 2) -> LoadedPair:
    (found,) = pairs.said_of(database, a, b)
    return found


SPELLINGS = {
    "ours": b"id_a,id_b,weight,probability,reason\np2,p1,4.5,0.96,same phone\n",
    "splink": b"match_weight,match_probability,unique_id_l,unique_id_r,match_key\n4.5,0.96,p1,p2,same phone\n",
    "semicolons": b"left;right;weight;probability;reason\r\np1;p2;4.5;0.96;same phone\r\n",
    "tabs": b"A\tB\tweight\tprobability\treason\np1\tp2\t4.5\t0.96\tsame phone\n",
    "quoted": b'\xef\xbb\xbf"id_a","id_b","weight","probability","reason"\n"p1","p2","4.5","0.96","same phone"\n',
    "json": b'{"id_a": "p1", "id_b": "p2", "weight": 4.5, "probability": 0.96, "reason": "same phone", "x": []}\n',
    "splink json": b'{"unique_id_l": "p1", "unique_id_r": "p2", "match_weight": "4.5", "match_probability": 0.96, '
    b'"match_key": "same phone"}\n',
}


@pytest.mark.parametrize("content", SPELLINGS.values(), ids=SPELLINGS.keys())
async def test_pairs_are_read_as_each_tool_writes_them(people: Database, tmp_path: Path, content: bytes) -> None:
    assert await loaded(people, tmp_path, content) == PairsReport(1, 1, 0, 0)
    assert said(people) == LoadedPair(1, 2, "splink", 4.5, 0.96, "same phone")
    (pair,) = pairs.between(people, [1, 2])
    assert (pair.weight, pair.probability, pair.verdict, pair.source, pair.levels) == (
        4.5,
        0.96,
        "review",
        "load",
        None,
    )
    assert [row[1:] for row in pairs.to_score(people, 0, 9)] == [(1, 2)]


@pytest.mark.parametrize(
    ("columns", "weight", "probability"),
    [(b"weight\np1,p2,2", 2.0, 0.8), (b"probability\np1,p2,0.8", 2.0, 0.8), (b"other\np1,p2,", 0.0, 0.5)],
)
async def test_what_a_tool_did_not_say_follows_from_what_it_said(
    people: Database, tmp_path: Path, columns: bytes, weight: float, probability: float
) -> None:
    await loaded(people, tmp_path, b"id_a,id_b," + columns + b"\n")
    (pair,) = pairs.between(people, [1, 2])
    assert pair.weight == pytest.approx(weight)
    assert pair.probability == pytest.approx(probability)


async def test_loading_again_changes_nothing(people: Database, tmp_path: Path) -> None:
    content = SPELLINGS["splink"] + b"5.0,0.97,p3,p4,0\n"
    assert (await loaded(people, tmp_path, content)).news == 2
    before = people.connection.execute("SELECT * FROM pair").fetchall()
    assert await loaded(people, tmp_path, content) == PairsReport(2, 0, 0, 0)
    assert people.connection.execute("SELECT * FROM pair").fetchall() == before
    assert (await loaded(people, tmp_path, content.replace(b"0.97", b"0.98"))).news == 1


async def test_a_pair_that_was_scored_keeps_its_score(people: Database, tmp_path: Path) -> None:
    pairs.update_scores(people, [PairRow(1, 2, "duplicate", 14.0, 0.99, b"x", "auto", "{}")])
    await loaded(people, tmp_path, SPELLINGS["ours"])
    (pair,) = pairs.between(people, [1, 2])
    assert (pair.weight, pair.verdict, pair.source) == (14.0, "auto", "detect")
    assert said(people).weight == 4.5


async def test_a_pair_that_was_decided_does_not_come_back(people: Database, tmp_path: Path) -> None:
    keep_apart(people, "p1", "p2")
    await loaded(people, tmp_path, SPELLINGS["ours"] + b"p3,p4,5,,\n")
    rebuild(people, now().date())
    assert candidate_states(people) == ["open"]
    members = people.connection.execute("SELECT contact FROM candidate_member ORDER BY contact").fetchall()
    assert members == [(3,), (4,)]


BAD = {
    "too few": (b"p1", "it does not have two ids"),
    "too many": (b"p1,p2,1,0.5,why,more", "6 values, but the header names 5"),
    "no id": (b"p1, ,1,0.5,", "no id"),
    "self": (b"p1,p1,1,0.5,", "both ids are one contact"),
    "unknown": (b"p1,nobody,1,0.5,", "nobody: unknown"),
    "no weight": (b"p1,p2,heavy,0.5,", "the weight is not a number"),
    "endless": (b"p1,p2,inf,0.5,", "the weight is not a number"),
    "no number": (b"p1,p2,nan,0.5,", "the weight is not a number"),
    "no probability": (b"p1,p2,1,1.5,", "the probability is not between 0 and 1"),
    "open quote": (b'p1,p2,1,0.5,"why', "not CSV: unexpected end of data"),
    "not UTF-8": (b"p1,p2,1,0.5,\xff", "not UTF-8"),
    "huge": (b"p1,p2,1,0.5," + b"x" * 5_000_000, "longer than any pair can be"),
    "a long field": (b"p1,p2,1,0.5," + b"x" * 200_000, "not CSV: field larger than field limit (131072)"),
}


@pytest.mark.parametrize(("line", "reason"), BAD.values(), ids=BAD.keys())
async def test_a_bad_line_costs_that_line_only(people: Database, tmp_path: Path, line: bytes, reason: str) -> None:
    content = SPELLINGS["ours"] + line + b"\np3,p4,1,0.5,\n"
    assert await loaded(people, tmp_path, content) == PairsReport(2, 2, 0, 1)
    (kept,) = kept_in(tmp_path)
    assert (kept["line"], kept["reason"]) == (3, reason)


BAD_JSON = {
    "no JSON": (b'{"id_a": "p1"', "not JSON"),
    "no object": (b"[1]", "not a JSON object"),
    "one id": (b'{"id_a": "p1"}', "it does not have two ids"),
    "an id of the wrong type": (b'{"id_a": "p1", "id_b": {}}', "the id is not text"),
    "a weight of the wrong type": (b'{"id_a": "p1", "id_b": "p2", "weight": true}', "the weight is not a number"),
    "an immense weight": (
        b'{"id_a": "p1", "id_b": "p2", "weight": 1' + b"0" * 400 + b"}",
        "the weight is not a number",
    ),
    "a reason of the wrong type": (b'{"id_a": "p1", "id_b": "p2", "reason": []}', "the reason is not text"),
    "a lone surrogate as id": (b'{"id_a": "p1", "id_b": "\\ud800"}', "the id has blanks or unprintable characters"),
    "nested": (b"[" * 100_000, "not JSON"),
}


@pytest.mark.parametrize(("line", "reason"), BAD_JSON.values(), ids=BAD_JSON.keys())
async def test_a_bad_json_line_costs_that_line_only(people: Database, tmp_path: Path, line: bytes, reason: str) -> None:
    content = SPELLINGS["json"] + line + b'\n{"a": "p3", "b": "p4", "reason": "\\ud800"}\n'
    assert await loaded(people, tmp_path, content) == PairsReport(2, 2, 0, 1)
    (kept,) = kept_in(tmp_path)
    assert (kept["line"], kept["reason"]) == (2, reason)


async def test_a_first_line_that_is_bad_json_costs_that_line_only(people: Database, tmp_path: Path) -> None:
    assert await loaded(people, tmp_path, b'{"id_a"\n' + SPELLINGS["json"]) == PairsReport(1, 1, 0, 1)


@pytest.mark.parametrize("content", [b"p1,p2\n", b"[\n", b"\xff\xfe\n", b'"id_a,id_b\n'])
async def test_a_file_that_is_no_list_of_pairs_is_refused_with_what_it_needs(
    people: Database, tmp_path: Path, content: bytes
) -> None:
    with pytest.raises(UnknownPairsError, match=r":1 is neither .* unique_id_l,unique_id_r"):
        await loaded(people, tmp_path, content)


async def test_an_empty_file_is_no_error(people: Database, tmp_path: Path) -> None:
    assert await loaded(people, tmp_path, b"\n\n") == PairsReport(0, 0, 0, 0)


async def test_merged_ids_stand_for_what_they_became_and_gone_ones_are_rejected(
    people: Database, tmp_path: Path
) -> None:
    sql = people.connection.execute
    sql("UPDATE contact SET state = 'merged', merged_into = 'p5' WHERE id = 'p1'")
    sql("UPDATE contact SET state = 'merged', merged_into = 'p6' WHERE id = 'p5'")
    sql("UPDATE contact SET state = 'gone' WHERE id = 'p7'")
    sql("UPDATE contact SET state = 'merged', merged_into = 'elsewhere' WHERE id = 'p8'")
    sql("UPDATE contact SET state = 'merged', merged_into = 'p9' WHERE id = 'p9'")
    content = b"id_a,id_b\np1,p2\np5,p3\np1,p6\np7,p2\np8,p2\np9,p2\n"
    assert await loaded(people, tmp_path, content) == PairsReport(2, 2, 0, 4)
    assert [(row[1], row[2]) for row in pairs.to_score(people, 0, 9)] == [(2, 6), (3, 6)]
    assert [kept["reason"] for kept in kept_in(tmp_path)] == [
        "both ids are one contact, already merged",
        "p7: gone from the service",
        "p8: merged into a contact that is unknown",
        "p9: merged, it is not said into which",
    ]


async def test_unknown_ids_are_fetched_where_there_is_a_service(
    people: Database, tmp_path: Path, service: Service
) -> None:
    async with service.client() as client:
        await client.merge(["p902", "p903"])
    content = b"id_a,id_b\np1,p900\np902,p901\np903,p902\nnobody,p1\n"
    report = await loaded(people, tmp_path, content, service=service)
    assert (report.pairs, report.rejected) == (2, 2)
    assert [kept["reason"][:30] for kept in kept_in(tmp_path)] == [
        "both ids are one contact, alre",
        "nobody: 404 not.found: Contact",
    ]
    assert (await loaded(people, tmp_path, content, service=service)).news == 0


async def test_the_service_is_not_called_where_all_ids_are_known(
    people: Database, tmp_path: Path, service: Service
) -> None:
    await loaded(people, tmp_path, SPELLINGS["ours"], service=service)
    assert service.calls == []
