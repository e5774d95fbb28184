"""Heads by columns against Python's own reading of a number."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from duronb.ingest.perf.heads import HeadEnd, read_heads

TIMES = st.one_of(
    st.integers(0, 10**12).map(lambda ticks: f"{ticks // 10**6}.{ticks % 10**6:06}".encode()),
    st.sampled_from([b"1.5", b".123456", b"-1.123456", b"inf", b"1234567890123.123456", b"12:3.123456", b"1.12345x"]),
)


@given(st.lists(st.tuples(st.sampled_from([b"x 1/1", b"a thread 22/23  ", b"9"]), TIMES), min_size=1, max_size=9))
def test_a_usual_head_has_the_time_of_its_text(samples: list[tuple[bytes, bytes]]) -> None:
    text, begins, ends = b"", [], []
    for who, time in samples:
        begins.append(len(text))
        text += who + b" " + time + b": cycles:P: "
        ends.append(len(text))
        text += b"\n"
    heads = read_heads(text, np.array(begins), np.array(ends), HeadEnd(b": cycles:P: ", 6))

    for row, (who, time) in enumerate(samples):
        whole, _, fraction = time.partition(b".")
        if heads.usual[row]:
            assert heads.times[row] == float(time)
            assert text[begins[row] : heads.who_ends[row]].rstrip() == who.rstrip()
        regular = whole.isdigit() and fraction.isdigit() and len(fraction) == 6 and len(whole) <= 9
        assert heads.usual[row] <= regular
        if len(who) > 12:  # shorter heads are left to the other reader
            assert heads.usual[row] == regular


@given(st.lists(st.tuples(TIMES, st.integers(0, 10**11), st.sampled_from(["", "x", " "])), min_size=1, max_size=9))
def test_a_usual_head_has_the_period_of_its_text(samples: list[tuple[bytes, int, str]]) -> None:
    end = HeadEnd(b" cycles: ", 6, 11)
    lines = [
        b"a thread 22/23   %s: %s cycles: " % (time, f"{noise}{period}".rjust(10).encode())
        for time, period, noise in samples
    ]
    ends = np.cumsum([len(line) + 1 for line in lines]) - 1
    heads = read_heads(b"\n".join(lines), ends - [len(line) for line in lines], ends, end)
    assert heads.periods is not None
    for row, (time, period, noise) in enumerate(samples):
        whole, _, fraction = time.partition(b".")
        regular = whole.isdigit() and fraction.isdigit() and len(fraction) == 6 and len(whole) <= 9
        padded = noise.strip() == "" and len(f"{noise}{period}") <= 10
        assert heads.usual[row] == (regular and padded)
        if heads.usual[row]:
            assert (heads.times[row], heads.periods[row]) == (float(time), period)


def test_another_end_is_unusual() -> None:
    heads = [b"a long thread's name 1/1 1.500000: faults: ", b"a long thread's name 1/1 1.500000: cycles: "]
    text = b"\n".join(heads)
    begins = np.array([0, len(heads[0]) + 1])
    ends = begins + [len(head) for head in heads]
    assert read_heads(text, begins, ends, HeadEnd(b": cycles: ", 6)).usual.tolist() == [False, True]


def test_the_end_of_a_head_is_taken_from_one() -> None:
    assert HeadEnd.of(b"x 1/1 823.390000: cpu-clock:ppp: ", b"823.390000") == HeadEnd(b": cpu-clock:ppp: ", 6)
    assert HeadEnd.of(b"x 1 8.39:    250 cycles: ", b"8.39", b"250") == HeadEnd(b" cycles: ", 2, 7)
    assert HeadEnd.of(b"x 1/1 inf: cycles:", b"inf") is None
