"""JSON as the service writes it: nothing that it passes through costs a record, nothing that is no JSON passes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.domain.wire import canonical, decode_object, digest, encode, quick_digest

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text(max_size=5), JSON, max_size=4)


@given(value=OBJECTS)
def test_what_is_encoded_is_decoded_again(value: dict[str, object]) -> None:
    assert decode_object(encode(value)) == value


def test_half_a_sign_costs_nobody_the_record() -> None:
    raw = b'{"firstName": "half \\ud800 sign", "lastName": "\\ud83d\\ude00"}'
    decoded = decode_object(raw)
    assert decoded == {"firstName": "half \ud800 sign", "lastName": "\N{GRINNING FACE}"}
    assert decode_object(encode(decoded)) == decoded
    assert encode(decoded).decode("utf-8").isascii()


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b"null", b'"text"', b"{", b'{"a": NaN}', b'{"a": Infinity}', b'{"a": 1e999}', b'{"a": -1e999}',
     b'{"a": "\xff"}', b'{"a": "\\ud800", "b": 1e999}', b"[" * 100_000, b'{"a":' * 100_000, b'{"a": 1} x'],
)  # fmt: skip
def test_what_is_no_object_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):
        decode_object(raw)


@given(value=OBJECTS, other=OBJECTS)
def test_equal_values_have_one_canonical_form(value: dict[str, object], other: dict[str, object]) -> None:
    turned = dict(reversed(value.items()))
    assert canonical(value) == canonical(turned)
    assert digest(value) == digest(turned) and quick_digest(value) == quick_digest(turned)
    if encode(value) != encode(other) and value != other:
        assert digest(value) != digest(other) and quick_digest(value) != quick_digest(other)


def test_half_a_sign_is_not_its_escape() -> None:
    assert digest("\ud800") != digest("\\ud800") and quick_digest("\ud800") != quick_digest("\\ud800")
