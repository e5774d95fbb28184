"""Folded stacks, streamed."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.errors import StoreError
from duronb.ingest.folded import lines as folded
from duronb.ingest.folded import tree as folded_tree
from duronb.ingest.folded.lines import read_folded
from duronb.ingest.folded.samples import FoldedSamples
from duronb.model.build import ProfileBuilder
from duronb.model.event_view import view
from tests.examples import examples


def stacks(read: FoldedSamples) -> dict[str, int]:
    profile = read.profile(1.0)
    found: dict[str, int] = {}
    for thread, node, count in zip(profile.thread, profile.node, profile.count, strict=True):
        names = [profile.threads[thread], *(profile.tree.frames.names[f] for f in profile.tree.stack(int(node)))]
        key = ";".join(names)
        found[key] = found.get(key, 0) + int(count)
    return found


@pytest.mark.parametrize(
    ("line", "stack", "count"),
    [
        ("main;a;b 3", "main;a;b", 3),
        ("main;f(int, char) 12", "main;f(int, char)", 12),
        ("main;a b;<T as U>::m 1", "main;a b;<T as U>::m", 1),
        ("main;;a; 5", "main;a", 5),
        ("main 2", "main", 2),
        ("main;größe 1\r", "main;größe", 1),
        ("main;a;a 0 7", "main;a;a 0", 7),
        ("main;a\t8", "main;a", 8),
        ("  main;a 8  ", "main;a", 8),
        ("#1 worker;a 8", "#1 worker;a", 8),
        ("main;a 8.", "main;a", 8),
        ("main;a 8.000", "main;a", 8),
    ],
)
def test_reads_a_line(line: str, stack: str, count: int) -> None:
    assert stacks(read_folded([line.encode() + b"\n"])) == {stack: count}


@pytest.mark.parametrize("line", ["main;a", "5", "main;a -3", "main;a .", "main;a 99999999999999999999", "main;a ²"])
def test_invalid_lines_are_counted(line: str) -> None:
    read = read_folded([line.encode() + b"\nmain;a 1\n"])
    assert (read.not_understood, read.samples) == (1, 1)


@pytest.mark.parametrize("line", ["# duration: 23873", "#", "# a;b 3", "", "  ", "main;a 0", "main;a 0.0"])
def test_comments_and_lines_without_samples_are_no_losses(line: str) -> None:
    read = read_folded([line.encode() + b"\nmain;a 1\n"])
    assert (read.not_understood, read.samples, len(read.stacks)) == (0, 1, 1)
    assert read.lines == 1 + line.startswith("main")


COUNTS = st.one_of(
    st.integers(0, 10**9).map(str),
    st.decimals(0, 10**6, places=9, allow_nan=False).map(lambda value: f"{value:f}"),
    st.decimals(0, 100, places=2, allow_nan=False).map(lambda value: f"{value:f}".lstrip("0") or "0"),
)


@given(st.lists(COUNTS, min_size=1, max_size=20))
def test_fractional_counts_are_kept_exactly(counts: list[str]) -> None:
    counts = [f"0{count}" if count == "." else count for count in counts]
    text = "".join(f"t;f{number} {count}\n" for number, count in enumerate(counts))
    profile = view(read_folded([text.encode()]).profile(1.0))
    scale = 1 if profile.unit == "samples" else profile.events[0].scale
    found = {
        profile.tree.name(int(node)): Fraction(int(count), scale)
        for node, count in zip(profile.node, profile.count, strict=True)
    }
    exact = {f"f{number}": Fraction(count) for number, count in enumerate(counts)}
    assert found == {name: value for name, value in exact.items() if value}


def test_decimals_beyond_the_ninth_are_rounded_and_reported() -> None:
    read = read_folded([b"t;f 0.1234567890123\nt;g 1\n"])
    assert read.profile(1.0).weight is not None
    assert view(read.profile(1.0)).count.tolist() == [123_456_789, 10**9]
    assert any("more than 9 decimals" in notice for notice in read.notices(threads=True))


def test_a_count_that_is_rounded_to_nothing_is_reported() -> None:
    read = read_folded([b"t;f 0.0000000001\nt;g 1\n"])
    assert read.profile(1.0).samples == 1
    assert any("more than 9 decimals" in notice for notice in read.notices(threads=True))


def test_fewer_decimals_are_kept_of_very_large_counts() -> None:
    read = read_folded([b"t;f 1000000000000.123456789\n"])
    assert view(read.profile(1.0)).count.tolist() == [1_000_000_000_000_123_456]
    assert any("more than 6 decimals" in notice for notice in read.notices(threads=True))


@pytest.mark.parametrize(
    ("lines", "nested"),
    [
        (["t;a 1", "t 2"], True),
        (["t 1", "t;a 1", "u 2"], False),
        (["We tried; it took 5"], False),
        (["retry in 5"], False),
        (["see https://example.org/a;b for the 12 runs that took 5"], False),
        (["t;<T as core::iter::Iterator<Item = &str>>::next;unsigned long f(int, char const *) 5"], True),
    ],
)
def test_stacks_have_separators(lines: list[str], nested: bool) -> None:
    assert (read_folded(["\n".join(lines).encode()]).unstructured == "") is nested


def test_a_last_line_without_a_newline_is_read_and_reported() -> None:
    read = read_folded([b"main;a 1\nmain;b 2"])
    assert (read.samples, read.truncated) == (3, True)


def test_an_endless_line_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folded, "LONGEST_LINE", 100)
    with pytest.raises(StoreError, match="folded"):
        read_folded([b"x" * 60, b"x" * 60])


@given(st.lists(st.binary(max_size=100), max_size=5))
def test_any_bytes_are_read_without_an_error(chunks: list[bytes]) -> None:
    read_folded(chunks)


NAME = st.from_regex(r"[A-Za-z<\[]([\w :<>,&()#\[\]]{0,12}[\w>)\]])?", fullmatch=True)


@given(
    st.dictionaries(st.lists(NAME, min_size=1, max_size=4).map(";".join), st.integers(1, 10**9), max_size=8),
    st.integers(1, 30),
)
def test_random_stacks_are_read_back_from_any_chunks(counts: dict[str, int], size: int) -> None:
    text = "".join(f"{stack} {count}\n" for stack, count in counts.items()).encode()
    read = read_folded([text[at : at + size] for at in range(0, len(text), size)])
    assert stacks(read) == counts
    assert (read.samples, read.not_understood, read.truncated) == (sum(counts.values()), 0, False)


ODD = st.sampled_from(
    [
        b"a",
        b"a b",
        b"ab",
        b"b",
        b"",
        b"a\0",
        b"\0",
        b"a\0b",
        b"\xff",
        b"\xfe",
        b"\xc3\xa9",
        b"a 1",
        b"\x01",
        b"[unknown]",
    ]
)


@examples(300)
@given(st.lists(st.tuples(st.lists(ODD, min_size=1, max_size=6), st.integers(1, 9)), max_size=30), st.integers(1, 40))
def test_the_profile_equals_that_of_a_builder_for_any_names(samples: list[tuple[list[bytes], int]], batch: int) -> None:
    lines, builder = [], ProfileBuilder()
    for frames, count in samples:
        text = b";".join(frames).strip()
        names = [name.decode("utf-8", "replace") for name in text.split(b";") if name]
        if text:
            lines.append(b"%b %d\r\n" % (text, count))
            thread, *stack = names or [""]
            builder.add(tuple(builder.frame(name, "") for name in stack), thread, 0.0, count)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folded_tree, "_BATCH", batch)
        patch.setattr(folded_tree, "_STRIDE", 3)
        profile = read_folded([b"".join(lines)]).profile(7.0)

    expected = builder.build([], 7.0)
    assert list(profile.tree.frames.names) == list(expected.tree.frames.names)
    assert (profile.threads, profile.stages) == (expected.threads, expected.stages)
    assert (profile.start, profile.frequency_hz) == (expected.start, expected.frequency_hz)
    for column in ("stage", "thread", "second", "node", "count"):
        np.testing.assert_array_equal(getattr(profile, column), getattr(expected, column))
        assert getattr(profile, column).dtype == getattr(expected, column).dtype
    for column in ("parent", "frame"):
        np.testing.assert_array_equal(getattr(profile.tree, column), getattr(expected.tree, column))
        assert getattr(profile.tree, column).dtype == getattr(expected.tree, column).dtype


def test_a_stack_that_is_the_ancestor_of_the_one_before_makes_no_node() -> None:
    profile = read_folded([b"t;a;b 1\nt;a 2\nt;a;b;c 3\nt;a b 4\nt 5\n"]).profile(1.0)
    assert [profile.tree.name(node) for node in range(len(profile.tree))] == ["all", "a", "b", "c", "a b"]
    assert profile.self_counts().tolist() == [5, 2, 1, 3, 4]


def test_counts_that_are_too_large_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folded, "LARGEST_SUM", 10)
    with pytest.raises(StoreError, match="too large"):
        read_folded([b"t;a 6\nt;b 6\n"])
