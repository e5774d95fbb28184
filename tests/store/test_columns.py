"""Profiles as Parquet: written by duronb, and invalid."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given

from duronb.errors import StoreError
from duronb.limits import Limit
from duronb.model.build import ProfileBuilder
from duronb.model.event import Event
from duronb.model.profile import Profile
from duronb.model.stage import StageResult
from duronb.store import columns
from duronb.store.columns import read_profile, write_frames, write_samples
from tests.model.test_build import SAMPLES, Sample, profile_of
from tests.model.test_event_view import EVENT_SAMPLES, EventSample, events_profile
from tests.store.runs import small_profile

CYCLES: dict[str, Any] = {"name": "cycles", "unit": "cycles", "scale": 1, "weighting": "samples"}
FAULTS: dict[str, Any] = {"name": "faults", "unit": "faults", "scale": 1, "weighting": "period"}


def files(profile: Profile) -> tuple[io.BytesIO, io.BytesIO]:
    samples, frames = io.BytesIO(), io.BytesIO()
    write_samples(profile, samples)
    write_frames(profile, frames)
    return io.BytesIO(samples.getvalue()), io.BytesIO(frames.getvalue())


@given(SAMPLES)
def test_a_profile_reads_back_as_it_was(samples: list[Sample]) -> None:
    stages = [StageResult(name="one", started=101.0, ended=104.0), StageResult(name="empty")]
    profile = profile_of(samples, stages, 999.0)
    read = read_profile(*files(profile))

    for column in ("stage", "thread", "second", "node", "count"):
        ours, theirs = getattr(profile, column), getattr(read, column)
        np.testing.assert_array_equal(ours, theirs)
        assert ours.dtype == theirs.dtype
    np.testing.assert_array_equal(profile.tree.parent, read.tree.parent)
    np.testing.assert_array_equal(profile.tree.frame, read.tree.frame)
    assert list(profile.tree.frames.names) == list(read.tree.frames.names)
    assert list(profile.tree.frames.modules) == list(read.tree.frames.modules)
    assert (list(read.stages), list(read.threads)) == (list(profile.stages), list(profile.threads))
    assert (read.start, read.frequency_hz) == (profile.start, 999.0)


@given(EVENT_SAMPLES)
def test_events_and_weights_read_back_as_they_were(samples: list[EventSample]) -> None:
    profile = events_profile(samples)
    read = read_profile(*files(profile))
    assert read.events == profile.events
    for column in ("stage", "thread", "second", "node", "count", "event", "weight"):
        np.testing.assert_array_equal(getattr(profile, column), getattr(read, column))


def test_a_profile_of_one_event_without_weights_is_written_without_the_columns() -> None:
    builder = ProfileBuilder()
    event = builder.event(Event("cycles", "cycles", weighting="period"))
    builder.add((builder.frame("main", "x"),), "t", 1.5, event=event)
    samples, _ = files(builder.build([], 99.0))
    table = pq.read_table(samples)
    assert table.column_names == ["stage", "thread", "second", "node", "count"]
    assert sorted(json.loads(table.schema.metadata[b"duronb"])) == ["frequency_hz", "stages", "start", "threads"]


@pytest.mark.parametrize(
    ("changed", "events"),
    [
        ({"event": None}, [CYCLES, FAULTS]),  # two events, but no column
        ({}, [CYCLES]),  # an event that is not listed
        ({}, [CYCLES, FAULTS, FAULTS]),
        ({}, "cycles"),
        ({}, [CYCLES, {"name": "faults"}]),
        ({}, [CYCLES, FAULTS | {"scale": 0}]),
        ({}, [CYCLES, FAULTS | {"scale": True}]),
        ({}, [CYCLES, FAULTS | {"weighting": "guess"}]),
        ({"weight": [-1, 2]}, [CYCLES, FAULTS]),
        ({"weight": [2**62, 2**62]}, [CYCLES, FAULTS]),
        ({"weight": [None, 2]}, [CYCLES, FAULTS]),
        ({"event": None}, []),  # weights, but no event
    ],
)
def test_invalid_events_are_refused(changed: dict[str, Sequence[object] | None], events: object) -> None:
    builder = ProfileBuilder()
    numbers = [builder.event(Event(**fields)) for fields in (CYCLES, FAULTS)]
    for number in numbers:
        builder.add((builder.frame("main", "x"),), "t", 1.5, event=number, weight=7)
    samples, frames = files(builder.build([], 99.0))
    table = pq.read_table(rewritten(samples, **changed))
    facts = json.loads(pq.read_schema(samples).metadata[b"duronb"]) | {"events": events}
    out = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({b"duronb": json.dumps(facts).encode()}), out)
    with pytest.raises(StoreError, match="damaged"):
        read_profile(io.BytesIO(out.getvalue()), frames)


def test_the_files_can_be_queried_by_other_tools() -> None:
    samples, frames = files(small_profile())
    assert pq.read_table(samples).to_pylist()[0] == {
        "stage": "File SQLite 2/2",
        "thread": "worker",
        "second": 0,
        "node": 2,
        "count": 3,
    }
    assert pq.read_table(frames).to_pylist() == [
        {"parent": -1, "name": "all", "module": "", "kind": "other"},
        {"parent": 0, "name": "main", "module": "x", "kind": "other"},
        {"parent": 1, "name": "sqlite3_step", "module": "x", "kind": "sqlite"},
        {"parent": 2, "name": "write", "module": "", "kind": "libc"},
    ]


def rewritten(file: io.BytesIO, **changed: Sequence[object] | None) -> io.BytesIO:
    """Return a Parquet file with some columns replaced; ``None`` drops one."""
    table = pq.read_table(file)
    for name, values in changed.items():
        index = table.schema.get_field_index(name)
        table = table.remove_column(index) if values is None else table.set_column(index, name, pa.array(values))
    out = io.BytesIO()
    pq.write_table(table, out)
    return io.BytesIO(out.getvalue())


@pytest.mark.parametrize(
    "changed",
    [
        {"parent": [0, 0, 1, 2]},
        {"parent": [-1, 1, 1, 2]},
        {"parent": [-1, 3, 1, 2]},
        {"parent": [-1, -1, 1, 2]},
        {"parent": [-1, 0, None, 2]},
        {"parent": [-1, 0, 2**40, 2]},
        {"parent": ["a", "b", "c", "d"]},
        {"parent": [-1, 0, 0, 1]},
        {"name": [None, "a", "b", "c"]},
        {"name": ["all", "a" * 100_000, "b", "c"]},
        {"name": None},
    ],
)
def test_an_invalid_call_tree_is_refused(changed: dict[str, Sequence[object] | None]) -> None:
    samples, frames = files(small_profile())
    with pytest.raises(StoreError, match="damaged"):
        read_profile(samples, rewritten(frames, **changed))


@pytest.mark.parametrize(
    "changed",
    [
        {"node": [2, 3, 4]},
        {"node": [2, 3, -1]},
        {"second": [0, 1, -1]},
        {"count": [1, 1, -1]},
        {"count": [2**62, 2**62, 2**62]},
        {"count": [1.5, 1.0, 1.0]},
        {"stage": ["never", "listed", "here"]},
        {"thread": None},
    ],
)
def test_invalid_samples_are_refused(changed: dict[str, Sequence[object] | None]) -> None:
    samples, frames = files(small_profile())
    with pytest.raises(StoreError, match="damaged"):
        read_profile(rewritten(samples, **changed), frames)


@pytest.mark.parametrize(
    "facts",
    [
        b"{}",
        b"not json",
        b"[]",
        json.dumps({"start": 0, "frequency_hz": 0, "stages": [], "threads": []}).encode(),
        b'{"start": NaN, "frequency_hz": 9, "stages": [], "threads": []}',
        b'{"start": 0, "frequency_hz": 9, "stages": 7, "threads": []}',
    ],
)
def test_invalid_metadata_is_refused(facts: bytes) -> None:
    samples, frames = files(small_profile())
    table = pq.read_table(samples).replace_schema_metadata({b"duronb": facts})
    out = io.BytesIO()
    pq.write_table(table, out)
    with pytest.raises(StoreError, match="damaged"):
        read_profile(io.BytesIO(out.getvalue()), frames)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"not parquet at all" * 10])
def test_a_file_that_is_not_parquet_is_refused(content: bytes) -> None:
    samples, _ = files(small_profile())
    with pytest.raises(StoreError, match="damaged"):
        read_profile(samples, io.BytesIO(content))


@pytest.mark.parametrize("limit", ["NODES", "PARQUET_BYTES"])
def test_a_file_that_is_too_large_is_refused_before_it_is_read(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    samples, frames = files(small_profile())
    monkeypatch.setattr(columns, limit, Limit("things", 3))
    with pytest.raises(StoreError, match="too large"):
        read_profile(samples, frames)


def test_parquet_is_read_without_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    # A thread that still releases a part of the Python file aborts a process that is ending.
    asked = []
    real = pq.ParquetFile.read

    def read(file: pq.ParquetFile, *arguments: object, **options: object) -> pa.Table:
        asked.append(options.get("use_threads"))
        return real(file, *arguments, **options)

    monkeypatch.setattr(pq.ParquetFile, "read", read)
    samples, frames = files(small_profile())
    read_profile(samples, frames)
    assert asked == [False, False]
