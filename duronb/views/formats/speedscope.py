"""The speedscope file format, with one profile per stage."""

from __future__ import annotations

from typing import Any

import numpy as np

from duronb.model.profile import Profile
from duronb.views.kit.escape import well_formed

SCHEMA = "https://www.speedscope.app/file-format-schema.json"
_UNITS = frozenset({"nanoseconds", "bytes"})
"""Units of weights that the format has. Samples and all other weights have no unit there."""


def speedscope(profile: Profile, title: str, stage: str | None = None, exporter: str = "duronb") -> dict[str, Any]:
    """Return a profile as an object in the speedscope file format. Samples are in order of time.

    Parameters
    ----------
    profile
        The profile.
    title
        Name of the file.
    stage
        Only samples of this stage. ``None`` for all stages with samples.
    exporter
        Name and version of the program that writes the file.

    Raises
    ------
    KeyError
        There is no such stage.
    """
    if stage is not None and stage not in profile.stages:
        raise KeyError(stage)
    unit = profile.unit if profile.unit in _UNITS else "none"
    tree = profile.tree
    stacks: dict[int, list[int]] = {}
    profiles = []
    for index, name in enumerate(profile.stages):
        rows = np.flatnonzero((profile.stage == index) & (profile.count > 0))
        if not len(rows) or (stage is not None and name != stage):
            continue
        rows = rows[np.lexsort((profile.node[rows], profile.thread[rows], profile.second[rows]))]
        nodes = profile.node[rows].tolist()
        for node in nodes:
            if node not in stacks:
                stacks[node] = tree.stack(node)
        weights = profile.count[rows].tolist()
        profiles.append(
            {
                "type": "sampled",
                "name": well_formed(name),
                "unit": unit,
                "startValue": 0,
                "endValue": sum(weights),
                "samples": [stacks[node] for node in nodes],
                "weights": weights,
            }
        )
    if not profiles:
        # speedscope does not open a file without a profile.
        empty: dict[str, Any] = {"type": "sampled", "name": well_formed(stage or title), "unit": unit}
        profiles.append({**empty, "startValue": 0, "endValue": 0, "samples": [], "weights": []})
    frames = [
        {"name": well_formed(name), "file": well_formed(module)} if module else {"name": well_formed(name)}
        for name, module in zip(tree.frames.names, tree.frames.modules, strict=True)
    ]
    return {
        "$schema": SCHEMA,
        "name": well_formed(title),
        "exporter": exporter,
        "activeProfileIndex": 0,
        "shared": {"frames": frames},
        "profiles": profiles,
    }
