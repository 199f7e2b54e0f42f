"""What the service answers may be anything: one contact that cannot be read is about its own operation only."""

import pytest

from reviewer.execute.faults import CannotTellError
from reviewer.execute.reading import as_contact


@pytest.mark.parametrize("depth", [500, 900, 2_000])
def test_a_contact_that_is_nested_too_deeply_is_about_its_own_operation_only(depth: int) -> None:
    deep = b'{"id": "c1", "customFields": ' + b'{"a":' * depth + b"1" + b"}" * depth + b"}"
    with pytest.raises(CannotTellError):
        as_contact(deep)
