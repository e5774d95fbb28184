"""The Firefox Profiler's processed format, version 60, which newer versions of the profiler upgrade."""

from __future__ import annotations

from typing import Any

import numpy as np

from duronb.model.build import UNKNOWN
from duronb.model.kinds import KINDS
from duronb.model.profile import Profile
from duronb.model.stage import OUTSIDE
from duronb.views.flamegraph.display_tree import DisplayTree
from duronb.views.flamegraph.palette import firefox_colour
from duronb.views.kit.escape import well_formed

PROCESSED_VERSION = 60
GECKO_VERSION = 34
_LIBRARY = 1
_INTERVAL = 1
_WEIGHT_TYPES = {"nanoseconds": "tracing-ms", "bytes": "bytes"}

Rows = np.ndarray[tuple[int], np.dtype[np.int64]]


def firefox(shown: DisplayTree, title: str, stage: str | None = None) -> dict[str, Any]:
    """Return a profile as an object in the Firefox Profiler's processed format.

    It has a thread for each thread name, a category for each kind of code, and a marker for each stage. Samples with
    the same stack and second become one sample with a weight; see ``_samples`` for their times.

    Parameters
    ----------
    shown
        The display tree.
    title
        Name of the profile.
    stage
        Only samples of this stage. ``None`` for all stages.

    Raises
    ------
    KeyError
        There is no such stage.
    """
    profile = shown.profile
    if stage is not None and stage not in profile.stages:
        raise KeyError(stage)
    keep = profile.count > 0
    if stage is not None:
        keep &= profile.stage == list(profile.stages).index(stage)
    rows = np.flatnonzero(keep)
    shift = max(0, -int(profile.second.min(initial=0)))
    bare = bool((profile.node[rows] == 0).any())
    strings = _Strings()
    shared = _tables(shown, strings, bare)
    markers = _stage_markers(profile, rows, shift, strings("Stage"))
    threads = []
    for index, name in enumerate(profile.threads):
        own = rows[profile.thread[rows] == index]
        if not len(own):
            continue
        threads.append(
            {
                "processType": "default",
                "processName": well_formed(title),
                "processStartupTime": 0,
                "processShutdownTime": None,
                "registerTime": 0,
                "unregisterTime": None,
                "pausedRanges": [],
                "showMarkersInTimeline": True,
                "name": well_formed(name),
                "isMainThread": False,
                "pid": "1",
                "tid": index + 1,
                "samples": _samples(profile, own, shift),
                "markers": markers,
            }
        )
    return {
        "meta": _meta(profile, rows, shift, well_formed(title)),
        "libs": [],
        "pages": [],
        "shared": {**shared, "stringArray": strings.all},
        "threads": threads,
    }


class _Strings:
    """The table of strings that all threads share. Calling it returns the index of a string."""

    def __init__(self) -> None:
        self._index: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        return self._index.setdefault(well_formed(text), len(self._index))

    @property
    def all(self) -> list[str]:
        return list(self._index)


def _meta(profile: Profile, rows: Rows, shift: int, title: str) -> dict[str, Any]:
    seconds = profile.second[rows] + shift
    first, last = (int(seconds.min()), int(seconds.max()) + 1) if len(rows) else (0, 0)
    return {
        "interval": 1000 / profile.frequency_hz if profile.frequency_hz > 0 else 1,
        "startTime": (float(profile.start) - shift) * 1000,
        "profilingStartTime": first * 1000,
        "profilingEndTime": last * 1000,
        "processType": 0,
        "product": title,
        "importedFrom": "duronb",
        "stackwalk": 1,
        "debug": False,
        "version": GECKO_VERSION,
        "preprocessedProfileVersion": PROCESSED_VERSION,
        "symbolicated": True,
        "symbolicationNotSupported": True,
        "usesOnlyOneStackType": True,
        "sourceCodeIsNotOnSearchfox": True,
        "keepProfileThreadOrder": True,
        "sampleUnits": {"time": "ms", "eventDelay": "ms", "threadCPUDelta": "µs"},
        "extensions": {"baseURL": [], "id": [], "name": [], "length": 0},
        "categories": [{"name": kind, "color": firefox_colour(kind), "subcategories": ["Other"]} for kind in KINDS],
        "markerSchema": [
            {
                "name": "Stage",
                "tooltipLabel": "{marker.data.stage}",
                "tableLabel": "{marker.data.stage}",
                "chartLabel": "{marker.data.stage}",
                "display": ["marker-chart", "marker-table", "timeline-overview"],
                "fields": [
                    {"key": "stage", "label": "Stage", "format": "string"},
                    {"key": "samples", "label": "Samples", "format": "integer"},
                ],
            }
        ],
    }


def _tables(shown: DisplayTree, strings: _Strings, bare: bool) -> dict[str, Any]:
    """Return the tables of frames, functions and stacks.

    Stack ``i`` is node ``i + 1``. If ``bare``, there is one more stack, for samples without a frame.
    """
    tree = shown.profile.tree
    names, modules = [*tree.frames.names], [*tree.frames.modules]
    kinds, frame = shown.kinds.tolist(), tree.frame[1:].tolist()
    prefix: list[int | None] = [above - 1 if above else None for above in tree.parent[1:].tolist()]
    if bare:
        frame.append(len(names))
        names.append(UNKNOWN)
        modules.append("")
        kinds.append(KINDS.index("unknown"))
        prefix.append(None)
    libraries = sorted(set(modules) - {""})
    resource = {module: index for index, module in enumerate(libraries)}
    count = len(names)
    nothing, zeros = [None] * count, [0] * count
    return {
        "stackTable": {"frame": frame, "prefix": prefix, "length": len(frame)},
        "frameTable": {
            "address": [-1] * count,
            "inlineDepth": zeros,
            "category": kinds,
            "subcategory": zeros,
            "func": list(range(count)),
            "nativeSymbol": nothing,
            "innerWindowID": zeros,
            "line": nothing,
            "column": nothing,
            "length": count,
        },
        "funcTable": {
            "name": [strings(name) for name in names],
            "isJS": [False] * count,
            "relevantForJS": [False] * count,
            "resource": [resource.get(module, -1) for module in modules],
            "source": nothing,
            "lineNumber": nothing,
            "columnNumber": nothing,
            "length": count,
        },
        "resourceTable": {
            "name": [strings(module) for module in libraries],
            "lib": [None] * len(libraries),
            "host": [None] * len(libraries),
            "type": [_LIBRARY] * len(libraries),
            "length": len(libraries),
        },
        "nativeSymbols": {"libIndex": [], "address": [], "name": [], "functionSize": [], "length": 0},
        "sources": {"uuid": [], "filename": [], "length": 0},
    }


def _samples(profile: Profile, rows: Rows, shift: int) -> dict[str, Any]:
    """Return the samples of a thread.

    Only the second of a sample is known. The second is divided among its samples in proportion to their weights, and
    the time of a sample is the middle of its part, rounded down to microseconds.
    """
    rows = rows[np.lexsort((profile.node[rows], profile.stage[rows], profile.second[rows]))]
    second, count = profile.second[rows].astype(np.int64) + shift, profile.count[rows]
    begins = np.flatnonzero(np.diff(second, prepend=-1))
    sums = np.repeat(np.add.reduceat(count, begins), np.diff(begins, append=len(rows)))
    until = np.cumsum(count)
    before = until - count - np.repeat((until - count)[begins], np.diff(begins, append=len(rows)))
    within = np.floor(1e6 * (2 * before + count) / (2 * sums))
    node = profile.node[rows]
    samples = {
        "stack": np.where(node == 0, len(profile.tree) - 1, node - 1).tolist(),
        "time": ((second * 1e6 + within) / 1000).tolist(),
        "weight": (count / 1e6).tolist() if profile.unit == "nanoseconds" else count.tolist(),
        "weightType": _WEIGHT_TYPES.get(profile.unit, "samples"),
        "length": len(rows),
    }
    if profile.frequency_hz > 0:
        samples["threadCPUDelta"] = np.floor(count * 1e6 / profile.frequency_hz + 0.5).tolist()
    return samples


def _stage_markers(profile: Profile, rows: Rows, shift: int, name: int) -> dict[str, Any]:
    """Return a marker for each stage, from its first to its last second."""
    found = []
    for index, stage in enumerate(profile.stages):
        own = rows[profile.stage[rows] == index]
        if len(own) and stage != OUTSIDE:
            seconds = profile.second[own] + shift
            found.append((stage, int(profile.count[own].sum()), int(seconds.min()), int(seconds.max()) + 1))
    return {
        "data": [{"type": "Stage", "stage": well_formed(stage), "samples": count} for stage, count, _, _ in found],
        "name": [name] * len(found),
        "startTime": [first * 1000 for _, _, first, _ in found],
        "endTime": [last * 1000 for _, _, _, last in found],
        "phase": [_INTERVAL] * len(found),
        "category": [0] * len(found),
        "length": len(found),
    }
