"""Writing of the flamegraph payload, one compact JSON object from which every viewer draws."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from duronb.analysis.bottlenecks.assignment import Assignment
from duronb.model.kinds import KINDS
from duronb.model.profile import Profile
from duronb.model.stage import OUTSIDE
from duronb.views.flamegraph.display_tree import DisplayTree, depths, row_order
from duronb.views.kit.escape import well_formed
from duronb.views.payload.bucket_column import bucket_column
from duronb.views.payload.compression import compress
from duronb.views.payload.varint import encode_varints

MIME_TYPE = "application/vnd.duronb.flamegraph+json"
FORMAT = "duronb.flamegraph"
VERSION = 2
Column = NDArray[np.int64]


def payload_of(
    shown: DisplayTree,
    *,
    title: str,
    stage: str | None = None,
    state: dict[str, Any] | None = None,
    summary: dict[str, Any] | None = None,
    buckets: Assignment | None = None,
    frequency_known: bool = True,
) -> dict[str, Any]:
    """Write a display tree as a payload; FORMAT.md describes it.

    Parameters
    ----------
    shown
        The display tree.
    title
        Shown above the graph.
    stage
        The stage that is selected initially. ``None`` for all stages.
    state
        Other fields of the initial view state: ``search``, ``zoom``, ….
    summary
        Header, notices, metrics and bottlenecks of the run, as ``run_summary`` returns them. ``None`` for no summary.
    buckets
        The bucket of each node. ``None`` for no buckets.
    frequency_known
        Whether the sampling frequency is known. If not, the viewer does not convert samples to CPU time.

    Returns
    -------
    A JSON object, equal for equal arguments.
    """
    profile = shown.profile
    stages, stage_column = _stages(profile)
    seconds_before = max(0, -int(profile.second.min(initial=0)))
    modules = sorted(set(profile.tree.frames.modules))
    data = _data(shown, modules, stage_column, profile.second.astype(np.int64) + seconds_before)
    payload: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "title": well_formed(title),
        "unit": well_formed(profile.unit),
        "frequency_hz": float(profile.frequency_hz) if frequency_known else 0.0,
        "start": float(profile.start) - seconds_before,
        "stages": [well_formed(name) for name in stages],
        "threads": [well_formed(name) for name in profile.threads],
        "kinds": list(KINDS),
        "modules": [well_formed(name) for name in modules],
        "samples": profile.samples,
        "nodes": len(profile.tree),
        "frames": len(profile.tree.frames),
        "omitted": {"nodes": shown.omitted_nodes, "samples": shown.omitted_samples},
        "state": ({} if stage is None else {"stage": stage}) | (state or {}),
    }
    if summary is not None:
        payload["run"] = summary
    if buckets is not None and (buckets.bucket != buckets.catalogue.unknown).any():
        payload["buckets"] = bucket_column(buckets, profile.tree.parent)
    payload["data"] = base64.b64encode(compress(data)).decode("ascii")
    return payload


def payload_json(payload: dict[str, Any]) -> str:
    """Return the JSON text of a payload, without spaces and in ASCII."""
    return json.dumps(payload, separators=(",", ":"), allow_nan=False)


def _stages(profile: Profile) -> tuple[list[str], Column]:
    """Return the stages and the stage of each row. ``OUTSIDE`` is left out if it has no samples."""
    column = profile.stage.astype(np.int64)
    stages = list(profile.stages)
    if OUTSIDE in stages and not (column == stages.index(OUTSIDE)).any():
        at = stages.index(OUTSIDE)
        stages.pop(at)
        column -= column > at
    return stages, column


def _data(shown: DisplayTree, modules: list[str], stage: Column, second: Column) -> bytes:
    profile = shown.profile
    tree = profile.tree
    names = [well_formed(name).encode() for name in tree.frames.names]
    module_of = {name: index for index, name in enumerate(modules)}
    depth = depths(tree.parent)
    order = row_order(stage, profile.thread, second, profile.node)
    stage, thread, second = stage[order], profile.thread[order].astype(np.int64), second[order]
    node, count = profile.node[order].astype(np.int64), profile.count[order]
    first = _group_starts(stage, thread, second)
    node_step = np.diff(node, prepend=0)
    node_step[first] = node[first]
    columns: list[Any] = [
        [len(name) for name in names],
        [module_of[module] for module in tree.frames.modules],
        shown.kinds,
        depth[:-1] + 1 - depth[1:],
        tree.frame[1:],
        [len(first), len(order)],
        stage[first],
        thread[first],
        second[first],
        np.diff(first, append=len(order)),
        node_step,
        count,
    ]
    return b"".join([*map(encode_varints, columns), *names])


def _group_starts(stage: Column, thread: Column, second: Column) -> Column:
    """Return the first row of each group of rows with equal stage, thread and second."""
    if not len(stage):
        return np.zeros(0, dtype=np.int64)
    new = (stage[1:] != stage[:-1]) | (thread[1:] != thread[:-1]) | (second[1:] != second[:-1])
    return np.flatnonzero(np.concatenate(([True], new)))
