from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.views.payload.varint import decode_varints, encode_varints


def plain_varint(value: int) -> bytes:
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])


@given(st.lists(st.one_of(st.integers(0, 300), st.integers(0, 2**63 - 1))), st.binary(max_size=5))
def test_columns_are_the_varints_of_their_values_in_order(values: list[int], tail: bytes) -> None:
    encoded = encode_varints(np.asarray(values, dtype=np.int64))
    assert encoded == b"".join(map(plain_varint, values))
    decoded, offset = decode_varints(b"\xff" + encoded + tail, len(values), 1)
    assert decoded.tolist() == values
    assert offset == 1 + len(encoded)


def test_a_negative_value_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        encode_varints(np.asarray([1, -1]))


@pytest.mark.parametrize("data", [b"", b"\x80", b"\x01\x80", b"\x80" * 30 + b"\x01", b"\x01" + b"\xff" * 9 + b"\x01"])
def test_data_that_end_early_or_are_too_long_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"early|long"):
        decode_varints(data, 2)
