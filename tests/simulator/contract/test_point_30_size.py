"""Point 30: how large a request may be."""

import pytest

from tests.simulator.api import CONTACTS, Api


async def test_point_30_a_body_over_the_limit_is_refused(api: Api) -> None:
    api.turn(request_bytes=100)
    await api.create(firstName="x" * 200, status=413)
    assert api.organization.contacts.count() == 0


@pytest.mark.parametrize(("size", "status"), [(512_000, 400), (512_001, 413)])
async def test_point_30_the_default_is_512000_bytes(api: Api, size: int, status: int) -> None:
    body = b'{"title":"' + b"x" * (size - 12) + b'"}'
    answer = await api.client.post(CONTACTS, content=body, headers={"Content-Type": "application/json"})
    assert (len(body), answer.status_code) == (size, status)
