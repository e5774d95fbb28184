"""Numbering pieces of text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.ingest.perf import text_numbers
from duronb.ingest.perf.text_numbers import TextNumbers, places_of


@given(
    st.lists(st.lists(st.tuples(st.binary(max_size=3), st.sampled_from([b"a", b"", b"ab", b"\0", b"\xff"])))),
    st.integers(0, 3),
)
def test_equal_pieces_have_equal_numbers_over_all_texts(texts: list[list[tuple[bytes, bytes]]], many: int) -> None:
    numbers = TextNumbers()
    for row, pieces in enumerate(texts):
        text, starts, ends = b"", [], []
        for before, piece in pieces:
            text += before
            starts.append(len(text))
            text += piece
            ends.append(len(text))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(text_numbers, "_MANY", many if row % 2 else 10)
            found = numbers.number(text, np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64))
        assert [numbers.texts[number] for number in found] == [piece for _, piece in pieces]
    assert len(set(numbers.texts)) == len(numbers.texts)
    assert numbers.size == sum(map(len, numbers.texts))


@given(st.binary(max_size=40), st.integers(1, 9))
def test_positions_of_a_byte_are_found(text: bytes, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_numbers, "SLICE", size)
        assert places_of(0, text).tolist() == [at for at, letter in enumerate(text) if letter == 0]
