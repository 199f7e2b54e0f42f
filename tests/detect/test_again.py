"""A run after some contacts have changed gives what a full run with the same model gives."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from reviewer.detect import kept, scoring, settling
from reviewer.detect.run import detect, rescore
from reviewer.domain.identifiers import Identifier
from reviewer.domain.policy import Judgement, Verdict
from reviewer.domain.record import make_record
from reviewer.domain.rulings import Ruling, RulingKind, compared_as
from reviewer.simulator.population import population
from reviewer.store import comparables, compared, contacts, models, pairs
from reviewer.store.database import Database
from reviewer.store.transaction import transaction
from tests.detect.test_run import NOW, RULES, TODAY, database, rule

__all__ = ["database"]
SIZE = 300
SWITCHBOARD = {"display": "", "e164": "+17029190000"}


def record_of(id_: str, contact: dict[str, Any]) -> dict[str, Any]:
    return contact | {"id": id_}


def fill(database: Database) -> list[dict[str, Any]]:
    """A population of which some share a switchboard, and some were created within seconds of each other."""
    made = [record_of(f"c{n}", one.contact) for n, one in enumerate(population(SIZE, 4))]
    for n, contact in enumerate(made):
        if n % 7 == 0:
            contact["workPhone"] = SWITCHBOARD
        if n % 5 == 0:
            named = made[max(n - 1, 0)]
            name = f"{named.get('firstName', '')} {named.get('lastName', '')}"
            made[n] = {"id": f"c{n}", "instagramId": {"displayName": name, "ids": [{"scope": "a", "value": f"i{n}"}]}}
        elif n % 11 == 0:
            contact["createDate"] = f"2026-01-01T00:00:{n // 11:02}Z"
    write(database, made)
    return made


def write(database: Database, records: list[dict[str, Any]]) -> None:
    made = [make_record(json.dumps(one).encode(), RULES) for one in records]
    with transaction(database) as connection:
        written = contacts.write(database, made, origin="api", read_at=NOW)
        pairs.distrust(connection, written.changed)


def found(database: Database) -> dict[str, list[Any]]:
    """All that detection makes, by table."""
    queries = {
        "pairs": "SELECT a, b, kind, weight, levels, verdict, reasons, source, model FROM pair ORDER BY a, b",
        "warnings": """SELECT kind, value, holders, persons, weight, guess, reason, certainty, shared
            FROM shared_identifier ORDER BY 1, 2""",
        "queue": "SELECT key, kind, rank, verdict, size, state FROM candidate WHERE state <> 'settled' ORDER BY key",
    }
    return {name: database.connection.execute(query).fetchall() for name, query in queries.items()}


def compared_pairs(database: Database) -> list[tuple[int, int, int, bytes]]:
    """All that was compared, also what is not worth a look: the pair, how often it was proposed, its levels."""
    last = kept.kept(database)
    assert last is not None
    numbers, levels = last.columns.numbers, last.patterns.levels[last.patterns.which]
    rows = zip(numbers[last.a].tolist(), numbers[last.b].tolist(), last.often.tolist(), map(bytes, levels), strict=True)
    return list(rows)


class Changes:
    """Random changes of the kinds that a mirror sees."""

    def __init__(self, database: Database, known: list[dict[str, Any]], seed: int) -> None:
        self.database, self.known, self.random = database, known, random.Random(seed)

    def make(self) -> None:
        acts = (
            self.edit,
            self.edit,
            self.edit,
            self.add,
            self.remove,
            self.merge,
            self.revive,
            self.suspect,
            self.rule,
        )
        for _ in range(self.random.randint(1, 12)):
            self.random.choice(acts)()

    def edit(self) -> None:
        """One contact gets a field of another."""
        mine, theirs = self.random.sample(self.known, 2)
        fields = (
            "firstName",
            "lastName",
            "workPhone",
            "cellPhone",
            "personalEmail",
            "address",
            "customFields",
            "createDate",
        )
        field = self.random.choice(fields)
        if field in theirs:
            mine[field] = theirs[field]
        else:
            mine.pop(field, None)
        write(self.database, [mine])

    def add(self) -> None:
        fresh = record_of(f"n{len(self.known)}", self.random.choice(self.known) | {"middleName": "q"})
        self.known.append(fresh)
        write(self.database, [fresh])

    def remove(self) -> None:
        contacts.mark_gone(self.database, [self.random.choice(self.known)["id"]])

    def revive(self) -> None:
        write(self.database, [self.random.choice(self.known)])

    def merge(self) -> None:
        gone, canonical = self.random.sample(self.known, 2)
        with transaction(self.database) as connection:
            contacts.mark_merged(connection, [gone["id"]], canonical["id"])

    def suspect(self) -> None:
        a, b = sorted(self.random.sample(range(1, SIZE), 2))
        pairs.write_loaded(self.database, [pairs.LoadedPair(a, b, "splink", 3.0, None, "")])

    def rule(self) -> None:
        query = "SELECT kind, value FROM contact_identifier WHERE kind IN ('Phone', 'Email') GROUP BY 1, 2"
        kind, value = self.random.choice(self.database.connection.execute(query).fetchall())
        rule(self.database, Ruling(Identifier(kind, value), self.random.choice(list(RulingKind)), None))


@pytest.mark.parametrize("seed", range(8))
def test_what_changed_contacts_touch_done_again_is_what_a_full_run_finds(database: Database, seed: int) -> None:
    changes = Changes(database, fill(database), seed)
    detect(database, today=TODAY)
    models.freeze(database, True)
    for _ in range(3):
        changes.make()
        assert detect(database, today=TODAY).again is not None
        again, all_again = found(database), compared_pairs(database)
        assert detect(database, today=TODAY, full=True).again is None
        assert again == found(database)
        assert all_again == compared_pairs(database)
        assert again["pairs"]


def test_what_brought_two_others_together_may_be_gone(database: Database) -> None:
    known = fill(database)
    jane = {"firstName": "Jane", "lastName": "Doe"}
    shown = {"instagramId": {"displayName": "Jane Doe", "ids": [{"scope": "a", "value": "jane"}]}}
    known += [jane | {"id": "j1"}, jane | {"id": "j2"}, shown | {"id": "j3"}]
    write(database, known)
    detect(database, today=TODAY)
    contacts.mark_gone(database, ["j3"])
    detect(database, today=TODAY)
    again = compared_pairs(database)
    detect(database, today=TODAY, full=True)
    assert again == compared_pairs(database)


def test_nothing_changed_is_nothing_done_and_nothing_written(database: Database) -> None:
    fill(database)
    detect(database, today=TODAY)
    before = database.connection.total_changes
    report = detect(database, today=TODAY)
    assert report.again == 0
    assert database.connection.total_changes - before < 5


def test_pairs_judged_from_the_kept_run_are_as_a_full_run_judges_them(database: Database) -> None:
    changes = Changes(database, fill(database), 1)
    detect(database, today=TODAY)
    models.freeze(database, True)
    changes.edit()
    rule(database, Ruling(Identifier("Phone", "+17029190000"), RulingKind.SWITCHBOARD, None))
    rescore(database, [(a, b) for a, b, *_ in found(database)["pairs"]], today=TODAY)
    judged = {row[:2]: row for row in found(database)["pairs"]}
    detect(database, today=TODAY, full=True)
    both = [row for row in found(database)["pairs"] if row[:2] in judged]
    assert both == [judged[row[:2]] for row in both]
    assert both


def test_a_ruling_renews_the_warnings_that_it_changes_and_those_are_all(database: Database) -> None:
    """The warning about the email rests on two other holders of the phone, of whom no pair is judged again."""
    fill(database)
    desk = {"workPhone": {"display": "", "e164": "+17029195555"}}
    ada, both = desk | {"firstName": "Ada", "lastName": "Abel"}, desk | {"personalEmail": "both@x.example"}
    carl, zeno = both | {"firstName": "Carl", "lastName": "Carver"}, both | {"firstName": "Zeno", "lastName": "Zorn"}
    write(database, [ada | {"id": "d1"}, ada | {"id": "d2"}, carl | {"id": "d3"}, zeno | {"id": "d4"}])
    detect(database, today=TODAY)
    models.freeze(database, True)
    before = found(database)["warnings"]
    phone = Identifier("Phone", "+17029195555")
    rule(database, Ruling(phone, RulingKind.DESK, None))
    adas = (SIZE + 1, SIZE + 2)
    assert adas in pairs.resting_on(database, *compared_as(phone))
    written = database.connection.total_changes
    rescore(database, [adas], today=TODAY)
    assert database.connection.total_changes - written < 10
    renewed = found(database)["warnings"]
    detect(database, today=TODAY, full=True)
    assert renewed == found(database)["warnings"] != before
    changed = {row[:2] for row in set(before) ^ set(renewed)}
    assert changed == {("Phone", phone.value), ("Email", "both@x.example")}


def kept_again(database: Database) -> bool:
    return detect(database, today=TODAY).again is not None


def damage(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    middle = len(whole) // 2
    whole[middle : middle + 4096] = bytes(4096)
    path.write_bytes(whole)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def exchange(path: Path) -> None:
    path.write_bytes(b"something else")


def foreign(path: Path) -> None:
    """Another head, such as another program or another version of this one would write."""
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b'{"facts": {', b'{"other": {', 1))


def endless(path: Path) -> None:
    whole = path.read_bytes()
    start = whole.index(b"\n") + 1
    path.write_bytes(whole[:start] + b"\xff" * 8 + whole[start + 8 :])


@pytest.mark.parametrize("spoil", [damage, cut, exchange, foreign, endless, Path.unlink])
def test_a_kept_run_that_is_torn_or_missing_is_passed_over(database: Database, spoil: Any) -> None:
    fill(database)
    detect(database, today=TODAY)
    spoil(compared.file_of(database))
    before = found(database)["queue"]
    assert not kept_again(database)
    assert found(database)["queue"] == before
    assert kept_again(database)


def test_a_run_of_other_code_or_of_another_state_is_passed_over(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database)
    detect(database, today=TODAY)
    with monkeypatch.context() as patched:
        patched.setattr(kept, "made_by", lambda: "another version")
        assert not kept_again(database)
    older = compared.file_of(database).read_bytes()
    assert not kept_again(database)
    compared.file_of(database).write_bytes(older)
    assert not kept_again(database)


def test_another_policy_judges_every_pair_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(database)
    detect(database, today=TODAY)
    models.freeze(database, True)
    assert "auto" in {row[5] for row in found(database)["pairs"]}
    for module in (kept, settling):
        monkeypatch.setattr(module, "made_by", lambda: "a stricter version")
    monkeypatch.setattr(scoring, "judge", lambda levels, model: Judgement(Verdict.REVIEW, (), ()))
    detect(database, today=TODAY)
    assert {row[5] for row in found(database)["pairs"]} == {"review"}


def test_too_many_changes_are_a_full_run(database: Database) -> None:
    known = fill(database)
    detect(database, today=TODAY)
    write(database, [contact | {"middleName": "x"} for contact in known[: SIZE // 2]])
    assert not kept_again(database)


def test_the_file_is_open_to_whom_the_database_is(database: Database) -> None:
    fill(database)
    database.path.chmod(0o660)
    detect(database, today=TODAY)
    assert compared.file_of(database).stat().st_mode & 0o777 == 0o660


def test_changes_are_noted_only_while_a_run_is_kept(database: Database) -> None:
    fill(database)
    assert compared.changes(database)[1] == []
    detect(database, today=TODAY)
    contacts.mark_gone(database, ["c3"])
    assert compared.changes(database)[1] == [4]
    compared.throw_away(database)
    assert not compared.file_of(database).exists()
    contacts.mark_gone(database, ["c4"])
    assert compared.changes(database)[1] == []


def test_a_value_with_a_line_end_keeps_no_run(database: Database) -> None:
    fill(database)
    detect(database, today=TODAY)
    with transaction(database) as connection:
        columns = next(iter(comparables.rows(database)))
        connection.execute("UPDATE comparable SET street = ? WHERE contact = ?", ("a\nb", columns[0]))
    detect(database, today=TODAY, full=True)
    assert compared.token(database) is None
    assert not kept_again(database)
