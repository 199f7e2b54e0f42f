"""The model that Splink predicts with: two classes, fixed parameters, made to let too much through.

What comes out of it is a sieve and no verdict: pairs that hold anything for being one person, to be judged by our own
evaluator. So its parameters are set by hand and not trained: on the embedded organisation's people a model with
trained u-probabilities lets the same pairs through, training costs more than predicting, and few or odd contacts leave
it without parameters.
"""

from typing import Any

PRIOR = 1e-4
"""Probability that two random contacts are one person, as the model takes it."""


def settings(blocking_column: str) -> Any:
    """Splink's settings: pairs have a value of ``blocking_column``, a column of lists, in common."""
    from splink import SettingsCreator, block_on

    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="number",
        probability_two_random_records_match=PRIOR,
        comparisons=_comparisons(),
        blocking_rules_to_generate_predictions=[block_on(blocking_column, arrays_to_explode=[blocking_column])],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )


def _comparisons() -> list[Any]:
    """Each with its levels, and for each level how often persons (m) and random pairs (u) are on it."""
    from splink import comparison_level_library as level

    exact, alike, common, other = (
        level.ExactMatchLevel, level.JaroWinklerLevel, level.ArrayIntersectLevel, level.ElseLevel
    )  # fmt: skip
    return [
        _comparison("surname", (exact("surname"), 0.75, 0.002), (alike("surname", 0.88), 0.15, 0.004),
                    (other(), 0.1, 0.994)),
        _comparison("given", (exact("given"), 0.65, 0.005), (alike("given", 0.85), 0.15, 0.01), (other(), 0.2, 0.985)),
        _comparison("born", (exact("born"), 0.85, 1e-4), (level.DamerauLevenshteinLevel("born", 1), 0.08, 0.002),
                    (other(), 0.07, 0.9979)),
        _comparison("phones", (common("phones"), 0.6, 5e-5), (other(), 0.4, 0.99995)),
        _comparison("emails", (common("emails"), 0.5, 2e-5), (other(), 0.5, 0.99998)),
        _comparison("anchors", (common("anchors"), 0.7, 1e-6), (other(), 0.3, 0.999999)),
        _comparison("socials", (common("socials"), 0.5, 1e-6), (other(), 0.5, 0.999999)),
        _comparison("street", (exact("street"), 0.6, 1e-4), (alike("street", 0.92), 0.15, 0.001),
                    (other(), 0.25, 0.9989)),
        _comparison("city", (exact("city"), 0.8, 0.02), (other(), 0.2, 0.98)),
        _comparison("spellings", (common("spellings"), 0.3, 1e-4), (other(), 0.7, 0.9999),
                    missing=level.CustomLevel("nameless_l = nameless_r OR spellings_l IS NULL OR spellings_r IS NULL")),
    ]  # fmt: skip


def _comparison(column: str, *levels: tuple[Any, float, float], missing: Any = None) -> Any:
    from splink import comparison_level_library as level
    from splink.comparison_library import CustomComparison

    missing = level.NullLevel(column) if missing is None else missing.configure(is_null_level=True)
    weighed = [one.configure(m_probability=m, u_probability=u) for one, m, u in levels]
    return CustomComparison(output_column_name=column, comparison_levels=[missing, *weighed])
