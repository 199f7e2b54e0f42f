"""What is checked of one generated merge: the plan's promises against what the organisation's own handlers do."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from reviewer.domain.answer import merge_differences
from reviewer.domain.consequences import Kind, consequences
from reviewer.domain.errors import RefusedError
from reviewer.domain.fields import EMAIL_PATHS, PHONE_PATHS, content
from reviewer.domain.follow_up import changed_by_others, changes_left, surprises, to_release
from reviewer.domain.golden_record import NOTHING, GoldenRecord, golden_record, promised
from reviewer.domain.identifiers import Identifier, claimed_identifiers
from reviewer.domain.merge_set import rounds
from reviewer.domain.merged_identifiers import MergedIdentifier, Ownership, Standing, merged_identifiers
from reviewer.domain.plan import Step, StepKind, merge_plan
from reviewer.domain.service_rule import Rule, owned, resolve
from reviewer.domain.step_shape import has_shape
from reviewer.domain.wire import JsonObject, decode_object, encode
from reviewer.simulator import identifiers
from reviewer.simulator.fields import WRITABLE, accepted
from tests.domain.merging import Embedded, Merge, set_up, stored_fields


def draw_picks(rng: Random, members: Sequence[JsonObject]) -> dict[str, str]:
    """Some fields' picks: a member's value, or nothing."""
    picks = {}
    holders = [(str(one["id"]), content(one)) for one in members]
    for path in sorted({path for _, held in holders for path in held}):
        fate = rng.random()
        if fate < 0.12 and path != "customFields.a.b":
            picks[path] = NOTHING
        elif fate < 0.35:
            picks[path] = rng.choice([id_ for id_, held in holders if path in held])
    for path in (*PHONE_PATHS, *EMAIL_PATHS):
        if rng.random() < 0.03:
            picks[path] = NOTHING
    return picks


@dataclass
class Checked:
    """Counts of what a run of checks has met, so that a run that met nothing is noticed."""

    merges: int = 0
    twice: int = 0
    """Those of more contacts than one merge takes."""
    refused: int = 0
    removing: int = 0
    releasing: int = 0
    promised: int = 0
    """Identifiers promised to lead to the new contact, or not to."""
    left_open: int = 0


def check_promise(embedded: Embedded, rng: Random, met: Checked, *, limits: bool = False) -> None:
    """Draw a merge with picks; hold the plan against what becomes of it."""
    drawn = set_up(embedded, rng, limits=limits)
    informed = rng.random() < 0.6
    members = [embedded.read(id_, with_identifiers=informed) for id_ in drawn.ids]
    golden = golden_record(members, draw_picks(rng, members))
    try:
        steps = merge_plan(members, golden)
    except RefusedError:
        steps = []
    requests = [step.request for step in steps if step.kind is StepKind.MERGE]
    requests = requests or [{"contactIds": ids, "valueOverride": {}} for ids in rounds(drawn.ids)]
    claimed_outside = {one for id_ in drawn.outside for one in embedded.owned(id_)}
    told = merged_identifiers(members, golden, _holders(embedded, drawn))
    promise = decode_object(encode(promised(golden)))
    merged: list[str] = []
    answer = None
    for request in requests:
        merged = [str(answer["id"]) if answer and not isinstance(id_, str) else id_ for id_ in request["contactIds"]]
        answer = embedded.merge({**request, "contactIds": merged})
        if answer is None:
            break
        if steps:
            surprised = surprises(members, promise, steps, answer, merged=merged)
            assert not surprised, surprised
    if answer is None and drawn.knobs.list_overflow == "refuse" and _said_to_be_long(members, golden):
        return
    assert (answer is None) is (not steps), "the plan and the service do not refuse alike"
    if answer is None:
        met.refused += 1
        return
    met.merges += 1
    met.twice += len(requests) == 2
    assert has_shape(_stored(steps), drawn.ids, promise)
    final = follow_up(embedded, answer, steps, met)
    differing = merge_differences(merged, promise, final)
    assert not differing, differing
    _check_identifiers(embedded.owned(str(answer["id"])), told, claimed_outside, drawn, met, informed)


def _stored(steps: Sequence[Step]) -> list[Step]:
    """The steps as an approval has them."""
    return [Step(step.kind, decode_object(encode(step.request))) for step in steps]


def _said_to_be_long(members: Sequence[JsonObject], golden: GoldenRecord) -> bool:
    """Whether it is said that the service may refuse the merge for its lists."""
    return any(one.kind is Kind.OPEN and one.path for one in consequences(members, golden, ()))


def follow_up(embedded: Embedded, answer: JsonObject, steps: Sequence[Step], met: Checked) -> JsonObject:
    """Carry out the steps after a merge, as the executor does; the contact as it is then."""
    id_ = str(answer["id"])
    for step in steps:
        if step.kind is StepKind.REMOVE:
            met.removing += 1
            contact = embedded.read(id_, with_identifiers=False)
            assert not changed_by_others(step.request, answer, contact)
            if left := changes_left(step.request, contact):
                embedded.patch(id_, {"changes": left})
        elif step.kind is StepKind.RELEASE:
            met.releasing += 1
            if to_release(step.request) in embedded.owned(id_):
                embedded.release(id_, step.request)
    return embedded.read(id_, with_identifiers=False)


def _holders(embedded: Embedded, drawn: Merge) -> dict[Identifier, list[str]]:
    """Contacts outside of the merge whose fields hold an identifier, as the mirror knows them."""
    found: dict[Identifier, list[str]] = {}
    for id_ in drawn.outside:
        record = embedded.read(id_, with_identifiers=False)
        held = identifiers.of_fields(record, drawn.knobs)
        claims = [{"type": kind, "value": value, "externalSource": {"id": source}} for kind, value, source in held]
        for identifier in claimed_identifiers({"identifiers": claims}) or ():
            found.setdefault(identifier, []).append(id_)
    return found


def _check_identifiers(
    actual: frozenset[Identifier],
    told: Sequence[MergedIdentifier],
    claimed_outside: set[Identifier],
    drawn: Merge,
    met: Checked,
    informed: bool,
) -> None:
    assert actual <= {one.identifier for one in told} or not (informed or not drawn.tampered), "nobody spoke of it"
    for one in told:
        if one.ownership is Ownership.SURE:
            met.promised += 1
            assert one.identifier in actual, f"{one} was promised"
        elif one.ownership is Ownership.GONE:
            met.promised += 1
            assert one.identifier not in actual, f"{one} was to be released"
        elif one.ownership is Ownership.EXPECTED and not drawn.tampered:
            met.promised += 1
            assert one.identifier in actual, f"{one} was expected"
        else:
            met.left_open += 1
        if one.standing is Standing.FIELD and one.identifier not in claimed_outside:
            assert one.identifier in actual, f"{one} stands in a field, and nobody else owns it"


def check_rule(embedded: Embedded, rng: Random, met: Checked) -> None:
    """Draw a merge and an override of any kind; hold the rule's prediction against the organisation's result."""
    drawn = set_up(embedded, rng, limits=False)
    members = [embedded.read(id_, with_identifiers=True) for id_ in drawn.ids]
    override = stored_fields(rng, drawn.knobs.phone_default_region, 0.3) if rng.random() < 0.5 else {}
    rule = Rule(
        whole_custom_fields=drawn.knobs.custom_fields == "whole",
        joins_override_lists=drawn.knobs.override_lists == "union",
        keeps_opt_out=drawn.knobs.survey_opt_out == "any",
        organization_by_override=drawn.knobs.external_organization == "override",
        releases_displaced=drawn.knobs.overflow_identifiers == "release",
    )
    predicted = resolve(members, _normalised(override, drawn), rule)
    claimed_outside = {one for id_ in drawn.outside for one in embedded.owned(id_)}
    answer = embedded.merge({"contactIds": drawn.ids, **({"valueOverride": override} if override else {})})
    if answer is None:
        assert drawn.knobs.list_overflow == "refuse"
        return
    met.merges += 1
    got = {name: value for name, value in answer.items() if name in WRITABLE and name != "division"}
    other = {name for name in {*got, *predicted} if got.get(name) != predicted.get(name)}
    assert not other, {name: (got.get(name), predicted.get(name)) for name in other}
    differing = embedded.owned(str(answer["id"])) ^ owned(members, predicted, claimed_outside, rule)
    if not drawn.knobs.email_case_folding:  # two spellings are two identifiers then, which the program takes for one
        differing -= claimed_outside
    assert not differing, differing


def _normalised(override: JsonObject, drawn: Merge) -> JsonObject:
    """The override as the service takes it in: a number that was normalised once is normalised again."""
    return accepted(override, drawn.knobs, frozenset(("crm", "erp")))
