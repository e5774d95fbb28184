"""Columns against the plain reading of one line at a time."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.ingest.perf import columns as perf_columns
from duronb.ingest.perf.columns import find_blocks, find_frames
from duronb.ingest.perf.lines import KERNEL_ADDRESS
from tests.examples import examples

FRAME = re.compile(rb"\t( {0,15}[0-9a-f]{1,16}) ([^\n]*)")
ADDRESS = st.one_of(
    st.integers(0, 2**64 - 1).map(lambda number: b"%16x" % number),
    st.sampled_from(
        [b"%16x" % (KERNEL_ADDRESS - 1), b"%16x" % KERNEL_ADDRESS, b"f" * 16, b" " * 16, b"fff8" + b"0" * 12]
    ),
    st.lists(
        st.sampled_from([b" ", b"0", b"9", b"a", b"f", b"g", b"/", b":", b"`", b"F", b"\xe6", b"\t"]),
        min_size=15,
        max_size=17,
    ).map(b"".join),
)
LINE = st.one_of(
    st.builds(
        lambda address, text: b"\t" + address + text, ADDRESS, st.sampled_from([b" f (b)", b" ", b"", b"x f", b"  f"])
    ),
    st.sampled_from([b"  main.c:12", b" ", b"\t", b"x 1/1 1.5: cycles:"]),
)


@examples(300)
@given(st.lists(st.lists(LINE, min_size=1, max_size=5), min_size=1, max_size=6), st.binary(max_size=5))
def test_plain_stacks_are_those_whose_every_line_is_a_frame(stacks: list[list[bytes]], between: bytes) -> None:
    between = between.replace(b"\n", b"") + b"\n"
    text, starts, ends = b"", [], []
    for lines in stacks:
        text += between
        starts.append(len(text))
        text += b"\n".join(lines) + b"\n"
        ends.append(len(text) - 1)
    found = find_frames(text, np.array(starts), np.array(ends))

    matches = [[found for found in map(FRAME.fullmatch, lines) if found and len(found[1]) == 16] for lines in stacks]
    every = [len(frames) == len(lines) for frames, lines in zip(matches, stacks, strict=True)]
    assert found.plain.tolist() == every
    plain = [frames for frames, whole in zip(matches, every, strict=True) if whole]
    read = [
        [text[a:b] for a, b in zip(found.symbols[begin:end], found.symbol_ends[begin:end], strict=True)]
        for begin, end in zip(found.begins, found.ends, strict=True)
    ]
    assert read == [[match[2] for match in stack] for stack in plain]
    assert found.kernel.tolist() == [int(stack[0][1], 16) >= KERNEL_ADDRESS for stack in plain]


@given(st.lists(st.sampled_from([b"\n", b"a", b"\n\n"]), max_size=60), st.integers(1, 9))
def test_blocks_equal_the_parts_between_empty_lines(parts: list[bytes], size: int) -> None:
    text = b"".join(parts) + b"\n\n"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(perf_columns, "SLICE", size)
        begins, ends, lines = find_blocks(text + b"rest\n\n", len(text))
    assert lines == sum(1 for line in text.split(b"\n") if line)
    found = [text[begin:end].strip(b"\n") for begin, end in zip(begins, ends, strict=True)]
    assert [block for block in found if block] == [
        block.strip(b"\n") for block in text.split(b"\n\n") if block.strip(b"\n")
    ]
