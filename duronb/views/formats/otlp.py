"""The profiles signal of OpenTelemetry (OTLP). The format is under development, so this export is experimental."""

from __future__ import annotations

from collections import defaultdict
from math import floor
from typing import Any

import numpy as np

from duronb.model.build import UNKNOWN
from duronb.model.profile import Profile
from duronb.views.formats.otlp_encoding import PROTO_VERSION
from duronb.views.formats.pprof import period_ns, value_type
from duronb.views.kit.escape import well_formed

_SECOND_NS = 1_000_000_000
_KERNEL = "[kernel]"
_THREAD, _STAGE, _FRAME_TYPE = "thread.name", "duronb.stage", "profile.frame.type"


def otlp(profile: Profile, title: str, stage: str | None = None, version: str = "") -> dict[str, Any]:
    """Return a profile as a ``ProfilesData`` message in the JSON encoding of OTLP.

    A sample is a stack with a thread and a stage as attributes. It has a value for each second in which it was taken,
    with the beginning of that second as the time; a profile without times has one value and no time. If the sampling
    frequency is known, the period is stated.

    Parameters
    ----------
    profile
        The profile.
    title
        Name of the profile, an attribute of the resource.
    stage
        Only samples of this stage. ``None`` for all stages.
    version
        Version of duronb.

    Raises
    ------
    KeyError
        There is no such stage.
    """
    if stage is not None and stage not in profile.stages:
        raise KeyError(stage)
    keep = profile.count > 0
    if stage is not None:
        keep &= profile.stage == list(profile.stages).index(stage)
    rows = np.flatnonzero(keep)
    dictionary = _Dictionary(profile, rows)
    kind, unit = value_type(profile)
    made: dict[str, Any] = {
        "sampleType": {"typeStrindex": dictionary.text(kind), "unitStrindex": dictionary.text(unit)},
        "samples": _samples(profile, rows, dictionary),
        **_time(profile, rows),
    }
    if period := period_ns(profile):
        made["periodType"] = {"typeStrindex": dictionary.text("cpu"), "unitStrindex": dictionary.text("nanoseconds")}
        made["period"] = str(period)
    resource = [_attribute("service.name", "duroxide"), _attribute("duronb.title", title)]
    scope = {
        "name": "duronb",
        "version": version,
        "attributes": [_attribute("opentelemetry.proto.version", PROTO_VERSION)],
    }
    return {
        "resourceProfiles": [
            {"resource": {"attributes": resource}, "scopeProfiles": [{"scope": scope, "profiles": [made]}]}
        ],
        "dictionary": dictionary.tables(),
    }


class _Dictionary:
    """The tables that all profiles of a message share. Entry 0 of each table is empty and stands for no value."""

    def __init__(self, profile: Profile, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
        self._texts: dict[str, int] = {"": 0}
        self._attributes: dict[tuple[str, str], int] = {}
        frames = profile.tree.frames
        bare = bool((profile.node[rows] == 0).any())
        names = [*zip(frames.names, frames.modules, strict=True), *([(UNKNOWN, "")] if bare else [])]
        modules = sorted({module for _, module in names} - {""})
        mapping = {module: index for index, module in enumerate(modules, start=1)}
        self._mappings = [{"filenameStrindex": self.text(module)} for module in modules]
        self._functions = [{"nameStrindex": self.text(name)} for name, _ in names]
        self._locations = [
            {
                **({"mappingIndex": mapping[module]} if module else {}),
                "lines": [{"functionIndex": index}],
                "attributeIndices": [self.attribute(_FRAME_TYPE, "kernel" if module == _KERNEL else "native")],
            }
            for index, (_, module) in enumerate(names, start=1)
        ]
        tree = profile.tree
        nodes = np.unique(profile.node[rows]).tolist()
        self.stack_of = {node: index for index, node in enumerate(nodes, start=1)}
        self._stacks = [
            {"locationIndices": [frame + 1 for frame in reversed(tree.stack(node))] or [len(names)]} for node in nodes
        ]

    def text(self, value: str) -> int:
        """Return the index of a text."""
        return self._texts.setdefault(well_formed(value), len(self._texts))

    def attribute(self, key: str, value: str) -> int:
        """Return the index of an attribute."""
        return self._attributes.setdefault((key, well_formed(value)), len(self._attributes) + 1)

    def tables(self) -> dict[str, Any]:
        """Return the tables."""
        attributes = [
            {"keyStrindex": self.text(key), "value": {"stringValue": value}} for key, value in self._attributes
        ]
        return {
            "mappingTable": [{}, *self._mappings],
            "locationTable": [{}, *self._locations],
            "functionTable": [{}, *self._functions],
            "linkTable": [{}],
            "stringTable": list(self._texts),
            "attributeTable": [{}, *attributes],
            "stackTable": [{}, *self._stacks],
        }


def _samples(
    profile: Profile, rows: np.ndarray[tuple[int], np.dtype[np.int64]], dictionary: _Dictionary
) -> list[dict[str, Any]]:
    start, timed = _start(profile), _has_times(profile)
    data: dict[tuple[int, int, int], dict[int, int]] = defaultdict(dict)
    columns = (profile.node, profile.thread, profile.stage, profile.second, profile.count)
    for node, thread, stage, second, count in zip(*(column[rows].tolist() for column in columns), strict=True):
        data[node, thread, stage][second] = data[node, thread, stage].get(second, 0) + count
    samples = []
    for (node, thread, stage), counts in sorted(data.items()):
        seconds = sorted(counts)
        samples.append(
            {
                "stackIndex": dictionary.stack_of[node],
                "attributeIndices": [
                    dictionary.attribute(_THREAD, profile.threads[thread]),
                    dictionary.attribute(_STAGE, profile.stages[stage]),
                ],
                "values": [str(counts[second]) for second in seconds],
                "timestampsUnixNano": [str(start + second * _SECOND_NS) for second in seconds] if timed else [],
            }
        )
    return samples


def _time(profile: Profile, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> dict[str, str]:
    if not len(rows) or not _has_times(profile):
        return {}
    seconds = profile.second[rows]
    first, last = int(seconds.min()), int(seconds.max()) + 1
    return {
        "timeUnixNano": str(_start(profile) + first * _SECOND_NS),
        "durationNano": str((last - first) * _SECOND_NS),
    }


def _start(profile: Profile) -> int:
    """Return the time of second 0 in nanoseconds. Times are not negative, so that of the first sample is at least 0."""
    earliest = int(profile.second.min(initial=0))
    return max(floor(float(profile.start) * 1000 + 0.5) * 1_000_000, -earliest * _SECOND_NS)


def _has_times(profile: Profile) -> bool:
    """Return whether samples have times. Without times all samples are in second 0 after time 0."""
    return profile.start != 0 or bool(profile.second.any())


def _attribute(key: str, value: str) -> dict[str, Any]:
    return {"key": key, "value": {"stringValue": well_formed(value)}}
