"""The fingerprint of an approval: a hash of everything the steward was shown and said yes to."""

from collections.abc import Mapping, Sequence
from typing import Any

from reviewer.domain.fields import content
from reviewer.domain.rulings import Ruling
from reviewer.domain.wire import JsonObject, digest

RULES_VERSION = "3"
"""Version of the golden record's and the policy's rules; an approval under other rules is void."""


def member_state(record: JsonObject) -> JsonObject:
    """What of a member an approval covers: its fields as shown, its type and division, and that it stands alone."""
    merged_to = record.get("mergedTo") or {}
    return {
        "fields": content(record),
        "type": record.get("type"),
        "division": (record.get("division") or {}).get("id"),
        "mergedTo": merged_to.get("id"),
    }


def fingerprint(
    *,
    members: Mapping[str, JsonObject],
    picks: Mapping[str, str],
    promise: Mapping[str, Any],
    steps: Sequence[JsonObject],
    verdict: str,
    factors: Sequence[str],
    rulings: Sequence[Ruling],
    rules: str | None = None,
) -> str:
    """SHA-256 in hexadecimal over the members (id → record), picks, golden record, steps, verdict and rulings.

    ``rules`` is the version under which they were worked out; the present one unless it is given.
    """
    return digest(
        {
            "rules": RULES_VERSION if rules is None else rules,
            "members": {id_: member_state(record) for id_, record in members.items()},
            "picks": dict(picks),
            "promise": dict(promise),
            "steps": list(steps),
            "verdict": verdict,
            "factors": sorted(factors),
            "rulings": sorted([*ruling.identifier, ruling.kind.value, str(ruling.until)] for ruling in rulings),
        }
    )
