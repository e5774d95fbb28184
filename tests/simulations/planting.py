"""Changes that are planted into recorded runs: renamed, inlined, dearer and cheaper functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from duronb.model.names import normalise
from duronb.model.profile import CallTree, Counts, Frames, Profile
from duronb.model.run import RunRecord
from tests.given_files import GivenFiles

Plant = Callable[[Profile, np.random.Generator], Profile]
RENAMED = "planted::renamed"


def drawn(
    runs: Sequence[RunRecord], count: int, rng: np.random.Generator, plant: Plant | None = None
) -> list[RunRecord]:
    """Draw runs with replacement, resample the seconds of each stage, and plant a change into each."""
    found = []
    for at in rng.integers(len(runs), size=count).tolist():
        profile = _resampled(runs[at].profile, rng)
        found.append(replace(runs[at], files=GivenFiles(profile if plant is None else plant(profile, rng))))
    return found


def unchanged(profile: Profile, rng: np.random.Generator) -> Profile:
    """Return the profile."""
    return profile


def renamed(name: str, new: str = RENAMED) -> Plant:
    """Return what gives a function another name wherever it is called."""

    def plant(profile: Profile, rng: np.random.Generator) -> Profile:
        frames = profile.tree.frames
        names = [new if normalise(each) == name else each for each in frames.names]
        tree = CallTree(profile.tree.parent, profile.tree.frame, Frames(names, frames.modules))
        return replace(profile, tree=tree)

    return plant


def inlined(name: str) -> Plant:
    """Return what puts the samples and the callees of a function directly below its callers."""

    def plant(profile: Profile, rng: np.random.Generator) -> Profile:
        tree = profile.tree
        gone = _has(tree, name)
        home = np.arange(len(tree))
        for node in np.flatnonzero(gone).tolist():  # a parent has a lower index than its children
            home[node] = home[tree.parent[node]]
        keep = ~gone
        position = (np.cumsum(keep) - 1).astype(np.int32)
        parent = position[home[np.maximum(tree.parent, 0)]][keep]
        parent[0] = -1
        made = CallTree(parent.astype(np.int32), tree.frame[keep], tree.frames)
        return replace(profile, tree=made, node=position[home[profile.node]])

    return plant


def times(name: str, factor: float) -> Plant:
    """Return what multiplies the cost of a function with everything that it calls."""

    def plant(profile: Profile, rng: np.random.Generator) -> Profile:
        below = below_of(profile.tree, name)[profile.node]
        count = profile.count.copy()
        if factor < 1:
            count[below] = rng.binomial(count[below], factor)
        else:
            count[below] += rng.poisson(count[below] * (factor - 1))
        return replace(profile, count=count)

    return plant


def added(name: str, part: float, share: float) -> Plant:
    """Return what adds this part of all CPU time to a function that has ``share`` of it."""
    return times(name, 1 + part / share)


def below_of(tree: CallTree, name: str) -> NDArray[np.bool_]:
    """Return which nodes belong to a function or to what it calls, shape ``(nodes,)``."""
    has = _has(tree, name)
    for node in range(1, len(tree)):
        has[node] |= has[tree.parent[node]]
    return has


def share_of(runs: Sequence[RunRecord], name: str) -> float:
    """Return the part of all samples that are in a function or in what it calls."""
    found = whole = 0
    for run in runs:
        count: Counts = run.profile.count
        whole += int(count.sum())
        found += int(count[below_of(run.profile.tree, name)[run.profile.node]].sum())
    return found / whole


def _has(tree: CallTree, name: str) -> NDArray[np.bool_]:
    frames = np.asarray([*(normalise(each) == name for each in tree.frames.names), False])
    found: NDArray[np.bool_] = frames[tree.frame]
    found[0] = False
    return found


def _resampled(profile: Profile, rng: np.random.Generator) -> Profile:
    count = profile.count.copy()
    for stage in range(len(profile.stages)):
        rows = np.flatnonzero(profile.stage == stage)
        seconds, at = np.unique(profile.second[rows], return_inverse=True)
        if len(seconds):
            often = np.bincount(rng.integers(len(seconds), size=len(seconds)), minlength=len(seconds))
            count[rows] *= often[at]
    keep = count > 0
    return replace(
        profile,
        stage=profile.stage[keep],
        thread=profile.thread[keep],
        second=profile.second[keep],
        node=profile.node[keep],
        count=count[keep],
        event=None if profile.event is None else profile.event[keep],
        weight=None if profile.weight is None else profile.weight[keep],
    )
