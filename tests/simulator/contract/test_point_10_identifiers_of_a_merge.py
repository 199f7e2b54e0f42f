"""Point 10: the identifiers of all inputs lead to the result."""

from tests.simulator.api import Api, crm


async def test_point_10_identifiers_of_all_inputs_move_to_the_canonical_contact(api: Api) -> None:
    one = await api.create(personalEmail="a@example.com", cellPhone={"display": "+17029191300"})
    two = await api.create(personalEmail="b@example.com", externalIds=[crm("77")])
    merged = await api.merge(one["id"], two["id"], override={"personalEmail": "c@example.com"})
    for kind, value in (("Email", "a@example.com"), ("Email", "c@example.com"), ("Phone", "+1 702 919 1300")):
        assert (await api.look_up(kind, value))["id"] == merged["id"]
    owned = (await api.get(merged["id"], "/identifiers"))["entities"]
    assert len(owned) == 5
    assert (await api.get(one["id"], "/identifiers"))["entities"] == []


async def test_point_10_identifiers_of_earlier_ancestors_move_along(api: Api) -> None:
    ids = [(await api.create(firstName="A", personalEmail=f"{number}@example.com"))["id"] for number in range(3)]
    first = await api.merge(ids[0], ids[1])
    second = await api.merge(first["id"], ids[2])
    for number in range(3):
        assert await api.owner("Email", f"{number}@example.com") == second["id"]
