"""A link as a plan: which steps, which field, what it costs, and what it refuses in words."""

from typing import Any

import pytest

from reviewer.domain.contact import contact_from
from reviewer.domain.errors import RefusedError
from reviewer.domain.identifiers import Identifier, field_identifiers, wire_form
from reviewer.domain.identity_field import linked_field
from reviewer.domain.link_plan import asked_identity, between, link_plan
from reviewer.domain.plan import Step, StepKind
from reviewer.domain.plan_shapes import is_link
from reviewer.domain.wire import JsonObject

INSTAGRAM = Identifier("SocialInstagram", "1784")
MASTER: JsonObject = {"id": "m", "type": "Curated", "division": {"id": "home"}, "firstName": "Jane"}
HOLDER: JsonObject = {"id": "h", "type": "Ephemeral", "division": {"id": "home"}}


def kinds(steps: tuple[Step, ...]) -> list[str]:
    return [step.kind.value for step in steps]


def test_an_identity_of_nobody_is_claimed_set_and_looked_up() -> None:
    plan = link_plan(MASTER, INSTAGRAM, None)
    assert kinds(plan.steps) == ["claim", "set", "look up"]
    assert plan.promise == {"firstName": "Jane", "instagramId": {"ids": [{"scopedId": "1784"}]}}
    assert {step.request.get("contactId") for step in plan.steps[:2]} == {"m"}
    assert "Instagram is set to 1784" in plan.costs


def test_an_identity_of_an_anonymous_contact_is_released_there_and_can_be_claimed_back() -> None:
    plan = link_plan(MASTER, INSTAGRAM, HOLDER)
    assert kinds(plan.steps) == ["release", "claim", "set", "look up", "claim back"]
    assert [plan.steps[0].request["contactId"], plan.steps[-1].request["contactId"]] == ["h", "h"]
    told = " ".join(plan.costs)
    assert "empty shell: its sessions, notes and conversations stay with it" in told
    assert "two calls: between them the identity leads to nobody" in told
    assert "claimed back for h" in told


def test_an_identity_that_leads_there_already_only_gets_its_field() -> None:
    plan = link_plan(MASTER, INSTAGRAM, MASTER)
    assert kinds(plan.steps) == ["claim", "set", "look up"] and "leads to this contact already" in plan.costs[0]
    with pytest.raises(RefusedError, match="nothing is left to do"):
        link_plan({**MASTER, "instagramId": {"ids": [{"scopedId": "1784"}]}}, INSTAGRAM, MASTER)


@pytest.mark.parametrize(
    ("master", "holder", "said"),
    [
        ({}, {"type": "Curated", "lastName": "Doe"}, "leads to Doe \\(h\\), a known person"),
        ({}, {"type": None}, "a known person"),
        ({}, {"division": {"id": "other"}}, "in division other, and m is in home"),
        ({}, {"mergedTo": {"id": "x"}}, "was merged into another contact"),
        ({"mergedTo": {"id": "x"}}, {}, "was merged into another contact"),
        ({"instagramId": {"ids": [{"scopedId": "9"}]}}, {}, "Instagram of m holds 9 already"),
    ],
)
def test_what_stands_in_the_way_is_refused_in_words(master: JsonObject, holder: JsonObject, said: str) -> None:
    with pytest.raises(RefusedError, match=said):
        link_plan({**MASTER, **master}, INSTAGRAM, {**HOLDER, **holder})


@pytest.mark.parametrize(
    ("kind", "value", "path"),
    [
        ("SocialInstagram", "1784", "instagramId"),
        ("SocialInstagramHandle", "jdoe", "instagramId"),
        ("SocialFacebook", "55", "facebookId"),
        ("SocialLine", "U1", "lineId"),
        ("SocialTwitter", "77", "twitterId"),
        ("SocialWhatsapp", "4366412345", "whatsAppId"),
        ("AppleOpaqueId", "opaque", "appleOpaqueIds"),
        ("ExternalId", "crm/0031", "externalIds"),
        ("Phone", "+17029191300", "cellPhone"),
        ("Email", "Jane@mail.example", "personalEmail"),
    ],
)
def test_the_field_that_is_set_implies_the_identity(kind: str, value: str, path: str) -> None:
    setting = linked_field(MASTER, Identifier(kind, value))
    assert setting is not None and setting.path == path
    linked = {**MASTER, setting.path: setting.value}
    implied = {one.identifier for one in field_identifiers(contact_from(linked))}
    assert (Identifier(kind, value.casefold()) if kind == "Email" else Identifier(kind, value)) in implied
    assert linked_field(linked, Identifier(kind, value)) is None


@pytest.mark.parametrize("kind", ["Cookie", "SocialWhatsappBsuid", "SomethingNew"])
def test_an_identity_without_a_field_is_claimed_only(kind: str) -> None:
    plan = link_plan(MASTER, Identifier(kind, "x"), None)
    assert kinds(plan.steps) == ["claim", "look up"] and "no field of it is changed" in plan.costs


def test_a_number_takes_the_first_free_slot_and_none_is_overwritten() -> None:
    phone = {"display": "+1", "e164": "+1"}
    number = Identifier("Phone", "+17029191300")
    setting = linked_field({**MASTER, "cellPhone": phone}, number)
    assert setting is not None and setting.path == "otherPhone"
    full = {**MASTER, "cellPhone": phone, "homePhone": phone, "otherPhone": phone, "workPhone": phone}
    with pytest.raises(RefusedError, match=r"m has no free field .*work phone"):
        linked_field(full, number)
    ten = {**MASTER, "appleOpaqueIds": [{"value": str(index)} for index in range(10)]}
    with pytest.raises(RefusedError, match="has 10 Apple ids already"):
        linked_field(ten, Identifier("AppleOpaqueId", "x"))


def test_what_an_account_holds_beside_the_id_stays() -> None:
    setting = linked_field({**MASTER, "instagramId": {"handle": "jdoe"}}, INSTAGRAM)
    assert setting is not None and setting.value == {"handle": "jdoe", "ids": [{"scopedId": "1784"}]}
    assert linked_field({**MASTER, "instagramId": {"ids": [{"userId": "1784"}]}}, INSTAGRAM) is None


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [("Phone", " +1 (702) 919-1300 ", "+17029191300"), ("SocialWhatsapp", "+4366", "4366"), ("Email", " A@b ", "A@b")],
)
def test_what_was_typed_becomes_the_services_form(kind: str, written: str, value: str) -> None:
    assert asked_identity(kind, written).value == value


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("Phone", "702"), ("SocialWhatsapp", "x"), ("ExternalId", "1"), ("X", " "), ("Email", "not an email"),
        ("Email", "@b"), ("SocialInstagram", "a\x1b[31mb"), ("Cookie", "a\u200bb"),
    ],
)  # fmt: skip
def test_what_cannot_be_claimed_is_refused(kind: str, written: str) -> None:
    with pytest.raises(RefusedError):
        asked_identity(kind, written)


def _shape(steps: tuple[Step, ...], **changes: Any) -> bool:
    promise = {"firstName": "Jane", "instagramId": {"ids": [{"scopedId": "1784"}]}}
    return is_link(steps, changes.get("members", ["m", "h"]), changes.get("promise", promise))


def test_only_a_link_as_it_is_made_has_its_shape() -> None:
    steps = link_plan(MASTER, INSTAGRAM, HOLDER).steps
    assert _shape(steps)
    assert is_link(link_plan(MASTER, INSTAGRAM, None).steps, ["m"], link_plan(MASTER, INSTAGRAM, None).promise)
    for index, step in enumerate(steps):
        for name in step.request:
            changed = {**step.request, name: "stranger" if name != "changes" else []}
            assert not _shape((*steps[:index], step._replace(request=changed), *steps[index + 1 :])), (index, name)
        assert not _shape((*steps[:index], *steps[index + 1 :])) or step.kind is StepKind.SET
    assert not _shape(steps, members=["h", "m"]) and not _shape(steps, members=["m"])
    assert not _shape(steps, promise={"firstName": "Jane"})
    assert not _shape((*steps, Step(StepKind.MERGE, {})))
    wire = wire_form(INSTAGRAM)
    assert not _shape((Step(StepKind.VERIFY, wire),))


def test_between_release_and_claim_it_is_told_that_the_identity_leads_to_nobody() -> None:
    steps = link_plan(MASTER, INSTAGRAM, HOLDER).steps
    states = [["pending"] * 5, ["done", "sending"], ["done", "done"], ["done", "not done", "", "", "done"]]
    told = []
    for given in states:
        padded = (*given, *["pending"] * (5 - len(given)))
        told.append(between([(step.kind, step.request, one) for step, one in zip(steps, padded, strict=True)]))
    said = "SocialInstagram 1784 is released from h, not yet claimed for m: it leads to nobody"
    assert told == ["", said, "", ""]
