"""Generated contacts, as the service stores them: few values, so that they agree, clash and overflow often."""

from typing import Any

from hypothesis import strategies as st

from reviewer.simulator.fields import accepted
from reviewer.simulator.knobs import Knobs

SOURCES = frozenset(("crm", "erp"))

PHONES = st.sampled_from(
    (
        "+1 702 919 1300", "(702) 919-1301", "+44 20 7946 0000", "020 7946 0000", "+39 06 698 1", "0049 30 901820",
        "+54 9 11 2345 6789", "ext 12", "EXT 12", "unknown", "n/a", "555 1234", "555-1234", "+1 702 919 1300 ext. 7",
        "+1 702 919 1300 ext. 8", "+800 1234 5678",
    )
)  # fmt: skip
EMAILS = st.sampled_from(("bob@a.example", "Bob@A.example", "b@b.example", "c@c.example", "d@d.example", "e@e.example"))
WORDS = st.sampled_from(("Bob", "bob", "Robert ", " Ayşe", "王", "[/x]", "   ", ""))


def phones() -> st.SearchStrategy[dict[str, Any]]:
    """A phone as a client writes it."""
    optional = {"acceptsSMS": st.booleans(), "normalizationCountryCode": st.sampled_from(("US", "GB", "DE"))}
    return st.fixed_dictionaries({"display": PHONES}, optional=optional)


def ids(most: int = 6) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Values of a list field, from a pool that is larger than the cap of a list."""
    return st.lists(
        st.fixed_dictionaries({"value": st.integers(1, 20).map(str)}), max_size=most, unique_by=lambda one: one["value"]
    )


def _with_source(values: list[dict[str, Any]], sources: list[str]) -> list[dict[str, Any]]:
    return [{**one, "externalSource": {"id": source}} for one, source in zip(values, sources, strict=False)]


FIELDS: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("firstName", "middleName", "lastName", "salutation", "title"), WORDS),
    **dict.fromkeys(("workPhone", "cellPhone", "homePhone", "otherPhone"), phones()),
    **dict.fromkeys(("workEmail", "personalEmail", "otherEmail"), EMAILS),
    "address": st.fixed_dictionaries(
        {},
        optional={
            "address1": st.sampled_from(("1 Long Road", "1 Long Road ")),
            "city": st.sampled_from(("Graz", " Graz")),
            "countryCode": st.sampled_from(("AT", "SI")),
        },
    ),
    "externalIds": st.builds(_with_source, ids(), st.lists(st.sampled_from(("crm", "erp")), min_size=6, max_size=6)),
    "appleOpaqueIds": ids(10),
    "whatsAppId": st.one_of(
        st.fixed_dictionaries({"phoneNumber": st.sampled_from(("17029191300", "447911123456"))}),
        st.just({"phoneNumber": {"display": "+1 702-919-1300", "e164": "+17029191300"}, "displayName": "Bob"}),
    ),
    "instagramId": st.fixed_dictionaries(
        {"ids": st.sampled_from(([{"scopedId": "1"}], [{"scopedId": "2"}], []))},
        optional={"handle": st.sampled_from(("bob", "rob"))},
    ),
    "twitterId": st.fixed_dictionaries({"id": st.sampled_from(("1", "2"))}, optional={"verified": st.booleans()}),
    "externalOrganization": st.sampled_from(("o1", "o2")).map(lambda one: {"id": one, "name": f"the name of {one}"}),
    "externalSystemUrl": st.sampled_from(("https://crm.example/1", "https://crm.example/2")),
    "surveyOptOut": st.booleans(),
    "customFields": st.dictionaries(
        st.sampled_from(("dateOfBirth", "tier", "a.b")),
        st.one_of(WORDS, st.integers(0, 2), st.booleans(), st.none(), st.lists(WORDS, max_size=2)),
        max_size=3,
    ),
    "schema": st.sampled_from(({"id": "s", "version": 1}, {"id": "s", "version": 2})),
}

MOMENTS = st.sampled_from(
    ("2026-10-01T09:00:00Z", "2026-10-01T09:00:00.250Z", "2026-10-02T09:00:00Z", "2026-10-03T09:00:00.000Z")
)


@st.composite
def contacts(draw: st.DrawFn, knobs: Knobs = Knobs()) -> dict[str, Any]:  # noqa: B008 - frozen
    """The fields of one contact, as the service has normalised them, and when it was modified."""
    submitted = draw(st.fixed_dictionaries({}, optional=FIELDS))
    return {**accepted(submitted, knobs, SOURCES), "modifyDate": draw(MOMENTS)}


@st.composite
def members(draw: st.DrawFn, most: int = 6, knobs: Knobs = Knobs()) -> list[dict[str, Any]]:  # noqa: B008 - frozen
    """Two or more contacts with ids."""
    found = draw(st.lists(contacts(knobs), min_size=2, max_size=most))
    order = draw(st.permutations(range(len(found))))
    return [{"id": f"c{number}", **fields} for number, fields in zip(order, found, strict=True)]
