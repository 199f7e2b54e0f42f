"""Splink on DuckDB as an engine of ``tests.bench.detect``: a child process of its own, which needs the extra ``bench``.

``python -m tests.bench.splink_engine prepare FOLDER`` turns ``columns.csv`` into ``columns.parquet``, looks how many
pairs each blocking rule makes, and is not timed. ``… match FOLDER STARTED`` is: it writes ``splink.npz`` (a, b, weight)
and ``splink.json``. Only what Splink itself needs is imported here.

The model follows Splink's own documentation for persons: names by Jaro-Winkler with term frequencies, the date of birth
by its own comparison, phones and emails as arrays, the address; u from random pairs, m by EM on several blocking
rules. A comparison of a column that (almost) nobody fills is left out, and so are blocking rules that make too many
pairs.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from tests.bench.memory import peak_memory

SEVERAL = ("phones", "emails", "socials", "anchors")
LEAST_FILLED = 0.005
"""Share of the contacts that have to fill a column for it to be compared."""
FEW_PAIRS, PAIRS_EACH = 100_000, 3
"""Blocking rules are taken, the narrowest first, as long as they make at most so many pairs together (in all, or for
each contact, whichever is more): what one would choose by hand from Splink's own counts."""
RULES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("phones",), "phones"),
    (("emails",), "emails"),
    (("socials",), "socials"),
    (("anchors",), "anchors"),
    (("given", "surname"), ""),
    (("surname", "given"), "swapped"),
    (("born",), ""),
    (("street", "postcode"), ""),
    (("surname", "postcode"), ""),
    (("given", "postcode"), ""),
    (("surname", "substr(given, 1, 1)"), ""),
    (("given", "substr(surname, 1, 2)"), ""),
    (("postcode",), ""),
    (("street",), ""),
    (("surname", "city"), ""),
    (("substr(born, 1, 7)", "substr(surname, 1, 1)"), ""),
    (("surname",), ""),
    (("given",), ""),
)
"""Columns of each rule, and the array that is taken apart for it, or that the names are swapped."""
TRAINING = (("born",), ("given", "surname"), ("surname", "postcode"))
WEAKEST, MANY, WEAKEST_OF_MANY = -30.0, 200_000, -12.0
"""Match weight under which no pair is kept; with more contacts than ``MANY`` a higher one, so that memory suffices."""


def prepare(folder: Path) -> None:
    """Make the table that Splink reads, and choose the blocking rules."""
    import duckdb

    connection = duckdb.connect()
    arrays = ", ".join(f"string_split(nullif({name}, ''), '|') AS {name}" for name in SEVERAL)
    singles = ", ".join(
        f"nullif({name}, '') AS {name}" for name in ("given", "middle", "surname", "born", "street", "city", "postcode")
    )
    connection.execute(
        f"""COPY (SELECT unique_id::BIGINT AS unique_id, {singles}, {arrays}
                  FROM read_csv('{folder / "columns.csv"}', header = true, all_varchar = true))
            TO '{folder / "columns.parquet"}' (FORMAT parquet)"""
    )
    connection.execute(f"CREATE VIEW contact AS SELECT * FROM '{folder / 'columns.parquet'}'")
    names = [name for name, *_ in connection.execute("DESCRIBE contact").fetchall()]
    counts = connection.execute(f"SELECT count(*), {', '.join(f'count({name})' for name in names)} FROM contact")
    total, *filled = counts.fetchall()[0]
    compared = [name for name, count in zip(names, filled, strict=True) if count > LEAST_FILLED * total]
    chosen, room = [], max(FEW_PAIRS, PAIRS_EACH * total)
    for pairs, place in sorted((_pairs_of(connection, *rule), place) for place, rule in enumerate(RULES)):
        room -= pairs
        if pairs and room >= 0:
            chosen.append(place)
    (folder / "splink-plan.json").write_text(json.dumps({"columns": compared, "rules": chosen, "contacts": total}))


def _pairs_of(connection: Any, columns: tuple[str, ...], special: str) -> int:
    """How many pairs a rule makes, those that others make too included."""
    if special == "swapped":
        query = "SELECT count(*) FROM contact l JOIN contact r ON l.given = r.surname AND l.surname = r.given"
        return int(connection.execute(query).fetchone()[0])
    source = f"(SELECT unnest({special}) AS {special} FROM contact)" if special else "contact"
    some = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    query = f"""SELECT coalesce(sum(n * (n - 1) / 2), 0) FROM
                (SELECT count(*) AS n FROM {source} WHERE {some} GROUP BY {", ".join(columns)})"""
    return int(connection.execute(query).fetchone()[0])


def match(folder: Path, started: float) -> None:
    """Train, predict, and write what was found and what it took."""
    import duckdb
    import numpy as np
    import splink.internals.comparison_library as comparisons
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    plan = json.loads((folder / "splink-plan.json").read_text())
    api = DuckDBAPI(connection=duckdb.connect())
    table = api.register(api.duckdb_con.sql(f"SELECT * FROM '{folder / 'columns.parquet'}'").to_df())
    loaded, spent = time.time(), time.process_time()
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=_comparisons(comparisons, set(plan["columns"])),
        blocking_rules_to_generate_predictions=[_rule(block_on, *RULES[place]) for place in plan["rules"]],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )
    linker = Linker(table, settings, log_level=None)
    training = linker.training
    likely = [
        block_on(*columns)
        for columns in (("given", "surname", "born"), ("given", "surname", "postcode"))
        if set(columns) <= set(plan["columns"])
    ]
    training.estimate_probability_two_random_records_match(likely, recall=0.6)
    training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for columns in TRAINING:
        if set(columns) <= set(plan["columns"]):
            training.estimate_parameters_using_expectation_maximisation(block_on(*columns))
    trained = time.time()
    weakest = WEAKEST if plan["contacts"] <= MANY else WEAKEST_OF_MANY
    predicted = linker.inference.predict(threshold_match_weight=weakest)
    query = f"SELECT unique_id_l, unique_id_r, match_weight FROM {predicted.physical_name}"
    pairs = api.duckdb_con.execute(query).fetchnumpy()
    ended, used = time.time(), time.process_time()
    figures = {
        "wall": ended - started,
        "cpu": used,
        "memory": peak_memory(),
        "matching": ended - loaded,
        "matching cpu": used - spent,
        "stages": {"training": trained - loaded, "predicting": ended - trained},
    }
    np.savez(folder / "splink.npz", a=pairs["unique_id_l"], b=pairs["unique_id_r"], weight=pairs["match_weight"])
    (folder / "splink.json").write_text(json.dumps(figures))


def _rule(block_on: Any, columns: tuple[str, ...], special: str) -> Any:
    if special == "swapped":
        return "l.given = r.surname AND l.surname = r.given"
    return block_on(*columns, arrays_to_explode=[special] if special else None)


def _comparisons(library: Any, filled: set[str]) -> list[Any]:
    found = []
    found += [
        library.NameComparison(name).configure(term_frequency_adjustments=True)
        for name in ("given", "surname")
        if name in filled
    ]
    if "born" in filled:
        found.append(library.DateOfBirthComparison("born", input_is_string=True, datetime_format="%Y-%m-%d"))
    if "middle" in filled:
        found.append(_levels("middle", [("middle_l = middle_r", "exact"), (_INITIAL, "initial")]))
    found += [library.ArrayIntersectAtSizes(name, [1]) for name in ("phones", "socials") if name in filled]
    if "emails" in filled:
        near = "jaro_winkler_similarity(emails_l[1], emails_r[1]) >= 0.92"
        local = "split_part(emails_l[1], '@', 1) = split_part(emails_r[1], '@', 1)"
        equal = "list_has_any(emails_l, emails_r)"
        found.append(_levels("emails", [(equal, "one in common"), (local, "local part"), (near, "near")]))
    if filled & {"phones", "emails"} and "street" in filled:  # one home is one fact beside what else is known
        found.append(_levels("street", _ADDRESS))
    elif "street" in filled:  # the address is most of what is known: each part counts
        found += [
            library.JaroWinklerAtThresholds("street", [0.92, 0.8]).configure(term_frequency_adjustments=True),
            library.JaroWinklerAtThresholds("city", [0.92]).configure(term_frequency_adjustments=True),
            library.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
        ]
    return found


_INITIAL = "substr(middle_l, 1, 1) = substr(middle_r, 1, 1)"
_ALIKE = "jaro_winkler_similarity(street_l, street_r) >= 0.92"
_ADDRESS = [
    ("street_l = street_r AND postcode_l = postcode_r", "exact"),
    (f"{_ALIKE} AND (postcode_l = postcode_r OR city_l = city_r)", "alike"),
    ("street_l = street_r", "street"),
    ("postcode_l = postcode_r", "postcode"),
    ("city_l = city_r", "town"),
]


def _levels(column: str, conditions: list[tuple[str, str]]) -> dict[str, Any]:
    """A comparison of these levels, from the strongest down; what a side lacks says nothing."""
    levels: list[dict[str, Any]] = [
        {
            "sql_condition": f"{column}_l IS NULL OR {column}_r IS NULL",
            "label_for_charts": "null",
            "is_null_level": True,
        }
    ]
    levels += [{"sql_condition": condition, "label_for_charts": label} for condition, label in conditions]
    levels.append({"sql_condition": "ELSE", "label_for_charts": "else"})
    return {"output_column_name": column, "comparison_levels": levels}


def main() -> None:
    """Do what the command line says."""
    act, folder, *started = sys.argv[1:]
    if act == "prepare":
        prepare(Path(folder))
    else:
        match(Path(folder), float(started[0]))


if __name__ == "__main__":
    main()
