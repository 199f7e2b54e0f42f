"""Record text on its way out: on the screen, in the audit, and in files for other programs."""

import csv
import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from reviewer.domain.errors import RefusedError, ReviewerError
from reviewer.review import candidate, decide, export, queue
from reviewer.review.screen_text import screen_text
from reviewer.store import decisions
from reviewer.text import from_formula
from tests.review.people import TWO_FACTORS, World, person

HOSTILE = [
    "\x1b[31mred\x07",
    "[@click=app.quit]x[/]",
    "\u202egnp.exe",
    "two\nlines",
    "half \ud800 surrogate",
    "\u3164",
    "\x9b2J",
]


def hostile_pair(world: World, name: str) -> int:
    world.write(
        person("p", firstName=name, title=name, type=name, personalEmail=f"{name}@mail.example"),
        person("q", firstName=name, lastName=name, workPhone=None, address={"city": name}),
    )
    world.score(("p", "q", "duplicate", TWO_FACTORS))
    return world.candidate("p", "q")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_shown_as_text_and_can_be_decided_on(world: World, name: str) -> None:
    number = hostile_pair(world, name)
    view = candidate.view(world.desk, number)
    text = screen_text(view)
    odd = {char for char in text if char != "\n" and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn")}
    assert odd == set()
    assert len(text.split("\n")) == len(screen_text(view).splitlines()), "no value makes a line of its own"
    decided = decide.merge(world.desk, view, note=name)
    stored = json.loads(decisions.read(world.database, decided.decision).document)
    assert stored["members"][0]["firstName"] == name, "bytes are kept as they came"
    assert stored["screen"] == text
    assert queue.row(world.desk, number).names


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def written(world: World, source: str, path: Path, **how: Any) -> int:
    return export.write(world.desk, export.SOURCES[source], path, **{"form": "csv", "raw": False, **how})


FORMULAS = ['=HYPERLINK("http://x")', "+1+1", "-2", "@SUM(A1)", "\t=1", " =1", "'=1", "＝1"]


@pytest.mark.parametrize("note", FORMULAS)
def test_a_text_column_cannot_become_a_formula_and_raw_gives_it_as_it_is(
    world: World, tmp_path: Path, note: str
) -> None:
    decide.distinct(world.desk, candidate.view(world.desk, world.candidate("a", "b")), note=note)
    assert written(world, "decisions", tmp_path / "guarded.csv") == 1
    (guarded,) = table(tmp_path / "guarded.csv")
    assert guarded["note"] == f"'{note}" and from_formula(guarded["note"]) == note
    written(world, "decisions", tmp_path / "raw.csv", raw=True)
    assert table(tmp_path / "raw.csv")[0]["note"] == note


def test_candidates_are_exported_as_the_pairs_that_were_scored(world: World, tmp_path: Path) -> None:
    assert written(world, "candidates", tmp_path / "pairs.csv") == 4
    rows = {(row["id_a"], row["id_b"]): row for row in table(tmp_path / "pairs.csv")}
    row = rows["c", "d"]
    assert list(row) == ["id_a", "id_b", "weight", "probability", "kind", "verdict", "group"]
    assert row["verdict"] == "auto" and row["kind"] == "duplicate"
    assert float(row["weight"]) == queue.row(world.desk, world.candidate("c", "d")).weight
    assert row["group"] == str(world.candidate("c", "d"))


def test_a_negative_weight_stays_a_number(world: World, tmp_path: Path) -> None:
    written(world, "candidates", tmp_path / "pairs.csv")
    weights = {row["weight"] for row in table(tmp_path / "pairs.csv")}
    assert any(float(weight) < 0 for weight in weights)


def test_json_lines_hold_the_audit_whole(world: World, tmp_path: Path) -> None:
    decide.distinct(world.desk, candidate.view(world.desk, world.candidate("a", "b")), note="\x1b[31m=1")
    written(world, "audit", tmp_path / "audit.jsonl", form="jsonl")
    text = (tmp_path / "audit.jsonl").read_text("utf-8")
    assert "\x1b" not in text
    (entry,) = [json.loads(line) for line in text.splitlines()]
    assert json.loads(entry["payload"])["note"] == "\x1b[31m=1" and entry["act"] == "decided distinct"


def test_a_file_with_personal_data_is_for_its_owner_alone(world: World, tmp_path: Path) -> None:
    new, old = tmp_path / "new.csv", tmp_path / "old.csv"
    old.write_text("open to all")
    old.chmod(0o644)
    for path in (new, old):
        written(world, "candidates", path, overwrite=True)
        assert path.stat().st_mode & 0o777 == 0o600


def test_standard_output_is_a_file_too(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert written(world, "candidates", Path("-")) == 4
    assert capsys.readouterr().out.startswith("id_a,id_b,weight")


def test_a_terminal_gets_harmless_text(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from io import StringIO

    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    shown = Terminal()
    monkeypatch.setattr("sys.stdout", shown)
    decide.distinct(world.desk, candidate.view(world.desk, world.candidate("a", "b")), note="\x1b[31mred")
    written(world, "decisions", Path("-"), raw=True)
    assert "\x1b" not in shown.getvalue() and "␛[31mred" in shown.getvalue()


def test_a_file_that_cannot_be_written_is_one_sentence(world: World, tmp_path: Path) -> None:
    with pytest.raises(ReviewerError, match="cannot be written"):
        written(world, "candidates", tmp_path / "no" / "folder.csv")


def test_a_pick_that_names_no_value_is_refused(world: World) -> None:
    with pytest.raises(RefusedError, match="no value for title"):
        candidate.view(world.desk, world.candidate("a", "b"), picks={"title": "b"})
