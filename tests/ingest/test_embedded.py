"""The samples that the bundled workload takes of itself."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.errors import StoreError
from duronb.ingest import embedded
from duronb.ingest.embedded import read_embedded

HEADER = {"duronb": "embedded samples", "version": 1, "frequency_hz": 250, "event": "cpu-time:u", "lost": 2}
FRAMES = [
    {"frame": 0, "name": "std::rt::lang_start", "module": "/target/release/duronb-workload"},
    {"frame": 5, "name": "sqlite3_step", "module": "duronb-workload"},
    {"frame": 7, "name": "", "module": ""},
]


def lines(*entries: object) -> bytes:
    return "".join(json.dumps(entry) + "\n" for entry in entries).encode()


def sample(**fields: object) -> dict[str, object]:
    return {"time": 1_700_000_000.5, "thread": "tokio-runtime-w", "count": 3, "stack": [0, 5]} | fields


def test_reads_samples_with_their_time_thread_and_stack() -> None:
    read = read_embedded([lines(HEADER, *FRAMES, sample(), sample(stack=[0, 5, 7], count=1))])
    profile = read.builder.build([], 250.0)

    assert (read.samples, read.frequency_hz, read.event, read.lost) == (4, 250.0, "cpu-time:u", 2)
    assert (read.unknown_leaves, read.not_understood, read.truncated) == (1, 0, False)
    assert profile.threads == ["tokio-runtime-w"]
    assert [profile.tree.name(node) for node in range(len(profile.tree))] == [
        "all",
        "std::rt::lang_start",
        "sqlite3_step",
        "[unknown]",
    ]
    assert list(profile.tree.frames.modules) == ["", "duronb-workload", "duronb-workload"]
    assert profile.start == 1_700_000_000.0


def test_samples_without_a_stack_or_without_names_are_counted() -> None:
    read = read_embedded([lines(HEADER, *FRAMES, sample(stack=[]), sample(stack=[7, 5], count=2), sample(stack=[7]))])

    assert (read.without_stack, read.unknown_roots, read.unknown_leaves, read.samples) == (3, 5, 3, 8)


@pytest.mark.parametrize(
    "entry",
    [
        sample(stack=[99]),
        sample(stack=[-1]),
        sample(stack=[[0]]),
        sample(stack=["0"]),
        sample(stack="0"),
        sample(stack=None),
        sample(stack=[0] * 70_000),
        sample(time="now"),
        sample(time=-1),
        sample(time=1e300),
        sample(time=10**400),
        sample(count=0),
        sample(count=-3),
        sample(count=10**30),
        sample(count=1.5),
        sample(count=True),
        sample(thread=7),
        {"stack": [0]},
        {"frame": 0, "name": "again"},
        {"frame": "9", "name": "x"},
        {"frame": 9},
        {"something": "else"},
        [1, 2],
        17,
        None,
    ],
)
def test_a_hostile_entry_is_counted_and_left_out(entry: object) -> None:
    read = read_embedded([lines(HEADER, *FRAMES, entry, sample())])
    assert (read.not_understood, read.samples) == (1, 3)


@pytest.mark.parametrize(
    "line",
    [b"{", b"\xff\xfe", b'{"time": NaN, "stack": [0]}', b"[" * 5000, b"1" * 5000, b'{"time": 1e999, "stack": [0]}'],
)
def test_an_invalid_line_is_counted(line: bytes) -> None:
    read = read_embedded([lines(HEADER, *FRAMES) + line + b"\n" + lines(sample())])
    assert (read.not_understood, read.samples) == (1, 3)


def test_an_incomplete_last_line_is_left_out_and_reported() -> None:
    read = read_embedded([lines(HEADER, *FRAMES, sample()) + b'{"time": 1700000000.5, "thr'])
    assert (read.samples, read.truncated, read.not_understood) == (3, True, 0)


def test_a_newer_version_is_refused() -> None:
    with pytest.raises(StoreError, match="Upgrade"):
        read_embedded([lines(HEADER | {"version": 2})])


def test_an_endless_line_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "LONGEST_LINE", 100)
    with pytest.raises(StoreError):
        read_embedded([b"x" * 60, b"x" * 60])


TEXT = lines(HEADER, *FRAMES, sample(), sample(thread="é"))


@given(st.lists(st.integers(0, len(TEXT)), max_size=5))
def test_the_text_may_be_split_anywhere(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(TEXT)]
    read = read_embedded([TEXT[a:b] for a, b in itertools.pairwise(edges)])
    assert (read.samples, read.not_understood) == (6, 0)


@given(st.lists(st.binary(max_size=100), max_size=4))
def test_any_bytes_are_read_without_an_error(chunks: list[bytes]) -> None:
    assert read_embedded(chunks).samples == 0
