"""A profile as two Parquet files. Their content is not trusted: a reader checks all sizes and references."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import IO, Any

import numpy as np

from duronb.errors import StoreError
from duronb.limits import DEPTH, NAMES, NODES, PARQUET_BYTES, ROWS, THREADS, Limit
from duronb.model.build import preorder_parents
from duronb.model.building.sizes import check_sizes
from duronb.model.event import MOST_EVENTS, Event
from duronb.model.kinds import CODE_KINDS, kind_numbers
from duronb.model.profile import CallTree, Frames, Profile

_METADATA = b"duronb"
_LONGEST_NAME = 2**16
_WHOSE = "Its samples are"
_NAMED = ["name", "module", "stage", "thread", "event"]
"""Columns of names. They stay dictionaries: a name that a million rows share is stored once."""


def write_frames(profile: Profile, file: IO[bytes]) -> None:
    """Write the call tree: one row per node in preorder with its parent, name, module and kind."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    tree = profile.tree
    # The root has no frame, so an entry for it is added after the others.
    frame = np.where(tree.frame < 0, len(tree.frames), tree.frame).astype(np.int32)
    kinds = np.append(kind_numbers(tree.frames), np.int32(0))
    table = pa.table(
        {
            "parent": pa.array(tree.parent, pa.int32()),
            "name": _dictionary([*tree.frames.names, "all"], frame),
            "module": _dictionary([*tree.frames.modules, ""], frame),
            "kind": pa.DictionaryArray.from_arrays(pa.array(kinds[frame], pa.int32()), pa.array(CODE_KINDS)),
        }
    )
    pq.write_table(table, file, compression="zstd")


def write_samples(profile: Profile, file: IO[bytes]) -> None:
    """Write the samples: one row per distinct (stage, thread, second, node, event) with its count and weight.

    The columns of event and weight are written only if the profile has several events or weights.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {
        "stage": _dictionary(profile.stages, profile.stage),
        "thread": _dictionary(profile.threads, profile.thread),
        "second": pa.array(profile.second, pa.int32()),
        "node": pa.array(profile.node, pa.int32()),
        "count": pa.array(profile.count, pa.int64()),
    }
    if profile.event is not None:
        columns["event"] = _dictionary([event.name for event in profile.events], profile.event)
    if profile.weight is not None:
        columns["weight"] = pa.array(profile.weight, pa.int64())
    table = pa.table(columns)
    facts: dict[str, Any] = {
        "start": profile.start,
        "frequency_hz": profile.frequency_hz,
        "stages": list(profile.stages),
        "threads": list(profile.threads),
    }
    if profile.events:
        facts["events"] = [event.to_json() for event in profile.events]
    table = table.replace_schema_metadata({_METADATA: json.dumps(facts).encode()})
    pq.write_table(table, file, compression="zstd")


def read_profile(samples_file: IO[bytes], frames_file: IO[bytes]) -> Profile:
    """Return the profile from both files.

    Raises
    ------
    StoreError
        A file is not Parquet, is too large, lacks a column, or contains an invalid value.
    """
    import pyarrow as pa

    try:
        tree = _read_tree(frames_file)
        profile = _read_samples(samples_file, tree)
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError, OverflowError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise StoreError(f"Its samples are damaged: {reason}.", "Restore the files, or profile again.") from None
    check_sizes(profile, _WHOSE)
    return profile


def _read_tree(file: IO[bytes]) -> CallTree:
    table = _table(file, NODES, ["parent", "name", "module"])
    parent = _integers(table, "parent", np.int32)
    if not len(parent) or parent[0] != -1:
        raise ValueError("the call tree has no root")
    if not ((parent[1:] >= 0) & (parent[1:] < np.arange(1, len(parent)))).all():
        raise ValueError("a node comes before its parent")
    names, name = _strings(table, "name")
    modules, module = _strings(table, "module")
    if any(len(text) > _LONGEST_NAME for text in names):
        raise ValueError("a frame's name is too long")
    pairs, inverse = np.unique(name[1:].astype(np.int64) * max(1, len(modules)) + module[1:], return_inverse=True)
    frames = [(names[pair // len(modules)], modules[pair % len(modules)]) for pair in pairs.tolist()]
    order = sorted(range(len(frames)), key=frames.__getitem__)
    rank = np.empty(len(frames), dtype=np.int32)
    rank[order] = np.arange(len(frames), dtype=np.int32)
    frame = np.concatenate(([-1], rank[inverse])).astype(np.int32)
    sorted_frames = [frames[index] for index in order]
    if any(first == second for first, second in pairwise(sorted_frames)):
        raise ValueError("a frame is listed twice")
    tree = CallTree(parent, frame, Frames([name for name, _ in sorted_frames], [module for _, module in sorted_frames]))
    DEPTH.check(int(tree.depth.max()), _WHOSE)
    if not np.array_equal(preorder_parents(tree.depth), parent):
        raise ValueError("the call tree is not in preorder")
    return tree


def _read_samples(file: IO[bytes], tree: CallTree) -> Profile:
    table = _table(file, ROWS, ["stage", "thread", "second", "node", "count"], ["event", "weight"])
    facts = json.loads((table.schema.metadata or {}).get(_METADATA, b"{}"))
    start, frequency = float(facts["start"]), float(facts["frequency_hz"])
    if not (math.isfinite(start) and math.isfinite(frequency) and frequency > 0):
        raise ValueError("its start or its frequency is not a number")
    second, node = _integers(table, "second", np.int32), _integers(table, "node", np.int32)
    count = _integers(table, "count", np.int64)
    if len(count) and (second.min() < 0 or node.min() < 0 or node.max() >= len(tree) or count.min() < 0):
        raise ValueError("a row is out of range")
    if count.astype(np.float64).sum() > 2**62:
        raise ValueError("its counts are too large")
    stages, stage = _indexed(table, "stage", facts["stages"])
    threads, thread = _indexed(table, "thread", facts["threads"])
    events = _events(facts.get("events", []))
    event, weight = None, None
    if "event" in table.column_names:
        event = _indexed(table, "event", [each.name for each in events])[1]
    elif len(events) > 1:
        raise ValueError("no column event")
    if "weight" in table.column_names:
        weight = _integers(table, "weight", np.int64)
        if not events or (len(weight) and (weight.min() < 0 or weight.astype(np.float64).sum() > 2**62)):
            raise ValueError("a weight is out of range")
    return Profile(
        tree, stages, threads, stage, thread, second, node, count, start, frequency, tuple(events), event, weight
    )


def _events(listed: Any) -> list[Event]:
    """Return the events in the metadata; raise ValueError if their list is invalid."""
    if not isinstance(listed, list) or len(listed) > MOST_EVENTS:
        raise ValueError("its list of events is not a list of events")
    events = [Event.from_json(fields) for fields in listed]
    if len({event.name for event in events}) < len(events):
        raise ValueError("an event is listed twice")
    return events


def _dictionary(values: Any, indices: Any) -> Any:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(indices, pa.int32()), pa.array(list(values), pa.string()))


def _table(file: IO[bytes], most_rows: Limit, columns: list[str], optional: Sequence[str] = ()) -> Any:
    import pyarrow.parquet as pq

    metadata = pq.ParquetFile(file).metadata
    size = sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
    most_rows.check(metadata.num_rows, _WHOSE)
    PARQUET_BYTES.check(size, _WHOSE)
    present = set(metadata.schema.to_arrow_schema().names)
    missing = set(columns) - present
    if missing:
        raise ValueError(f"no column {min(missing)}")
    wanted = [*columns, *(column for column in optional if column in present)]
    # Not by threads: they release parts of the Python file after this returns, which aborts a process that is ending.
    named = [column for column in wanted if column in _NAMED]
    return pq.ParquetFile(file, metadata=metadata, read_dictionary=named).read(columns=wanted, use_threads=False)


def _integers(table: Any, column: str, dtype: Any) -> Any:
    import pyarrow as pa

    values = table.column(column)
    if values.null_count:
        raise ValueError(f"column {column} has missing values")
    # Not to_numpy, which imports pandas if that is installed.
    return np.from_dlpack(values.cast(pa.from_numpy_dtype(dtype)).combine_chunks()).copy()


def _strings(table: Any, column: str) -> tuple[list[str], Any]:
    """Return the distinct values of a column, and each row's index into them."""
    import pyarrow as pa

    values = table.column(column)
    if values.null_count:
        raise ValueError(f"column {column} has missing values")
    if not pa.types.is_dictionary(values.type):
        values = values.cast(pa.string()).dictionary_encode()
    encoded = values.unify_dictionaries().combine_chunks()
    NAMES.check(encoded.dictionary.nbytes, _WHOSE)
    listed = encoded.dictionary.cast(pa.string())
    if listed.null_count:
        raise ValueError(f"column {column} has missing values")
    # The dictionary of a file may list a name twice, and names that no row has.
    distinct = listed.dictionary_encode()
    rank, place = np.from_dlpack(distinct.indices), np.from_dlpack(encoded.indices)
    if len(place) and not 0 <= place.min() <= place.max() < len(rank):
        raise ValueError(f"column {column} has an index out of range")
    index = rank[place].astype(np.int32)
    used = np.bincount(index, minlength=len(distinct.dictionary)) > 0
    names = [name for name, is_used in zip(distinct.dictionary.to_pylist(), used.tolist(), strict=True) if is_used]
    return names, (np.cumsum(used, dtype=np.int32) - 1)[index].astype(np.int32)


def _indexed(table: Any, column: str, listed: Any) -> tuple[list[str], Any]:
    """Return the names as ``listed`` in the metadata, and each row's index into them."""
    names, index = _strings(table, column)
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        raise ValueError(f"its list of {column}s is not a list of strings")
    if len(set(listed)) != len(listed) or not set(names) <= set(listed):
        raise ValueError(f"its list of {column}s does not match its rows")
    THREADS.check(len(listed) if column == "thread" else 0, _WHOSE)
    position = {name: number for number, name in enumerate(listed)}
    ranks = np.array([position[name] for name in names], dtype=np.int32)
    return listed, (ranks[index] if len(index) else index)
